"""What the terminal's tab says of the run that is followed, and when a notification says that it is over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from gendertui.notices.sequences import FAILED, GOING, NONE, PAUSED, UNCOUNTED, Sequences

if TYPE_CHECKING:
    from gendertui.runs.view import RunView

PROGRAM = "gendertui"
AWAY_SECONDS = 60.0
"""Where a terminal does not say whether it has the focus: nobody is there after so long without a key."""
AGAIN_SECONDS = 10.0
"""Some terminals take a progress away that has not been renewed for 15 seconds."""
_TIME = re.compile(r"^\d{8}-\d{6}-")


@dataclass(frozen=True)
class Switches:
    """The settings of the same names."""

    progress: bool = True
    title: bool = True
    notify: bool = True

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Switches:
        """As they are set. A value that is neither on nor off counts as the default: opening the app never fails."""
        return cls(*(settings.get(name) is not False for name in ("progress", "title", "notify")))


class Notices:
    """Says what is to be written to the terminal; writes nothing itself.

    :param clock: monotonic seconds.
    """

    def __init__(
        self, sequences: Sequences, switches: Switches = Switches(), *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._sequences = sequences
        self._switches = switches
        self._clock = clock
        self._focused: bool | None = None
        self._touched_at = clock()
        self._going: Path | None = None
        self._progress = (NONE, 0)
        self._progress_at = float("-inf")
        self._title = PROGRAM
        self._entered = False

    # With the terminal

    def enter(self) -> str:
        """To be written when the app takes the terminal."""
        self._entered = True
        title = self._sequences.save_title() + self._sequences.title(self._title) if self._switches.title else ""
        return title + (self._shown_progress() if self._progress[0] != NONE else "")

    def leave(self) -> str:
        """To be written when the app gives the terminal back: no progress, the title of before."""
        if not self._entered:
            return ""
        progress = self._sequences.progress(NONE) if self._switches.progress else ""
        return progress + (self._sequences.restore_title() if self._switches.title else "")

    # What happens

    def touched(self) -> str:
        """Somebody has pressed a key: what called them has been heard."""
        self._touched_at = self._clock()
        return self._set_progress(NONE) if self._progress[0] == FAILED else ""

    def focus(self, focused: bool) -> str:
        """The window has come to the front, or has left it."""
        self._focused = focused
        if not focused:
            return ""
        # Behind tmux nothing reaches the tab while another window is shown there.
        return self.touched() or self._shown_progress()

    def show(self, view: RunView | None) -> str:
        """What to write now that the run is like this."""
        if view is None or view.info is None:
            self._going = None
            return self._set_progress(NONE) + self._set_title(PROGRAM)
        ended = view.over and self._going == view.folder
        self._going = None if view.over else view.folder
        text = self._tab(view, ended=ended)
        return text + self._call(view) if ended else text

    def _tab(self, view: RunView, *, ended: bool) -> str:
        name = short_name(view.name)
        if view.over:
            # One that had ended before it was looked at calls nobody.
            failed = ended and view.state in ("failed", "died")
            title = f"{PROGRAM} · {name} {view.state}" if ended else self._title
            return self._set_progress(FAILED if failed else NONE, 100) + self._set_title(title)
        share = view.share()
        percent = None if share is None else int(100 * share + 1e-9)
        state = PAUSED if view.state == "paused" else UNCOUNTED if percent is None else GOING
        # One that waits for its turn gets nowhere meanwhile.
        progress = NONE if view.state == "queued" else state
        words = [
            PROGRAM,
            "·",
            name,
            *([view.state] if state != GOING else []),
            *([] if percent is None else [f"{percent} %"]),
        ]
        return self._set_progress(progress, percent or 0) + self._set_title(" ".join(words))

    def _call(self, view: RunView) -> str:
        if not self._switches.notify or not self._away():
            return ""
        assert view.info is not None
        figures = view.info.headline if view.state in ("finished", "stopped") else view.why
        return self._sequences.notification(
            PROGRAM, f"{short_name(view.name)} {view.state}" + (f": {figures}" if figures else "")
        )

    def _away(self) -> bool:
        if self._focused is not None:
            return not self._focused
        return self._clock() - self._touched_at >= AWAY_SECONDS

    # What has been written

    def _set_progress(self, state: int, percent: int = 0) -> str:
        progress = (state, percent if state != NONE else 0)
        old = self._clock() - self._progress_at >= AGAIN_SECONDS and state != NONE
        if progress == self._progress and not old:
            return ""
        self._progress = progress
        return self._shown_progress()

    def _shown_progress(self) -> str:
        self._progress_at = self._clock()
        return self._sequences.progress(*self._progress) if self._switches.progress else ""

    def _set_title(self, title: str) -> str:
        if title == self._title:
            return ""
        self._title = title
        return self._sequences.title(title) if self._switches.title else ""


def short_name(run: str) -> str:
    """A run's name without the time it begins with."""
    return _TIME.sub("", run) or run
