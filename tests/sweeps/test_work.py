"""The loop of a sweep's worker, with runs that end at once: what it starts, reports, tries again and gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

pytest.importorskip("optuna", reason="the extra [sweep] is not installed")

from optuna.trial import TrialState, create_trial

from gendertui import paths
from gendertui.corpus.splits.split import UNUSED, VALIDATION, Split
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs import folder, launch
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import Status
from gendertui.sweeps.definition import Sweep
from gendertui.sweeps.shares import SET_ASIDE
from gendertui.sweeps.storage import open_study
from gendertui.sweeps.trials import read
from gendertui.sweeps.words import table
from gendertui.sweeps.work import work
from gendertui.training.config import TrainingConfig
from tests.builders.sweeps import lines, made_sweep

Ends = Callable[[TrainingConfig, Split], Status]
"""How a run ends, by its configuration and its split."""


class Runs:
    """In place of the launch of workers: runs end as ``ends`` says, before anybody looks."""

    def __init__(self, ends: Ends) -> None:
        self.ends = ends
        self.resumed: list[str] = []

    def start(self, config: TrainingConfig, corpus: Any, *, split: Split, name: str, **options: Any) -> RunFolder:
        assert options["publish"] is False and options["use"] is False and options["on_end"] == ""
        run = RunFolder.create(config, {"path": "lines.txt"}, name=name)
        split.save(run.path)
        options["made"](run)
        run.write_status(self.ends(config, split))
        return run

    def resume(self, run: RunFolder, **options: Any) -> RunFolder:
        self.resumed.append(run.name)
        run.write_status(self.ends(run.config(), Split.load(run.path)))
        return run


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    def by_dropout(config: TrainingConfig, split: Split) -> Status:
        return Status(state="finished", auc=0.7 - config.dropout / 10)

    made = Runs(by_dropout)
    monkeypatch.setattr(launch, "start", made.start)
    monkeypatch.setattr(launch, "resume", made.resume)
    monkeypatch.setattr(folder, "START_SECONDS", 0.0)
    return made


def worked(sweep: Sweep, signals: Callable[[], int] = lambda: 0) -> list[str]:
    said: list[str] = []
    work(sweep, lines(), say=said.append, signals=signals)
    return said


def states(sweep: Sweep) -> list[str]:
    return [trial.state for trial in read(sweep).trials]


def test_each_trial_trains_every_fold_and_seed_and_no_run_has_what_was_set_aside(runs: Runs) -> None:
    sweep = made_sweep(trials=2, seeds=2, search="dropout=0..0.6, hidden_size=2|4")
    said = worked(sweep)
    view = read(sweep)
    assert [trial.state for trial in view.trials] == ["complete"] * 2
    aside = sweep.shares().assignment == SET_ASIDE
    for trial in view.trials:
        configs, folds = [], []
        for step in range(4):
            run = RunFolder(paths.runs_dir() / trial.runs[step])
            configs.append(run.config())
            folds.append(Split.load(run.path).assignment)
            assert (folds[-1][aside] == UNUSED).all()
        assert {(each.dropout, each.hidden_size, each.refit) for each in configs} == {
            (trial.params["dropout"], trial.params["hidden_size"], "none")
        }
        assert [each.seed - configs[0].seed for each in configs] == [0, 0, 1, 1]
        assert (folds[0] == folds[2]).all() and (folds[1] == folds[3]).all()
        assert not ((folds[0] == VALIDATION) & (folds[1] == VALIDATION)).any()
        assert trial.value == pytest.approx(0.7 - trial.params["dropout"] / 10)
    lowest = min(view.trials, key=lambda trial: trial.params["dropout"])
    assert view.best == lowest.number
    assert said[-1].endswith(f"best so far {lowest.value:.3f}, trial {lowest.number}")


def test_a_trial_that_is_worse_on_each_fold_is_given_up_after_the_fourth(runs: Runs) -> None:
    order = iter(range(100))
    values: dict[float, int] = {}

    def falling(config: TrainingConfig, split: Split) -> Status:
        rank = values.setdefault(config.dropout, next(order))
        noise = int(np.flatnonzero(split.assignment == VALIDATION)[0]) / 1e4
        return Status(state="finished", auc=0.8 - 0.05 * rank + noise)

    runs.ends = falling
    sweep = made_sweep(trials=3, folds=5)
    worked(sweep)
    view = read(sweep)
    assert states(sweep) == ["complete", "pruned", "pruned"]
    assert [len(trial.figures) for trial in view.trials] == [5, 4, 4]
    assert view.finished == 3 and view.best == 0


def test_a_run_that_fails_fails_its_trial_and_three_in_a_row_end_the_worker(runs: Runs) -> None:
    runs.ends = lambda config, split: Status(state="failed", why="a batch of 256 lines does not fit")
    sweep = made_sweep(trials=10)
    with pytest.raises(GendertuiError, match=r"3 trials failed one after another, .* a batch of 256") as caught:
        worked(sweep)
    assert caught.value.code is ExitCode.RUN
    assert states(sweep) == ["failed"] * 3
    assert "a batch of 256 lines does not fit" in read(sweep).trials[0].why


def test_a_run_whose_worker_died_is_resumed_by_the_next_trial(runs: Runs) -> None:
    def ends() -> Iterator[Status]:
        yield Status(state="finished", auc=0.6)
        yield Status(state="training")
        while True:
            yield Status(state="finished", auc=0.5)

    following = ends()
    runs.ends = lambda config, split: next(following)
    sweep = made_sweep(trials=1)
    said = worked(sweep)
    first, second = read(sweep).trials
    assert (first.state, second.state, second.continues) == ("died", "complete", 0)
    assert first.params == second.params and first.runs == second.runs
    assert runs.resumed == [first.runs[1]]
    assert second.figures == {0: 0.6, 1: 0.5}
    assert any("died" in line for line in said)


def test_a_signal_gives_the_trial_back_and_nothing_is_trained_twice(runs: Runs) -> None:
    asked = [0]

    def once(config: TrainingConfig, split: Split) -> Status:
        asked[0] = len(list(paths.runs_dir().iterdir())) - 1
        # The second run is at work when the signal comes.
        return Status(state="training" if asked[0] else "finished", auc=0.6)

    runs.ends = once
    sweep = made_sweep(trials=1)
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patched:
        patched.setattr(folder, "START_SECONDS", 3600.0)
        patched.setattr("gendertui.runs.control.terminate", lambda run: run.write_status(Status(state="stopped")))
        worked(sweep, lambda: asked[0])
    assert states(sweep) == ["given back", "waiting"]
    runs.ends = lambda config, split: Status(state="finished", auc=0.5)
    worked(sweep)
    last = read(sweep).trials[-1]
    assert (last.state, last.figures) == ("complete", {0: 0.6, 1: 0.5})
    assert runs.resumed == [last.runs[1]]
    assert len(list(paths.runs_dir().iterdir())) == 2


def test_trials_that_others_put_into_the_study_are_trained_or_fail_by_themselves(runs: Runs) -> None:
    sweep = made_sweep(trials=2)
    study = open_study(sweep)
    study.enqueue_trial({"dropout": 0.25})
    distribution = sweep.definition().dimensions()[0].distribution()
    odd = {"dropout": distribution, "weather": distribution}
    study.add_trial(create_trial(state=TrialState.WAITING, params={"dropout": 0.5, "weather": 0.3}, distributions=odd))
    worked(sweep)
    first, second = read(sweep).trials
    assert (first.state, first.params) == ("complete", {"dropout": 0.25})
    assert (second.state, second.why) == ("failed", "weather: there is no such field")
    assert len(table(read(sweep))) == 2


def test_a_run_is_known_before_its_worker_starts(runs: Runs) -> None:
    def ended_meanwhile(config: TrainingConfig, split: Split) -> Status:
        raise KeyboardInterrupt

    sweep, finished = made_sweep(trials=1), runs.ends
    runs.ends = ended_meanwhile
    with pytest.raises(KeyboardInterrupt):
        worked(sweep)
    (begun,) = read(sweep).trials[0].runs.values()
    runs.ends = finished
    worked(sweep)
    assert runs.resumed == [begun]
    assert states(sweep) == ["given back", "complete"]
