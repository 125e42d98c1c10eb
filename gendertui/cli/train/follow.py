"""Follow a run from the terminal, and handle signals meanwhile."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

import click

from gendertui.cli.terminal.output import ProgressLine
from gendertui.cli.train.event_lines import EventPrinter
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.report.read import read_report, verdict_lines
from gendertui.model import place, store
from gendertui.runs import control
from gendertui.runs.folder import RunFolder, RunInfo
from gendertui.runs.follow import Unrepeated, follow
from gendertui.runs.queue import QUEUED
from gendertui.sanitize import escape_control
from gendertui.training.events import Error


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


def watch(run: RunFolder, *, as_json: bool, signals: Signals | None = None) -> int:
    """Show a run's events until its worker is gone; the exit code it is worth.

    With ``signals`` they control the run (see :class:`Stopping`), and the exit code of a run they stopped
    is 128 + N. Without, and while the run waits in the queue, Ctrl-C ends the following and the run continues.
    """
    progress = ProgressLine(quiet=as_json)
    report = EventPrinter(progress, article=run.record()["preset"] == "tutorial")
    unrepeated = Unrepeated()
    stopping = Stopping(run, signals, progress.say) if signals is not None else None
    tell_state = StateLines(run, progress.say)
    error: Error | None = None
    try:
        for update in follow(run):
            for event in unrepeated(update):
                if isinstance(event, Error):
                    error = event
                if as_json:
                    click.echo(event.to_json())
                else:
                    report(event)
            tell_state(update.info)
            if signals is not None and signals.received and update.info.shown == QUEUED:
                name = escape_control(run.name)
                progress.say(f"The run stays in the queue; gendertui runs stop {name} takes it out.")
                if not as_json:
                    click.echo(str(run.path))
                return signals.exit_code
            if stopping is not None:
                stopping.act()
    finally:
        progress.clear()
    code = _close(run, progress, as_json, error)
    return signals.exit_code if signals is not None and signals.received else code


def _close(run: RunFolder, progress: ProgressLine, as_json: bool, error: Error | None) -> int:
    """The closing message about a run, and its exit code.

    :param error: the last one among its events.
    """
    info = run.info()
    if info.state in ("finished", "stopped") and run.report_file.exists():
        for line in verdict_lines(read_report(run.report_file)):
            progress.say(escape_control(line))
    resume = f"gendertui train --resume {run.name} continues it."
    kept = info.model if info.state in ("finished", "stopped") else None
    if kept is not None:
        if info.state == "stopped":
            progress.say(f"The run is stopped: {escape_control(info.why)}. {resume}")
        progress.say(f"model {escape_control(kept)}: {_how_to_ask(kept)}")
        if not as_json and (caution := place.caution_once()):
            progress.say(escape_control(caution))
    elif info.state == "stopped":
        progress.say(f"The run is stopped: {resume}")
    else:
        is_ = "is " if info.state == "unreadable" else ""
        click.echo(f"gendertui: the run {is_}{info.shown}: {escape_control(info.why)}", err=True)
        # A run that failed before its first checkpoint, or must be resumed with changes, has said what to do first.
        as_it_is = error is None or error.resume_with == {}
        again = f"; {resume}" if info.state != "failed" or (as_it_is and run.checkpoint_folder.is_dir()) else ""
        click.echo(f"Its log is {run.log_file}{again}", err=True)
    if not as_json:
        click.echo(str(run.path))
    return ExitCode.OK if kept is not None else ExitCode.RUN


def _how_to_ask(model: str) -> str:
    name = escape_control(model)
    ask = f"gendertui predict --model {name} asks it"
    if store.answering() == model:
        return "it answers from now on; gendertui models use NAME chooses another."
    why = store.why_waiting(model)
    if not why:
        return f"{ask}."
    return f"{escape_control(why)} {ask}, gendertui models use {name} lets it answer from now on."
