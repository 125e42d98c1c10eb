"""A sweep whose trials are written by the test: no worker trains anything, figures and times are fixed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from gendertui import files
from gendertui.corpus.load import load
from gendertui.sweeps import manage
from gendertui.sweeps.definition import Definition, Sweep
from gendertui.sweeps.storage import open_study
from gendertui.sweeps.trials import BEGAN, ENDED, IMPORTANCE, RUNS, WHY
from gendertui.training.config import preset
from tests.builders import app as world

SEARCH = "learning_rate=log:1e-4..1e-2, hidden_size=32|64|128, dropout=0..0.6"
STATES = {"complete": TrialState.COMPLETE, "running": TrialState.RUNNING, "pruned": TrialState.PRUNED}
FOLDS = 5


def make(name: str = "first", *, trials: int | None = 20, search: str = SEARCH, **more: Any) -> Sweep:
    """A new sweep, nobody at work."""
    definition = Definition(
        search=search,
        config=preset("quick").model_dump(),
        corpus={},
        preset="quick",
        folds=FOLDS,
        trials=trials,
        created=world.NOW - 7200,
        **more,
    )
    return manage.new(name, definition, load("sample"))


def add(
    sweep: Sweep,
    state: str,
    params: Mapping[str, Any],
    figures: Mapping[int, float],
    *,
    runs: Mapping[int, str] | None = None,
    began: float,
    seconds: float = 240.0,
    why: str = "",
) -> None:
    """Tell Optuna of a trial.

    :param figures: step → AUC. :param began: seconds before now.
    """
    ended = state != "running"
    mean = sum(figures.values()) / len(figures) if figures else None
    attributes: dict[str, Any] = {RUNS: {str(step): run for step, run in (runs or {}).items()}}
    if state in ("failed", "given back"):
        attributes |= {ENDED: state, WHY: why}
    study = open_study(sweep)
    study.add_trial(
        FrozenTrial(
            number=-1,
            trial_id=-1,
            state=STATES.get(state, TrialState.FAIL),
            value=mean if state in ("complete", "pruned") else None,
            datetime_start=datetime.fromtimestamp(world.NOW - began),
            datetime_complete=datetime.fromtimestamp(world.NOW - began + seconds) if ended else None,
            params=dict(params),
            distributions={each.field.name: each.distribution() for each in sweep.definition().dimensions()},
            user_attrs=attributes,
            system_attrs={},
            intermediate_values=dict(figures),
        )
    )


def fill(sweep: Sweep, number: int, *, running: Mapping[int, str] | None = None) -> None:
    """Add so many finished trials, of which every fifth was pruned; then one that failed, and one that is running.

    :param running: runs of the last one.
    """
    generator = random.Random(7)
    dimensions = sweep.definition().dimensions()
    names = [dimension.field.name for dimension in dimensions]

    def params() -> dict[str, Any]:
        drawn: dict[str, Any] = {
            "learning_rate": round(10 ** generator.uniform(-4, -2), 6),
            "hidden_size": generator.choice([32, 64, 128]),
            "dropout": round(generator.uniform(0, 0.6), 3),
        }
        return {name: drawn[name] for name in names}

    study = open_study(sweep)
    study.set_user_attr(BEGAN, world.NOW - 6000)
    for trial in range(number):
        pruned = trial % 5 == 4
        chosen = params()
        at = 0.55 + 0.02 * chosen.get("hidden_size", 64) / 64 - 0.05 * abs(chosen.get("dropout", 0.3) - 0.3)
        figures = {step: round(at + generator.gauss(0, 0.01), 4) for step in range(2 if pruned else FOLDS)}
        add(sweep, "pruned" if pruned else "complete", chosen, figures, began=6000 - 260 * trial, seconds=200 + trial)
    add(sweep, "failed", params(), {}, began=500, seconds=9, why="a loss that is no number")
    add(sweep, "running", params(), {0: 0.5834, 1: 0.6012}, runs=running, began=130)
    if number >= 5:
        shares = dict(zip(names, (0.22, 0.61, 0.17), strict=False))
        study.set_user_attr(IMPORTANCE, dict(sorted(shares.items(), key=lambda share: -share[1])))


def judge(sweep: Sweep, trial: int, won: float, honest: float) -> None:
    """What ``sweep best`` writes down."""
    files.write_json(
        sweep.best_file,
        {
            "schema": 1,
            "trial": trial,
            "run": world.FINISHED,
            "params": {},
            "cross_validated": won,
            "honest": honest,
            "low": honest - 0.03,
            "high": honest + 0.03,
            "difference": won - honest,
            "readings": 1,
            "opened": world.NOW,
        },
    )
