"""How much each searched field has to do with the figures of a sweep's trials, by Optuna's PED-ANOVA."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui.sweeps.trials import IMPORTANCE

if TYPE_CHECKING:
    from optuna import Study

MINIMUM_TRIALS = 5
"""Fewer finished trials say nothing."""


def remember_importance(study: Study) -> None:
    """Write it down with the study, by who has scikit-learn imported anyway: a front end then only reads it."""
    from optuna.importance import get_param_importances

    finished = [trial for trial in study.get_trials(deepcopy=False) if trial.state.name == "COMPLETE"]
    if len(finished) < MINIMUM_TRIALS or len({trial.value for trial in finished}) == 1:
        return
    found = get_param_importances(study)
    study.set_user_attr(IMPORTANCE, {name: float(share) for name, share in found.items()})
