"""``gendertui corpus download``: the film corpus from its publisher."""

from __future__ import annotations

import click


@click.command(short_help="Download the Cornell Movie-Dialogs Corpus (9.9 MB).")
@click.argument("name", type=click.Choice(["cornell"]), default="cornell")
@click.option("--force", is_flag=True, help="Download again, even if an intact copy is here.")
@click.option("--url", "urls", multiple=True, help="Fetch from here instead; the same checksum must hold. Repeatable.")
def download(name: str, force: bool, urls: tuple[str, ...]) -> None:
    """Download the Cornell Movie-Dialogs Corpus (9.9 MB), checked by size and checksum.

    An intact file that is here already is not downloaded again. The last line printed is the file.
    """
    from gendertui.cli.terminal.fetch import fetched
    from gendertui.corpus.download import CORNELL
    from gendertui.corpus.load import download_target

    use = f"Use it by its name: gendertui --corpus {name}"
    click.echo(str(fetched(CORNELL, download_target(name), urls=urls, force=force, use=use)))
