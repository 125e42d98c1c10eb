"""An ensemble's n-grams, the share of its LSTMs, and when training ends by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import numpy.typing as npt
import pytest
import torch

from gendertui.corpus.splits.split import TEST
from gendertui.evaluation.metrics import point
from gendertui.model.networks import ensemble
from gendertui.training import bulk, events, ngrams, stopwatch
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.config import PRESETS, TrainingConfig, preset
from gendertui.training.learner import build_network
from gendertui.training.loop import Trainer
from gendertui.training.mixture import SHARES, Mixed, Mixture
from gendertui.training.ngrams import NgramModel
from gendertui.training.prepare import Prepared
from tests.builders.training import ENSEMBLE, After

Make = Callable[..., Prepared]


def answering(ngram_logits: list[float]) -> Mixture:
    nothing = np.empty(0, np.float32)
    return Mixture(NgramModel(nothing, nothing, 0.0, 1.0, np.array(ngram_logits, np.float32)))


# N-grams


@pytest.mark.parametrize("max_length", [None, 3])
@pytest.mark.parametrize("balance", ["class-weights", "oversample"])
def test_the_network_gives_the_logits_that_were_fitted(prepared: Make, max_length: int | None, balance: str) -> None:
    lines = prepared(**{**ENSEMBLE, "max_length": max_length, "balance": balance})
    fitted = ngrams.choose(lines)
    network = build_network("ensemble", lines.config.model_dump(), len(lines.vocabulary))
    mixture = Mixture(fitted)
    alone = mixture.weights(network.state_dict(), 0.0)
    found = bulk.logits_of_weights(lines, alone, lines.validation_rows)
    np.testing.assert_allclose(found, fitted.validation, atol=1e-4)
    # What validation mixed is what the network answers with.
    lstm = bulk.logits_of_weights(lines, mixture.weights(network.state_dict(), 1.0), lines.validation_rows)
    mixed = bulk.logits_of_weights(lines, mixture.weights(network.state_dict(), 0.3), lines.validation_rows)
    np.testing.assert_allclose(mixed, mixture.logits(lstm, 0.3), atol=1e-4)


def test_n_grams_alone_learn_the_planted_words(prepared: Make) -> None:
    lines = prepared(**ENSEMBLE)
    fitted = ngrams.choose(lines)
    assert point.auc(fitted.validation, lines.encoded.labels[lines.validation_rows]) > 0.65
    assert fitted.strength in ngrams.STRENGTHS
    again = ngrams.fit(lines, fitted.strength)
    assert np.array_equal(again.words, fitted.words)
    assert np.array_equal(again.bigrams, fitted.bigrams)


def test_test_lines_change_nothing_of_what_is_fitted(prepared: Make) -> None:
    lines = prepared(**ENSEMBLE)
    labels = lines.encoded.labels
    before = ngrams.choose(lines)
    labels[lines.split.rows(TEST)] ^= 1
    after = ngrams.choose(lines)
    assert np.array_equal(before.words, after.words)


# Shares


LABELS: npt.NDArray[np.int8] = np.array([0, 0, 0, 1, 1, 1], np.int8)


def test_the_n_grams_answer_alone_where_the_lstm_adds_nothing() -> None:
    right, wrong = [-3.0, -2.0, -1.0, 1.0, 2.0, 3.0], np.array([3.0, 2.0, 1.0, -1.0, -2.0, -3.0], np.float32)
    assert answering(right).share(wrong, LABELS) == 0.0
    assert answering(list(wrong)).share(np.array(right, np.float32), LABELS) == 1.0


def test_each_corrects_what_the_other_gets_wrong() -> None:
    ngram, lstm = [-2.0, -2.0, 1.0, 2.0, 2.0, 2.0], np.array([-2.0, 1.0, -2.0, 2.0, 2.0, -0.5], np.float32)
    share = answering(ngram).share(lstm, LABELS)
    assert 0 < share < 1
    assert share in SHARES
    assert point.auc(answering(ngram).logits(lstm, share), LABELS) == 1.0


def test_the_report_says_who_answers() -> None:
    assert Mixed(0.0, 1.0).remark().startswith("The n-grams answer alone")
    assert Mixed(1.0, 1.0).remark().startswith("The LSTM answers alone")
    assert "40 % of the answer and the n-grams 60 %" in Mixed(0.4, 1.0).remark()


def test_mixed_leaves_the_trained_weights_as_they_are() -> None:
    network = build_network("ensemble", TrainingConfig(**ENSEMBLE).model_dump(), 12)
    weights = {name: value.clone() for name, value in network.state_dict().items()}
    ensemble.mixed(weights, torch.ones(12), torch.ones(256), 1.0, share=0.5)
    assert all(torch.equal(value, weights[name]) for name, value in network.state_dict().items())


# When training ends


def epochs_of(lines: Prepared, folder: Path) -> list[events.Epoch]:
    trainer = Trainer(lines, checkpoints=Checkpoints(folder))
    return [event for event in trainer.run() if isinstance(event, events.Epoch)]


def test_no_epoch_begins_after_the_bound_on_steps(prepared: Make, tmp_path: Path) -> None:
    batches = len(Trainer(prepared(), checkpoints=Checkpoints(tmp_path / "unused"))._order(1))
    told = epochs_of(prepared(epochs=9, max_steps=batches + 1), tmp_path)
    assert [event.epoch for event in told] == [1, 2]
    assert {event.epochs for event in told} == {2}


def test_no_epoch_begins_after_the_bound_on_time(
    prepared: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gendertui.training.stopwatch.Stopwatch.seconds", lambda _: 61.0)
    assert len(epochs_of(prepared(epochs=9, max_minutes=1), tmp_path / "over")) == 1
    assert len(epochs_of(prepared(epochs=2, max_minutes=2), tmp_path / "not")) == 2


def test_what_is_fitted_once_is_no_part_of_an_epochs_time(
    prepared: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the first epoch would tell of a longer one than those to come."""
    clock, choose = [0.0], ngrams.choose

    def slowly(lines: Prepared) -> NgramModel:
        clock[0] += 100.0
        return choose(lines)

    monkeypatch.setattr(ngrams, "choose", slowly)
    monkeypatch.setattr(stopwatch, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    [epoch] = epochs_of(prepared(**ENSEMBLE, epochs=1), tmp_path)
    assert epoch.seconds == 0.0
    assert clock[0] == 100.0


def test_patience_lasts_so_many_steps_at_least(prepared: Make, tmp_path: Path) -> None:
    """A learning rate too small to change anything: the first epoch stays the best."""
    still = {"learning_rate": 1e-30, "epochs": 9, "patience": 1}
    batches = len(Trainer(prepared(), checkpoints=Checkpoints(tmp_path / "unused"))._order(1))
    assert len(epochs_of(prepared(**still), tmp_path / "epochs")) == 2
    assert len(epochs_of(prepared(**still, patience_steps=3 * batches), tmp_path / "steps")) == 4


def test_the_most_epochs_that_bounds_allow() -> None:
    assert TrainingConfig(epochs=7).most_epochs(10) == 7
    bounded = TrainingConfig(epochs=7, max_steps=25)
    assert [bounded.most_epochs(10), bounded.most_epochs(10, 2), bounded.most_epochs(1)] == [3, 5, 7]


def test_quick_and_best_train_until_validation_gets_no_better_within_bounds() -> None:
    for name in PRESETS:
        config = preset(name)
        bounds = (config.patience, config.patience_steps, config.max_steps, config.max_minutes)
        assert (None in bounds) == (name == "tutorial")


def test_a_checkpoint_that_does_not_count_steps_is_continued(prepared: Make, tmp_path: Path) -> None:
    """As those of version 0.2 do not."""
    lines, checkpoints = prepared(epochs=4, max_steps=10**6), Checkpoints(tmp_path)
    batches = len(Trainer(lines, checkpoints=checkpoints)._order(1))
    stopped = Trainer(lines, checkpoints=checkpoints, control=After(2 * batches + 5))
    list(stopped.run())
    snapshot = checkpoints.load()
    assert snapshot is not None and snapshot.state["history"]
    for epoch in snapshot.state["history"]:
        del epoch["steps"], epoch["share"]
    state = {name: value for name, value in snapshot.state.items() if name not in ("schema", "sha256")}
    checkpoints.write(state, snapshot.tensors)
    resumed = Trainer(lines, checkpoints=checkpoints)
    list(resumed.run(resume=True))
    history = resumed.result().history
    assert [epoch["steps"] for epoch in history] == [batches * number for number in range(1, 5)]
