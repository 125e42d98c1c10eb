"""What is said of a training that goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.training import events
from gendertui.training.batches import Batch
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.diagnosis import is_overfitting, warnings
from gendertui.training.learner import TrainStep
from gendertui.training.loop import Trainer
from gendertui.training.prepare import Prepared

Make = Callable[..., Prepared]


def history(*losses: tuple[float, float], one_class: int | None = None) -> list[dict[str, Any]]:
    return [
        {"train": {"loss": train}, "validation": {"loss": validation}, "one_class": one_class}
        for train, validation in losses
    ]


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([(0.6, 0.60), (0.5, 0.61), (0.4, 0.63)], True),
        ([(0.6, 0.60), (0.5, 0.61)], False),
        ([(0.6, 0.60), (0.6, 0.61), (0.6, 0.63)], False),
        ([(0.6, 0.60), (0.5, 0.59), (0.4, 0.63)], False),
        ([(0.6, 0.600), (0.5, 0.601), (0.4, 0.602)], False),
        ([(0.6, 0.60), (0.5, 0.61), (0.4, 0.63), (0.3, 0.62)], False),
        ([], False),
    ],
    ids=["overfits", "one epoch", "train stands", "up once", "hardly", "over again", "none"],
)
def test_it_overfits_where_validation_rises_for_epochs_while_train_falls(
    losses: list[tuple[float, float]], expected: bool
) -> None:
    assert is_overfitting(history(*losses)) is expected


def test_a_warning_is_said_once_until_it_is_over() -> None:
    losses = [(0.6, 0.60), (0.5, 0.61), (0.4, 0.63), (0.3, 0.66), (0.2, 0.60), (0.1, 0.62), (0.05, 0.65)]
    said = [list(warnings(history(*losses[:epochs]), ("m", "f"))) for epochs in range(1, 8)]
    assert [epochs for epochs, found in enumerate(said, 1) if found] == [3, 7]
    assert said[2][0].text == (
        "Overfitting: from epoch 1 to 3 the loss rose on validation (0.600 to 0.630) and fell on train (0.600 to "
        "0.400). The weights of the best epoch are kept."
    )
    codes = [0, 0, None, 1, 0]
    epochs = [history((0.6, 0.6), one_class=code)[0] for code in codes]
    found = [next(warnings(epochs[:end], ("m", "f")), None) for end in range(1, 6)]
    assert [event and "predicts m" in event.text for event in found] == [True, None, None, False, True]
    assert {event.kind for event in found if event} == {events.ONE_CLASS}


def test_a_training_says_so_itself(prepared: Make, tmp_path: Path) -> None:
    lines = prepared(epochs=8, learning_rate=0.05, balance="none", dropout=0.0)
    told = list(Trainer(lines, checkpoints=Checkpoints(tmp_path / "over")).run())
    kinds = {event.kind for event in told if isinstance(event, events.Warning)}
    assert events.OVERFITTING in kinds
    # Twice as many lines of one label, and nothing learnt: the other is never predicted.
    trainer = Trainer(prepared(epochs=2, learning_rate=1e-30), checkpoints=Checkpoints(tmp_path / "one"))
    trainer._learner.network.get_parameter("output.bias").data.fill_(-9)
    told = list(trainer.run())
    (warning,) = [event for event in told if isinstance(event, events.Warning)]
    assert warning.text.startswith(f"After epoch 1 the model predicts {lines.corpus.labels[0]} for every validation")
    assert told.index(warning) > 0


def test_a_loss_that_is_no_number_names_the_batches_since_it_was_read(
    prepared: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step, steps = TrainStep.step, 0

    def spoiled(self: TrainStep, batch: Batch, **part: Any) -> Any:
        nonlocal steps
        steps += 1
        loss, logits = step(self, batch, **part)
        return (loss * float("nan") if steps == 5 else loss), logits

    monkeypatch.setattr(TrainStep, "step", spoiled)
    for seconds, batches in ((0.0, r"epoch 1, batch 5:"), (float("inf"), r"one of the batches 2 to \d\d:")):
        monkeypatch.setattr("gendertui.training.epochs.BATCH_EVENT_SECONDS", seconds)
        steps = 0
        with pytest.raises(GendertuiError, match=batches) as caught:
            list(Trainer(prepared(), checkpoints=Checkpoints(tmp_path)).run())
        assert caught.value.code is ExitCode.RUN
        assert "--learning-rate" in str(caught.value.hint)


def test_weights_that_the_last_batch_spoiled_are_an_error_too(
    prepared: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = Trainer(prepared(), checkpoints=Checkpoints(tmp_path))
    batches, step, steps = len(trainer._order(1)), TrainStep.step, 0

    def spoiled(self: TrainStep, batch: Batch, **part: Any) -> Any:
        nonlocal steps
        steps += 1
        result = step(self, batch, **part)
        if steps == batches:
            self.network.get_parameter("output.bias").data.fill_(float("nan"))
        return result

    monkeypatch.setattr(TrainStep, "step", spoiled)
    with pytest.raises(GendertuiError, match="scores of validation are no numbers after epoch 1"):
        list(trainer.run())
