"""``gendertui corpus suspects``: labels that look wrong, with the text to judge them by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from gendertui.cli.terminal.completion import complete_corpus
from gendertui.cli.terminal.output import ProgressLine, columns, json_text
from gendertui.cli.terminal.reading import asked, read, reading_flags
from gendertui.evaluation.suspects.lists import LISTS, ListName
from gendertui.formatting import probability
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus
    from gendertui.evaluation.suspects.listing import Suspect

_TEXT_CHARACTERS = 110
_WHOLE, _LINE = "whole", "line"


@click.command(short_help="List what looks labelled wrong.")
@click.argument("source", metavar="CORPUS", shell_complete=complete_corpus)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="List so many.")
@click.option(
    "--list",
    "which",
    type=click.Choice(LISTS),
    default=LISTS[0],
    show_default=True,
    help="suspects: labelled ones whose score contradicts the label; certain, uncertain: unlabelled ones, with the "
    "clearest or the least clear score first; decided: those decided about.",
)
@click.option(
    "--unit",
    "unit",
    type=click.Choice([_WHOLE, _LINE]),
    default=_WHOLE,
    show_default=True,
    help="whole: characters, authors or whoever says the lines, where the corpus knows them; line: single lines.",
)
@click.option(
    "--minimum-lines",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Leave out those with fewer lines.",
)
@click.option(
    "--texts", type=click.IntRange(min=0), default=2, show_default=True, metavar="N", help="Lines printed of each."
)
@reading_flags
@click.option("--json", "as_json", is_flag=True, help="One JSON object each.")
@click.pass_context
def suspects(
    ctx: click.Context,
    source: str,
    limit: int,
    which: ListName,
    unit: str,
    minimum_lines: int,
    texts: int,
    as_json: bool,
) -> None:
    """List what looks labelled wrong: characters (or lines) whose score contradicts their label most.

    Each is scored by a model that has seen nothing of its film or group; that takes a minute or two on 100,000 lines,
    and is kept. Decisions are taken in the app: Evaluate, Suspects. A score is no proof: read the lines.

    \b
    Examples:
      gendertui corpus suspects cornell
      gendertui corpus suspects cornell --list uncertain --minimum-lines 10
      gendertui corpus suspects reviews.csv --json | jq -r .name
    """
    from gendertui.corpus.corrections.file import read as read_history
    from gendertui.evaluation.suspects.listing import about_list, suspects_at
    from gendertui.evaluation.suspects.ranking import ranked
    from gendertui.training.suspects import unit_scores

    progress = ProgressLine()
    corpus = read(source, progress, asked=asked(ctx))
    decisions = read_history(corpus).in_force()
    try:
        scores = unit_scores(
            corpus,
            "line" if unit == _LINE else None,
            lambda stage, done, total: progress.show(f"{stage}: {done:,} of {total:,}" if total else stage),
        )
    finally:
        progress.clear()
    found = ranked(corpus, scores, decisions, which, minimum_lines=minimum_lines)
    listed = suspects_at(corpus, scores, found.places[:limit].tolist(), decisions)
    if as_json:
        for each in listed:
            click.echo(json_text({**each.to_json(), "texts": _texts(corpus, each, texts)}))
        return
    click.echo(escape_control(about_list(corpus, scores, which, found)), err=True)
    _print(corpus, listed, texts)


def _print(corpus: Corpus, listed: list[Suspect], texts: int) -> None:
    if not listed:
        return
    units, unit = corpus.units, listed[0].key.unit
    grouped = any(each.group for each in listed)
    rows = [
        [
            escape_control(each.name),
            *([escape_control(each.group)] if grouped else []),
            escape_control(each.label or "?"),
            f"{escape_control(each.scored)} {probability(each.probability)}",
            f"{each.lines:,}",
            each.decision.act if each.decision else "",
        ]
        for each in listed
    ]
    group = [units.noun("group").one] if grouped else []
    table = columns(rows, [units.noun(unit).one, *group, "label", "scored", "lines", "decision"])
    click.echo(table[0])
    for line, each in zip(table[1:], listed, strict=True):
        click.echo(line)
        for text in _texts(corpus, each, texts):
            short = text if len(text) <= _TEXT_CHARACTERS else f"{text[:_TEXT_CHARACTERS]}…"
            click.echo(f"    {escape_control(short)}")


def _texts(corpus: Corpus, each: Suspect, limit: int) -> list[str]:
    from gendertui.evaluation.suspects.listing import texts_of

    return texts_of(corpus, each.key, limit) if limit else []
