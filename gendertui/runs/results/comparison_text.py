"""A comparison of runs as tables in text, and as CSV, JSON or Markdown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gendertui.errors import ExitCode, GendertuiError
from gendertui.formatting import IN_PERCENT, METRIC_NAMES, MISSING
from gendertui.runs.results.comparison import Compared, Comparison
from gendertui.training.fields import shown_name

if TYPE_CHECKING:
    from gendertui.evaluation.report.schema import Estimate

METRICS = ("balanced_accuracy", "auc")
ALL_ALIKE = "Nothing differs in their configuration."

Table = tuple[tuple[str, ...], list[tuple[str, ...]]]
"""Heads, and the rows below them."""


def runs_table(comparison: Comparison) -> Table:
    """Which letter is which run, and how it stands."""
    heads = ("", "run", "state", "epoch", "corpus")
    rows: list[tuple[str, ...]] = [
        (run.letter, run.info.name, run.info.shown, f"{run.info.epoch}/{run.info.epochs}", run.info.corpus)
        for run in comparison.runs
    ]
    return heads, rows


def settings_table(comparison: Comparison) -> Table:
    """What differs in the configuration: a row each, a column a run. Without rows where nothing does."""
    heads = ("differs", *(run.letter for run in comparison.runs))
    rows = [(shown_name(name), *(run.settings[name] for run in comparison.runs)) for name in comparison.differing]
    return heads, rows


def figures_tables(comparison: Comparison) -> list[tuple[str, Table]]:
    """Of each group of runs that held out the same lines: what these are, the figures on them, and the first run's less
    each other's."""
    tables: list[tuple[str, Table]] = []
    for group in comparison.groups:
        first = group[0]
        corpus = next(run.info.corpus for run in comparison.runs if run.letter == first.letter)
        heading = f"validation of {corpus}: {first.rows:,} lines{first.of_groups}, split {first.split}"
        rows: list[tuple[str, ...]] = [
            (entry.letter, *(_shown(entry.figures.get(metric), metric) for metric in METRICS)) for entry in group
        ]
        for entry in group[1:]:
            if entry.paired:
                less = (_less(entry.paired.get(metric), metric) for metric in METRICS)
                rows.append((f"{first.letter} − {entry.letter}", *less))
        tables.append((heading, (("", *(METRIC_NAMES[metric] for metric in METRICS)), rows)))
    return tables


def _shown(figure: Estimate | None, metric: str) -> str:
    return MISSING if figure is None else figure.text(percent=metric in IN_PERCENT)


def _less(difference: Estimate | None, metric: str) -> str:
    return MISSING if difference is None else difference.signed(percent=metric in IN_PERCENT)


# Files


def as_csv(comparison: Comparison) -> str:
    """A row a run: its settings that differ, its figures and the differences from the first of its group, as plain
    numbers."""
    stream = io.StringIO(newline="")
    rows = [_record(comparison, run) for run in comparison.runs]
    writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def as_object(comparison: Comparison) -> dict[str, Any]:
    """All of it: every setting of every run, figures, remarks and the curves."""
    runs = [
        {
            **{key: value for key, value in _record(comparison, run).items() if key not in comparison.differing},
            "settings": run.settings,
            "validation_auc": [{"epoch": epoch, "auc": auc} for epoch, auc in zip(run.epochs, run.aucs, strict=True)],
        }
        for run in comparison.runs
    ]
    return {"runs": runs, "differing": list(comparison.differing), "remarks": list(comparison.remarks)}


def as_json(comparison: Comparison) -> str:
    """:func:`as_object`, indented."""
    return json.dumps(as_object(comparison), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def as_markdown(comparison: Comparison) -> str:
    """The tables and the remarks."""
    parts = [_markdown(runs_table(comparison))]
    heads, rows = settings_table(comparison)
    parts.append(_markdown((heads, rows)) if rows else f"{ALL_ALIKE}\n")
    for heading, table in figures_tables(comparison):
        parts += [f"{heading[0].upper()}{heading[1:]}:\n", _markdown(table)]
    parts += [f"{_cell(remark)}\n" for remark in comparison.remarks]
    return "\n".join(parts)


FORMATS: dict[str, Callable[[Comparison], str]] = {"csv": as_csv, "json": as_json, "markdown": as_markdown}
SUFFIXES = {".csv": "csv", ".json": "json", ".md": "markdown"}


def format_of(path: Path) -> str:
    """What a file is to be written as, by how its name ends.

    :raises GendertuiError: by no ending that is known, or there is something of that name (code USAGE).
    """
    if path.suffix.lower() not in SUFFIXES:
        raise GendertuiError(
            "the name of the file says what is written: .csv, .json or .md",
            where=str(path),
            hint="Let it end so.",
            code=ExitCode.USAGE,
        )
    if path.exists():
        raise GendertuiError(
            "there is something already", where=str(path), hint="Choose another name.", code=ExitCode.USAGE
        )
    return SUFFIXES[path.suffix.lower()]


def _record(comparison: Comparison, run: Compared) -> dict[str, Any]:
    """A run in one row. Figures of different groups are of different lines."""
    info = run.info
    record: dict[str, Any] = {
        "letter": run.letter,
        "run": info.name,
        "state": info.shown,
        "epoch": info.epoch,
        **{name: run.settings[name] for name in comparison.differing},
    }
    entry, first = comparison.entries.get(run.letter, (None, None))
    record |= {
        "validation_lines": None if entry is None else entry.rows,
        "validation_split": None if entry is None else entry.split,
        **_numbers("", None if entry is None else entry.figures),
        "first": None if first is None or first is entry else first.letter,
        **_numbers("first_minus_this_", None if entry is None else entry.paired),
    }
    return record


def _numbers(prefix: str, figures: dict[str, Estimate] | None) -> dict[str, float | None]:
    numbers: dict[str, float | None] = {}
    for metric in METRICS:
        figure = (figures or {}).get(metric)
        numbers[f"{prefix}{metric}"] = None if figure is None else figure.value
        numbers[f"{prefix}{metric}_low"] = None if figure is None else figure.low
        numbers[f"{prefix}{metric}_high"] = None if figure is None else figure.high
    return numbers


def _markdown(table: Table) -> str:
    heads, rows = table
    lines: list[Sequence[str]] = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    """Text in which nothing is markup: a corpus or a model may have any name."""
    return "".join(f"\\{sign}" if sign in "\\|`*_[]<>#~!" else sign for sign in " ".join(text.split()))
