"""How a run that is followed is shown: as its events in JSON, in lines, or by a live view with the lines above it."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, Self

import click

from gendertui import ascii_signs, settings
from gendertui.cli.terminal.live import LiveBlock, Row, can_draw
from gendertui.cli.train.event_lines import EventLines
from gendertui.cli.train.live_rows import rows
from gendertui.errors import GendertuiError
from gendertui.notices.notices import Notices, Switches
from gendertui.notices.sequences import Sequences
from gendertui.runs.folder import RunFolder, RunInfo
from gendertui.runs.follow import Unrepeated, Update
from gendertui.runs.queue import QUEUED
from gendertui.runs.view import RunView
from gendertui.sanitize import escape_control
from gendertui.training.events import Batch, Epoch, Event

MOST_EPOCHS = 10
"""So many of the epochs that were over before anybody looked, or that come within a second, get a line of their own."""


class Display(Protocol):
    """Has the terminal while it is entered."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    @property
    def thin(self) -> bool:
        """Whether not every batch is wanted, see :func:`gendertui.runs.follow.follow`."""

    def show(self, update: Update) -> None:
        """Show what is new."""

    def say(self, line: str) -> None:
        """Say something of the program's own."""


def display_of(run: RunFolder, *, as_json: bool, hints: Sequence[str]) -> Display:
    """The one for these streams.

    :param hints: what Ctrl-C does, and what it does once more, for the live view.
    """
    if as_json:
        return JsonDisplay()
    article = run.record()["preset"] == "tutorial"
    if run.info().active and can_draw(sys.stderr, os.environ):
        return LiveDisplay(run, article=article, hints=hints)
    return LineDisplay(run, article=article)


class _Printed:
    """Leaves the terminal as it is: what is printed stays."""

    thin = False

    def __init__(self) -> None:
        self._unrepeated = Unrepeated()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class JsonDisplay(_Printed):
    """Nothing but the events."""

    def show(self, update: Update) -> None:
        for event in self._unrepeated(update):
            click.echo(event.to_json())

    def say(self, line: str) -> None:
        pass


class LineDisplay(_Printed):
    """Lines on stderr, of which none is taken back."""

    def __init__(self, run: RunFolder, *, article: bool) -> None:
        super().__init__()
        self._lines = EventLines(article=article)
        self._state_lines = StateLines(run, self.say)

    def show(self, update: Update) -> None:
        for event in self._unrepeated(update):
            for line in self._lines(event):
                self.say(line)
        self._state_lines(update.info)

    def say(self, line: str) -> None:
        click.echo(line, err=True)


class StateLines:
    """Says when a run waits in the queue, pauses and continues, which its events do not tell."""

    def __init__(self, run: RunFolder, say: Callable[[str], None]) -> None:
        self._run = run
        self._say = say
        self._paused = False
        self._waits = ""

    def __call__(self, info: RunInfo) -> None:
        if info.shown == QUEUED and info.why and info.why != self._waits:
            self._say(f"in the queue: {escape_control(info.why)}")
            self._waits = info.why
        paused = info.shown == "paused"
        if paused and not self._paused:
            name = escape_control(self._run.name)
            self._say(f"paused; gendertui runs resume {name} continues it, gendertui runs stop {name} ends it.")
        elif self._paused and info.shown == "training":
            self._say("continued")
        self._paused = paused


class LiveDisplay:
    """A few rows in place: how far the run is, its loss, its figures; what is over stands in lines above them.

    The terminal's tab says it too, as the settings have it.
    """

    thin = True

    def __init__(self, run: RunFolder, *, article: bool, hints: Sequence[str]) -> None:
        chosen: dict[str, Any] = {}
        # A command that needs the settings says what is wrong with them.
        with contextlib.suppress(GendertuiError):
            chosen = settings.read_settings()
        self._only_ascii = ascii_signs.wanted(os.environ, str(chosen.get("ascii", settings.AUTO)))
        self._notices = Notices(Sequences.of(os.environ), Switches.of(chosen))
        self._block = LiveBlock(sys.stderr, self._notices, colours=not os.environ.get("NO_COLOR"))
        self._view = RunView(run.path)
        self._lines = EventLines(article=article, standing=False)
        self._hints = list(hints)
        self._said: set[tuple[str, float]] = set()
        """Type and time of the events that have got their lines, which a resumed run's file repeats."""
        self._new: list[Event] = []
        """Events that get their lines when the rows are drawn the next time."""
        self._phase = ("", "")
        """The run's state, and what it does after the last epoch: each is drawn at once."""

    def __enter__(self) -> Self:
        self._block.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        self._say_new()
        self._block.__exit__(*details)

    def show(self, update: Update) -> None:
        self._block.attend()
        self._view.apply(update)
        self._new += [event for event in update.events if not isinstance(event, Batch) and self._is_new(event)]
        if update.behind:
            return
        after = self._view.after
        before, self._phase = self._phase, (self._view.state, "" if after is None else after.name)
        self._block.draw(self._rows, now=self._phase != before)

    def say(self, line: str) -> None:
        # Somebody is here, and has just asked for something.
        self._block.tell(self._notices.touched())
        del self._hints[:-1]
        self._say_new()
        self._block.say(line)
        self._block.draw(self._rows, now=True)

    def _is_new(self, event: Event) -> bool:
        known, key = len(self._said), (event.type, event.time)
        self._said.add(key)
        return len(self._said) > known

    def _say_new(self) -> None:
        """Lines for what is new; of many epochs for the newest, and one that says how to see the others."""
        events, self._new = self._new, []
        left_out = [event for event in events if isinstance(event, Epoch)][:-MOST_EPOCHS]
        unsaid = set(map(id, left_out))
        for event in events:
            if id(event) not in unsaid:
                for line in self._lines(event, self._block.columns):
                    self._block.say(line)
            elif event is left_out[-1]:
                first, last = left_out[0].epoch, left_out[-1].epoch
                which = f"epoch {last} is" if first == last else f"epochs {first} to {last} are"
                name = escape_control(self._view.name)
                self._block.say(f"{which} listed by: gendertui runs export {name}")

    def _rows(self, columns: int) -> list[Row]:
        self._say_new()
        self._block.tell(self._notices.show(self._view))
        return list(rows(self._view, columns, now=time.time(), hint=self._hints[0], only_ascii=self._only_ascii))
