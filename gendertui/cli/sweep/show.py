"""``gendertui sweep show``: the trials of a sweep."""

from __future__ import annotations

import click

from gendertui.cli.sweep.command import complete_sweep
from gendertui.cli.terminal.output import columns, json_text
from gendertui.sanitize import escape_control


@click.command(short_help="Show the trials, the best one, and what matters.")
@click.argument("name", metavar="NAME", shell_complete=complete_sweep)
@click.option("--json", "as_json", is_flag=True, help="All of it as one JSON object.")
def show(name: str, as_json: bool) -> None:
    """Show a sweep: its trials, the best one so far, and how much each field has to do with the figures."""
    from gendertui.sweeps.definition import find
    from gendertui.sweeps.trials import read
    from gendertui.sweeps.words import heads, summary, table

    view = read(find(name))
    if as_json:
        click.echo(json_text(view.to_json()))
        return
    for line in summary(view):
        click.echo(escape_control(line))
    if view.trials:
        click.echo()
        for line in columns([tuple(map(escape_control, row)) for row in table(view)], heads(view)):
            click.echo(line)
