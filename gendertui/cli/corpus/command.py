"""The commands under ``gendertui corpus``, and where corpora are kept."""

from __future__ import annotations

import click

from gendertui.cli.root import SETTINGS, LazyGroup
from gendertui.cli.terminal.completion import complete_corpus


@click.group(
    cls=LazyGroup,
    lazy={
        "show": "gendertui.cli.corpus.show:show",
        "export": "gendertui.cli.corpus.export:export",
        "suspects": "gendertui.cli.corpus.suspects:suspects",
        "labels": "gendertui.cli.corpus.labels:labels",
        "download": "gendertui.cli.corpus.download:download",
        "path": "gendertui.cli.corpus.command:path",
    },
    context_settings=SETTINGS,
)
def corpus() -> None:
    """See what a corpus holds, write it in another format, download the film corpus.

    A corpus is any file or folder of texts with two labels (CSV, JSON Lines, Parquet, the Cornell zip and others), or
    a name: sample and messages (bundled; accuracy on sample means nothing), cornell (once downloaded).
    """


@click.command()
@click.argument("source", metavar="[CORPUS]", required=False, shell_complete=complete_corpus)
def path(source: str | None) -> None:
    """Print where corpora are kept, or the file of one."""
    from gendertui import paths

    if source is None:
        click.echo(str(paths.corpora_dir()))
        return
    from gendertui.corpus.load import find

    click.echo(str(find(source)))
