"""How long an epoch of what the form shows takes here, found without being asked for.

It is measured by a few batches in a process of its own, once the form has been left alone for a while; never while a
run trains on this machine, whose figures and those of the measurement would both be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.timer import Timer

from gendertui import paths
from gendertui.errors import GendertuiError
from gendertui.formatting import duration
from gendertui.tui.probing import Probing
from gendertui.tui.session import session_of

if TYPE_CHECKING:
    from textual.widget import Widget

    from gendertui.training.config import TrainingConfig
    from gendertui.tui.configure.summary import Summary

STILL_SECONDS = 1.5
"""For so long nobody has changed anything before it is measured."""
OTHER_SETTINGS = "(measured for other settings)"
RUN_TRAINS = "not timed while a run trains; [configure.time] times an epoch all the same"


class EpochTimer:
    """At most one measurement at a time.

    :param owner: the widget that shows :attr:`words`; its timers and its app do the work.
    :param tell: called when the words have changed.
    """

    def __init__(self, owner: Widget, tell: Callable[[], object]) -> None:
        self._owner = owner
        self._tell = tell
        self._config: TrainingConfig | None = None
        self._summary: Summary | None = None
        self._figure = ""
        """The last that was found, maybe for other settings."""
        self._current = False
        """Whether it is of what is shown."""
        self._aside = ""
        """Why there is none, or what is being done about it."""
        self._pause: Timer | None = None
        self._measurement: Probing | None = None

    @property
    def words(self) -> str:
        """``about 12 s an epoch, at most 4 min in all``; of other settings that is said."""
        figure = self._figure if self._current or not self._figure else f"{self._figure} {OTHER_SETTINGS}"
        return " · ".join(part for part in (figure, self._aside) if part)

    @property
    def is_current(self) -> bool:
        """Whether the words are about what is shown."""
        return self._current

    def changed(self) -> None:
        """The form shows something else than before, or nothing that can be timed: what is under way is ended."""
        self.end()
        self._config = self._summary = None
        self._current = False
        self._aside = ""

    def end(self) -> None:
        """Measure no more, until there is something else to measure, or :meth:`again`."""
        if self._pause is not None:
            self._pause.stop()
        if self._measurement is not None:
            self._measurement.end()
            self._measurement = None
            self._say("")

    def again(self) -> None:
        """It is looked at again: measure what was not, or could not be."""
        if self._config is not None and not self._current and self._measurement is None:
            self._wait()

    def show(self, config: TrainingConfig, summary: Summary, speed: float | None) -> None:
        """What the form shows now: measure it after a while, unless its speed is known.

        :param speed: in tokens a second.
        """
        self.changed()
        self._config, self._summary = config, summary
        if speed is not None:
            self._found(config, summary, speed)
        else:
            self._wait()

    def _wait(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self._owner.set_timer(STILL_SECONDS, lambda: self.measure(asked=False))

    def measure(self, *, asked: bool) -> None:
        """Time it now.

        :param asked: by somebody, and so also while a run trains.
        """
        config, summary = self._config, self._summary
        if config is None or summary is None or self._current:
            return
        session = session_of(self._owner)
        if not asked and (session.probed is None or session.pane not in self._owner.ancestors):
            # Two processes that import torch at once keep one another waiting, and nobody looks; see again().
            return
        self.end()
        measurement = self._measurement = Probing()
        self._say("timing an epoch …")

        def job() -> float | None:
            from gendertui.runs.lock import newest_held
            from gendertui.subprocesses import probe

            if not asked and newest_held(paths.runs_dir()) is not None:
                return None
            return probe.speed(config, summary.vocabulary, started=measurement.started)

        def done(speed: float | None) -> None:
            if measurement.ended:
                return
            self._measurement = None
            if speed is None:
                self._say(session_of(self._owner).keymap.named(RUN_TRAINS))
            else:
                self._found(config, summary, speed)

        def failed(error: Exception) -> None:
            if measurement.ended:
                return
            self._measurement = None
            self._say(f"an epoch cannot be timed: {error.what if isinstance(error, GendertuiError) else error}")

        session_of(self._owner).background(job, done, group="speed", failed=failed)

    def _found(self, config: TrainingConfig, summary: Summary, speed: float) -> None:
        seconds = summary.tokens / max(speed, 1e-9)
        epochs = config.most_epochs(-(-summary.train // config.batch_size))
        most = "at most " if config.patience is not None else ""
        in_all = duration(seconds * epochs * summary.trainings(config))
        epoch = f"about {duration(seconds)}" if seconds >= 1 else "less than a second"
        self._figure, self._current = f"{epoch} an epoch, {most}{in_all} in all", True
        self._say("")

    def _say(self, aside: str) -> None:
        self._aside = aside
        self._tell()
