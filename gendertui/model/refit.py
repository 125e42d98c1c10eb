"""What a report says of a refit: that the published model is another one than the one its figures are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gendertui.corpus.units import Unit, Units
from gendertui.formatting import percent


@dataclass(frozen=True)
class Refit:
    """What the published model was trained on, after its sibling had been measured."""

    rows: int
    """Labelled lines, each once."""
    groups: int
    unit: Unit
    """What is counted as ``groups``."""
    share: float
    """Share of these lines that the sibling was trained on, 0 to 1."""
    epochs: int

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> Refit | None:
        """What a ``report.json`` says of it; ``None`` if the published model is the measured one."""
        return cls(**report["refit"]) if report.get("refit") else None

    def sentence(self, units: Units) -> str:
        """What a reader of the figures must know."""
        of_groups = "" if self.unit == "line" else f" ({units.noun(self.unit).counted(self.groups)})"
        epochs = "1 epoch" if self.epochs == 1 else f"{self.epochs} epochs"
        return (
            f"The figures are those of a sibling trained on {percent(self.share, 0)} of the labelled lines. The "
            f"published model was trained once more by the same recipe, for {epochs}, on all {self.rows:,} of "
            f"them{of_groups}, so that no line is left to measure it on."
        )


def with_refit(report: Mapping[str, Any], refit: Refit) -> dict[str, Any]:
    """A run's ``report.json`` with what the published model learnt from; one that says so already is the same."""
    sentence = refit.sentence(Units.from_json(report["units"]))

    def noted(notes: list[str]) -> list[str]:
        return [*(note for note in notes if note != sentence), sentence]

    return {
        **report,
        "refit": asdict(refit),
        "notes": noted(report["notes"]),
        "remarks": noted(report["remarks"]),
    }
