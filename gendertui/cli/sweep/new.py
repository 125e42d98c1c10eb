"""``gendertui sweep new``: what is searched, on which corpus, and what is set aside."""

from __future__ import annotations

import re
from typing import Any

import click
from click.core import ParameterSource

from gendertui.cli.terminal.completion import complete_corpus
from gendertui.cli.terminal.reading import asked, read, reading_flags
from gendertui.cli.train.command import TrainCommand
from gendertui.sanitize import escape_control
from gendertui.sweeps import defaults

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_NOT_OF_A_SWEEP = ("split", "refit")

EPILOG = """
\b
The search expression is a list of FIELD=VALUES:
  hidden_size=32|64|128          one of these
  dropout=0..0.6                 any number from 0 to 0.6
  learning_rate=log:1e-4..1e-2   so, on a logarithmic scale
  batch_size=step:32:32..256     in steps of 32
Fields are those above; a flag gives one the same value in every trial.

\b
--storage takes any Optuna storage URL, for machines that share a database:
  --storage postgresql+psycopg://user:password@host/database
The study is Optuna's own: optuna-dashboard opens it, too.
"""


class Duration(click.ParamType[float]):
    """A time such as ``2h``, ``1h30m`` or ``45m``, in seconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        parts = re.fullmatch(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", str(value).replace(" ", "").lower())
        numbers = [int(part or 0) for part in parts.groups()] if parts else []
        seconds = sum(number * unit for number, unit in zip(numbers, _UNITS.values(), strict=False))
        if not seconds:
            self.fail(f"{value!r} is no time: write 2h, 1h30m or 45m.", param, ctx)
        return float(seconds)


@click.command(cls=TrainCommand, epilog=EPILOG, short_help="Make a sweep; nothing is trained yet.")
@click.argument("name", metavar="NAME")
@click.option(
    "--corpus",
    metavar="CORPUS",
    required=True,
    shell_complete=complete_corpus,
    help="Lines to train on: a path, or the name sample, messages or cornell.",
)
@click.option("--search", metavar="EXPRESSION", required=True, help="What is searched, see below.")
@click.option(
    "--trials",
    type=click.IntRange(1),
    metavar="N",
    help=f"Trials in all; {defaults.TRIALS} without it, no limit with --time alone.",
)
@click.option("--time", "seconds", type=Duration(), metavar="TIME", help="2h: no trial begins later than that.")
@click.option(
    "--folds",
    type=click.IntRange(2, 100),
    default=defaults.FOLDS,
    show_default=True,
    help="Folds of the cross-validation.",
)
@click.option("--seeds", type=click.IntRange(1, 100), default=defaults.SEEDS, show_default=True, help="Seeds per fold.")
@click.option(
    "--set-aside",
    type=click.FloatRange(0, 0.9, min_open=True),
    default=defaults.SHARE,
    show_default=True,
    metavar="SHARE",
    help="Share of the lines that no trial reads, in whole films (authors, threads).",
)
@click.option("--storage", metavar="URL", help="Optuna storage URL, in place of a journal in the sweep's folder.")
@click.option(
    "--sampler", type=click.Choice(defaults.SAMPLERS), default=defaults.SAMPLERS[0], help="Optuna's sampler; tpe."
)
@click.option(
    "--pruner",
    type=click.Choice(defaults.PRUNERS),
    default=defaults.PRUNERS[0],
    help="Whether a trial is given up that is worse than the best one fold by fold (Optuna's WilcoxonPruner, the "
    "default), or none is.",
)
@reading_flags
@click.pass_context
def new(
    ctx: click.Context,
    /,
    name: str,
    preset: str | None,
    corpus: str,
    search: str,
    trials: int | None,
    seconds: float | None,
    folds: int,
    seeds: int,
    set_aside: float,
    storage: str | None,
    sampler: defaults.Sampler,
    pruner: defaults.Pruner,
    **fields: Any,
) -> None:
    """Make a sweep: draw its folds, set lines aside, and make Optuna's study. Nothing is trained yet.

    Folds and what is set aside are drawn once, in whole films (authors, threads) where the corpus has them, by
    --split-seed. A preset gives every field a value, a flag changes one for all trials, and --search says which the
    trials differ in.
    """
    changes = {key: value for key, value in fields.items() if _given(ctx, key)}
    if odd := [f"--{key}" for key in _NOT_OF_A_SWEEP if key in changes]:
        ctx.fail(f"{', '.join(odd)}: a sweep draws its own folds and trains each model once.")
    from gendertui.cli.terminal.output import ProgressLine
    from gendertui.sweeps import manage
    from gendertui.sweeps.definition import Definition
    from gendertui.sweeps.words import set_aside_in_words
    from gendertui.training.config import DEFAULT_PRESET, with_changes
    from gendertui.training.config import preset as preset_config

    start_from = preset or DEFAULT_PRESET
    config = with_changes(preset_config(start_from), changes)
    definition = Definition(
        search=search,
        config=config.model_dump(),
        corpus={},
        preset=start_from,
        folds=folds,
        seeds=seeds,
        share=set_aside,
        split_seed=config.split_seed,
        trials=defaults.TRIALS if trials is None and seconds is None else trials,
        seconds=seconds,
        storage=storage,
        sampler=sampler,
        pruner=pruner,
    )
    # What it says is checked before the corpus is read, which can take longer.
    definition.dimensions()
    lines = read(corpus, ProgressLine(), asked=asked(ctx))
    made = manage.new(name, definition, lines)
    for line in set_aside_in_words(made, lines):
        click.echo(escape_control(line), err=True)
    click.echo(f"Work on it: gendertui sweep work {escape_control(made.name)}", err=True)
    click.echo(str(made.path))


def _given(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
