"""A run as a screen shows it: what its events and its status add up to. No files are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gendertui.runs.loss_curve import LossCurve
from gendertui.training import events as ev
from gendertui.training import progress_words
from gendertui.training.pace import Pace

if TYPE_CHECKING:
    from gendertui.machine_load import Load
    from gendertui.runs.folder import RunInfo
    from gendertui.runs.follow import Link, Update


@dataclass
class RunView:
    """Everything that is shown of one run; :meth:`apply` is the only thing that changes it."""

    folder: Path
    host: str = ""
    """The machine that the run is on, as ssh takes it; empty for this one."""
    link: Link | None = None
    """How the link there is."""
    load: Load | None = None
    """How busy that machine was last."""
    info: RunInfo | None = None
    """As last seen; ``None`` before the first look."""
    began: float | None = None
    """When the worker began, or the one before it if that is not known; seconds since the epoch."""
    stages: dict[str, ev.Stage] = field(default_factory=dict)
    after: ev.Stage | None = None
    """The stage after the last epoch that counts what it does, such as training on all films; else ``None``."""
    plan: ev.Plan | None = None
    batch: ev.Batch | None = None
    loss: LossCurve = field(default_factory=LossCurve)
    pace: Pace = field(default_factory=Pace)
    epochs: dict[int, ev.Epoch] = field(default_factory=dict)
    baselines: dict[str, dict[str, float]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: ev.Error | None = None
    done: ev.Done | None = None

    @property
    def name(self) -> str:
        """The run folder's name."""
        return self.folder.name

    @property
    def address(self) -> tuple[str, Path]:
        """As of :attr:`gendertui.runs.folder.RunInfo.address`."""
        return self.host, self.folder

    @property
    def reached(self) -> bool:
        """Whether what is shown is so at present: it is not while the link to its machine is down."""
        return not self.host or (self.link is not None and self.link.state == "live")

    @property
    def state(self) -> str:
        """The run's state in one word, see :attr:`gendertui.runs.folder.RunInfo.shown`."""
        if self.info is None:
            return self.link.word if self.link is not None else "connecting" if self.host else "preparing"
        return self.info.shown

    @property
    def why(self) -> str:
        """What there is to say about the state."""
        return "" if self.info is None else self.info.why

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.info is not None and self.info.over

    @property
    def active(self) -> bool:
        """Whether there is a worker to steer."""
        return not self.over

    @property
    def model(self) -> str | None:
        """The published model's name, once there is one."""
        return (self.done.model or None) if self.done else None

    @property
    def resume_with(self) -> dict[str, int]:
        """What a failed run has to be resumed with; empty where nothing has to change, or it cannot be."""
        return {} if self.error is None else self.error.resume_with or {}

    def apply(self, update: Update) -> None:
        """Take in what happened since the last time."""
        if update.restarted:
            # The file was cut by a resumed run: what is shown of it is no longer so.
            self.__dict__.update(vars(RunView(self.folder, self.host, self.link, self.load)))
        self.info = update.info
        for event in update.events:
            match event:
                case ev.Stage():
                    if event.name == ev.STARTING:
                        # Another worker has taken it up: what the last one ended with is past.
                        self.error = self.done = self.batch = None
                        self.began = event.time
                    self.began = self.began or event.time
                    # Stages are in the order of their last beginning.
                    if event.done == 0:
                        self.stages.pop(event.name, None)
                    self.stages[event.name] = event
                    self.after = event if self.epochs and event.total else None
                case ev.Plan():
                    self.plan = event
                    self.loss.lines = event.train_rows if event.averaged_over == "rows" else None
                case ev.Batch():
                    self.batch = event
                    self.loss.batch(event)
                    self.pace.batch(event)
                case ev.Epoch():
                    self.epochs[event.epoch] = event
                    self.loss.epoch(event)
                    self.pace.epoch(event)
                case ev.Baselines():
                    self.baselines = event.figures
                case ev.Resumed():
                    self.error = self.done = None
                    if not event.stage:
                        self._go_back(event)
                    if not event.bit_identical:
                        self.warnings.append(f"Resumed, not to the bit as an unbroken run: {event.why}")
                case ev.Warning() if event.kind != ev.STILL_LEARNING:
                    # That one is also why the run is over, and shown so.
                    self.warnings.append(event.text)
                case ev.Error():
                    self.error = event
                case ev.Done():
                    self.done = event
                case _:
                    pass

    def _go_back(self, resumed: ev.Resumed) -> None:
        """Forget what came after the checkpoint: it is trained again."""
        self.epochs = {number: old for number, old in self.epochs.items() if number < resumed.epoch}
        self.batch = self.after = None
        self.pace.go_back(resumed.epoch)
        batches = self.plan.batches if self.plan else 0
        self.loss.go_back(resumed.epoch - 1 + resumed.batch / max(batches, 1))

    @property
    def best(self) -> int | None:
        """The epoch kept so far."""
        return progress_words.kept(self.epochs.values())

    def validation_auc(self) -> list[tuple[float, float]]:
        """(epoch, AUC on validation); an epoch without such a figure is left out."""
        return [
            (number, old.validation["auc"]) for number, old in sorted(self.epochs.items()) if "auc" in old.validation
        ]

    @property
    def total_epochs(self) -> int | None:
        return self.plan.epochs if self.plan else None

    @property
    def epochs_done(self) -> float:
        """Epochs finished, including the finished part of the current one."""
        done = float(max(self.epochs, default=0))
        if self.batch is not None and self.batch.epoch > done:
            done = self.batch.epoch - 1 + self.batch.batch / max(self.batch.batches, 1)
        return done

    def share(self) -> float | None:
        """Share of all batches that is done, or of the stage after them, 0 to 1; ``None`` before training."""
        if self.after is not None:
            return min(self.after.done / self.after.total, 1.0)
        if self.plan is None or not self.plan.epochs or self.state in ("queued", "preparing"):
            return None
        return min(self.epochs_done / self.plan.epochs, 1.0)

    def seconds_left(self) -> float | None:
        """To the end of training, see :class:`~gendertui.training.pace.Pace`; of a stage after it, of that."""
        if self.after is not None:
            return None if self.over else self.after.seconds_left
        if self.plan is None or self.over or self.share() is None:
            return None
        return self.pace.seconds_left(self.plan, self.best)

    def headline(self) -> str:
        """A few words for the header: ``training 2/3``, ``training on all films``."""
        if self.state == "training" and self.after is not None:
            return self.after.name
        if self.state == "training" and self.plan is not None:
            number = self.batch.epoch if self.batch else max(self.epochs, default=0) + 1
            return f"training {min(number, self.plan.epochs)}/{self.plan.epochs}"
        return self.state
