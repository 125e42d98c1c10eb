"""A sweep in words and as rows, for the shell and the screen alike."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from gendertui.corpus.splits.split import UNUSED
from gendertui.corpus.table import Corpus
from gendertui.evaluation.metrics.bootstrap import MINIMUM_GROUPS, too_few
from gendertui.formatting import MISSING, duration, interval, number, percent
from gendertui.sweeps.best import Outcome
from gendertui.sweeps.definition import Definition, Sweep
from gendertui.sweeps.shares import SET_ASIDE
from gendertui.sweeps.storage import shown_url
from gendertui.sweeps.trials import SweepView, TrialRow
from gendertui.training.config import FIELDS
from gendertui.training.fields import shown_name


def set_aside_in_words(sweep: Sweep, corpus: Corpus) -> list[str]:
    """What a new sweep will do, what it set aside, and whether that is enough for an interval."""
    definition, assignment = sweep.definition(), sweep.shares().assignment
    rows, used = np.flatnonzero(assignment == SET_ASIDE), assignment != UNUSED
    noun = corpus.units.noun("group" if corpus.has("group_id") else "line")
    groups = corpus.groups("group_id") if corpus.has("group_id") else np.arange(len(assignment))
    aside, all_ = len(np.unique(groups[rows])), len(np.unique(groups[used]))
    share = percent(len(rows) / max(1, int(used.sum())), 0)
    lines = [
        f"sweep {sweep.name}: {_wanted(definition)}, each of {_runs(definition)}",
        f"{aside:,} of {noun.counted(all_)} ({share} of the lines) are set aside: no trial reads them",
    ]
    if aside < MINIMUM_GROUPS:
        lines.append(f"warning: {noun.counted(aside)} are {too_few(aside)}: the winner will have a figure without one")
        if all_ > MINIMUM_GROUPS + 2 * definition.folds:
            share = f"{math.ceil(100 * MINIMUM_GROUPS / all_) / 100:g}"
            lines.append(f"with --set-aside {share} about {noun.counted(MINIMUM_GROUPS)} are")
    return lines


def summary(view: SweepView) -> list[str]:
    """What a sweep is and how far it is, a line each."""
    definition, best = view.definition, view.row(view.best)
    running = sum(trial.state == "running" for trial in view.trials)
    counts = [f"{view.finished} finished", f"{running} running", f"{view.workers} at work"]
    lines = [
        f"sweep {view.name}: {view.state}; {_wanted(definition)}: {', '.join(counts)}",
        f"corpus {definition.corpus.get('name') or definition.corpus['path']}, preset {definition.preset}; each trial "
        f"{_runs(definition)}; {percent(definition.share, 0)} of the lines set aside",
        f"search: {definition.search}",
    ]
    if definition.storage is not None:
        lines.append(f"storage: {shown_url(definition.storage)}")
    if best is not None:
        lines.append(f"best: trial {best.number}, mean AUC {number(best.value)}: {params_in_words(best.params)}")
    if view.importance:
        shares = ", ".join(f"{shown_name(name)} {percent(share, 0)}" for name, share in view.importance.items())
        lines.append(f"importance: {shares}")
    if view.outcome is not None and view.outcome.get("honest") is not None:
        outcome = view.outcome
        honest = f"{number(outcome['honest'])}{_between(outcome.get('low'), outcome.get('high'))}"
        lines.append(f"judged on what was set aside: trial {outcome['trial']}, AUC {honest}")
    elif best is not None:
        lines.append(f"not judged on what was set aside yet: gendertui sweep best {view.name}")
    return lines


def heads(view: SweepView) -> tuple[str, ...]:
    """The heads of :func:`table`'s columns."""
    return ("trial", "state", "AUC", "folds", *(shown_name(name) for name in _fields(view)), "time", "")


def table(view: SweepView) -> list[tuple[str, ...]]:
    """A row for each trial. An AUC in brackets is the mean of the folds finished, of a trial that has not all."""
    return [
        (
            str(trial.number),
            trial.state,
            number(trial.value) if trial.value is not None else f"({number(trial.mean)})" if trial.figures else MISSING,
            f"{len(trial.figures)} of {view.definition.steps}",
            *(_value(name, trial.params[name]) if name in trial.params else MISSING for name in _fields(view)),
            _time(trial),
            "; ".join(filter(None, (_again(trial), trial.why))),
        )
        for trial in view.trials
    ]


def params_in_words(params: Mapping[str, Any]) -> str:
    """``learning rate 0.002, hidden size 64``."""
    return ", ".join(f"{shown_name(name)} {_value(name, value)}" for name, value in params.items())


def outcome_in_words(outcome: Outcome, definition: Definition) -> list[str]:
    """The winner's two figures, and what lies between them."""
    assert outcome.honest is not None and outcome.difference is not None
    gap, meaning = outcome.difference, gap_in_words(outcome.difference)
    if outcome.low is None or outcome.high is None:
        meaning += "; too little was set aside for an interval"
    else:
        inside = outcome.low <= outcome.cross_validated <= outcome.high
        meaning += f"; the figure that won lies {'within' if inside else 'outside'} the interval"
    times = outcome.readings or 1
    return [
        f"trial {outcome.trial} won: {params_in_words(outcome.params)}",
        f"AUC that won, cross-validated:  {number(outcome.cross_validated)}, the mean of {_runs(definition)}",
        f"AUC on what was set aside:      {number(outcome.honest)}{_between(outcome.low, outcome.high)}",
        f"difference:                     {number(gap, sign=True)}: {meaning}",
        f"What was set aside has been opened {'once' if times == 1 else f'{times} times'}.",
    ]


def gap_in_words(gap: float) -> str:
    """What it means that the winner's figure is better by so much on the folds than on what was set aside."""
    return "what the search flattered itself by" if gap > 0 else "the search did not flatter itself"


def _between(low: float | None, high: float | None) -> str:
    words = interval(low, high)
    return f" (95 %: {words})" if words else ""


def _wanted(definition: Definition) -> str:
    trials = "trials without a limit" if definition.trials is None else f"{definition.trials:,} trials"
    return trials if definition.seconds is None else f"{trials}, begun within {duration(definition.seconds)}"


def _runs(definition: Definition) -> str:
    folds = f"{definition.folds} folds"
    return folds if definition.seeds == 1 else f"{folds} with {definition.seeds} seeds"


def _fields(view: SweepView) -> list[str]:
    return [each.field.name for each in view.definition.dimensions()]


def _value(name: str, value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    field = FIELDS.get(name)
    return str(value) if field is None else field.as_text(value)


def _time(trial: TrialRow) -> str:
    return MISSING if trial.started is None or trial.ended is None else duration(trial.ended - trial.started)


def _again(trial: TrialRow) -> str:
    return "" if trial.continues is None else f"continues {trial.continues}"
