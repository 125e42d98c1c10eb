"""``gendertui sweep best``: the winner, judged on what was set aside."""

from __future__ import annotations

import time

import click

from gendertui.cli.sweep.command import complete_sweep
from gendertui.cli.terminal.completion import complete_device
from gendertui.sanitize import escape_control

LOOK_SECONDS = 0.2


@click.command(short_help="Train the winner and judge it on what was set aside.")
@click.argument("name", metavar="NAME", shell_complete=complete_sweep)
@click.option("--corpus", metavar="CORPUS", help="Where the corpus is on this machine, if not where it was.")
@click.option("--device", metavar="DEVICE", shell_complete=complete_device, help="Device to train on.")
@click.option(
    "--use/--no-use",
    default=None,
    help="Let its model answer from now on, or the one that answers now. Without either its figures say.",
)
@click.option("--json", "as_json", is_flag=True, help="What came of it as one JSON object.")
@click.pass_context
def best(
    ctx: click.Context, name: str, corpus: str | None, device: str | None, use: bool | None, as_json: bool
) -> None:
    """Train the winner on all but the lines set aside, then judge it on those.

    The run is an ordinary one and publishes its model. Opening what was set aside is counted, as every opening of a
    test set is; for the same winner it happens once, and the figure is shown again from then on. Beside it stands the
    cross-validated figure that won, and the difference: what the search flattered itself by.
    """
    from gendertui.cli.terminal.output import ProgressLine, json_text
    from gendertui.cli.train.follow import Signals, Stopping
    from gendertui.errors import ExitCode, GendertuiError
    from gendertui.sweeps.best import open_set_aside, train_winner
    from gendertui.sweeps.definition import find
    from gendertui.sweeps.trials import read
    from gendertui.sweeps.words import outcome_in_words

    found, progress = find(name), ProgressLine()
    try:
        with Signals() as signals:
            run, winner = train_winner(found, found.corpus(corpus), use=use, device=device)
            if run.info().active:
                progress.say(f"training the winner, trial {winner.number}: run {escape_control(run.name)}")
            stopping = Stopping(run, signals, progress.say)
            while (info := run.info()).active:
                progress.show(f"{info.shown}, epoch {info.epoch}")
                stopping.act()
                time.sleep(LOOK_SECONDS)
            if signals.received:
                ctx.exit(signals.exit_code)
        if info.shown != "finished":
            raise GendertuiError(
                f"the winner's run {info.shown}: {info.why}",
                where=str(run.path),
                hint=f"Its log: gendertui runs log {run.name}; gendertui sweep best {found.name} takes it up again.",
                code=ExitCode.RUN,
            )
        outcome = open_set_aside(found, run, winner, lambda stage, *_: progress.show(stage), corpus=corpus)
    finally:
        progress.clear()
    if as_json:
        click.echo(json_text(dict(read(found).outcome or {})))
        return
    for line in outcome_in_words(outcome, found.definition()):
        click.echo(escape_control(line))
