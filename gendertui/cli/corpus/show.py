"""``gendertui corpus show``: what is in a corpus."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from gendertui.cli.terminal.completion import complete_corpus
from gendertui.cli.terminal.output import ProgressLine, json_text
from gendertui.cli.terminal.reading import asked, read, reading_flags
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus

PROBLEMS_SHOWN = 10


@click.command()
@click.argument("source", metavar="CORPUS", shell_complete=complete_corpus)
@click.option("--lines", type=click.IntRange(min=0), default=0, metavar="N", help="Also print the first N lines.")
@click.option(
    "--filter", "query", metavar="TEXT", help="Print lines that hold TEXT; label:f, film:… and character:… narrow it."
)
@click.option("--problems", is_flag=True, help=f"Print every malformed row, not the first {PROBLEMS_SHOWN}.")
@reading_flags
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def show(ctx: click.Context, source: str, lines: int, query: str | None, problems: bool, as_json: bool) -> None:
    """Count lines, labels, films, characters and malformed rows.

    \b
    Examples:
      gendertui corpus show sample
      gendertui corpus show cornell --filter "label:f farewell" --lines 20
      gendertui corpus show lines.txt --json | jq .labels
    """
    loaded = read(source, ProgressLine(), asked=asked(ctx), labelled=False)
    matching, found = _found(loaded, query, lines or (20 if query else 0))
    if as_json:
        facts = {**summary(loaded), "problems": _problems(loaded, problems), "rows": found}
        click.echo(json_text({**facts, "matching": matching} if query else facts))
        _check_understood(loaded)
        return
    facts = summary(loaded)
    rows = [
        ("corpus", facts["name"]),
        ("file", facts["path"]),
        ("format", f"{facts['format']}, {facts['encoding']}"),
        ("lines", f"{facts['lines']:,}"),
        *((f"  labelled {label}", f"{count:,}") for label, count in facts["labels"].items()),
        ("  without a label", f"{facts['unlabelled']:,}"),
        ("  without text", f"{facts['without_text']:,}"),
        ("words a line", f"{facts['median_words']:g} (median)"),
        ("films", f"{facts['movies']:,}"),
        ("characters", f"{facts['characters']:,}"),
        ("rows left out", f"{sum(facts['left_out'].values()):,}"),
        *((f"  {kind}", f"{count:,}") for kind, count in facts["left_out"].items()),
        ("rows kept, with a remark", f"{sum(facts['kept_with_remark'].values()):,}"),
        *((f"  {kind}", f"{count:,}") for kind, count in facts["kept_with_remark"].items()),
        *(("note", note) for note in (*facts["notes"], loaded.unknown_labels) if note),
        *(("note", f"no line is labelled {label}: there is nothing to train on") for label in loaded.absent_labels),
    ]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"{name:<{width}}  {escape_control(str(value))}")
    for problem in _problems(loaded, problems):
        click.echo(
            f"{escape_control(problem['file'])}:{problem['line']}: {problem['kind']}: {escape_control(problem['text'])}"
        )
    left = sum(loaded.left_out.values()) + sum(loaded.remarks.values()) - len(_problems(loaded, problems))
    if left:
        click.echo(f"… and {left:,} more: --problems prints them all", err=True)
    if query:
        match = "1 line matches" if matching == 1 else f"{matching:,} lines match"
        shown = f", the first {len(found):,}:" if len(found) < matching else ":" if matching else "."
        click.echo(match + shown, err=True)
    for row in found:
        who = escape_control(row.get("speaker") or "")
        click.echo(f"{escape_control(row['label'] or '?')}  {who}{': ' if who else ''}{escape_control(row['text'])}")
    _check_understood(loaded)


def _check_understood(loaded: Corpus) -> None:
    """:raises GendertuiError: there is no line at all."""
    if len(loaded):
        return
    kinds = Counter(loaded.left_out).most_common()
    listed = ", ".join(f"{kind} ({count:,})" for kind, count in kinds)
    raise GendertuiError(
        f"none of {loaded.rows_read:,} rows was understood: {listed}" if loaded.rows_read else "there is no row in it",
        where=str(loaded.path),
        hint=loaded.unknown_labels or None,
        code=ExitCode.DATA,
    )


def summary(loaded: Corpus) -> dict[str, Any]:
    """The counts of a corpus by name, JSON-able."""
    from gendertui.corpus.statistics import corpus_statistics

    counted = corpus_statistics(loaded)
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
        "movies": counted.groups,
        "characters": counted.speakers,
        "left_out": dict(loaded.left_out),
        "kept_with_remark": dict(loaded.remarks),
        "notes": list(loaded.notes),
    }


def _problems(loaded: Corpus, every: bool) -> list[dict[str, Any]]:
    shown = loaded.problems if every else loaded.problems[:PROBLEMS_SHOWN]
    return [dataclasses.asdict(each) for each in shown]


def _found(loaded: Corpus, query: str | None, limit: int) -> tuple[int, list[dict[str, Any]]]:
    """How many rows match ``query``, where there is one, and the first ``limit`` of them."""
    if not limit:
        return 0, []
    from gendertui.corpus.query.filter import filter as filter_rows

    rows = filter_rows(loaded, query or "")
    return len(rows), loaded.table.take(rows[:limit]).to_pylist()
