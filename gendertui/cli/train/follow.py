"""Follow a run from the terminal, and handle signals meanwhile."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

import click

from gendertui.cli.train.displays import LiveDisplay, display_of
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs import control
from gendertui.runs.folder import RunFolder, RunInfo
from gendertui.runs.follow import follow
from gendertui.runs.queue import QUEUED
from gendertui.runs.view_words import goes_on
from gendertui.sanitize import escape_control
from gendertui.training.events import Error

LEAVES = ("Ctrl-C leaves it running",)
STOPS = ("Ctrl-C stops it with a checkpoint; a closed terminal leaves it running", "Ctrl-C again stops it now")


class Signals:
    """SIGINT and SIGTERM written down instead of obeyed, while it is entered.

    A handler does nothing else: what follows from it happens between two events, never inside a write.
    SIGHUP keeps its default: the process that follows goes, the run stays.
    """

    def __init__(self) -> None:
        self.received: list[int] = []
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Signals:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _: FrameType | None) -> None:
        self.received.append(number)

    @property
    def exit_code(self) -> int:
        """What the shell expects of a process that the first signal ended."""
        return 128 + self.received[0]


class Stopping:
    """What the signals received so far ask of the run: first a stop with a checkpoint, then a stop at once."""

    def __init__(self, run: RunFolder, signals: Signals, say: Callable[[str], None]) -> None:
        self.run = run
        self.signals = signals
        self.say = say
        self._handled = 0

    def act(self) -> None:
        """Do what the newest signals ask for; to be called between events."""
        while self._handled < len(self.signals.received):
            self._handled += 1
            try:
                if self._handled == 1:
                    control.terminate(self.run, signal.Signals(self.signals.received[0]))
                    self.say("Stopping: the run writes a checkpoint first. Ctrl-C again stops it now.")
                else:
                    control.kill(self.run)
                    self.say("Stopped now, without a new checkpoint.")
            except GendertuiError as error:
                # The worker is gone already: say so, and the loop ends at its next poll.
                self.say(error.what)


def watch(run: RunFolder, *, as_json: bool, signals: Signals | None = None) -> int:
    """Show a run's events until its worker is gone; the exit code it is worth.

    With ``signals`` they control the run (see :class:`Stopping`), and the exit code of a run they stopped
    is 128 + N. Without, and while the run waits in the queue, Ctrl-C ends the following and the run continues.
    """
    error: Error | None = None
    caught = signals
    with contextlib.ExitStack() as held:
        shown = held.enter_context(display_of(run, as_json=as_json, hints=LEAVES if signals is None else STOPS))
        stopping = None if signals is None else Stopping(run, signals, shown.say)
        if signals is None and isinstance(shown, LiveDisplay):
            # Elsewhere Ctrl-C ends the process wherever it is, in a write that waits for its reader too.
            caught = held.enter_context(Signals())
        for update in follow(run, thin=shown.thin):
            error = next((event for event in reversed(update.events) if isinstance(event, Error)), error)
            shown.show(update)
            stays = stopping is None or update.info.shown == QUEUED
            if caught is not None and caught.received and stays and not update.info.over:
                held.close()
                if not as_json:
                    _say_how_to_come_back(update.info)
                    # Who has started it asks for its folder.
                    if stopping is not None:
                        click.echo(str(run.path))
                return caught.exit_code
            if stopping is not None:
                stopping.act()
    code = _close(run, as_json, error)
    return caught.exit_code if caught is not None and caught.received else code


def _say_how_to_come_back(info: RunInfo) -> None:
    name = escape_control(info.name)
    if info.shown == QUEUED:
        click.echo(f"The run stays in the queue; gendertui runs stop {name} takes it out.", err=True)
    else:
        click.echo(f"{goes_on(info.name)}\nFollow it with: gendertui runs follow {name}", err=True)


def _close(run: RunFolder, as_json: bool, error: Error | None) -> int:
    """The closing message about a run, and its exit code.

    :param error: the last one among its events.
    """
    # What reads a report takes as long to import as all that follows a run.
    from gendertui.evaluation.report.read import read_report, verdict_lines
    from gendertui.model import place

    def say(line: str) -> None:
        if not as_json:
            click.echo(line, err=True)

    info = run.info()
    if info.state in ("finished", "stopped") and run.report_file.exists():
        for line in verdict_lines(read_report(run.report_file)):
            say(escape_control(line))
    resume = f"gendertui train --resume {run.name} continues it."
    kept = info.model if info.state in ("finished", "stopped") else None
    if kept is not None:
        if info.state == "stopped":
            say(f"The run is stopped: {escape_control(info.why)}. {resume}")
        say(f"model {escape_control(kept)}: {_how_to_ask(kept)}")
        if not as_json and (caution := place.caution_once()):
            say(escape_control(caution))
    elif info.state == "finished":
        say(f"Its model is not published; gendertui predict --model {escape_control(str(run.model_folder))} asks it.")
    elif info.state == "stopped":
        say(f"The run is stopped: {resume}")
    else:
        is_ = "is " if info.state == "unreadable" else ""
        click.echo(f"gendertui: the run {is_}{info.shown}: {escape_control(info.why)}", err=True)
        # A run that failed before its first checkpoint, or must be resumed with changes, has said what to do first.
        as_it_is = error is None or error.resume_with == {}
        can_resume = info.state != "failed" or (as_it_is and run.checkpoint_folder.is_dir())
        again = f"; {resume}" if can_resume and info.state != "unreadable" else ""
        click.echo(f"Its log is {escape_control(str(run.log_file))}{again}", err=True)
    if not as_json:
        click.echo(str(run.path))
    return ExitCode.OK if kept is not None or info.state == "finished" else ExitCode.RUN


def _how_to_ask(model: str) -> str:
    from gendertui.model import store

    name = escape_control(model)
    ask = f"gendertui predict --model {name} asks it"
    if store.answering() == model:
        return "it answers from now on; gendertui models use NAME chooses another."
    why = store.why_waiting(model)
    if not why:
        return f"{ask}."
    return f"{escape_control(why)} {ask}, gendertui models use {name} lets it answer from now on."
