"""What is written to a terminal for its tab and for a notification, behind tmux and screen too."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gendertui.notices.terminals import Terminal, terminal_of

# Of OSC 9;4, as ConEmu has it.
State = Literal[0, 1, 2, 3, 4]
NONE, GOING, FAILED, UNCOUNTED, PAUSED = 0, 1, 2, 3, 4
TITLE_CHARACTERS = 80
# GNU screen drops a string that is longer than 768 bytes.
BODY_CHARACTERS = 160
_BELL = "\a"


def plain(text: str, most: int) -> str:
    """``text`` without anything that a terminal might obey, at most so many characters."""
    shown = "".join(character for character in text if character.isprintable())
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


@dataclass(frozen=True)
class Sequences:
    """The sequences for one terminal; ``""`` for what it does not take.

    ``behind``: the multiplexer between. tmux has a tab's title and its stack itself, and passes the rest on where
    ``allow-passthrough`` is on; screen cannot restore a title.
    """

    terminal: Terminal
    behind: Literal["tmux", "screen", ""] = ""
    takes_progress: bool = False

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Sequences:
        """For the terminal that these variables speak of."""
        terminal = terminal_of(environment)
        behind: Literal["tmux", "screen", ""] = (
            "tmux" if environment.get("TMUX") else "screen" if environment.get("STY") else ""
        )
        return cls(terminal, behind, terminal.progress(environment))

    @property
    def takes_title(self) -> bool:
        return self.terminal.titles and self.behind != "screen"

    def progress(self, state: int, percent: int = 0) -> str:
        """Progress in the tab and the task bar; state :data:`NONE` takes it away."""
        if not self.takes_progress:
            return ""
        return self._passed(f"9;4;{state}" if state in (NONE, UNCOUNTED) else f"9;4;{state};{percent}")

    def save_title(self) -> str:
        """Put the tab's title on the terminal's stack."""
        return "\x1b[22;0t" if self.takes_title else ""

    def title(self, text: str) -> str:
        """Set the tab's title."""
        return _osc(f"0;{plain(text, TITLE_CHARACTERS)}") if self.takes_title else ""

    def restore_title(self) -> str:
        """Set the title that was saved; the terminal's own where there is no stack."""
        return f"{_osc('0;')}\x1b[23;0t" if self.takes_title else ""

    def notification(self, title: str, body: str) -> str:
        """A notification of the desktop's, and a bell where it may not be shown."""
        bell = _BELL if self.terminal.bell or self.behind else ""
        title, body = plain(title, TITLE_CHARACTERS), plain(body, BODY_CHARACTERS)
        match self.terminal.notification:
            case "osc 99":
                # In base64 (e=1): the text may hold anything. Two parts of one notification, shown with the last.
                head = self._passed(f"99;i=gendertui:d=0:e=1:p=title;{_base64(title)}")
                return head + self._passed(f"99;i=gendertui:d=1:e=1:o=unfocused:p=body;{_base64(body)}") + bell
            case "osc 777":
                return self._passed(f"777;notify;{title.replace(';', ',')};{body}") + bell
            case "osc 9":
                # Never a digit first: OSC 9 with a number is something else.
                return self._passed(f"9;{title}: {body}") + bell
            case _:
                return bell

    def _passed(self, content: str) -> str:
        """An operating system command that reaches the terminal through the multiplexer."""
        match self.behind:
            case "tmux":
                return "\x1bPtmux;" + _osc(content).replace("\x1b", "\x1b\x1b") + "\x1b\\"
            case "screen":
                # Its own string ends at the first terminator: the inner one is a bell.
                return f"\x1bP\x1b]{content}\a\x1b\\"
            case _:
                return _osc(content)


def _osc(content: str) -> str:
    return f"\x1b]{content}\x1b\\"


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
