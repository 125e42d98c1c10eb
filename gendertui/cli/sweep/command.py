"""``gendertui sweep``: search for the best settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gendertui.cli.root import SETTINGS, ListingGroup
from gendertui.cli.terminal.output import columns, json_text
from gendertui.errors import GendertuiError
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from gendertui.sweeps.definition import Sweep
    from gendertui.sweeps.trials import SweepView

UNREADABLE = "unreadable"
EPILOG = """
\b
Examples:
  gendertui sweep new first --corpus cornell --preset quick \\
      --search "learning_rate=log:1e-4..1e-2, hidden_size=32|64|128"
  gendertui sweep work first              in as many shells as one likes
  gendertui sweep show first
  gendertui sweep best first              train the winner, and judge it once
"""


def complete_sweep(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of the sweeps."""
    from click.shell_completion import CompletionItem

    from gendertui.sweeps.definition import list_sweeps

    return [CompletionItem(each.name) for each in list_sweeps() if each.name.startswith(incomplete)]


@click.group(
    cls=ListingGroup,
    lazy={
        "new": "gendertui.cli.sweep.new:new",
        "work": "gendertui.cli.sweep.work:work",
        "show": "gendertui.cli.sweep.show:show",
        "list": "gendertui.cli.sweep.command:list_",
        "stop": "gendertui.cli.sweep.command:stop",
        "best": "gendertui.cli.sweep.best:best",
        "remove": "gendertui.cli.sweep.command:remove",
    },
    context_settings=SETTINGS,
    epilog=EPILOG,
)
def sweep() -> None:
    """Search for the best settings: many trials of a preset, each cross-validated over the same folds.

    new makes a sweep and sets a share of the films (authors, threads) aside, which no trial reads. work takes trials
    until none is left, in as many shells and on as many machines as share the state folder. best trains the winner
    and judges it on the films set aside: that figure is not flattered by the search. Needs the extra [sweep], which is
    Optuna. Without a command: list.
    """


@click.command(name="list", short_help="List the sweeps.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(as_json: bool) -> None:
    """List the sweeps with their state and their best figure."""
    from gendertui.sweeps.definition import list_sweeps

    found = [(each.name, _read(each)) for each in list_sweeps()]
    if as_json:
        click.echo(json_text([_as_json(name, view) for name, view in found]))
        return
    if not found:
        click.echo("There is no sweep yet: gendertui sweep new NAME --corpus PATH --search …", err=True)
        return
    for line in columns(
        [_row(name, view) for name, view in found], ("name", "state", "trials", "best AUC", "corpus", "search")
    ):
        click.echo(line)


@click.command(short_help="Let a sweep's workers end.")
@click.argument("name", metavar="NAME", shell_complete=complete_sweep)
def stop(name: str) -> None:
    """Begin no further trial. Workers let their runs write a checkpoint, give their trials back, and end.

    gendertui sweep work NAME --resume continues from there.
    """
    from gendertui.sweeps import manage
    from gendertui.sweeps.definition import find

    found = find(name)
    manage.stop(found)
    shown = escape_control(found.name)
    click.echo(f"{shown} is stopped; gendertui sweep work {shown} --resume continues it.", err=True)


@click.command(short_help="Remove a sweep.")
@click.argument("name", metavar="NAME", shell_complete=complete_sweep)
@click.option("--with-runs", is_flag=True, help="Remove the runs of its trials, too; the winner's stays.")
@click.option("--keep-study", is_flag=True, help="Leave the study in the storage that --storage named.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def remove(name: str, with_runs: bool, keep_study: bool, yes: bool) -> None:
    """Remove a sweep with its study. Its trials' runs stay unless --with-runs is given."""
    from gendertui.cli.terminal.confirm import confirm
    from gendertui.sweeps import manage
    from gendertui.sweeps.definition import find

    found = find(name)
    what = f"sweep {escape_control(found.name)}" + (" and the runs of its trials" if with_runs else "")
    if not confirm(f"Remove {what} for good?", yes=yes):
        return
    removed = manage.remove(found, with_runs=with_runs, keep_study=keep_study)
    runs = f" with {removed} run{'' if removed == 1 else 's'}" if with_runs else ""
    click.echo(f"removed {escape_control(found.name)}{runs}", err=True)


def _read(sweep: Sweep) -> SweepView | GendertuiError:
    """A sweep, or why it cannot be read: the others are listed all the same."""
    from gendertui.sweeps.trials import read

    try:
        return read(sweep)
    except GendertuiError as error:
        return error


def _as_json(name: str, view: SweepView | GendertuiError) -> dict[str, Any]:
    if isinstance(view, GendertuiError):
        return {"name": name, "state": UNREADABLE, "why": view.what}
    return {**view.to_json(), "trials": len(view.trials)}


def _row(name: str, view: SweepView | GendertuiError) -> tuple[str, ...]:
    if isinstance(view, GendertuiError):
        return (escape_control(name), UNREADABLE, "", "", "", escape_control(view.what))
    best = view.row(view.best)
    wanted = "" if view.definition.trials is None else f" of {view.definition.trials}"
    corpus = str(view.definition.corpus.get("name") or view.definition.corpus["path"])
    return (
        escape_control(name),
        view.state,
        f"{view.finished}{wanted}",
        "" if best is None or best.value is None else f"{best.value:.3f}",
        escape_control(corpus),
        escape_control(view.definition.search),
    )
