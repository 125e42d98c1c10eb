"""A worker of a sweep: takes trials until none is left, and trains each as ordinary runs, one per fold and seed."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from gendertui import paths
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs import control, launch
from gendertui.runs.folder import RunFolder, RunInfo
from gendertui.sweeps.definition import Sweep
from gendertui.sweeps.importance import remember_importance
from gendertui.sweeps.presence import present
from gendertui.sweeps.queue import TrialQueue
from gendertui.sweeps.storage import explained
from gendertui.sweeps.trials import RUNS
from gendertui.sweeps.words import params_in_words
from gendertui.training.config import TrainingConfig, with_changes

if TYPE_CHECKING:
    from optuna.trial import Trial

LOOK_SECONDS = 0.2
# What others do is in the storage, which may be far away.
_ASK_SECONDS = 2.0
_FAILURES_IN_A_ROW = 3

Say = Callable[[str], None]
Signals = Callable[[], int]
"""How many signals have asked this process to end: at the first the run writes a checkpoint, a second kills it."""


class _GivenBackError(Exception):
    """The trial is to be continued by another worker, or later."""


class _DiedError(Exception):
    """The worker of a run died."""


class _FailedError(Exception):
    """A run failed by itself."""


def work(sweep: Sweep, corpus: Corpus, *, say: Say, signals: Signals = lambda: 0, device: str | None = None) -> None:
    """Work on a sweep until no trial is left, it is stopped, or a signal asks for an end.

    Trials of workers that died are tried again from their checkpoints; while others still have trials, it waits for
    them. At a signal the run writes a checkpoint and its trial is given back.

    :param corpus: the sweep's. :param say: is told what happens, a line each.
    :param device: to train on, in place of the sweep's.
    :raises GendertuiError: the storage or the sweep cannot be read, a run cannot be started, or three trials failed
        one after another (code RUN).
    """
    with explained(sweep.definition()), present(sweep.workers_folder) as name:
        _Worker(sweep, corpus, TrialQueue(sweep, name), say, signals, device).work()


class _Worker:
    def __init__(
        self, sweep: Sweep, corpus: Corpus, queue: TrialQueue, say: Say, signals: Signals, device: str | None
    ) -> None:
        self._sweep, self._corpus, self._queue = sweep, corpus, queue
        self._say, self._signals = say, signals
        self._definition, self._shares = sweep.definition(), sweep.shares()
        self._base = self._definition.base()
        if device is not None:
            self._base = with_changes(self._base, {"device": device})
        self._failures = 0
        self._stopped, self._asked_at = False, float("-inf")

    def work(self) -> None:
        waiting = False
        while not self._ends():
            trial = self._queue.next()
            if trial is not None:
                waiting = False
                self._try(trial)
            elif self._queue.others_running():
                if not waiting:
                    self._say("no further trial begins; waiting for those of other workers, should one of them die")
                waiting = True
                time.sleep(LOOK_SECONDS * 5)
            else:
                return

    def _try(self, trial: Trial) -> None:
        self._say(f"trial {trial.number}: {params_in_words(trial.params)}")
        try:
            self._train(trial)
        except _GivenBackError as back:
            self._queue.give_back(trial, str(back))
            self._say(f"trial {trial.number} is given back, {back}")
        except _DiedError as death:
            self._queue.died(trial)
            self._say(f"trial {trial.number}: {death}")
        except _FailedError as failure:
            self._queue.fail(trial, str(failure))
            self._say(f"trial {trial.number} failed: {failure}")
            self._failures += 1
            if self._failures == _FAILURES_IN_A_ROW:
                raise GendertuiError(
                    f"{self._failures} trials failed one after another, the last: {failure}",
                    where=str(self._sweep.path),
                    hint=f"See what went wrong: gendertui sweep show {self._sweep.name}",
                    code=ExitCode.RUN,
                ) from failure
        except BaseException:
            self._queue.give_back(trial, "its worker could not go on")
            raise
        else:
            self._failures = 0

    def _train(self, trial: Trial) -> None:
        """Train and report all steps of a trial that are not finished yet."""
        try:
            config = with_changes(self._base, trial.params)
        except GendertuiError as error:
            # Put into Optuna's queue by somebody else: what the sweep itself draws was checked when it was made.
            raise _FailedError(error.what) from error
        figures = self._queue.figures(trial)
        for step in range(self._definition.steps):
            if step in figures:
                continue
            info = self._finished(trial, step, config)
            if info.auc is None:
                raise _FailedError(info.headline or "its run has no AUC")
            figures[step] = info.auc
            trial.report(info.auc, step)
            self._say(f"trial {trial.number}: {self._step_in_words(step)}: AUC {info.auc:.3f}")
            if len(figures) < self._definition.steps and trial.should_prune():
                self._queue.prune(trial)
                self._say(f"trial {trial.number} is given up: worse than the best one on the folds so far")
                return
        mean = sum(figures.values()) / len(figures)
        self._queue.complete(trial, mean)
        remember_importance(self._queue.study)
        best = self._queue.study.best_trial
        self._say(f"trial {trial.number}: mean AUC {mean:.3f}; best so far {best.value:.3f}, trial {best.number}")

    def _step_in_words(self, step: int) -> str:
        seed, fold = divmod(step, self._definition.folds)
        words = f"fold {fold + 1} of {self._definition.folds}"
        return words if self._definition.seeds == 1 else f"{words}, seed {seed + 1} of {self._definition.seeds}"

    def _finished(self, trial: Trial, step: int, config: TrainingConfig) -> RunInfo:
        """A step's run, once it has finished: started, resumed, or attended to where its worker lives on."""
        run = self._begun(trial, step, config)
        info = self._attend(run)
        beat = run.heartbeat()
        if info.shown == "finished":
            return info
        if info.shown == "died":
            raise _DiedError(f"the worker of run {run.name} died" + (f": {info.why}" if info.why else ""))
        if info.shown == "stopped" and beat is not None and beat.signal:
            raise _GivenBackError(f"its run was ended by {beat.signal}")
        raise _FailedError(f"run {run.name} {info.shown}: {info.why}")

    def _begun(self, trial: Trial, step: int, config: TrainingConfig) -> RunFolder:
        seed, fold = divmod(step, self._definition.folds)
        runs: dict[str, str] = dict(trial.user_attrs.get(RUNS, {}))
        known = self._known(runs.get(str(step)))
        if known is not None:
            info = known.info()
            if not info.active and info.shown != "finished":
                launch.resume(known, on_end="")
            return known
        return launch.start(
            with_changes(config, {"seed": config.seed + seed, "split": self._shares.protocol}),
            self._corpus,
            name=f"{self._sweep.name}-{trial.number}-{step}",
            preset=self._definition.preset,
            use=False,
            on_end="",
            split=self._shares.fold(self._corpus, fold),
            publish=False,
            # Before its worker is there: who takes the trial up is to find it.
            made=lambda run: trial.set_user_attr(RUNS, {**runs, str(step): run.name}),
        )

    def _known(self, name: str | None) -> RunFolder | None:
        """A run of the trial's earlier worker, if it is here: its folder may be on a machine that shares none."""
        folder = None if name is None else paths.runs_dir() / name
        if folder is None or not (folder / "config.json").is_file():
            return None
        run = RunFolder(folder)
        return None if run.info().shown in ("unreadable", "failed") else run

    def _attend(self, run: RunFolder) -> RunInfo:
        """Wait until a run is over."""
        while (info := run.info()).active:
            if self._ends():
                self._end(run)
                why = "the sweep is stopped" if self._stopped and not self._signals() else "a signal ended its worker"
                raise _GivenBackError(why)
            time.sleep(LOOK_SECONDS)
        return info

    def _end(self, run: RunFolder) -> None:
        """Let a run write a checkpoint and end; a second signal ends it at once."""
        try:
            control.terminate(run)
            while run.info().active:
                if self._signals() > 1:
                    control.kill(run)
                time.sleep(LOOK_SECONDS)
        except GendertuiError:
            # It has just ended, or its worker is on another machine, where it goes on.
            return

    def _ends(self) -> bool:
        """Whether this worker is to end: by a signal, or since the sweep is stopped."""
        now = time.monotonic()
        if now - self._asked_at >= _ASK_SECONDS:
            self._stopped, self._asked_at = self._queue.stopped, now
        return self._stopped or self._signals() > 0
