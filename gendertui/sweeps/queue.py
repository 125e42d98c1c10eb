"""Which trial a worker of a sweep has next, and what becomes of those that it or another leaves unfinished.

Optuna keeps the trials; that two workers do not begin more than were wanted is seen to by a lock on the sweep's folder.
"""

from __future__ import annotations

import copy
import time
import warnings
from typing import TYPE_CHECKING, Any

from gendertui import files
from gendertui.sweeps.definition import Sweep
from gendertui.sweeps.presence import Workers
from gendertui.sweeps.storage import open_study
from gendertui.sweeps.trials import AGAIN, BEGAN, DEATHS, ENDED, RETRIES, STOPPED, WHY, WORKER, state_of

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial, Trial

# A trial that nobody has put a name on: longer than it takes to do so after asking for it.
_UNCLAIMED_SECONDS = 60.0


class TrialQueue:
    """The trials of a sweep, as one of its workers takes them.

    :param worker: the name that it is known by, see :mod:`gendertui.sweeps.presence`.
    """

    def __init__(self, sweep: Sweep, worker: str) -> None:
        self.study = open_study(sweep, to_ask=True)
        self._sweep, self._worker = sweep, worker
        self._definition = sweep.definition()
        self._distributions = {each.field.name: each.distribution() for each in self._definition.dimensions()}
        self._workers = Workers(sweep.workers_folder)

    @property
    def stopped(self) -> bool:
        """Whether the sweep was stopped."""
        return bool(self.study.user_attrs.get(STOPPED))

    def next(self) -> Trial | None:
        """A trial that was left unfinished, else a new one; ``None`` if no further one is to begin."""
        with files.locked(self._sweep.path):
            self._recover()
            if self.stopped or not (self._waiting() or self._wanted()):
                return None
            if BEGAN not in self.study.user_attrs:
                self.study.set_user_attr(BEGAN, time.time())
            trial = self.study.ask(fixed_distributions=self._distributions)
            trial.set_user_attr(WORKER, self._worker)
            return trial

    def others_running(self) -> bool:
        """Whether another worker has a trial, which this one would take over if it died."""
        with files.locked(self._sweep.path):
            self._recover()
        return any(state_of(trial) == "running" for trial in self._trials())

    def figures(self, trial: Trial) -> dict[int, float]:
        """Step → figure of what a trial has finished, also by an earlier worker."""
        return dict(self._frozen(trial.number).intermediate_values)

    def complete(self, trial: Trial, value: float) -> None:
        """A trial has finished all its steps."""
        self.study.tell(trial, value)

    def prune(self, trial: Trial) -> None:
        """A trial is given up, since it is most likely worse than the best one."""
        from optuna.trial import TrialState

        self.study.tell(trial, state=TrialState.PRUNED)

    def fail(self, trial: Trial, why: str) -> None:
        """A trial has failed by itself and would do so again."""
        trial.set_user_attr(ENDED, "failed")
        trial.set_user_attr(WHY, why)
        self._tell_failed(trial.number)

    def give_back(self, trial: Trial, why: str) -> None:
        """Another worker, or this one later, takes the trial up where it is."""
        left = self._frozen(trial.number)
        trial.set_user_attr(ENDED, "given back")
        trial.set_user_attr(WHY, why)
        self._again(left, deaths=0)

    def died(self, trial: Trial) -> None:
        """A worker of the trial's runs died."""
        self._again(self._frozen(trial.number), deaths=1)

    def _trials(self) -> list[FrozenTrial]:
        trials: list[FrozenTrial] = self.study.get_trials(deepcopy=False)
        return trials

    def _frozen(self, number: int) -> FrozenTrial:
        return next(trial for trial in self._trials() if trial.number == number)

    def _waiting(self) -> bool:
        return any(state_of(trial) == "waiting" for trial in self._trials())

    def _wanted(self) -> bool:
        wanted, seconds = self._definition.trials, self._definition.seconds
        begun = sum(state_of(trial) not in AGAIN for trial in self._trials())
        began: float = self.study.user_attrs.get(BEGAN, time.time())
        return (wanted is None or begun < wanted) and (seconds is None or time.time() < began + seconds)

    def _recover(self) -> None:
        """Try again what the workers had that are gone; to be called with the lock."""
        for trial in self._trials():
            if state_of(trial) == "running" and self._abandoned(trial):
                self._again(trial, deaths=1)

    def _abandoned(self, trial: FrozenTrial) -> bool:
        worker = trial.user_attrs.get(WORKER)
        if worker is None:
            started = trial.datetime_start
            return started is not None and time.time() - started.timestamp() > _UNCLAIMED_SECONDS
        return worker != self._worker and self._workers.gone(str(worker))

    def _again(self, trial: FrozenTrial, *, deaths: int) -> None:
        """Tell Optuna that a trial has failed, and put it into its queue again, with its finished steps and its runs.

        :param deaths: how many workers died over it this time.
        """
        left = copy.deepcopy(trial)
        before = left.user_attrs.get(DEATHS, 0)
        own = (WORKER, ENDED, WHY)
        attributes: dict[str, Any] = {name: value for name, value in left.user_attrs.items() if name not in own}
        left.user_attrs = {**attributes, DEATHS: before + deaths}
        if not self._tell_failed(trial.number) or (deaths and before >= RETRIES):
            return
        from optuna.exceptions import ExperimentalWarning
        from optuna.storages import RetryHeartbeatStaleTrialCallback

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            RetryHeartbeatStaleTrialCallback(inherit_intermediate_values=True)(self.study, left)

    def _tell_failed(self, number: int) -> bool:
        """Whether this worker was the one that told it."""
        from optuna.trial import TrialState

        try:
            self.study.tell(number, state=TrialState.FAIL)
        except ValueError:
            # Another worker has told it, having taken this one for dead.
            return False
        return True
