"""``gendertui runs``: list, follow, control, rename and remove runs."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import click

from gendertui.cli.root import SETTINGS, ListingGroup
from gendertui.cli.terminal.completion import complete_run
from gendertui.cli.terminal.output import columns, json_text
from gendertui.formatting import size
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.runs.folder import RunFolder, RunInfo
    from gendertui.runs.listing import RunRow


@click.group(
    cls=ListingGroup,
    lazy={
        "list": "gendertui.cli.runs:list_",
        "show": "gendertui.cli.runs:show",
        "follow": "gendertui.cli.runs:follow",
        "log": "gendertui.cli.run_log:log",
        "export": "gendertui.cli.run_export:export",
        "compare": "gendertui.cli.run_compare:compare",
        "pause": "gendertui.cli.runs:pause",
        "resume": "gendertui.cli.runs:resume",
        "stop": "gendertui.cli.runs:stop",
        "queue": "gendertui.cli.runs_queue:queue",
        "rename": "gendertui.cli.runs:rename",
        "note": "gendertui.cli.runs:note",
        "remove": "gendertui.cli.runs:remove",
        "prune": "gendertui.cli.runs:prune",
        "path": "gendertui.cli.runs:path",
    },
    context_settings=SETTINGS,
)
def runs() -> None:
    """List, show, follow, export, control and remove runs.

    A run is a separate process: it outlives the app, the command that started it and the SSH link. RUN is a
    run's folder, its name, a part of it, or latest. Without a command: list.
    """


@click.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_(as_json: bool) -> None:
    """List the runs, newest first."""
    from gendertui.runs.listing import RunList

    known = RunList().rows()
    if as_json:
        click.echo(json_text([_as_json(row) for row in known]))
        return
    if not known:
        click.echo("No runs yet: gendertui train --help says how to start one.", err=True)
        return
    rows = [
        (
            escape_control(row.info.name),
            row.info.shown
            + (f" {row.place}" if row.place else "")
            + (" (alive?)" if row.info.alive == "unknown" else ""),
            f"{row.info.epoch}/{row.info.epochs}",
            escape_control(row.info.preset_or_network),
            escape_control(row.info.corpus),
            escape_control(" · ".join(part for part in (row.info.headline or row.info.why, row.note) if part)),
        )
        for row in known
    ]
    for line in columns(rows, ("name", "state", "epoch", "preset", "corpus", "")):
        click.echo(line)


def _as_json(row: RunRow) -> dict[str, Any]:
    """A run of the list; its figures are of validation, with ``low`` and ``high`` where there is an interval."""
    import msgspec

    info = row.info
    figures = {
        name: None if figure is None else msgspec.to_builtins(figure)
        for name, figure in (("balanced_accuracy", row.balanced_accuracy), ("auc", row.auc))
    }
    return {**_info_as_json(info), **figures, "note": row.note, "place": row.place or None}


def _info_as_json(info: RunInfo) -> dict[str, Any]:
    """Of a run of this machine."""
    value = {name: value for name, value in dataclasses.asdict(info).items() if name != "host"}
    return {**value, "folder": str(info.folder), "shown": info.shown}


@click.command(short_help="Show a run's state, configuration and verdict.")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with the whole report.")
def show(run: str, as_json: bool) -> None:
    """Show a run's state, its configuration, what it warned of, and its verdict once there is one."""
    from gendertui import state_files
    from gendertui.evaluation.report.read import read_report, verdict_lines
    from gendertui.runs import on_end
    from gendertui.runs.curves import read_warnings
    from gendertui.runs.folder import find
    from gendertui.runs.results.corpus import reading_of
    from gendertui.training.config import FIELDS
    from gendertui.training.events import STILL_LEARNING
    from gendertui.training.fields import shown_name

    folder = find(run)
    record = folder.record()
    info = folder.info()
    warnings = read_warnings(folder)
    not_called = on_end.failure(folder)
    report = read_report(folder.report_file) if folder.report_file.exists() else None
    if as_json:
        value = {
            **_info_as_json(info),
            "corpus": record["corpus"],
            "config": folder.config().model_dump(),
            "resolved": record["resolved"],
            "warnings": [dataclasses.asdict(warning) for warning in warnings],
            "on_end_failed": not_called or None,
            "report": None if report is None else state_files.read_object(folder.report_file),
        }
        click.echo(json_text(value))
        return
    facts: dict[str, Any] = {
        "name": info.name,
        "folder": info.folder,
        "state": info.shown + (" (alive?)" if info.alive == "unknown" else "") + (f": {info.why}" if info.why else ""),
        "begun": time.strftime("%Y-%m-%d %H:%M", time.localtime(info.started)),
        "epoch": f"{info.epoch} of {info.epochs}",
        "model": info.model,
        "preset": info.preset,
        "corpus": record["corpus"]["path"],
        "read as": reading_of(record).words or "found out",
        "processes": record["resolved"].get("processes", folder.processes()),
        **{shown_name(name): FIELDS[name].as_text(value) for name, value in folder.config().model_dump().items()},
    }
    width = max(map(len, facts))
    for name, value in facts.items():
        click.echo(f"{name:<{width}}  {escape_control('–' if value is None else str(value))}")
    # That a run was still learning is why it is over, and among the remarks of its verdict.
    lines = [f"warning: {warning.text}" for warning in warnings if warning.kind != STILL_LEARNING]
    if not_called:
        lines.append(f"warning: the command at its end failed: {not_called}; its output is in {folder.log_file}")
    for line in [*lines, *([] if report is None else ["", *verdict_lines(report)])]:
        click.echo(escape_control(line))


