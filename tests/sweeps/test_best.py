"""The winner's run, and its two figures in words."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("optuna", reason="the extra [sweep] is not installed")

from gendertui.corpus.splits.split import TEST, TRAIN, VALIDATION, Split
from gendertui.runs import launch
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import Status
from gendertui.sweeps.best import Outcome, train_winner
from gendertui.sweeps.definition import read_best
from gendertui.sweeps.presence import present
from gendertui.sweeps.queue import TrialQueue
from gendertui.sweeps.shares import SET_ASIDE
from gendertui.sweeps.words import outcome_in_words
from gendertui.training.config import TrainingConfig
from tests.builders.sweeps import definition, lines, made_sweep


def test_the_winner_is_trained_once_on_all_but_what_was_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[TrainingConfig, Split, dict[str, Any]]] = []

    def start(config: TrainingConfig, corpus: Any, *, split: Split, name: str, **options: Any) -> RunFolder:
        begun.append((config, split, options))
        run = RunFolder.create(config, {"path": "lines.txt"}, name=name)
        run.write_status(Status(state="finished", auc=0.6))
        return run

    monkeypatch.setattr(launch, "start", start)
    sweep = made_sweep(trials=2)
    with present(sweep.workers_folder) as worker:
        queue = TrialQueue(sweep, worker)
        for value in (0.7, 0.6):
            trial = queue.next()
            assert trial is not None
            queue.complete(trial, value)
    run, winner = train_winner(sweep, lines(), use=False)
    assert winner.number == 0
    ((config, split, options),) = begun
    assert config.dropout == winner.params["dropout"] and config.refit == "none"
    assert options["use"] is False and "publish" not in options
    aside = sweep.shares().assignment == SET_ASIDE
    assert ((split.assignment == TEST) == aside).all()
    assert set(split.assignment[~aside].tolist()) == {TRAIN, VALIDATION}
    best = read_best(sweep)
    assert best is not None
    assert (best["run"], best["cross_validated"], best["honest"]) == (run.name, 0.7, None)
    assert train_winner(sweep, lines())[0] == run
    assert len(begun) == 1


@pytest.mark.parametrize(
    ("honest", "limits", "times", "says"),
    [
        (
            0.55,
            (0.50, 0.60),
            1,
            ["0.550 (95 %: 0.500–0.600)", "+0.070: what the search", "outside the", "opened once."],
        ),
        (0.60, (0.55, 0.65), 2, ["+0.020: what the search flattered", "within the interval", "opened 2 times."]),
        (0.65, (0.60, 0.70), 1, ["−0.030: the search did not flatter itself", "within the interval"]),
        (0.55, (None, None), 1, ["+0.070", "too little was set aside for an interval"]),
    ],
)
def test_the_two_figures_in_words(
    honest: float, limits: tuple[float | None, float | None], times: int, says: list[str]
) -> None:
    outcome = Outcome(
        trial=3,
        run="first",
        params={"dropout": 0.25, "max_length": None, "learning_rate": 0.00123456},
        cross_validated=0.62,
        honest=honest,
        low=limits[0],
        high=limits[1],
        difference=0.62 - honest,
        readings=times,
    )
    words = "\n".join(outcome_in_words(outcome, definition()))
    assert words.startswith("trial 3 won: dropout 0.25, max length none, learning rate 0.001235\n")
    assert "0.620, the mean of 2 folds" in words
    for each in says:
        assert each in words
