"""A worker's place among the processes of its run, as torchrun tells it by the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from gendertui.errors import ExitCode, GendertuiError

RESTARTS = "TORCHELASTIC_RESTART_COUNT"
MOST_RESTARTS = "TORCHELASTIC_MAX_RESTARTS"


@dataclass(frozen=True)
class Job:
    """As :data:`ONLY`, except where it says otherwise."""

    rank: int = 0
    """Its number; 0 is the one that writes."""
    size: int = 1
    """How many there are, on all machines."""
    local_rank: int = 0
    """Its number on this machine."""
    local_size: int = 1
    """How many there are on this machine."""
    restarts: int = 0
    """How often all of them were started again."""
    restarts_left: int = 0
    """How often they still would be."""

    @property
    def launcher(self) -> int:
        """The process that would start them again; 0 if there is none."""
        return os.getppid() if self.size > 1 else 0

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Job:
        """As the environment says.

        :raises GendertuiError: it has a value that is no number (code USAGE).
        """
        if "RANK" not in environment or "WORLD_SIZE" not in environment:
            return cls()
        restarts = _number(environment, RESTARTS, 0)
        return cls(
            rank=_number(environment, "RANK", 0),
            size=_number(environment, "WORLD_SIZE", 1),
            local_rank=_number(environment, "LOCAL_RANK", 0),
            local_size=_number(environment, "LOCAL_WORLD_SIZE", 1),
            restarts=restarts,
            restarts_left=max(_number(environment, MOST_RESTARTS, 0) - restarts, 0),
        )


ONLY = Job()
"""The only process of a run, which nobody would start again."""


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, str(default))
    try:
        return int(text)
    except ValueError as error:
        raise GendertuiError(
            f"the environment variable {name} is {text!r}, which is no number",
            hint="torchrun sets it: start the worker with it.",
            code=ExitCode.USAGE,
        ) from error
