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
_MANY_COLOURS = ("256color", "kitty", "ghostty", "alacritty", "foot", "wezterm", "direct")


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
            yield (
                f"signs and curves are written in ASCII: {self._why_ascii(ascii_setting)}",
                "Where the terminal can do UTF-8: export LANG=C.UTF-8, or gendertui config set ascii off.",
            )
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

    def _why_ascii(self, setting: str) -> str:
        if setting == "on":
            return "the setting ascii is on"
        if self.environment.get("TERM") == "linux":
            return "Linux's console has few signs"
        given = ("LC_ALL", "LC_CTYPE", "LANG")
        named = " ".join(f"{name}={self.environment[name]}" for name in given if self.environment.get(name))
        return f"the locale is without UTF-8 ({named})"

    def _few_colours(self) -> tuple[str, str] | None:
        term, colours = self.environment.get("TERM", ""), self.environment.get("COLORTERM", "").lower()
        if self.environment.get("NO_COLOR"):
            return "everything is shown without colours: NO_COLOR is set", "With colours: unset NO_COLOR."
        if term in ("", "dumb", "unknown"):
            return (
                f"everything is shown without colours: TERM={term} names no terminal that has some",
                "Where the terminal has colours: export TERM=xterm-256color.",
            )
        if colours in ("truecolor", "24bit") or any(kind in term for kind in _MANY_COLOURS):
            return None
        return (
            f"few colours: TERM={term} promises no more than 16",
            "Where the terminal has more: export TERM=xterm-256color COLORTERM=truecolor.",
        )
