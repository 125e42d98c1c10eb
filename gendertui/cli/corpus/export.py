"""``gendertui corpus export``: a corpus in another format."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from gendertui.cli.terminal.completion import complete_corpus
from gendertui.cli.terminal.output import ProgressLine
from gendertui.cli.terminal.reading import asked, read, reading_flags


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--corpus", "source", metavar="CORPUS", required=True, shell_complete=complete_corpus, help="Corpus to write."
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["article", "csv", "parquet"]),
    default="csv",
    show_default=True,
    help="article: its male.txt, female.txt, train.csv and test.csv; csv and parquet: the whole table.",
)
@partial(reading_flags, format_flag="--corpus-format")
@click.pass_context
def export(ctx: click.Context, folder: Path, source: str, kind: str) -> None:
    """Write a corpus into DIR in another format; prints the files written.

    \b
    Example:
      gendertui corpus export --corpus cornell --format article ./article
    """
    from gendertui.corpus.export import export as write

    progress = ProgressLine()
    loaded = read(source, progress, asked=asked(ctx))
    for file in write(loaded, folder, kind):
        click.echo(str(file))
