"""The app's part: what the run that is followed, the keys and the window's focus are for the terminal's tab."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from textual import events

from gendertui import ascii_signs
from gendertui.notices.notices import Notices, Switches
from gendertui.notices.sequences import Sequences
from gendertui.settings import AUTO
from gendertui.tui.background_colour import Question
from gendertui.tui.following import Following


class Calling(Following):
    """Keeps the terminal's tab up to date, and calls when the run that is followed ends.

    :param settings: the person's.
    """

    question: Question | None = None
    """What the terminal was asked, until its driver has looked for the answer."""

    def __init__(self, clock: Callable[[], float], settings: Mapping[str, Any]) -> None:
        self.only_ascii = ascii_signs.wanted(os.environ, str(settings.get("ascii", AUTO)))
        super().__init__(clock)
        self.notices = Notices(Sequences.of(os.environ), Switches.of(settings))

    def colour_found(self, dark: bool) -> None:
        """The terminal has said late, over a slow line, whether it is dark."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.watch(self, "run_view", self._tell_run, init=False)

    def _tell_run(self) -> None:
        self._tell(self.notices.show(self.run_view))

    def _tell(self, text: str) -> None:
        if text and self._driver is not None:
            self._driver.write(ascii_signs.to_ascii(text) if self.only_ascii else text)

    async def on_event(self, event: events.Event) -> None:
        """Notice that somebody is there."""
        if isinstance(event, events.Key | events.MouseDown) and not event.is_forwarded:
            self.was_touched = True
            self._tell(self.notices.touched())
        await super().on_event(event)

    def on_app_focus(self) -> None:
        self._tell(self.notices.focus(True))

    def on_app_blur(self) -> None:
        self._tell(self.notices.focus(False))
