"""``gendertui train``: start a detached worker and follow it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from gendertui.cli.terminal.completion import complete_corpus, complete_run
from gendertui.cli.terminal.reading import asked, given, read, reading_flags
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus
    from gendertui.runs.folder import RunFolder
    from gendertui.training.config import TrainingConfig

EPILOG = """
\b
Examples:
  gendertui train --corpus sample
  gendertui train --corpus cornell --epochs 5 --seed 1 --name longer
  gendertui train --preset tutorial --corpus cornell --vectors glove-6b-50d
  gendertui train --corpus cornell --detach
  gendertui train --corpus cornell --epochs 20 --wait --detach
  gendertui train --resume latest
  gendertui train --resume latest --epochs 20
  gendertui train --corpus cornell --on-end 'notify-send "$GENDERTUI_STATE"'
  gendertui train --corpus sample --json | jq -c 'select(.type == "epoch")'

\b
The worker is a separate process. Ctrl-C or SIGTERM here asks it to stop with
a checkpoint and exits with 130 or 143; a second Ctrl-C stops it now;
--resume continues from the last checkpoint. Closing the terminal (SIGHUP)
leaves it running: gendertui runs follow finds it again. Progress goes to
stderr; the last line of stdout is the run's folder.

\b
--on-end COMMAND is run in a shell when the run has ended, whether it is
finished, stopped or failed, and whether anybody follows it or not. It gets
the verdict as JSON on stdin (state, best epoch, figures with intervals,
baselines; no line of the corpus), and in its environment GENDERTUI_RUN,
_FOLDER, _STATE, _WHY, _CORPUS, _PRESET, _MODEL, _HEADLINE. Its output goes
to the run's worker.log. After 5 minutes it is ended; that it failed is shown
by gendertui runs show RUN. A worker that was killed (SIGKILL, no memory, the
machine is down) cannot run it. --resume does not repeat it: give it again,
or to all runs with gendertui config set on_end COMMAND; --on-end '' is none.

\b
The tutorial preset needs GloVe 6B 200d, which does not come with the
program. If it is not installed nothing starts, and the message says how to
get it or which other vectors to use.
"""


class TrainCommand(click.Command):
    """A command whose field flags are created on invocation, since they import the configuration and pydantic."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if not any(param.name == "epochs" for param in self.params):
            from gendertui.cli.train.flags import options
            from gendertui.training.config import DEFAULT_PRESET, PRESETS

            about = "; ".join(f"{name}: {text.rstrip('.')}" for name, (text, _) in PRESETS.items())
            preset = click.Option(
                ["--preset"],
                type=click.Choice(list(PRESETS)),
                help=f"Where the fields start from, {DEFAULT_PRESET} without it. {about}.",
            )
            self.params[:0] = [preset]
            self.params += options()
        return super().make_context(info_name, args, parent, **extra)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from gendertui.cli.train.flags import grouped

        sections = grouped(self.get_params(ctx))
        for title, params in sections.items():
            options = [param for param in params if isinstance(param, click.Option)]
            records = [record for option in options if (record := option.get_help_record(ctx)) is not None]
            with formatter.section(title):
                formatter.write_dl(records)