@click.command()
@click.argument("run", metavar="[RUN]", required=False, shell_complete=complete_run)
@click.option("--json", "as_json", is_flag=True, help="The run's events, one JSON object a line.")
@click.option("--stream", is_flag=True, help="What another machine draws from: the run and its events, as JSON lines.")
@click.option("--from", "start", metavar="POSITION", help="With --stream: go on behind a position it has printed.")
@click.option("--all", "all_runs", is_flag=True, help="With --stream: the list of all runs, and what changes in it.")
@click.pass_context
def follow(ctx: click.Context, run: str | None, as_json: bool, stream: bool, start: str | None, all_runs: bool) -> None:
    """Show what a run does until it ends; Ctrl-C leaves it running.

    On a terminal it is drawn in a few rows, with a line above them for each epoch that is over; elsewhere there are
    the lines alone. Without RUN: latest. For an ended run all its events are shown. The exit code is the run's: 0 if it
    finished.

    --stream is what gendertui --host reads: at least one line every five seconds, and after a cut --from goes on
    where it was. Its exit code is 0 once the run has ended, however it did.
    """
    from gendertui.runs.folder import find

    if not stream:
        if start is not None or all_runs:
            ctx.fail(f"{'--from' if start is not None else '--all'} goes with --stream.")
        from gendertui.cli.train.follow import watch

        ctx.exit(watch(find(run or "latest"), as_json=as_json))
    if as_json or (all_runs and (run is not None or start is not None)):
        ctx.fail("--stream takes a RUN, perhaps with --from, or --all.")
    from gendertui.runs.follow import START, Position
    from gendertui.runs.remote.serve import serve_list, serve_run

    if all_runs:
        serve_list(click.echo)
    else:
        serve_run(find(run or "latest"), click.echo, start=START if start is None else Position.parse(start))


@click.command()
@click.argument("run", metavar="RUN", shell_complete=complete_run)
def pause(run: str) -> None:
    """Ask a run to pause. It writes a checkpoint and keeps its memory until it is resumed or stopped."""
    _ask(run, "pause", "to pause")


@click.command()
@click.argument("run", metavar="RUN", shell_complete=complete_run)
def resume(run: str) -> None:
    """Ask a paused run to continue.

    To continue a run that stopped, or whose process is gone, use gendertui train --resume RUN.
    """
    _ask(run, "resume", "to continue")


@click.command()
@click.argument("run", metavar="RUN", shell_complete=complete_run)
def stop(run: str) -> None:
    """Ask a run to stop and to keep its best epoch so far as its model. One that waits is taken out of the queue."""
    _ask(run, "stop", "to stop and keep its best epoch")


def _ask(run: str, request: str, what: str) -> None:
    from gendertui.runs import control
    from gendertui.runs.folder import find

    folder = find(run)
    state = folder.status().state
    control.request(folder, request)
    if state == "queued":
        click.echo(f"Asked {escape_control(folder.name)} to leave the queue.", err=True)
        return
    # Asked all the same: it may be about to pause, or to continue.
    already = {("pause", True): " It is paused already.", ("resume", False): " It was not paused."}
    click.echo(f"Asked {escape_control(folder.name)} {what}.{already.get((request, state == 'paused'), '')}", err=True)


