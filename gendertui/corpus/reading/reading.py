"""How a corpus was read: what was decided, why, and what else it could have been."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.labels import Labels
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions, delimiter_name
from gendertui.corpus.units import NO_UNITS, Units
from gendertui.sanitize import escape_control

_SHOWN_COLUMNS = 12


@dataclass(frozen=True)
class Roles:
    """Which columns of a file's records hold what; ``None``: no column does."""

    text: tuple[str, ...]
    """More than one where a text goes on in further columns; joined by the file's delimiter, empty ones left out."""
    label: str | None = None
    group_id: str | None = None
    line_id: str | None = None
    speaker_id: str | None = None
    speaker: str | None = None
    title: str | None = None
    year: str | None = None
    genres: str | None = None
    credit: str | None = None
    conversation_id: str | None = None
    position: str | None = None
    split: str | None = None

    def single(self) -> dict[str, str]:
        """Column of the lines table → column of the records, ``text`` and ``label`` left out."""
        return {
            each.name: value
            for each in dataclasses.fields(self)
            if each.name not in ("text", "label") and (value := getattr(self, each.name)) is not None
        }


@dataclass(frozen=True)
class Reading:
    """How a corpus was read."""

    options: ReadingOptions = NO_OPTIONS
    """What was asked for."""
    decisions: tuple[Decision, ...] = ()
    columns: tuple[str, ...] = ()
    """Every column of the file, in its order."""
    values: Mapping[str, int] = field(default_factory=dict)
    """Value of the label column → rows; the empty value stands for none."""
    units: Units = NO_UNITS
    labels: Labels | None = None
    """What the values of the label column stand for. Not stored: made from ``values``."""

    def decision(self, name: str) -> Decision | None:
        """The decision about a field."""
        return next((each for each in self.decisions if each.field == name), None)

    @property
    def described(self) -> str:
        """What the file is, for a refusal: ``comma-separated, cp1252, columns v1, v2``."""
        return described(self.decisions, self.columns)

    def to_json(self) -> dict[str, Any]:
        return {
            "options": self.options.to_json(),
            "decisions": [dataclasses.asdict(each) for each in self.decisions],
            "columns": list(self.columns),
            "values": dict(self.values),
            "units": self.units.to_json(),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Reading:
        decisions = ({**each, "others": tuple(each["others"])} for each in value["decisions"])
        return cls(
            ReadingOptions.from_json(value["options"]),
            tuple(Decision(**each) for each in decisions),
            tuple(value["columns"]),
            dict(value["values"]),
            Units.from_json(value["units"]),
        )


def described(decisions: Iterable[Decision], columns: Sequence[str]) -> str:
    """What a file is, by what was decided about it: ``comma-separated, cp1252, columns v1, v2``."""
    values = {each.field: each.value for each in decisions}
    separated = [f"{delimiter_name(delimiter)}-separated"] if (delimiter := values.get("delimiter")) else []
    names = ", ".join(columns[:_SHOWN_COLUMNS]) + (", …" if len(columns) > _SHOWN_COLUMNS else "")
    return ", ".join([*separated, *filter(None, [values.get("encoding")]), f"columns {escape_control(names)}"])


NOT_READ = Reading()
"""Of a corpus that was made in memory."""