@click.command(cls=TrainCommand, epilog=EPILOG)
@click.option(
    "--corpus",
    metavar="CORPUS",
    shell_complete=complete_corpus,
    help="Lines to train on: a path, or the name sample, messages or cornell.",
)
@click.option("--name", metavar="NAME", help="Name of the run and of the model it publishes.")
@click.option(
    "--use/--no-use",
    default=None,
    help="Let its model answer from now on, or the one that answers now, as by models use. Without either its model "
    "takes over if it can be told from guessing and is not worse on the same corpus.",
)
@click.option("--detach", is_flag=True, help="Start the worker, print the run's folder, and return.")
@click.option(
    "--wait",
    is_flag=True,
    help="Put the run into the queue: it begins when no other run is on its device. Ctrl-C before leaves it there.",
)
@click.option(
    "--resume",
    metavar="RUN",
    shell_complete=complete_run,
    help="Resume a run that stopped, or train an ended one further: --epochs N in all. Of its other fields only "
    "--batch-size can change. --corpus says where its corpus is, if it has moved.",
)
@click.option(
    "--nproc",
    type=click.IntRange(min=1),
    metavar="K",
    help="Train in K processes, each on a GPU of its own, or on a part of the cores; a batch is divided among them.",
)
@click.option(
    "--print-sbatch",
    is_flag=True,
    help="Make the run without starting it, and print the script that trains it under Slurm, on K GPUs a machine.",
)
@click.option("--json", "as_json", is_flag=True, help="Stream the run's events to stdout, one JSON object a line.")
@click.option(
    "--on-end", metavar="COMMAND", help="Shell command that the worker runs when the run has ended, see below."
)
@reading_flags
@click.pass_context
def train(
    ctx: click.Context,
    /,
    preset: str | None,
    corpus: str | None,
    name: str | None,
    detach: bool,
    wait: bool,
    resume: str | None,
    nproc: int | None,
    print_sbatch: bool,
    as_json: bool,
    use: bool | None,
    on_end: str | None,
    **fields: Any,
) -> None:
    """Train a classifier on a corpus and follow the run to its verdict.

    A preset gives every field a value, and a flag changes one. Train, validation and test are split by group
    (film, author, thread) if the corpus has enough of them, so that none is in two sets; the figures shown are
    for validation, and the test set stays closed.
    """
    changes = {key: value for key, value in fields.items() if _given(ctx, key)}
    if resume is not None:
        _refuse_other_changes(ctx, changes)
    elif corpus is None:
        ctx.fail("--corpus says what to train on: a path, or the name sample, messages or cornell.")
    if print_sbatch and (resume is not None or detach or wait or as_json or on_end is not None):
        ctx.fail("--print-sbatch starts nothing: leave out --resume, --detach, --wait, --json and --on-end.")

    from gendertui.cli.terminal.output import ProgressLine
    from gendertui.cli.train.at_end import wait_for_command
    from gendertui.cli.train.follow import Signals, watch
    from gendertui.cli.train.processes import check
    from gendertui.runs import launch, torchrun
    from gendertui.runs.folder import find
    from gendertui.training.config import DEFAULT_PRESET

    begin: Callable[[], RunFolder]
    if resume is not None:
        run = find(resume)
        moved = None if corpus is None else _same_corpus(run, corpus)
        check(nproc or run.processes(), run.config())
        begin = partial(
            launch.resume, run, corpus=moved, changes=changes, use=use, on_end=on_end, wait=wait, processes=nproc
        )
    else:
        assert corpus is not None
        start_from = preset or DEFAULT_PRESET
        # Read before signals are deferred and before a worker starts, so that errors come early.
        config = _config(start_from, changes)
        if not print_sbatch:
            check(nproc or 1, config)
        lines = read(corpus, ProgressLine(), asked=asked(ctx))
        chosen: dict[str, Any] = {"name": name, "preset": start_from, "use": use, "processes": nproc or 1}
        if print_sbatch:
            made = launch.make(config, lines, **chosen)
            click.echo(f"run {escape_control(made.name)}", err=True)
            click.echo(torchrun.sbatch(made), nl=False)
            return
        begin = partial(launch.start, config, lines, on_end=on_end, wait=wait, **chosen)
    with Signals() as signals:
        run = begin()
        click.echo(f"run {escape_control(run.name)}", err=True)
        if not detach or signals.received:
            code = watch(run, as_json=as_json, signals=signals)
            wait_for_command(run, on_end, signals)
            ctx.exit(code)
    click.echo(str(run.path))


def _refuse_other_changes(ctx: click.Context, changes: Mapping[str, Any]) -> None:
    """Fail where --resume stands beside a flag of what a run cannot be continued with another value of."""
    from gendertui.runs.continuation import CHANGEABLE

    mixed = [key for key in ("preset", "name", *changes) if _given(ctx, key) and key not in CHANGEABLE]
    flags = ", ".join([*map(_flag, mixed), *given(ctx)])
    if flags:
        allowed = " and ".join(map(_flag, CHANGEABLE))
        ctx.fail(f"--resume uses the run's own configuration, of which {allowed} can change: leave out {flags}.")


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _same_corpus(run: RunFolder, source: str) -> Corpus:
    """The run's corpus, which has moved.

    :raises GendertuiError: it is another one (code DATA).
    """
    from gendertui.cli.terminal.output import ProgressLine
    from gendertui.cli.terminal.reading import loading
    from gendertui.runs.results.corpus import corpus_of

    progress = ProgressLine()
    try:
        return corpus_of(run.record(), loading(progress), path=source)
    finally:
        progress.clear()


def _given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _config(start_from: str, changes: Mapping[str, Any]) -> TrainingConfig:
    """The preset with the flags' changes. Fails here, before a worker starts, if the run is certain to fail.

    :raises GendertuiError: the vectors or the device are not available, or two flags exclude each other.
    """
    from gendertui.training.config import preset, with_changes

    config = with_changes(preset(start_from), changes)
    if config.vectors != "random":
        config = _with_vectors(config, start_from, changes)
    if config.device not in ("auto", "cpu"):
        _check_device(config.device)
    return config


def _with_vectors(config: TrainingConfig, start_from: str, changes: Mapping[str, Any]) -> TrainingConfig:
    """``config`` with the dimension of its vectors."""
    from gendertui.training.pretrained import with_vectors

    try:
        found = with_vectors(config)
    except GendertuiError as error:
        if "vectors" in changes:
            raise
        raise GendertuiError(
            f"{error.what}, and the preset {start_from} starts from them",
            where=error.where,
            hint=error.hint,
            code=error.code,
        ) from error
    if changes.get("embedding_dim", found.embedding_dim) != found.embedding_dim:
        raise GendertuiError(
            f"the vectors {config.vectors} have {found.embedding_dim} dimensions, "
            f"--embedding-dim asks for {config.embedding_dim}",
            hint="Leave --embedding-dim out: pretrained vectors set it.",
            code=ExitCode.USAGE,
        )
    return found


def _check_device(device: str) -> None:
    from gendertui.subprocesses.probe import devices

    there = {each["id"]: each["name"] for each in devices()["devices"]}
    if not any(name == device or name.startswith(f"{device}:") for name in there):
        listed = ", ".join(f"{name} ({what})" for name, what in there.items())
        raise GendertuiError(
            f"there is no device {device}", hint=f"Devices here: {listed}; or auto.", code=ExitCode.DEVICE
        )
