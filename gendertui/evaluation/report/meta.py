"""What a report says that is not in the scores."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from gendertui.corpus.units import Unit, Units
from gendertui.evaluation.report.read import Report

_OWN = ("labels", "protocol", "epochs", "article", "test_readings", "units")
"""Fields of :class:`Meta` that a report read back has as its own."""


@dataclass(frozen=True)
class Meta:
    """What a report says that is not in the scores. JSON-able; holds no path and no line's text."""

    labels: tuple[str, str]
    protocol: str
    requested: str
    unit: Unit
    """What is resampled: groups; speakers or lines where the corpus has no groups."""
    units: Units
    """What the corpus calls its groups and speakers, and what its labels are about."""
    epochs: int
    majority: int
    """Code of the commonest label of train."""
    shared_groups: int = 0
    """Groups with rows both in train and in validation."""
    network: str = ""
    corpus: str = ""
    data_hash: str = ""
    baseline: dict[str, Any] = field(default_factory=dict)
    article: dict[str, float] | None = None
    """Under the tutorial protocol, ``accuracy`` and ``loss`` of the kept epoch averaged over batches."""
    test_readings: int | None = None
    """How often the test set of this split has been read, over all runs; ``None``: never."""
    refit: dict[str, Any] | None = None
    """What the published model learnt from, if it is not the measured one; see
    :class:`gendertui.model.refit.Refit`."""
    notes: tuple[str, ...] = ()
    """Sentences that the scores do not give."""

    @classmethod
    def of(cls, report: Report) -> Meta:
        """What a report was made with, to make it anew from its scores."""
        known = {**report.meta, **{name: getattr(report, name) for name in _OWN}}
        notes = tuple(report.meta.get("remarks", ()))
        return cls(notes=notes, **{each.name: known[each.name] for each in fields(cls) if each.name in known})

    @property
    def unseen(self) -> bool:
        """Whether no group that is measured on has a line in train."""
        return self.unit != "line" and not self.shared_groups
