"""Which model answers where none was asked for, and why each of the others does not.

A run takes over from the model that answers only with evidence that it should:

- it can be told from guessing: the 95 % interval of its AUC on validation lies above one half. Where there is no
  interval (too few groups, or too few lines of a label) nothing tells the two apart, whatever the value is;
- it is not worse on the same corpus: of two models with the same data and the same split protocol, the one with the
  higher AUC on validation stays. Another seed of the split counts as the same: that a lower figure may be bad luck is
  no reason to put it in the place of a higher one. Figures of other corpora and other protocols cannot be compared.

A person who says which, by ``models use`` or ``train --use`` and ``--no-use``, goes before all this. The app asks when
a run ends in front of it, and goes on answering with the model it has until it is told; what nobody decides is left to
this rule.

AUC, since epochs are chosen by it and it needs no threshold. What was imported waits to be asked as well.

Nothing is decided once and written down: the decision is made from the reports, in the order in which the models were
made, and so is the same every time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gendertui import formatting
from gendertui.corpus.units import NO_UNITS, Unit, Units
from gendertui.model.answers import beats_guessing
from gendertui.model.report_schema import upgraded


@dataclass(frozen=True)
class Evidence:
    """What a model's report says of it, as far as it decides whether the model answers."""

    data_hash: str
    protocol: str
    unit: str
    """What intervals are drawn over, in the plural: ``films``."""
    balanced_accuracy: float | None
    auc: float | None
    """Of validation; ``None`` where the report has no such figure."""
    low: float | None
    """95 % interval of the AUC."""
    high: float | None
    balanced_interval: tuple[float, float] | None = None
    """95 % interval of the balanced accuracy."""

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> Evidence:
        """Read it from a report of any schema; what that lacks is empty.

        :raises AttributeError: it is no report. :raises KeyError: :raises TypeError: :raises ValueError: likewise.
        """
        report = upgraded(dict(report))
        validation = report.get("sets", {}).get("validation", {})
        figures = validation.get("model", {})
        auc, balanced = figures.get("auc"), figures.get("balanced_accuracy")
        low, high = (auc.get("low"), auc.get("high")) if auc else (None, None)
        return cls(
            data_hash=str(report.get("data_hash") or ""),
            protocol=str(report.get("protocol") or ""),
            unit=_plural(report, validation),
            balanced_accuracy=None if balanced is None else float(balanced["value"]),
            auc=None if auc is None else float(auc["value"]),
            low=None if low is None else float(low),
            high=None if high is None else float(high),
            balanced_interval=_ends(balanced),
        )

    @property
    def figure(self) -> str:
        """The figure shown with the model's name: its balanced accuracy, ``57.9 %``; empty if there is none."""
        return "" if self.balanced_accuracy is None else formatting.percent(self.balanced_accuracy)

    @property
    def figures(self) -> str:
        """Both figures with their intervals: ``balanced accuracy 57.9 % (55.8–60.1), AUC 0.611 (0.592–0.630)``."""
        parts = []
        if self.balanced_accuracy is not None:
            low, high = self.balanced_interval or (None, None)
            shown = formatting.estimate(self.balanced_accuracy, low, high, in_percent=True)
            parts.append(f"{formatting.METRIC_NAMES['balanced_accuracy']} {shown}")
        if self.auc is not None:
            parts.append(f"{formatting.METRIC_NAMES['auc']} {formatting.estimate(self.auc, self.low, self.high)}")
        return ", ".join(parts)

    @property
    def guessing(self) -> str:
        """Why the model cannot be told from guessing, in words; empty where it can."""
        if self.auc is None:
            return "no figure tells it from guessing"
        if self.low is None or self.high is None:
            return f"too few {self.unit} to tell it from guessing"
        return "" if beats_guessing(self.low) else "cannot be told from guessing"

    def beside(self, name: str) -> str:
        """``films · 57.9 %``, or ``films · 47.8 %, cannot be told from guessing``."""
        return ", ".join(part for part in (f"{name} · {self.figure}", self.guessing) if part) if self.figure else name

    def worse_than(self, other: Evidence) -> bool:
        """Whether both were judged on the same corpus, split by the same protocol, and this one did less well."""
        if not self.is_comparable(other) or self.auc is None or other.auc is None:
            return False
        return self.auc < other.auc

    def is_comparable(self, other: Evidence) -> bool:
        """Whether both were judged on the same corpus, split by the same protocol."""
        return self.data_hash == other.data_hash != "" and self.protocol == other.protocol


def _ends(figure: Mapping[str, Any] | None) -> tuple[float, float] | None:
    if figure is None or figure.get("low") is None or figure.get("high") is None:
        return None
    return float(figure["low"]), float(figure["high"])


def _plural(report: Mapping[str, Any], validation: Mapping[str, Any]) -> str:
    units = Units.from_json(report["units"]) if "units" in report else NO_UNITS
    unit: Unit = validation.get("unit") or "group"
    return units.noun(unit).many


def compared_in_words(name: str, evidence: Evidence, other: str, others: Evidence) -> str:
    """What there is to say of a run's model beside the one that answers, in a sentence for who is to choose."""
    if evidence.guessing:
        return f"{name}: {evidence.guessing}."
    if not evidence.is_comparable(others) or evidence.auc is None or others.auc is None:
        return "They were judged on different lines: their figures cannot be compared."
    if evidence.auc == others.auc:
        return "On the same corpus, both have the same AUC."
    return f"On the same corpus, {name if evidence.auc > others.auc else other} has the higher AUC."


@dataclass(frozen=True)
class Candidate:
    """A model that might answer."""

    name: str
    folder: Path
    evidence: Evidence
    from_run: bool
    """A run on this machine published it."""


def succession(shipped: Candidate | None, published: Sequence[Candidate]) -> tuple[Candidate | None, dict[Path, str]]:
    """The model that answers by itself, and of each other why it does not.

    :param published: from the oldest to the newest.
    :returns: ``None`` where there is no model; and folder → words, ``cannot be told from guessing``.
    """
    incumbent = shipped
    reasons: dict[Path, str] = {}
    for candidate in published:
        reason = _against(candidate, incumbent)
        if reason:
            reasons[candidate.folder] = f"newest, but {reason}" if candidate is published[-1] else reason
            continue
        if incumbent is not None:
            reasons[incumbent.folder] = f"{candidate.name} came after it"
        incumbent = candidate
    return incumbent, reasons


def _against(candidate: Candidate, incumbent: Candidate | None) -> str:
    """What keeps a model from taking over; nothing if no other model answers."""
    if incumbent is None:
        return ""
    if not candidate.from_run:
        return "imported: it answers once it is chosen"
    if candidate.evidence.guessing:
        return candidate.evidence.guessing
    if candidate.evidence.worse_than(incumbent.evidence):
        return f"worse than {incumbent.name} on the same corpus"
    return ""
