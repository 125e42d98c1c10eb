"""What ``corpus show`` says of any corpus: its counts, how it was read, and what was not understood."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from gendertui.cli.terminal.output import bar
from gendertui.corpus.reading.options import NO_COLUMN, delimiter_name
from gendertui.formatting import percent, span

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus

PROBLEMS_SHOWN = 10
_ALSO_SHOWN = 3
_BAR_CELLS = 30


def summary(loaded: Corpus) -> dict[str, Any]:
    """The counts of a corpus by name, JSON-able."""
    from gendertui.corpus.statistics import corpus_statistics, notes

    counted, units = corpus_statistics(loaded), loaded.units
    films = units.about == "films"
    return {
        "name": loaded.name,
        "path": str(loaded.path),
        "format": loaded.kind,
        "encoding": loaded.encoding,
        "data_hash": loaded.data_hash,
        "rows_read": loaded.rows_read,
        "lines": counted.lines,
        "labels": {label: counted.labelled[label] for label in loaded.labels},
        "unlabelled": counted.labelled[None],
        "without_text": counted.empty,
        "median_words": counted.median_words,
        "words_a_line": [list(each) for each in counted.lengths],
        **({"movies": counted.groups, "characters": counted.speakers} if films else {}),
        **({"groups": counted.groups} if units.group and not films else {}),
        **({"speakers": counted.speakers} if units.speaker and not films else {}),
        "units": units.to_json(),
        "left_out": dict(loaded.left_out),
        "kept_with_remark": dict(loaded.remarks),
        "reading": {
            "decisions": [dataclasses.asdict(decision) for decision in loaded.reading.decisions],
            "columns": list(loaded.reading.columns),
            "values": dict(loaded.reading.values),
        },
        "notes": [*loaded.notes, *notes(loaded)],
    }


def problems(loaded: Corpus, every: bool) -> list[dict[str, Any]]:
    """The malformed rows as JSON-able records: all that are listed, or the first few."""
    shown = loaded.problems if every else loaded.problems[:PROBLEMS_SHOWN]
    return [dataclasses.asdict(each) for each in shown]


def summary_rows(loaded: Corpus, facts: dict[str, Any]) -> list[tuple[str, str]]:
    """:func:`summary` as names and values, a line each."""
    units = loaded.units
    counted = (
        (units.group, facts.get("movies", facts.get("groups"))),
        (units.speaker, facts.get("characters", facts.get("speakers"))),
    )
    return [
        ("corpus", facts["name"]),
        ("file", facts["path"]),
        ("format", f"{facts['format']}, {facts['encoding']}"),
        *_decisions(loaded),
        ("rows read", f"{facts['rows_read']:,}"),
        ("lines", f"{facts['lines']:,}"),
        *((f"  labelled {label}", _of(count, facts)) for label, count in facts["labels"].items()),
        ("  without a label", _of(facts["unlabelled"], facts)),
        ("  without text", f"{facts['without_text']:,}"),
        ("words a line", f"{facts['median_words']:g} (median)"),
        *((f"  {span(low, high)}", _of(number, facts)) for low, high, number in facts["words_a_line"] if number),
        *((noun.many, f"{number:,}") for noun, number in counted if noun is not None and number is not None),
        ("rows left out", f"{sum(facts['left_out'].values()):,}"),
        *((f"  {kind}", f"{count:,}") for kind, count in facts["left_out"].items()),
        ("rows kept, with a remark", f"{sum(facts['kept_with_remark'].values()):,}"),
        *((f"  {kind}", f"{count:,}") for kind, count in facts["kept_with_remark"].items()),
        *(("note", note) for note in (*facts["notes"], loaded.unknown_labels) if note),
        *([("note", f"{loaded.lack_of_labels}: there is nothing to train on")] if loaded.lack_of_labels else []),
    ]


def _of(number: int, facts: dict[str, Any]) -> str:
    """A number of lines, with its share of all as a bar."""
    share = number / max(facts["lines"], 1)
    width = len(f"{facts['lines']:,}")
    return f"{number:>{width},}  {percent(share):>7}  {bar(share, _BAR_CELLS)}".rstrip()


def _decisions(loaded: Corpus) -> list[tuple[str, str]]:
    """How it was read: each thing that was decided, with the reason and what else it could have been."""
    if not loaded.reading.decisions:
        return []
    rows = [("how it was read", "")]
    for decision in loaded.reading.decisions:
        others = ", ".join(_spelled(decision.field, other) for other in decision.others[:_ALSO_SHOWN])
        also = f" (else {others})" if others else ""
        by = "asked for; " if decision.by == "asked" else ""
        rows.append((f"  {decision.field}", f"{_spelled(decision.field, decision.value)}: {by}{decision.why}{also}"))
    return rows


def _spelled(field: str, value: str) -> str:
    if field == "delimiter":
        return delimiter_name(value)
    return "none" if value in ("", NO_COLUMN) else value
