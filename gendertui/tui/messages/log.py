"""Everything the app has said: notices, warnings and errors, with their time; the oldest are dropped."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from gendertui.sanitize import escape_control

MOST_MESSAGES = 500
MOST_CHARACTERS = 20_000
"""Of one message; more than any remedy has."""


@dataclass(frozen=True)
class Message:
    """Something that was said; its words hold nothing that a terminal obeys."""

    at: float
    """Seconds since the epoch, when it was said last."""
    severity: str
    """``information``, ``warning`` or ``error``."""
    title: str
    text: str
    times: int = 1
    """How often it was said without another in between."""

    @property
    def words(self) -> str:
        """Title and text, to be read or copied."""
        return "\n".join(part for part in (self.title, self.text) if part)

    @property
    def clock(self) -> str:
        """When, in local time: ``14:25:03``."""
        return time.strftime("%H:%M:%S", time.localtime(self.at))


class MessageLog:
    """The newest :data:`MOST_MESSAGES` messages.

    :param clock: seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._messages: deque[Message] = deque(maxlen=MOST_MESSAGES)
        self.told: Callable[[], object] | None = None
        """Called after each message, where somebody has them on the screen."""

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, severity: str, title: str, text: str) -> None:
        """Keep a message; the same as the one before counts once more."""
        message = Message(self._clock(), severity, _plain(title), _plain(text))
        last = self._messages[-1] if self._messages else None
        if last is not None and (last.severity, last.words) == (message.severity, message.words):
            self._messages[-1] = replace(message, times=last.times + 1)
        else:
            self._messages.append(message)
        if self.told is not None:
            self.told()

    def matching(self, text: str = "") -> list[Message]:
        """Those with every word of ``text`` in them or in their severity, newest first."""
        parts = text.casefold().split()
        return [
            message
            for message in reversed(self._messages)
            if all(part in f"{message.severity}\n{message.words}".casefold() for part in parts)
        ]


def _plain(text: str) -> str:
    return "\n".join(map(escape_control, text[:MOST_CHARACTERS].split("\n")))
