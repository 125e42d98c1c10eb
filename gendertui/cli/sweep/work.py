"""``gendertui sweep work``: take trials until none is left."""

from __future__ import annotations

import signal
from types import FrameType

import click

from gendertui.cli.sweep.command import complete_sweep
from gendertui.cli.terminal.completion import complete_device
from gendertui.sanitize import escape_control

EPILOG = """
\b
Started as often as one likes, here or on machines that share the state
folder (GENDERTUI_HOME); each takes the next trial:
  gendertui sweep work first --device cuda:0 &
  gendertui sweep work first --device cuda:1
  seq 4 | parallel -N0 gendertui sweep work first
In a script for sbatch --array=1-8 the line is:
  exec gendertui sweep work first
"""


@click.command(epilog=EPILOG, short_help="Train trials until none is left.")
@click.argument("name", metavar="NAME", shell_complete=complete_sweep)
@click.option("--corpus", metavar="CORPUS", help="Where the corpus is on this machine, if not where it was.")
@click.option(
    "--device", metavar="DEVICE", shell_complete=complete_device, help="Device to train on, in place of the sweep's."
)
@click.option("--resume", is_flag=True, help="Take up a sweep that was stopped.")
@click.pass_context
def work(ctx: click.Context, name: str, corpus: str | None, device: str | None, resume: bool) -> None:
    """Train trials until none is left, the sweep is stopped, or this process is asked to end.

    A trial is one ordinary run for each fold and seed, listed by gendertui runs. Ctrl-C, SIGTERM or a
    closed terminal lets the run write a checkpoint and gives the trial back; a second signal ends it at once. A trial
    whose worker died is tried again by another, from its last checkpoint. While others have trials it waits for them.
    """
    from gendertui.errors import ExitCode, GendertuiError
    from gendertui.sweeps import manage
    from gendertui.sweeps import work as sweeps_work
    from gendertui.sweeps.definition import find
    from gendertui.sweeps.trials import read

    found = find(name)
    if resume:
        manage.take_up(found)
    if read(found).stopped:
        raise GendertuiError(
            "the sweep is stopped",
            where=str(found.path),
            hint=f"Continue it: gendertui sweep work {found.name} --resume",
            code=ExitCode.RUN,
        )
    lines = found.corpus(corpus)
    received: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        received.append(number)

    numbers = [each for each in _ENDING if signal.getsignal(each) != signal.SIG_IGN]
    before = {number: signal.signal(number, note) for number in numbers}
    try:
        sweeps_work.work(found, lines, say=_say, signals=lambda: len(received), device=device)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if received:
        ctx.exit(128 + received[0])
    view = read(found)
    best = view.row(view.best)
    if view.complete and best is not None and best.value is not None:
        click.echo(
            f"The sweep is finished. Trial {best.number} won with a mean AUC of {best.value:.3f}, flattered by the "
            f"search; gendertui sweep best {escape_control(found.name)} judges it on what was set aside.",
            err=True,
        )


_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _say(line: str) -> None:
    click.echo(escape_control(line), err=True)