@click.command(short_help="Give an ended run, and its model, another name.")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@click.argument("name", metavar="NAME")
@click.option("--keep-model", is_flag=True, help="Leave the model that it published its name.")
def rename(run: str, name: str, keep_model: bool) -> None:
    """Give an ended run, and the model it published, another name; prints the run's.

    The time at which the run began stays in front.
    """
    from gendertui.runs import manage
    from gendertui.runs.folder import find

    folder = find(run)
    renamed = manage.rename(folder, name, model=not keep_model)
    click.echo(renamed.name)
    if (model := renamed.status().model) is not None:
        kept = "keeps its name" if keep_model else "is called that, too" if model == renamed.name else "has a new name"
        click.echo(f"Its model {kept}: {escape_control(model)}", err=True)


@click.command(short_help="Show, write or take away a note on a run.")
@click.argument("run", metavar="RUN", shell_complete=complete_run)
@click.argument("text", metavar="[TEXT]", required=False)
def note(run: str, text: str | None) -> None:
    """Put a note on a run, at work or not: one line, at most 200 characters, shown in the list of runs.

    Without TEXT the note is printed; an empty TEXT takes it away.

    \b
    Examples:
      gendertui runs note latest "lower learning rate, no dropout"
      gendertui runs note latest ""
    """
    from gendertui.runs import notes
    from gendertui.runs.folder import find

    folder = find(run)
    if text is None:
        click.echo(escape_control(notes.read_note(folder)))
        return
    notes.write_note(folder, text)


@click.command()
@click.argument("runs", metavar="RUN...", nargs=-1, required=True, shell_complete=complete_run)
@click.option("--with-model", is_flag=True, help="Also those that have the only copy of their model.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(runs: tuple[str, ...], with_model: bool, yes: bool) -> None:
    """Delete ended runs for good: checkpoints, scores, report. The models they published stay.

    On a terminal it asks first. An active run is not removed, nor, without --with-model, one that has the only copy
    of its model.
    """
    from gendertui.runs.folder import find
    from gendertui.runs.only_copy import refuse_only_copy

    folders = list(dict.fromkeys(find(run) for run in runs))
    for folder in () if with_model else folders:
        refuse_only_copy(folder)
    _remove(folders, yes, with_model)


@click.command()
@click.option("--keep", metavar="N", type=click.IntRange(min=0), help="Keep the N newest runs.")
@click.option("--older-than", "days", metavar="DAYS", type=click.FloatRange(min=0), help="Keep those begun since.")
@click.option("--with-models", is_flag=True, help="Also those that have the only copy of their model.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def prune(ctx: click.Context, keep: int | None, days: float | None, with_models: bool, yes: bool) -> None:
    """Delete old ended runs for good, and say what that frees. The models they published stay.

    With both --keep and --older-than a run must be outside of both to go. On a terminal it asks first; runs that
    are going or cannot be read stay, and without --with-models those that have the only copy of their model.

    \b
    Examples:
      gendertui runs prune --keep 10
      gendertui runs prune --older-than 30 --yes
    """
    from gendertui.runs import manage
    from gendertui.runs.folder import RunFolder
    from gendertui.runs.only_copy import only_copy

    if keep is None and days is None:
        ctx.fail("say which runs go: --keep N, --older-than DAYS, or both.")
    old = [RunFolder(run.folder) for run in manage.prunable(now=time.time(), keep=keep or 0, days=days or 0.0)]
    if not with_models:
        for run in (kept := [run for run in old if only_copy(run)]):
            click.echo(f"{escape_control(run.name)} stays: it has the only copy of its model.", err=True)
        old = [run for run in old if run not in kept]
    if not old:
        click.echo("There is nothing to remove.", err=True)
        return
    _remove(old, yes, with_models)


def _remove(folders: list[RunFolder], yes: bool, with_model: bool) -> None:
    from gendertui import files
    from gendertui.cli.terminal.confirm import confirm
    from gendertui.runs import manage

    sizes = {folder: files.dir_size(folder.path) for folder in folders}
    for folder, count in sizes.items():
        click.echo(f"{escape_control(folder.name)}  {folder.info().shown}  {size(count)}", err=True)
    total = size(sum(sizes.values()))
    if not confirm(f"Remove {'this run' if len(folders) == 1 else f'these {len(folders)} runs'} for good?", yes=yes):
        click.echo("Nothing was removed.", err=True)
        return
    for folder in folders:
        manage.remove(folder, with_model=with_model)
    click.echo(f"Removed {len(folders)}; {total} are free again.", err=True)


@click.command()
@click.argument("run", metavar="[RUN]", required=False, shell_complete=complete_run)
def path(run: str | None) -> None:
    """Print where runs are kept, or the folder of one."""
    from gendertui import paths
    from gendertui.runs.folder import find

    click.echo(str(paths.runs_dir() if run is None else find(run).path))
