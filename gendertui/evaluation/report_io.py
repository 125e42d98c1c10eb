"""``report.json`` as the screens and commands read it: the standard library alone.

:class:`Report` mirrors the JSON that :mod:`gendertui.evaluation.report` writes; :func:`verdict_lines` is the one
rendering of it in words that the command line and the Verdict pane share.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gendertui.errors import ExitCode, GendertuiError

SCHEMA = 1

BASELINE_NAMES = {"majority": "majority", "tfidf-logistic": "TF-IDF + LR"}
"""Baseline → how it is called on a screen."""

UNITS = {"movie": "films", "character": "characters", "line": "lines"}
"""What is resampled for the intervals → its plural on a screen."""

FEW_GROUPS = "too few films for an interval"


@dataclass(frozen=True)
class Figure:
    """One metric of one set: its value, its 95 % interval where there is one, and why not where there is none."""

    value: float
    low: float | None = None
    high: float | None = None
    groups: int = 0
    note: str = ""

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Figure:
        return cls(
            value=float(value["value"]),
            low=value.get("low"),
            high=value.get("high"),
            groups=int(value.get("groups", 0)),
            note=str(value.get("note") or ""),
        )

    def text(self, *, percent: bool = False) -> str:
        """``57.1 % (55.9–58.3)`` or ``0.602 (0.589–0.614)``; without an interval the value alone."""
        if percent:
            shown = f"{100 * self.value:.1f} %"
            between = "" if self.low is None or self.high is None else f" ({100 * self.low:.1f}–{100 * self.high:.1f})"
        else:
            shown = f"{self.value:.3f}"
            between = "" if self.low is None or self.high is None else f" ({self.low:.3f}–{self.high:.3f})"
        return shown + between


@dataclass(frozen=True)
class SetReport:
    """The figures of one set (``validation``, and ``test`` once it has been opened)."""

    name: str
    rows: int
    groups: int
    unit: str
    counts: dict[str, int]
    model: dict[str, Figure]
    baselines: dict[str, dict[str, Figure]]
    confusion: tuple[tuple[int, int], tuple[int, int]]
    """Rows: labelled negative, labelled positive; columns: predicted so."""
    paired: dict[str, dict[str, Figure]] = field(default_factory=dict)
    """Baseline → metric → model minus baseline on the same resamples."""
    confidence: tuple[dict[str, Any], ...] = ()
    abstained: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, name: str, value: Mapping[str, Any]) -> SetReport:
        (tn, fp), (fn, tp) = value["confusion"]
        return cls(
            name=name,
            rows=int(value["rows"]),
            groups=int(value["groups"]),
            unit=str(value["unit"]),
            counts={str(label): int(count) for label, count in value["counts"].items()},
            model=_figures(value["model"]),
            baselines={str(key): _figures(part) for key, part in value["baselines"].items()},
            confusion=((int(tn), int(fp)), (int(fn), int(tp))),
            paired={str(key): _figures(part) for key, part in value.get("paired", {}).items()},
            confidence=tuple(value.get("confidence", ())),
            abstained=dict(value.get("abstained", {})),
        )


@dataclass(frozen=True)
class Report:
    """A run's ``report.json``."""

    labels: tuple[str, str]
    protocol: str
    sentence: str
    sets: dict[str, SetReport]
    notes: tuple[str, ...] = ()
    epoch: int = 0
    epochs: int = 0
    meta: dict[str, Any] = field(default_factory=dict)
    """Everything else the writer put in at the top."""

    @classmethod
    def from_json(cls, value: Mapping[str, Any], *, where: str | None = None) -> Report:
        """Read the JSON object.

        :raises GendertuiError: it is of another schema, or a part is missing.
        """
        if value.get("schema") != SCHEMA:
            raise GendertuiError(
                f"the report is of schema {value.get('schema')!r}, this program reads {SCHEMA}",
                where=where,
                code=ExitCode.RUN,
            )
        known = {"schema", "labels", "protocol", "sentence", "sets", "notes", "epoch", "epochs"}
        try:
            negative, positive = value["labels"]
            return cls(
                labels=(str(negative), str(positive)),
                protocol=str(value["protocol"]),
                sentence=str(value["sentence"]),
                sets={str(name): SetReport.from_json(str(name), part) for name, part in value["sets"].items()},
                notes=tuple(str(note) for note in value.get("notes", ())),
                epoch=int(value.get("epoch", 0)),
                epochs=int(value.get("epochs", 0)),
                meta={key: part for key, part in value.items() if key not in known},
            )
        except (KeyError, TypeError, ValueError) as error:
            raise GendertuiError(
                f"the report is incomplete: {type(error).__name__}: {error}", where=where, code=ExitCode.RUN
            ) from error


def read_report(path: Path) -> Report:
    """Read a run's or a bundle's ``report.json``.

    :raises GendertuiError: it is missing, not JSON, incomplete, or of another schema.
    """
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise GendertuiError(
            "there is no report yet: the run has not finished", where=str(path), code=ExitCode.RUN
        ) from error
    except ValueError as error:
        raise GendertuiError(f"the report is not JSON: {error}", where=str(path), code=ExitCode.RUN) from error
    if not isinstance(value, dict):
        raise GendertuiError("the report is not a JSON object", where=str(path), code=ExitCode.RUN)
    return Report.from_json(value, where=str(path))


def verdict_lines(report: Report | Mapping[str, Any]) -> list[str]:
    """The report in words. Sentences are not wrapped; the lines of the tables fit 78 cells."""
    if not isinstance(report, Report):
        report = Report.from_json(report)
    lines = [report.sentence]
    for part in report.sets.values():
        lines += ["", _heading(report, part), *_table(part), "", *_confusion(report.labels, part)]
    if report.notes:
        lines += ["", *report.notes]
    return lines


def _figures(value: Mapping[str, Any]) -> dict[str, Figure]:
    return {str(metric): Figure.from_json(part) for metric, part in value.items()}


def _heading(report: Report, part: SetReport) -> str:
    unit = UNITS.get(part.unit, part.unit)
    groups = "" if part.unit == "line" else f" of {part.groups:,} {unit}"
    return f"{part.name}: {part.rows:,} lines{groups}, split {report.protocol}"


def _table(part: SetReport) -> list[str]:
    rows = [("", "balanced accuracy", "AUC")]
    for name, figures in (
        ("this model", part.model),
        *((BASELINE_NAMES.get(n, n), f) for n, f in part.baselines.items()),
    ):
        rows.append((name, figures["balanced_accuracy"].text(percent=True), figures["auc"].text()))
    return [f"{name:<14}{balanced:<22}{auc}".rstrip() for name, balanced, auc in rows]


def _confusion(labels: tuple[str, str], part: SetReport) -> list[str]:
    header = f"{'':<14}" + "".join(f"{f'predicted {label}':>16}" for label in labels)
    rows = [
        f"{f'labelled {label}':<14}" + "".join(f"{count:>16,}" for count in counts)
        for label, counts in zip(labels, part.confusion, strict=True)
    ]
    return [header, *rows]
