"""What the loop says, what it keeps, and that it learns."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.metrics import point
from gendertui.training import bulk, devices, epochs, events
from gendertui.training.batches import epoch_order
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.learner import TrainStep
from gendertui.training.loop import Trainer
from gendertui.training.prepare import Prepared
from gendertui.training.validation import validation_figures
from tests.builders.training import POOLED

Make = Callable[..., Prepared]


def trained(prepared: Prepared, folder: Path) -> tuple[Trainer, list[events.Event]]:
    trainer = Trainer(prepared, checkpoints=Checkpoints(folder))
    return trainer, list(trainer.run())


def test_it_learns_the_planted_words(prepared: Make, tmp_path: Path) -> None:
    _, told = trained(prepared(epochs=8), tmp_path)
    figures = [event for event in told if isinstance(event, events.Epoch)]
    assert figures[-1].train["loss"] < figures[0].train["loss"]
    # Three quarters of the lines say which label they have.
    assert max(event.validation["auc"] for event in figures) > 0.65


def test_the_order_of_events(prepared: Make, tmp_path: Path) -> None:
    lines = prepared()
    _, told = trained(lines, tmp_path)
    assert [event.type for event in told if event.type not in ("batch", "checkpoint")] == [
        "plan",
        "stage",
        "baselines",
        *["epoch"] * lines.config.epochs,
    ]
    # Where epochs are short not each has its checkpoint, but the last one has.
    assert [event.type for event in told[-2:]] == ["epoch", "checkpoint"]
    plan = told[0]
    assert isinstance(plan, events.Plan)
    assert (plan.train_rows, plan.validation_rows) == (len(lines.train_rows), len(lines.validation_rows))
    last = [event for event in told if isinstance(event, events.Batch) and event.batch == event.batches]
    assert [event.epoch for event in last] == [1, 2, 3]
    assert all(event.batches == plan.batches for event in last)
    baselines = told[2]
    assert isinstance(baselines, events.Baselines)
    assert set(baselines.figures) == {"majority", "tfidf-logistic"}


def test_batch_events_come_at_most_ten_a_second(
    prepared: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = prepared()
    # A clock that goes 10 ms at every look: of 25 batches an epoch far fewer are told.
    now = iter(np.arange(0, 10_000, 0.01))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(now)))
    _, told = trained(lines, tmp_path)
    at = [event for event in told if isinstance(event, events.Batch)]
    assert len(at) < sum(event.batches for event in at if event.batch == event.batches)


@pytest.mark.parametrize("threads", [1, 2])
def test_numbers_too_small_to_be_normal_are_zeros_while_it_trains(prepared: Make, tmp_path: Path, threads: int) -> None:
    """In all of torch's threads, and nowhere else. Where they were numbers, a step on lines of 160 to 240 words took
    three times as long."""
    trainer = Trainer(prepared(epochs=2, threads=threads), checkpoints=Checkpoints(tmp_path))
    kept = [
        (event.type, (torch.full((1_000_000,), 1e-40) * 1).count_nonzero().item())
        for event in trainer.run()
        if event.type in ("plan", "batch", "epoch")
    ]
    assert {kind: {count for of, count in kept if of == kind} for kind in ("plan", "batch", "epoch")} == {
        "plan": {1_000_000},
        "batch": {0},
        "epoch": {1_000_000},
    }


def test_after_the_first_hour_batch_events_come_once_a_second(
    prepared: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, counted = prepared(), []
    now = iter(np.arange(0, 10_000, 0.01))
    monkeypatch.setattr(time, "monotonic", lambda: float(next(now)))
    for early in (float("inf"), 0.0):
        monkeypatch.setattr(epochs, "EARLY_SECONDS", early)
        _, told = trained(lines, tmp_path / str(early))
        # The last of each epoch comes in any case.
        counted.append(sum(isinstance(event, events.Batch) and event.batch < event.batches for event in told))
    assert 0 < counted[1] < counted[0] / 3


def test_the_best_epochs_weights_are_kept(prepared: Make, tmp_path: Path) -> None:
    lines = prepared(epochs=5, learning_rate=0.05)
    trainer, told = trained(lines, tmp_path)
    result = trainer.result()
    values = [event.validation["auc"] for event in told if isinstance(event, events.Epoch)]
    assert result.epoch == 1 + int(np.argmax(values))
    learner = TrainStep(lines)
    learner.network.load_state_dict(result.weights)
    logits = bulk.logits_of(learner.network, trainer._lines, lines.validation_rows)
    assert point.auc(logits, lines.encoded.labels[lines.validation_rows]) == pytest.approx(max(values))


def test_a_tie_goes_to_the_earlier_epoch_and_patience_counts_it(prepared: Make, tmp_path: Path) -> None:
    # A network that learns nothing has the same figures every epoch.
    lines = prepared(epochs=6, learning_rate=1e-30, patience=2)
    trainer, told = trained(lines, tmp_path)
    bests = [event.best for event in told if isinstance(event, events.Epoch)]
    assert bests == [True, False, False]
    assert trainer.result().epoch == 1
    # As was said before: two epochs after the best one.
    assert isinstance(told[0], events.Plan) and told[0].patience == 2


def test_patience_is_told_in_epochs_whatever_bounds_it(prepared: Make, tmp_path: Path) -> None:
    plan = trained(prepared(epochs=1), tmp_path / "once")[1][0]
    assert isinstance(plan, events.Plan)
    lines = prepared(epochs=9, learning_rate=1e-30, patience=1, patience_steps=2 * plan.batches + 1)
    _, told = trained(lines, tmp_path / "patient")
    assert isinstance(told[0], events.Plan) and told[0].patience == 3
    assert sum(isinstance(event, events.Epoch) for event in told) == 1 + 3


def test_last_keeps_the_last(prepared: Make, tmp_path: Path) -> None:
    trainer, _ = trained(prepared(selection_metric="last"), tmp_path)
    result = trainer.result()
    assert result.epoch == result.epochs == 3
    for name, value in trainer._learner.weights().items():
        torch.testing.assert_close(result.weights[name], value, rtol=0, atol=0)


def test_the_articles_figures_are_means_over_batches(prepared: Make, tmp_path: Path) -> None:
    lines = prepared(
        network="tutorial-lstm", dropout=0.0, split="tutorial", balance="oversample", batching="pooled", epochs=1
    )
    trainer, told = trained(lines, tmp_path)
    event = next(event for event in told if isinstance(event, events.Epoch))
    assert event.averaged_over == "batches"
    rows, size = lines.validation_rows, lines.config.batch_size
    logits = torch.from_numpy(bulk.logits_of(trainer._learner.network, trainer._lines, rows))
    labels = torch.from_numpy(lines.encoded.labels[rows].astype(np.float32))
    by_length = np.argsort(lines.encoded.lengths[rows], kind="stable")
    losses, accuracies = [], []
    for first in range(0, len(rows), size):
        here = torch.from_numpy(by_length[first : first + size])
        losses.append(torch.nn.functional.binary_cross_entropy_with_logits(logits[here], labels[here]).item())
        accuracies.append((torch.round(torch.sigmoid(logits[here])) == labels[here]).float().mean().item())
    assert len(rows) % size  # The last batch is smaller, and counts as much as the others.
    assert event.validation["loss"] == pytest.approx(np.mean(losses), abs=1e-6)
    assert event.validation["accuracy"] == pytest.approx(np.mean(accuracies), abs=1e-6)


def test_class_weights_stand_in_the_loss(prepared: Make) -> None:
    lines = prepared(balance="class-weights", dropout=0.0)
    learner = TrainStep(lines)
    with torch.no_grad():
        learner.network.get_parameter("output.weight").zero_()
        learner.network.get_parameter("output.bias").zero_()
    trainer_lines = Trainer(lines, checkpoints=Checkpoints(Path("unused")))._lines
    order = epoch_order("exact-length", trainer_lines.lengths[lines.train_rows], 16, 0, 1)
    batch = next(trainer_lines.batches(type(order)(lines.train_rows[order.rows], order.bounds)))
    loss, _ = learner.step(batch)
    negative, positive = lines.class_weights
    weights = torch.where(batch.labels > 0.5, positive, negative)
    assert positive > 1 > negative
    assert float(loss) == pytest.approx(float(weights.sum()) * np.log(2), rel=1e-5)


def test_pretrained_vectors_begin_and_learn(prepared: Make, tmp_path: Path) -> None:
    path = tmp_path / "vectors.txt"
    path.write_text("moon 1 2 3\nsun -1 -2 -3\nabsent 9 9 9\n", encoding="utf-8")
    lines = prepared(vectors=str(path), lowercase=True)
    assert lines.config.embedding_dim == 3
    assert lines.coverage is not None
    assert 0 < lines.coverage < 1
    learner = TrainStep(lines)
    before = learner.weights()["embedding.weight"]
    index = lines.vocabulary.index
    assert before[index["moon"]].tolist() == [1, 2, 3]
    assert not before[index["blue"]].any()
    assert not before[0].any()
    assert not before[1].any()
    trainer, _ = trained(lines, tmp_path / "run")
    after = trainer.result().weights["embedding.weight"]
    assert not torch.equal(after[index["moon"]], before[index["moon"]])
    assert not after[1].any()


def test_every_lstm_of_an_ensemble_begins_from_pretrained_vectors(prepared: Make, tmp_path: Path) -> None:
    path = tmp_path / "vectors.txt"
    path.write_text("moon 1 2 3\nsun -1 -2 -3\n", encoding="utf-8")
    lines = prepared(vectors=str(path), lowercase=True, network="ensemble", members=2, bigram_buckets=64)
    row = TrainStep(lines).weights()["embedding.weight"][lines.vocabulary.index["moon"]]
    assert row.tolist() == [0, 1, 2, 3, 1, 2, 3]


def test_each_member_of_an_ensemble_learns_by_its_own_loss(prepared: Make) -> None:
    lines = prepared(network="ensemble", members=2, bigram_buckets=64, dropout=0.0, balance="none")
    learner = TrainStep(lines)
    trainer_lines = Trainer(lines, checkpoints=Checkpoints(Path("unused")))._lines
    order = epoch_order("exact-length", trainer_lines.lengths[lines.train_rows], 16, 0, 1)
    batch = next(trainer_lines.batches(type(order)(lines.train_rows[order.rows], order.bounds)))
    with torch.no_grad():
        each = learner.network.each(batch.tokens, batch.lengths)  # type: ignore[operator]
    losses = [
        torch.nn.functional.binary_cross_entropy_with_logits(logits, batch.labels, reduction="sum") for logits in each
    ]
    loss, logits = learner.step(batch)
    assert float(loss) == pytest.approx(float(sum(losses)) / 2, rel=1e-5)
    torch.testing.assert_close(logits, each.mean(dim=0))
    with torch.no_grad():
        after = learner.network.each(batch.tokens, batch.lengths)  # type: ignore[operator]
    for old, member in zip(losses, after, strict=True):
        new = torch.nn.functional.binary_cross_entropy_with_logits(member, batch.labels, reduction="sum")
        assert float(new) < float(old)


@pytest.mark.parametrize("network", [POOLED, {"network": "tutorial-lstm", "hidden_size": 16, "dropout": 0.0}])
def test_accuracy_does_not_suffer_in_bfloat16(prepared: Make, tmp_path: Path, network: dict[str, Any]) -> None:
    if not devices._runs_bfloat16(devices.resolve("cpu")):
        with pytest.raises(GendertuiError, match="cannot train in bfloat16") as caught:
            prepared(precision="bfloat16")
        assert caught.value.code == ExitCode.DEVICE
        return
    best = {}
    for precision in ("float32", "bfloat16"):
        trainer, told = trained(prepared(epochs=5, precision=precision, **network), tmp_path / precision)
        assert all(value.dtype == torch.float32 for value in trainer.result().weights.values())
        best[precision] = max(event.validation["auc"] for event in told if isinstance(event, events.Epoch))
    assert best["float32"] > 0.65
    assert best["bfloat16"] > best["float32"] - 0.02


def test_balanced_loss_does_not_depend_on_the_labels_rate() -> None:
    logits, labels = np.array([1.0, -1.0, 2.0], np.float32), np.array([1, 0, 1], np.int8)
    once = validation_figures(logits, labels, batches=None, balanced=True)
    more = validation_figures(np.append(logits, logits[1]), np.append(labels, labels[1]), batches=None, balanced=True)
    assert once["loss"] == pytest.approx(more["loss"])


def test_events_say_what_a_curve_and_a_clock_need(prepared: Make, tmp_path: Path) -> None:
    lines = prepared()
    _, told = trained(lines, tmp_path)
    batches = [event for event in told if isinstance(event, events.Batch)]
    assert all(event.rows and event.seconds for event in batches)
    assert {event.rows for event in batches if event.batch == event.batches} == {len(lines.train_rows)}
    plan = told[0]
    assert isinstance(plan, events.Plan)
    assert plan.chance is not None and 0 < plan.chance < 0.5
    assert plan.refit_rows is None
    for event in told:
        if isinstance(event, events.Epoch) and event.auc_low is not None and event.auc_high is not None:
            assert event.auc_low <= event.validation["auc"] <= event.auc_high
