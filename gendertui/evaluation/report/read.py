"""``report.json`` as the screens and commands read it.

:class:`Report` mirrors the JSON that :mod:`gendertui.evaluation.report.build` writes. Reports of older schemas are read
too (:mod:`gendertui.model.report_schema`): what they lack is empty. :func:`verdict_lines` is the one rendering
of it in words that the command line and the Verdict pane share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from gendertui import state_files
from gendertui.corpus.splits import is_parity, title
from gendertui.corpus.units import Unit, Units
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.report.character_lines import character_lines
from gendertui.evaluation.report.schema import (
    CalibrationBin,
    CharacterReport,
    Confusion,
    Count,
    Curves,
    Estimate,
    Estimates,
    LinesBin,
    Mistake,
    Mistakes,
    Slice,
    sentence,
)
from gendertui.formatting import number, percent
from gendertui.model.answers import Answer, answer_lines, answers
from gendertui.model.report_schema import OLDER, SCHEMA, upgraded

__all__ = [
    "CalibrationBin",
    "CharacterReport",
    "Confusion",
    "Curves",
    "Estimate",
    "Estimates",
    "LinesBin",
    "Mistake",
    "Mistakes",
    "Report",
    "SetReport",
    "Slice",
    "read_report",
    "verdict_lines",
]

BASELINE_NAMES = {
    "majority": "majority",
    "tfidf-logistic": "TF-IDF + LR",
    "words-characters": "words + chars",
    "mean-of-lines": "mean of lines",
    "tfidf-text": "TF-IDF, text",
}
"""Baseline → how it is called on a screen."""


class SetReport(msgspec.Struct, frozen=True):
    """The figures of one set (``validation``, and ``test`` once it has been opened)."""

    name: str
    rows: Count
    groups: Count
    unit: Unit
    """What is resampled for the intervals, and counted as ``groups``."""
    counts: dict[str, Count]
    model: Estimates
    baselines: dict[str, Estimates]
    confusion: Confusion
    """Rows: labelled negative, labelled positive; columns: predicted so."""
    too_few: str = ""
    """Of which label there are too few lines for figures, in words; there are none then."""
    paired: dict[str, Estimates] = msgspec.field(default_factory=dict)
    """Baseline → metric → model minus baseline on the same resamples."""
    answers: tuple[Answer, ...] = ()
    """To the questions a verdict begins with; worked out when the report is read."""
    confidence: tuple[dict[str, Any], ...] = ()
    abstained: dict[str, Any] = msgspec.field(default_factory=dict)
    characters: CharacterReport | None = None
    slices: dict[str, tuple[Slice, ...]] = msgspec.field(default_factory=dict)
    """Property (``length``, ``group``, …, in display order) → its slices; one the corpus lacks is not there."""
    slices_omitted: dict[str, Count] = msgspec.field(default_factory=dict)
    """How many slices of a kind are not shown, the smallest ones."""
    curves: Curves = Curves()
    mistakes: Mistakes = Mistakes()


class Averaged(msgspec.Struct, frozen=True):
    """Figures averaged over batches, as the article averages them."""

    accuracy: float
    loss: float


class Report(msgspec.Struct, frozen=True):
    """A run's ``report.json``."""

    labels: tuple[str, str]
    protocol: str
    units: Units
    """What the corpus calls its groups and speakers, and what its labels are about."""
    sentence: str
    sets: dict[str, SetReport]
    notes: tuple[str, ...] = ()
    epoch: int = 0
    epochs: int = 0
    article: Averaged | None = None
    """Under the tutorial protocol the kept epoch's figures on the article's test set."""
    test_readings: int | None = None
    """How often the test set of this split has been read, over all runs; ``None`` before it is opened."""
    meta: dict[str, Any] = msgspec.field(default_factory=dict)
    """Everything else the writer put in at the top."""

    @property
    def split(self) -> str:
        """The split protocol in the corpus's words: ``by film``."""
        return title(self.protocol, self.units)

    def of_groups(self, unit: Unit, number: int) -> str:
        """`` of 44 films``, after a number of lines; empty where lines are the unit."""
        return "" if unit == "line" else f" of {self.units.noun(unit).counted(number)}"

    @property
    def parity(self) -> bool:
        """Whether the split is the article's: its test set plays validation's part, and there is no other."""
        return is_parity(self.protocol)

    @classmethod
    def from_json(cls, value: Mapping[str, Any], *, where: str | None = None) -> Report:
        """Read the JSON object.

        :raises GendertuiError: it is of another schema, or a part is missing or of another kind.
        """
        try:
            # By way of JSON, which has neither NaN nor numpy's numbers.
            plain: dict[str, Any] = msgspec.json.decode(json.dumps(value, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            raise GendertuiError(f"the report is incomplete: {error}", where=where, code=ExitCode.RUN) from error
        return cls._read(plain, where)

    @classmethod
    def _read(cls, value: dict[str, Any], where: str | None) -> Report:
        if value.get("schema") not in (SCHEMA, *OLDER):
            raise GendertuiError(
                f"the report is of schema {value.get('schema')!r}, this program reads up to {SCHEMA}",
                where=where,
                code=ExitCode.RUN,
            )
        try:
            value = upgraded(value)
            units = Units.from_json(value["units"])
            sets = {
                name: {**part, "name": name, "answers": [asdict(answer) for answer in answers(part, units)]}
                for name, part in value["sets"].items()
            }
            known = {"schema", *cls.__struct_fields__} - {"meta"}
            meta = {key: part for key, part in value.items() if key not in known}
            return msgspec.convert({**value, "sets": sets, "meta": meta}, cls)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            missing = f"no {error}" if isinstance(error, KeyError) else str(error)
            raise GendertuiError(f"the report is incomplete: {missing}", where=where, code=ExitCode.RUN) from error


def read_report(path: Path) -> Report:
    """Read a run's or a bundle's ``report.json``.

    :raises GendertuiError: it is missing, cannot be read, incomplete, or of another schema.
    """
    try:
        value = state_files.read_object(path)
    except FileNotFoundError as error:
        raise GendertuiError(
            "there is no report yet: the run has not finished", where=str(path), code=ExitCode.RUN
        ) from error
    except ValueError as error:
        raise GendertuiError(f"the report cannot be read: {error}", where=str(path), code=ExitCode.RUN) from error
    return Report._read(value, str(path))


def verdict_lines(report: Report | Mapping[str, Any]) -> list[str]:
    """The report in words, the two plain answers first. Sentences are not wrapped; the lines of the tables fit 78
    cells."""
    if not isinstance(report, Report):
        report = Report.from_json(report)
    lines = [report.sentence]
    for place, part in enumerate(report.sets.values()):
        plain = answer_lines(part.answers)
        if plain and not place:
            lines = [*plain, "", *lines]
        lines += ["", *_heading(report, part), *_table_of_set(report, part), *_confusion(report.labels, part)]
        if plain and place:
            lines += ["", *plain]
        if part.characters is not None:
            lines += ["", part.characters.sentence, *_table(part.characters, report.units)]
            more = character_lines(part.characters, report.units)
            lines += ["", *more] if more else []
    if report.article is not None:
        lines += ["", _article(report.article)]
    if report.notes:
        lines += ["", *report.notes]
    return lines


def _heading(report: Report, part: SetReport) -> list[str]:
    lines = [f"{part.name}: {part.rows:,} lines{report.of_groups(part.unit, part.groups)}, split {report.split}"]
    if part.name == "test" and report.test_readings is not None:
        times = "once" if report.test_readings == 1 else f"{report.test_readings:,} times"
        lines.append(f"The test set of this split has been read {times}, over all runs.")
    return lines


def _table_of_set(report: Report, part: SetReport) -> list[str]:
    """The figures; where there are too few lines for any, that, unless the report's own sentence says it already."""
    if not part.too_few:
        return [*_table(part, report.units), ""]
    words = sentence(part.too_few)
    return [] if words == report.sentence else [words]


def _table(part: SetReport | CharacterReport, units: Units) -> list[str]:
    within = f"AUC within {units.noun('group').many}" if "auc_within" in part.model else ""
    rows = [("", "balanced accuracy", "AUC", within)]
    for name, shown in (
        ("this model", part.model),
        *((BASELINE_NAMES.get(name, name), baseline) for name, baseline in part.baselines.items()),
    ):
        balanced = _shown(shown, "balanced_accuracy", percent=True)
        rows.append((name, balanced, _shown(shown, "auc"), _shown(shown, "auc_within")))
    return [f"{name:<14}{balanced:<22}{auc:<21}{within}".rstrip() for name, balanced, auc, within in rows]


def _shown(shown: Estimates, metric: str, *, percent: bool = False) -> str:
    return shown[metric].text(percent=percent) if metric in shown else ""


def _confusion(labels: tuple[str, str], part: SetReport) -> list[str]:
    header = f"{'':<14}" + "".join(f"{f'predicted {label}':>16}" for label in labels)
    rows = [
        f"{f'labelled {label}':<14}" + "".join(f"{count:>16,}" for count in counts)
        for label, counts in zip(labels, part.confusion, strict=True)
    ]
    return [header, *rows]


def _article(averaged: Averaged) -> str:
    return (
        f"As the article counts, averaged over batches: accuracy {percent(averaged.accuracy, 2)}, "
        f"loss {number(averaged.loss)}."
    )
