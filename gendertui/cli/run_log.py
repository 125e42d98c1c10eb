"""``gendertui runs log``: the end of a worker's log."""

from __future__ import annotations

import click

from gendertui.cli.terminal.completion import complete_run
from gendertui.cli.terminal.output import json_text
from gendertui.errors import ExitCode, GendertuiError
from gendertui.formatting import size
from gendertui.sanitize import escape_control


@click.command(short_help="Print the end of the log of a run's worker.")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@click.option("--json", "as_json", is_flag=True, help="One JSON object: the lines, and how many bytes stand before.")
def log(run: str, as_json: bool) -> None:
    """Print the end of the log: what a run's worker, and the libraries in it, said beside its events."""
    import dataclasses

    from gendertui.runs.folder import find
    from gendertui.runs.log_tail import read_tail

    folder = find(run)
    try:
        tail = read_tail(folder.log_file)
    except ValueError as error:
        raise GendertuiError(
            f"the log cannot be read: {error}", where=str(folder.log_file), code=ExitCode.RUN
        ) from error
    if as_json:
        click.echo(json_text(dataclasses.asdict(tail)))
        return
    if tail.omitted_bytes:
        click.echo(f"{size(tail.omitted_bytes)} stand before this: {escape_control(str(folder.log_file))}", err=True)
    for line in tail.lines:
        click.echo(escape_control(line.replace("\t", "    ")))
