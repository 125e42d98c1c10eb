"""A learning curve as records: what the commands print, the app draws, and a run's folder keeps.

No import of an array library: the app reads them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from gendertui import state_files
from gendertui.corpus.units import Unit, Units
from gendertui.evaluation.report.schema import Count, Estimates

SCHEMA = 1
METRICS = ("balanced_accuracy", "auc")
"""What is measured at each size, in the order of tables."""
LINEAR, CHARACTERS, NETWORK = "tfidf-logistic", "characters", "network"
"""The models: TF-IDF with logistic regression on lines, the score of whole characters, and the run's own network on
lines."""

MODEL_NAMES = {LINEAR: "TF-IDF + LR", CHARACTERS: "all of their lines", NETWORK: "the run's network"}
"""What they classify by, on a screen: lines by TF-IDF + LR."""
DIVISORS = (8, 4, 2, 1)
"""Shares of the training set, smallest first: ``1/divisor``."""


class Size(msgspec.Struct, frozen=True):
    """Models that were trained on one share of the training set."""

    divisor: int
    """The share is ``1/divisor``."""
    units: Count
    """Mean number of whole films (or whatever is drawn) they learnt from."""
    lines: Count
    """Mean number of labelled lines."""
    fits: Count
    """How many models, each on a share of its own."""
    figures: Estimates
    """Metric → its mean over the models."""


class Curve(msgspec.Struct, frozen=True):
    """One kind of model at growing sizes."""

    model: str
    subject: Unit
    """What is classified: lines, or whole speakers."""
    rows: Count
    """Number of those in the validation set."""
    groups: Count
    """Number of groups that intervals resample."""
    sizes: tuple[Size, ...]
    """Each twice the one before, all of the training set last."""
    last: Estimates
    """Metric → what the last doubling brought; nothing where a half was not measured."""
    next: Estimates
    """Metric → what the next doubling would bring, a forecast; nothing where too few sizes were measured."""


class LearningCurve(msgspec.Struct, frozen=True):
    """All curves of a run."""

    schema: int
    unit: Unit
    """What is drawn whole: ``group``, ``speaker``, or ``line`` where neither is kept together."""
    units: dict[str, Any]
    """What the corpus calls its parts, see :class:`~gendertui.corpus.units.Units`."""
    curves: tuple[Curve, ...]
    missing: str = ""
    """Which curve could not be measured on this corpus and why, as a sentence."""

    @property
    def words(self) -> Units:
        """What the corpus calls its parts."""
        return Units.from_json(self.units)

    @property
    def has_network(self) -> bool:
        """Whether the run's own network was measured too."""
        return any(curve.model == NETWORK for curve in self.curves)

    def to_json(self) -> dict[str, Any]:
        """As it is printed and kept."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    @classmethod
    def from_json(cls, value: Any) -> LearningCurve:
        """:raises ValueError: it is not what :meth:`to_json` gave."""
        found = msgspec.convert(value, cls)
        if found.schema != SCHEMA:
            raise ValueError(f"a learning curve of schema {found.schema}")
        return found


def read(path: Path) -> LearningCurve | None:
    """What a file keeps; ``None`` where it is missing, damaged or of another version: it can be measured again."""
    try:
        return LearningCurve.from_json(state_files.read_object(path))
    except (OSError, ValueError):
        return None
