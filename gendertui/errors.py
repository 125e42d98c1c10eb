"""The program's one error type and its exit codes.

Everything a user can cause ends as a :class:`GendertuiError`: the command line prints it and exits with its
code, the app shows it in a notice. Anything else is a bug and exits with ``UNEXPECTED``.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Self


class ExitCode(IntEnum):
    """What the process returns; the table that ``--help`` and the README print is :data:`EXIT_CODES`."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    DATA = 3
    MODEL = 4
    DEVICE = 5
    RUN = 6


EXIT_CODES: dict[ExitCode, str] = {
    ExitCode.OK: "all went well",
    ExitCode.UNEXPECTED: "an unexpected error: a bug in the program",
    ExitCode.USAGE: "the command line is wrong: unknown option or impossible value",
    ExitCode.DATA: "input data is missing or cannot be read, or a line could not be scored",
    ExitCode.MODEL: "a model or the cache is missing, broken or of another version",
    ExitCode.DEVICE: "the device asked for is not available",
    ExitCode.RUN: "a run failed, is missing, or is busy",
}


class GendertuiError(Exception):
    """What happened, where, and what to do next.

    :param what: one sentence naming the thing that is wrong.
    :param where: the file (and line, as ``path:line``) it was found in.
    :param hint: what to do next.
    :param code: the exit code of a command that ends with this error.
    """

    def __init__(
        self, what: str, *, where: str | None = None, hint: str | None = None, code: ExitCode = ExitCode.UNEXPECTED
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint
        self.code = code

    def to_json(self) -> dict[str, Any]:
        """What another process of this program needs to re-raise it."""
        return {"what": self.what, "where": self.where, "hint": self.hint, "code": int(self.code)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """The error written by :meth:`to_json`."""
        return cls(**{**value, "code": ExitCode(value["code"])})

    def __str__(self) -> str:
        parts = [self.what if self.where is None else f"{self.where}: {self.what}"]
        if self.hint:
            parts.append(self.hint)
        return "\n".join(parts)
