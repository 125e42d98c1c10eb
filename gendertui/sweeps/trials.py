"""What Optuna's trials of a sweep hold beside their parameters, and a sweep as a front end shows it.

A trial's runs, and what became of it, are its user attributes; its figures are its intermediate values, one for each
step: ``seed number × folds + fold``.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from gendertui.sweeps.definition import Definition, Sweep, read_best
from gendertui.sweeps.presence import Workers
from gendertui.sweeps.storage import explained, open_study, shown_url

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

WORKER, RUNS, ENDED, WHY, DEATHS = "worker", "runs", "ended", "why", "deaths"
"""User attributes of a trial: the process that has it; step → run's name; ``failed`` or ``given back``, where Optuna
only says that it failed (one whose worker died has neither); why; and how many workers had died over it before."""
STOPPED, BEGAN, IMPORTANCE = "stopped", "began", "importance"
"""User attributes of the study: whether it was stopped, when its first trial began, and the share that each field has
in what makes trials differ."""

RETRIES = 2
"""How often a trial is tried again whose worker died."""

State = Literal["waiting", "running", "complete", "pruned", "failed", "died", "given back"]
"""Of a trial. One that ``died`` or was ``given back`` is tried again as another trial."""
AGAIN: frozenset[State] = frozenset({"died", "given back"})


@dataclass(frozen=True, kw_only=True)
class TrialRow:
    """One trial."""

    number: int
    state: State
    params: dict[str, Any]
    """Field → value."""
    value: float | None
    """Mean AUC over all its steps; ``None`` until they are finished."""
    figures: dict[int, float]
    """Step → AUC on its fold, of the finished ones."""
    runs: dict[int, str]
    """Step → name of its run, of those begun."""
    why: str = ""
    """Why it failed or died."""
    continues: int | None = None
    """Number of the trial that this one tries again."""
    started: float | None = None
    ended: float | None = None
    """In seconds since 1970."""

    @property
    def mean(self) -> float | None:
        """Mean AUC over the steps finished so far."""
        return sum(self.figures.values()) / len(self.figures) if self.figures else None


@dataclass(frozen=True, kw_only=True)
class SweepView:
    """A sweep as it is now."""

    name: str
    definition: Definition
    trials: list[TrialRow]
    """By number."""
    best: int | None
    """Number of the best finished trial."""
    importance: dict[str, float]
    """Field → its share in what makes trials differ, the largest first; empty while there are too few."""
    stopped: bool
    workers: int
    """Processes at work."""
    outcome: Mapping[str, Any] | None
    """What came of the winner; see :mod:`gendertui.sweeps.best`."""
    began: float | None = None
    """When the first trial began, in seconds since 1970."""

    @property
    def counted(self) -> int:
        """Trials that count towards the number wanted: all but those that are tried again."""
        return sum(trial.state not in AGAIN for trial in self.trials)

    @property
    def finished(self) -> int:
        """Trials that are over and are not tried again."""
        return sum(trial.state in ("complete", "pruned", "failed") for trial in self.trials)

    @property
    def state(self) -> str:
        """In a word: ``new``, ``running``, ``waiting`` (for a worker), ``stopped`` or ``finished``."""
        if self.workers:
            return "running"
        if self.stopped:
            return "stopped"
        return "finished" if self.complete else "waiting" if self.trials else "new"

    @property
    def complete(self) -> bool:
        """Whether no further trial will begin, and none is left."""
        left = any(trial.state in ("waiting", "running") for trial in self.trials)
        wanted, seconds = self.definition.trials, self.definition.seconds
        enough = wanted is not None and self.counted >= wanted
        late = seconds is not None and self.began is not None and time.time() > self.began + seconds
        return not left and (enough or late)

    def row(self, number: int | None) -> TrialRow | None:
        """The trial of a number."""
        return next((trial for trial in self.trials if trial.number == number), None)

    def to_json(self) -> dict[str, Any]:
        """All of it, for ``--json``; without the storage's password."""
        best = self.row(self.best)
        return {
            "name": self.name,
            "state": self.state,
            "corpus": self.definition.corpus.get("name") or self.definition.corpus["path"],
            "preset": self.definition.preset,
            "search": self.definition.search,
            "folds": self.definition.folds,
            "seeds": self.definition.seeds,
            "share_set_aside": self.definition.share,
            "trials_wanted": self.definition.trials,
            "seconds": self.definition.seconds,
            "storage": shown_url(self.definition.storage),
            "workers": self.workers,
            "best": None if best is None else {"number": best.number, "auc": best.value, "params": best.params},
            "importance": self.importance,
            "trials": [
                {
                    "number": trial.number,
                    "state": trial.state,
                    "params": trial.params,
                    "auc": trial.value,
                    "figures": {str(step): value for step, value in sorted(trial.figures.items())},
                    "runs": {str(step): run for step, run in sorted(trial.runs.items())},
                    "why": trial.why,
                    "continues": trial.continues,
                    "started": trial.started,
                    "ended": trial.ended,
                }
                for trial in self.trials
            ],
            "outcome": None if self.outcome is None else dict(self.outcome),
        }


