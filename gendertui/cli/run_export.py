"""``gendertui runs export``: a run's curves as CSV or JSON."""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gendertui.cli.terminal.completion import complete_run
from gendertui.cli.terminal.output import json_text
from gendertui.errors import ExitCode, GendertuiError

if TYPE_CHECKING:
    from gendertui.runs.curves import Curves
    from gendertui.runs.folder import RunFolder


class ExportCommand(click.Command):
    """Its help lists the columns, which are read on invocation."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from gendertui.runs.curves import COLUMNS

        with formatter.section("Columns"):
            formatter.write_dl(list(COLUMNS.items()))


@click.command(cls=ExportCommand, short_help="Write a run's curves as CSV or JSON.")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@click.option(
    "--format", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True, help="What to write."
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to, instead of standard output. FILE must not be there yet.",
)
def export(run: str, form: str, out: Path | None) -> None:
    """Write what a run has recorded so far: loss, figures and learning rate of every epoch and every batch.

    CSV has a row for each, told apart by the column kind. JSON has epochs and batches as two lists of objects
    with the same names, and beside them the configuration and what of it was resolved, the baselines, the
    warnings, and the figures of the report once there is one.

    \b
    Examples:
      gendertui runs export latest --out curves.csv
      gendertui runs export latest --format json | jq '.epochs[].validation_auc'
    """
    from gendertui import files
    from gendertui.runs.curves import read_curves
    from gendertui.runs.folder import find

    if out is not None and out.exists():
        raise GendertuiError(
            "there is something already", where=str(out), hint="Choose another name for the file.", code=ExitCode.USAGE
        )
    folder = find(run)
    curves = read_curves(folder)
    text = _csv(curves) if form == "csv" else json_text(_described(folder, curves)) + "\n"
    if out is None:
        click.echo(text, nl=False)
        return
    files.write_atomic(out, text.encode())
    click.echo(str(out))


def _csv(curves: Curves) -> str:
    from gendertui.runs.curves import COLUMNS

    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(COLUMNS), lineterminator="\n")
    writer.writeheader()
    writer.writerows(curves.rows)
    return stream.getvalue()


def _described(run: RunFolder, curves: Curves) -> dict[str, Any]:
    from gendertui.runs.continuation import CHANGES

    record, info = run.record(), run.info()
    return {
        "run": run.name,
        "state": info.shown,
        "why": info.why,
        "preset": info.preset,
        "model": info.model,
        "corpus": {name: record["corpus"].get(name) for name in ("name", "data_hash")},
        "config": run.config().model_dump(),
        "resolved": record["resolved"],
        "changes": record.get(CHANGES, []),
        "plan": None if curves.plan is None else dataclasses.asdict(curves.plan),
        "baselines": curves.baselines,
        "epochs": curves.of_kind("epoch"),
        "batches": curves.of_kind("batch"),
        "warnings": [dataclasses.asdict(warning) for warning in curves.warnings],
        "figures": _figures(run),
    }


def _figures(run: RunFolder) -> dict[str, Any] | None:
    """Of each set the figures of the model and of the baselines; ``None`` while there is no report."""
    if not run.report_file.exists():
        return None
    import msgspec

    from gendertui.evaluation.report.read import read_report

    sets = read_report(run.report_file).sets
    return {
        name: msgspec.to_builtins({"model": each.model, "baselines": each.baselines}) for name, each in sets.items()
    }
