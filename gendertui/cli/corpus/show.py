"""``gendertui corpus show``: what is in a corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from gendertui.cli.corpus.facts import PROBLEMS_SHOWN, problems, summary, summary_rows
from gendertui.cli.corpus.sections import (
    Section,
    SplitWanted,
    duplicates_section,
    groups_section,
    line_section,
    split_section,
    words_section,
)
from gendertui.cli.terminal.completion import complete_corpus
from gendertui.cli.terminal.output import ProgressLine, json_text
from gendertui.cli.terminal.reading import asked, read, reading_flags
from gendertui.cli.terminal.split import SplitType
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus

SHOWN = 20


@click.command(short_help="Say what is in a corpus and how it was read.")
@click.argument("source", metavar="CORPUS", shell_complete=complete_corpus)
@click.option("--lines", type=click.IntRange(min=0), default=0, metavar="N", help="Also print the first N lines.")
@click.option(
    "--filter",
    "query",
    metavar="QUERY",
    help='Print the lines that match: words, "a phrase", /a regular expression/, label:f, len:>40, any column, -not.',
)
@click.option("--line", "line", metavar="ID", help="Also print one line with its speaker and the lines around it.")
@click.option(
    "--groups",
    type=click.IntRange(min=1),
    is_flag=False,
    flag_value=SHOWN,
    metavar="[N]",
    help=f"Also the N ({SHOWN}) groups (films, authors, threads) and speakers with most lines.",
)
@click.option(
    "--words",
    type=click.IntRange(min=1),
    is_flag=False,
    flag_value=SHOWN,
    metavar="[N]",
    help=f"Also the N ({SHOWN}) most distinctive words of each label, counted on the training lines of the split.",
)
@click.option(
    "--minimum-groups",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    metavar="N",
    help="Groups (lines, where there are none) that such a word has to occur in.",
)
@click.option("--duplicates", is_flag=True, help="Also repeated texts, near-duplicates, and texts under both labels.")
@click.option("--split", type=SplitType(), help="Also what a split would give: rows, classes, groups, and its leaks.")
@click.option(
    "--split-seed",
    type=click.IntRange(min=0, max=2**32 - 1),
    default=0,
    show_default=True,
    metavar="N",
    help="Seed of the split.",
)
@click.option(
    "--balance",
    type=click.Choice(["oversample", "undersample", "class-weights", "none"]),
    default="class-weights",
    show_default=True,
    help="How the train set's classes would be evened out.",
)
@click.option("--problems", "every_problem", is_flag=True, help=f"Print every problem, not the first {PROBLEMS_SHOWN}.")
@reading_flags
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def show(
    ctx: click.Context,
    source: str,
    lines: int,
    query: str | None,
    line: str | None,
    groups: int | None,
    words: int | None,
    minimum_groups: int,
    duplicates: bool,
    split: str | None,
    split_seed: int,
    balance: str,
    every_problem: bool,
    as_json: bool,
) -> None:
    """Say what is in a corpus and how it was read: lines, labels, groups, speakers, malformed rows.

    \b
    Examples:
      gendertui corpus show sample
      gendertui corpus show cornell --filter "label:f farewell" --lines 20
      gendertui corpus show messages --words --duplicates
      gendertui corpus show cornell --split by-group
      gendertui corpus show lines.txt --json | jq .labels
    """
    progress = ProgressLine()
    loaded = read(source, progress, asked=asked(ctx), labelled=False)
    matching, found = _found(loaded, query, lines or (20 if query else 0))
    facts = summary(loaded)
    listed = problems(loaded, every_problem)
    wanted = SplitWanted(split or "auto", split_seed, balance)
    sections = _sections(
        progress,
        line is not None and (lambda: line_section(loaded, line)),
        groups is not None and (lambda: groups_section(loaded, groups)),
        words is not None and (lambda: words_section(loaded, wanted, words, minimum_groups)),
        duplicates and (lambda: duplicates_section(loaded, _report(progress))),
        split is not None and (lambda: split_section(loaded, wanted, _report(progress))),
    )
    if as_json:
        shown = {**facts, "problems": listed, "rows": found, **{section.name: section.json for section in sections}}
        click.echo(json_text({**shown, "matching": matching} if query else shown))
        _check_understood(loaded)
        return
    _print_summary(loaded, facts, listed)
    if query:
        match = "1 line matches" if matching == 1 else f"{matching:,} lines match"
        some = f", the first {len(found):,}:" if len(found) < matching else ":" if matching else "."
        click.echo(match + some, err=True)
    for row in found:
        who = escape_control(row.get("speaker") or "")
        click.echo(f"{escape_control(row['label'] or '?')}  {who}{': ' if who else ''}{escape_control(row['text'])}")
    for section in sections:
        click.echo()
        for text in section.lines:
            click.echo(escape_control(text))
    _check_understood(loaded)


def _print_summary(loaded: Corpus, facts: dict[str, Any], listed: list[dict[str, Any]]) -> None:
    rows = summary_rows(loaded, facts)
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"{escape_control(name):<{width}}  {escape_control(value)}".rstrip())
    for problem in listed:
        click.echo(
            f"{escape_control(problem['file'])}:{problem['line']}: {problem['kind']}: {escape_control(problem['text'])}"
        )
    from gendertui.corpus.problems import LABEL_LEFT_OUT

    # Rows that a mapping leaves out are no problems.
    every = sum(loaded.left_out.values()) + sum(loaded.remarks.values()) - loaded.left_out.get(LABEL_LEFT_OUT, 0)
    if left := every - len(listed):
        click.echo(f"… and {left:,} more: --problems prints them all", err=True)


def _sections(progress: ProgressLine, *asked_for: Callable[[], Section] | bool) -> list[Section]:
    """What was asked for of the rest, computed; ``False`` stands for what was not."""
    try:
        return [make() for make in asked_for if callable(make)]
    finally:
        progress.clear()


def _report(progress: ProgressLine) -> Callable[[str, int, int], None]:
    return lambda stage, done, total: progress.show(f"{stage}: {done:,} of {total:,}" if total else stage)


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


def _found(loaded: Corpus, query: str | None, limit: int) -> tuple[int, list[dict[str, Any]]]:
    """How many rows match ``query``, where there is one, and the first ``limit`` of them."""
    if not limit:
        return 0, []
    from gendertui.corpus.query.filter import filter as filter_rows

    rows = filter_rows(loaded, query or "")
    return len(rows), loaded.table.take(rows[:limit]).to_pylist()
