"""What a terminal says of itself, and what the app lacks on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gendertui import ascii_signs

LEAST_COLUMNS, LEAST_ROWS = 60, 16
"""What the app needs; it truncates nothing that matters from :data:`ROOM` on."""
ROOM = (80, 24)
_SHOWN = ("TERM", "COLORTERM", "NO_COLOR")
SIXTEEN = "standard"
"""The colour system of a terminal of which no more is known, see :func:`color_system`."""


def color_system(environment: Mapping[str, str], system: str = "auto") -> str | None:
    """What the app is drawn with, by Rich's names; ``None`` is no colours.

    :param system: one that is taken instead, whatever the variables say.
    """
    # Slow to import, for what only asks for sizes.
    from rich.console import Console

    return Console(color_system=system, force_terminal=True, _environ=environment).color_system  # type: ignore[arg-type]


@dataclass(frozen=True)
class Terminal:
    """A terminal, or what stands in for one.

    :param environment: the variables of this process.
    :param there: whether somebody looks: of a pipe neither size nor colours say anything.
    """

    environment: Mapping[str, str]
    columns: int
    rows: int
    encoding: str | None
    there: bool = True

    @property
    def tmux(self) -> bool:
        return bool(self.environment.get("TMUX"))

    @property
    def ssh(self) -> bool:
        return bool(self.environment.get("SSH_CONNECTION"))

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            **{name: self.environment.get(name) for name in _SHOWN},
            "tmux": self.tmux,
            "ssh": self.ssh,
            "columns": self.columns,
            "rows": self.rows,
            "encoding": self.encoding,
        }

    def lacks(self, ascii_setting: str) -> Iterator[tuple[str, str]]:
        """What it lacks, and how it is had.

        :param ascii_setting: the setting ``ascii``.
        """
        if ascii_signs.wanted(self.environment, ascii_setting):
            yield self._only_ascii(ascii_setting)
        if not self.there:
            return
        if (few := self._few_colours()) is not None:
            yield few
        if self.columns < LEAST_COLUMNS or self.rows < LEAST_ROWS:
            yield (
                f"the terminal is {self.columns}×{self.rows}: the app needs {LEAST_COLUMNS}×{LEAST_ROWS}",
                "Make its window larger, or its letters smaller.",
            )
        elif self.columns < ROOM[0] or self.rows < ROOM[1]:
            yield (
                f"the terminal is {self.columns}×{self.rows}: below {ROOM[0]}×{ROOM[1]} names and notes are cut",
                "Make its window larger, or its letters smaller.",
            )

    def _only_ascii(self, setting: str) -> tuple[str, str]:
        variable, value = ascii_signs.locale(self.environment)
        why, instead = f"the locale is without UTF-8 ({variable}={value})", f"export {variable}=C.UTF-8, or "
        if setting == "on":
            why, instead = "the setting ascii is on", ""
        elif self.environment.get("TERM") == "linux":
            why, instead = "Linux's console has few signs", ""
        return (
            f"signs and curves are written in ASCII: {why}",
            f"Where the terminal can do UTF-8: {instead}gendertui config set ascii off.",
        )

    def _few_colours(self) -> tuple[str, str] | None:
        term, colours = self.environment.get("TERM", ""), color_system(self.environment)
        if self.environment.get("NO_COLOR"):
            return "everything is shown without colours: NO_COLOR is set", "With colours: unset NO_COLOR."
        if colours is None:
            return (
                f"everything is shown without colours: TERM={term} names no terminal that has some",
                "Where the terminal has colours: export TERM=xterm-256color.",
            )
        if colours != SIXTEEN:
            return None
        return (
            f"few colours: TERM={term} promises no more than 16",
            "Where the terminal has all: export COLORTERM=truecolor; where it has 256: export TERM=xterm-256color.",
        )
