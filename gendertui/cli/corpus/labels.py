"""``gendertui corpus labels``: what was decided by hand about a corpus's labels; to a file, and from one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gendertui.cli.root import SETTINGS, LazyGroup
from gendertui.cli.terminal.completion import complete_corpus
from gendertui.cli.terminal.output import ProgressLine, columns, json_text
from gendertui.cli.terminal.reading import asked, read, reading_flags
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus

_HERE = "gendertui.cli.corpus.labels"


@click.group(
    cls=LazyGroup,
    lazy={"show": f"{_HERE}:show", "export": f"{_HERE}:export", "import": f"{_HERE}:import_"},
    context_settings=SETTINGS,
    short_help="See, export and import labels changed by hand.",
)
def labels() -> None:
    """See what was decided by hand about a corpus's labels, write it to a file, take it from one.

    Decisions are taken in the app (Evaluate, Suspects). They are kept in the state folder and never written into the
    corpus. A corpus is read with them where --corrections on says so, in any command.
    """


@click.command(short_help="List the decisions that hold.")
@click.argument("source", metavar="CORPUS", shell_complete=complete_corpus)
@reading_flags
@click.option("--json", "as_json", is_flag=True, help="One JSON object a decision.")
@click.pass_context
def show(ctx: click.Context, source: str, as_json: bool) -> None:
    """List the decisions that hold: about what, from which label to which, when, and by whom."""
    from gendertui.corpus.corrections.file import corrections_file
    from gendertui.corpus.corrections.file import read as read_history
    from gendertui.corpus.corrections.history import Changes

    corpus = _uncorrected(ctx, source)
    holding = list(read_history(corpus).in_force().values())
    if as_json:
        for entry in holding:
            click.echo(json_text(entry.to_json()))
        return
    if not holding:
        click.echo("Nothing was decided about the labels of this corpus.", err=True)
        return
    rows = [
        [
            entry.key.unit,
            escape_control(entry.key.group),
            escape_control(entry.name),
            entry.act,
            f"{escape_control(entry.before or '?')} → {escape_control(entry.after or '?')}",
            entry.when,
            escape_control(entry.who),
        ]
        for entry in holding
    ]
    for line in columns(rows, ["unit", "group", "name", "decision", "label", "when", "who"]):
        click.echo(line)
    changes = Changes.of(holding)
    click.echo(f"{changes.words}." if changes.total else "No label was changed.", err=True)
    click.echo(str(corrections_file(corpus)), err=True)


@click.command(short_help="Write the decisions that hold to a file or a pipe.")
@click.argument("source", metavar="CORPUS", shell_complete=complete_corpus)
@click.argument("file", metavar="FILE | -", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@reading_flags
@click.pass_context
def export(ctx: click.Context, source: str, file: Path) -> None:
    """Write the decisions that hold to FILE, or to standard output; who took each of them is in it.

    FILE must not be there yet. No text of the corpus is in it, but ids and names of those decided about.
    """
    from gendertui import files
    from gendertui.corpus.corrections.file import export_text

    corpus = _uncorrected(ctx, source)
    text = export_text(corpus)
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    if file.exists():
        raise GendertuiError(
            "there is something already", where=str(file), hint="Choose another name for the file.", code=ExitCode.USAGE
        )
    files.write_atomic(file.absolute(), text.encode())
    click.echo(str(file))


@click.command(name="import")
@click.argument("source", metavar="CORPUS", shell_complete=complete_corpus)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@reading_flags
@click.pass_context
def import_(ctx: click.Context, source: str, file: Path) -> None:
    """Add the decisions in FILE to those about CORPUS.

    Each has to be about something that CORPUS has, with the label it has there; else nothing is taken. Where both
    decide about one thing, FILE's decision holds.
    """
    from gendertui.corpus.corrections.file import import_from

    added = import_from(_uncorrected(ctx, source), file)
    decisions = "1 decision" if len(added) == 1 else f"{len(added):,} decisions"
    click.echo(f"{decisions} added. --corrections on applies what is decided.", err=True)


def _uncorrected(ctx: click.Context, source: str) -> Corpus:
    """The corpus with its own labels, however it is read elsewhere."""
    from gendertui.corpus.reading.options import NO_OPTIONS

    options = dataclasses.replace(asked(ctx) or NO_OPTIONS, corrections=False)
    return read(source, ProgressLine(), asked=options, labelled=False)
