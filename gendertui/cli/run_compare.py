"""``gendertui runs compare``: what differs between runs, and how good they are on the same lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gendertui.cli.terminal.completion import complete_run
from gendertui.cli.terminal.output import columns, echo_row, json_text
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.runs.results.comparison import Comparison


@click.command(short_help="What differs between runs, and their figures side by side.")
@click.argument("runs", metavar="RUN RUN...", nargs=-1, required=True, shell_complete=complete_run)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "markdown"]),
    default="table",
    show_default=True,
    help="What to write.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to, instead of standard output: FILE.csv, FILE.json or FILE.md, which must not be there yet.",
)
def compare(runs: tuple[str, ...], form: str, out: Path | None) -> None:
    """Compare two to eight runs: what differs in their configuration, then their figures on validation.

    Figures are compared where runs held out the same lines of one corpus: the first of them is set beside each of the
    others, with the difference and its 95 % interval. Runs of another corpus or split stand apart.

    \b
    Examples:
      gendertui runs compare latest evening
      gendertui runs compare a b c --out comparison.md
    """
    from gendertui import files
    from gendertui.runs.folder import find
    from gendertui.runs.results import comparison_text
    from gendertui.runs.results.comparison import check_number, compared

    check_number(len(runs))
    if out is not None:
        form = comparison_text.format_of(out)
    comparison = compared([find(run) for run in runs])
    if out is not None:
        files.write_atomic(out, comparison_text.FORMATS[form](comparison).encode())
        click.echo(str(out))
    elif form == "table":
        for line in _lines(comparison):
            click.echo(escape_control(line))
    elif form == "json":
        click.echo(json_text(comparison_text.as_object(comparison)))
    else:
        for line in comparison_text.FORMATS[form](comparison).removesuffix("\n").split("\n"):
            echo_row(line)


def _lines(comparison: Comparison) -> list[str]:
    from gendertui.runs.results.comparison_text import ALL_ALIKE, figures_tables, runs_table, settings_table

    heads, rows = runs_table(comparison)
    lines = [*columns(rows, heads), ""]
    heads, rows = settings_table(comparison)
    lines += columns(rows, heads) if rows else [ALL_ALIKE]
    for heading, (heads, rows) in figures_tables(comparison):
        lines += ["", heading, *columns(rows, heads)]
    return [*lines, *([""] if comparison.remarks else []), *comparison.remarks]
