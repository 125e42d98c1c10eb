"""``gendertui corpus export``: a corpus in another format."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from gendertui.cli.terminal.completion import complete_corpus
from gendertui.cli.terminal.output import ProgressLine
from gendertui.cli.terminal.reading import asked, read, reading_flags
from gendertui.sanitize import escape_control


@click.command(short_help="Write a corpus in another format.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--corpus", "source", metavar="CORPUS", required=True, shell_complete=complete_corpus, help="Corpus to write."
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["article", "csv", "jsonl", "parquet", "fasttext"]),
    default="csv",
    show_default=True,
    help="article: its male.txt, female.txt, train.csv and test.csv; csv, jsonl and parquet: the whole table; "
    "fasttext: labels and texts.",
)
@partial(reading_flags, format_flag="--corpus-format")
@click.pass_context
def export(ctx: click.Context, folder: Path, source: str, kind: str) -> None:
    """Write a corpus into DIR in another format; prints the files written, and on stderr what it cannot hold.

    \b
    Example:
      gendertui corpus export --corpus cornell --format article ./article
    """
    from gendertui.corpus.export import export as write

    progress = ProgressLine()
    loaded = read(source, progress, asked=asked(ctx), labelled=kind == "article")
    done = write(loaded, folder, kind)
    for note in done.notes:
        click.echo(escape_control(note), err=True)
    for file in done.files:
        click.echo(str(file))
