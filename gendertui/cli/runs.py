"""``gendertui runs``: see, follow and stop runs."""

from __future__ import annotations

import dataclasses

import click

from gendertui.cli.completion import complete_run
from gendertui.cli.output import columns, json_text, visible
from gendertui.cli.root import SETTINGS, LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "list": "gendertui.cli.runs:list_",
        "follow": "gendertui.cli.runs:follow",
        "stop": "gendertui.cli.runs:stop",
        "path": "gendertui.cli.runs:path",
    },
    invoke_without_command=True,
    context_settings=SETTINGS,
    short_help="List, follow and stop runs.",
)
@click.pass_context
def runs(ctx: click.Context) -> None:
    """List, follow and stop runs.

    A run is a process of its own: it outlives the app, the command that started it and the SSH link. RUN is a
    run's folder, its name, or latest. Without a command: list.
    """
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_, as_json=False)


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(as_json: bool) -> None:
    """List the runs, newest first."""
    from gendertui.runs.folder import list_runs

    known = list_runs()
    if as_json:
        click.echo(
            json_text([{**dataclasses.asdict(run), "folder": str(run.folder), "shown": run.shown} for run in known])
        )
        return
    if not known:
        click.echo("No runs yet: gendertui train --help says how to start one.", err=True)
        return
    rows = [
        (
            visible(run.name),
            run.shown + (" (alive?)" if run.alive == "unknown" else ""),
            f"{run.epoch}/{run.epochs}",
            visible(run.preset or run.network),
            visible(run.corpus),
            visible(run.headline or run.why or ""),
        )
        for run in known
    ]
    for line in columns(rows, ("name", "state", "epoch", "preset", "corpus", "")):
        click.echo(line)


@click.command()
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@click.option("--json", "as_json", is_flag=True, help="The run's events, one JSON object a line.")
@click.pass_context
def follow(ctx: click.Context, run: str, as_json: bool) -> None:
    """Show what a run does until it ends; Ctrl-C leaves it running.

    An ended run is told from its beginning. The exit code is the run's: 0 where it finished.
    """
    from gendertui.cli.watch import watch
    from gendertui.runs.folder import find

    ctx.exit(watch(find(run), as_json=as_json))


@click.command()
@click.argument("run", metavar="RUN", shell_complete=complete_run)
def stop(run: str) -> None:
    """Ask a run to stop and to keep its best epoch so far as its model."""
    from gendertui.runs import control
    from gendertui.runs.folder import find

    folder = find(run)
    control.request(folder, "stop")
    click.echo(f"Asked {visible(folder.name)} to stop and keep its best epoch.", err=True)


@click.command()
@click.argument("run", metavar="[RUN]", required=False, shell_complete=complete_run)
def path(run: str | None) -> None:
    """Print where runs are kept, or the folder of one."""
    from gendertui import paths
    from gendertui.runs.folder import find

    click.echo(str(paths.runs_dir() if run is None else find(run).path))
