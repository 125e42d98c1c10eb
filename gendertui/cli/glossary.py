"""``gendertui glossary``: what the words of figures and training mean."""

from __future__ import annotations

import click


@click.command()
@click.argument("term", metavar="[TERM]", nargs=-1)
def glossary(term: tuple[str, ...]) -> None:
    """Say what a term means, such as AUC, skill or epoch; without TERM all of them.

    In the app ⏎ on a figure says it there.
    """
    from gendertui.evaluation.glossary import KEYS, explain, find

    terms = [find(" ".join(term))] if term else [explain(key) for key in KEYS]
    for each in terms:
        click.echo(each.name)
        click.echo(f"  {each.text}")
