"""The events of a run: one JSON object per line in ``events.jsonl``.

Every line carries ``v`` (schema version), ``type`` and ``time`` (seconds since the epoch, UTC). A line that is
incomplete, or of an unknown type or version, parses to ``None`` and is skipped.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from gendertui import state_files

SCHEMA = 1
STARTING = "starting"
"""The stage that each worker of a run begins with."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events."""

    type: ClassVar[str] = ""
    time: float = field(default_factory=time.time)

    def to_json(self) -> str:
        """One line, without its newline."""
        return json.dumps(self.to_object(), ensure_ascii=False)

    def to_object(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {"v": SCHEMA, "type": self.type, **dataclasses.asdict(self)}


@dataclass(frozen=True, kw_only=True)
class Stage(Event):
    """A step before or after training; ``total`` is 0 if unknown, ``seconds_left`` ``None``."""

    type: ClassVar[str] = "stage"
    name: str
    done: int = 0
    total: int = 0
    unit: str = ""
    seconds_left: float | None = None


@dataclass(frozen=True, kw_only=True)
class Plan(Event):
    """What is about to be trained; ``coverage`` is the share of train tokens with a pretrained vector.

    ``epochs`` is the most there will be; patience or a bound on the time may cut it short. ``patience`` are the epochs
    without a better one after which training ends, ``None`` where it does not; they count from ``patience_from`` at the
    earliest, not 0 in a run that was continued. ``selection_metric`` is the configuration's.
    ``refit_rows`` are the lines of the training on all lines that follows, ``None`` where none does. ``chance`` is how
    far from 0.5 the AUC of guessing lies on so many validation lines, 95 times of 100; ``None`` with too few of them.
    ``averaged_over`` is as in :class:`Epoch`, ``processes`` are those that train together. Runs of older versions lack
    these seven.
    """

    type: ClassVar[str] = "plan"
    epochs: int
    batches: int
    parameters: int
    device: str
    train_rows: int
    validation_rows: int
    vocabulary: int
    coverage: float | None = None
    may_end_sooner: bool = False
    refit_rows: int | None = None
    chance: float | None = None
    selection_metric: str = ""
    averaged_over: str = "rows"
    patience: int | None = None
    patience_from: int = 0
    processes: int = 1


@dataclass(frozen=True, kw_only=True)
class Batch(Event):
    """At most ten a second, one a second after the first hour of training.

    ``loss`` is the mean since the epoch began; epochs and batches count from 1. ``rows`` and ``seconds`` are those of
    the epoch so far, without pauses; ``share`` is that of its work, 0 to 1. Runs of older versions lack these three.
    """

    type: ClassVar[str] = "batch"
    epoch: int
    batch: int
    batches: int
    loss: float
    lines_per_second: float
    tokens_per_second: float
    learning_rate: float
    memory_bytes: int | None = None
    rows: int | None = None
    seconds: float | None = None
    share: float | None = None


@dataclass(frozen=True, kw_only=True)
class Epoch(Event):
    """The end of an epoch, counted from 1.

    ``train`` holds loss and accuracy; ``validation`` also balanced_accuracy and auc, or the loss alone where validation
    has too few lines of a label for figures. ``averaged_over`` is
    ``batches`` under the tutorial protocol, as in the article, else ``rows``. ``auc_low`` and ``auc_high`` are the 95 %
    interval of the validation's AUC over its groups, ``None`` where there are too few, or in runs of older versions.
    """

    type: ClassVar[str] = "epoch"
    epoch: int
    epochs: int
    train: dict[str, float]
    validation: dict[str, float]
    seconds: float
    best: bool
    averaged_over: str = "rows"
    auc_low: float | None = None
    auc_high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Baselines(Event):
    """Validation figures of the baselines, drawn as reference lines: name → metric → value."""

    type: ClassVar[str] = "baselines"
    figures: dict[str, dict[str, float]]


@dataclass(frozen=True, kw_only=True)
class Checkpoint(Event):
    """A checkpoint is on disk: ``batch`` batches of ``epoch`` are finished.

    ``stage`` names a training that is a stage of its own, without epochs of the table.
    """

    type: ClassVar[str] = "checkpoint"
    epoch: int
    batch: int
    stage: str = ""


@dataclass(frozen=True, kw_only=True)
class Warning(Event):
    """A warning, which does not stop the run; ``kind`` is one of those below, or empty."""

    type: ClassVar[str] = "warning"
    text: str
    kind: str = ""


OVERFITTING, ONE_CLASS, STILL_LEARNING = "overfitting", "one-class", "still-learning"
"""Kinds of :class:`Warning`."""


@dataclass(frozen=True, kw_only=True)
class Resumed(Event):
    """The run continues from a checkpoint; ``why`` says what prevents it from being bit-identical; ``stage`` as of
    :class:`Checkpoint`.
    """

    type: ClassVar[str] = "resumed"
    epoch: int
    batch: int
    bit_identical: bool
    why: str = ""
    stage: str = ""


@dataclass(frozen=True, kw_only=True)
class Done(Event):
    """The run is over; ``model`` is the published model's name, empty where none was to be published."""

    type: ClassVar[str] = "done"
    run: str
    model: str
    seconds: float
    stopped_early: bool = False


@dataclass(frozen=True, kw_only=True)
class Error(Event):
    """The run failed.

    ``resume_with`` has the fields to change where the run is resumed, and is ``None`` where it would fail again.
    """

    type: ClassVar[str] = "error"
    text: str
    hint: str = ""
    resume_with: dict[str, int] | None = field(default_factory=dict)


BATCH_LINE = json.dumps({"v": SCHEMA, "type": Batch.type}).removesuffix("}").encode()
"""How the line of a :class:`Batch` begins: most lines of a run, told apart without parsing them."""

_TYPES: dict[str, type[Event]] = {
    kind.type: kind for kind in (Stage, Plan, Batch, Epoch, Baselines, Checkpoint, Warning, Resumed, Done, Error)
}


def parse(line: str) -> Event | None:
    """The event of one line; ``None`` if the line is incomplete, has a value of another type, or is not of this schema.

    What this version does not know of an event is left out.
    """
    try:
        return event_of(state_files.parse_object(line))
    except ValueError:
        return None


def event_of(value: Mapping[str, Any]) -> Event | None:
    """The event of one JSON object, as of :func:`parse`."""
    kind = _TYPES.get(str(value.get("type")))
    if kind is None or value.get("v") != SCHEMA:
        return None
    try:
        return state_files.typed(dict(value), kind)
    except ValueError:
        return None
