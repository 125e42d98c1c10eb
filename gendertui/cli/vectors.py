"""``gendertui vectors``: pretrained word vectors on this machine."""

from __future__ import annotations

import click

from gendertui.cli.root import SETTINGS, LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={"download": "gendertui.cli.vectors:download", "path": "gendertui.cli.vectors:path"},
    context_settings=SETTINGS,
)
def vectors() -> None:
    """Download GloVe 6B, or see where word vectors are kept.

    Its names in --vectors are glove-6b-50d, glove-6b-100d, glove-6b-200d and glove-6b-300d. Any other GloVe or
    word2vec text file, or a zip with one inside, is named by its path.
    """


@click.command()
@click.argument("name", type=click.Choice(["glove-6b"]), default="glove-6b")
@click.option("--force", is_flag=True, help="Download again, even if an intact copy is here.")
@click.option("--url", "urls", multiple=True, help="Fetch from here instead; the same checksum must hold. Repeatable.")
def download(name: str, force: bool, urls: tuple[str, ...]) -> None:
    """Download GloVe 6B (862 MB), checked by size and checksum.

    An intact file that is here already is not downloaded again. The last line printed is the file.
    """
    from gendertui.cli.terminal.fetch import fetched
    from gendertui.text.vectors import GLOVE_6B, download_target

    use = "Use it by the name of its dimension: --vectors glove-6b-200d"
    click.echo(str(fetched(GLOVE_6B, download_target(), urls=urls, force=force, use=use)))


@click.command()
def path() -> None:
    """Print the folder where word vectors are kept."""
    from gendertui import paths

    click.echo(str(paths.vectors_dir()))