class Reader:
    """Reads a sweep again and again: Optuna's journal from where it was left. Blocks, so a screen calls it in a thread.

    Imports neither torch nor scikit-learn.
    """

    def __init__(self, sweep: Sweep) -> None:
        """:raises GendertuiError: the sweep or its storage cannot be read (code RUN)."""
        self.sweep = sweep
        self._definition = sweep.definition()
        self._study = open_study(sweep)
        self._workers = Workers(sweep.workers_folder)

    def read(self) -> SweepView:
        """The sweep as it is now.

        :raises GendertuiError: the storage, or what came of it, cannot be read (code RUN).
        """
        with explained(self._definition, opening=True):
            attributes = self._study.user_attrs
            rows = [row_of(trial) for trial in self._study.get_trials(deepcopy=False)]
        complete = [row for row in rows if row.state == "complete" and row.value is not None]
        best = max(complete, key=lambda row: (row.value or 0.0, -row.number), default=None)
        return SweepView(
            name=self.sweep.name,
            definition=self._definition,
            trials=rows,
            best=None if best is None else best.number,
            importance={str(name): float(share) for name, share in attributes.get(IMPORTANCE, {}).items()},
            stopped=bool(attributes.get(STOPPED)),
            workers=len(self._workers.names()),
            outcome=read_best(self.sweep),
            began=attributes.get(BEGAN),
        )


def read(sweep: Sweep) -> SweepView:
    """The sweep as it is now; see :class:`Reader`."""
    return Reader(sweep).read()


def row_of(trial: FrozenTrial) -> TrialRow:
    """One of Optuna's trials."""
    attributes, system = trial.user_attrs, trial.system_attrs
    started, ended = trial.datetime_start, trial.datetime_complete
    state = state_of(trial)
    history = system.get("retry_history") or [None]
    return TrialRow(
        number=trial.number,
        state=state,
        params=dict(trial.params),
        value=trial.value if state == "complete" else None,
        figures={int(step): float(value) for step, value in trial.intermediate_values.items()},
        runs={int(step): str(run) for step, run in attributes.get(RUNS, {}).items()},
        why=_why(trial, state),
        continues=history[-1],
        started=None if started is None else started.timestamp(),
        ended=None if ended is None else ended.timestamp(),
    )


def state_of(trial: FrozenTrial) -> State:
    """A trial's state."""
    name = trial.state.name
    if name == "FAIL":
        ended = trial.user_attrs.get(ENDED)
        if ended is None:
            return "died" if trial.user_attrs.get(DEATHS, 0) < RETRIES else "failed"
        return "given back" if ended == "given back" else "failed"
    states: dict[str, State] = {
        "WAITING": "waiting",
        "RUNNING": "running",
        "COMPLETE": "complete",
        "PRUNED": "pruned",
    }
    return states[name]


def _why(trial: FrozenTrial, state: State) -> str:
    why = str(trial.user_attrs.get(WHY, ""))
    if state in ("died", "failed") and not why:
        return "its worker died" if state == "died" else f"its worker died {RETRIES + 1} times"
    return why if state in ("failed", "given back") else ""
