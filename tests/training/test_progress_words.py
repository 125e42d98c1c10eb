"""What is said of a training while it lasts."""

from __future__ import annotations

import pytest

from gendertui.training.events import Batch, Epoch, Plan
from gendertui.training.pace import Pace
from gendertui.training.progress_words import best, left, standing


def epochs(*kept: bool, losses: tuple[float, ...] = ()) -> list[Epoch]:
    return [
        Epoch(
            epoch=number,
            epochs=9,
            train={},
            validation={"loss": losses[number - 1] if losses else 0.6, "auc": 0.52},
            seconds=1.0,
            best=is_best,
            auc_low=0.4979,
            auc_high=0.541,
        )
        for number, is_best in enumerate(kept, 1)
    ]


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ((), ""),
        ((True,), ""),
        ((True, True), "validation improves"),
        ((True, True, False, True), "validation improves"),
        ((True, True, False, False), "validation has not improved since epoch 2; epoch 2 is kept"),
    ],
)
def test_how_validation_goes(kept: tuple[bool, ...], said: str) -> None:
    assert standing(epochs(*kept), "auc") == said
    assert said.startswith(standing(epochs(*kept), "auc", beside_best=True))


def test_where_the_last_epoch_is_kept_the_loss_says_how_it_goes() -> None:
    assert standing(epochs(True, True, losses=(0.7, 0.6)), "last").startswith("the loss on validation falls")
    found = standing(epochs(True, True, True, losses=(0.7, 0.6, 0.8)), "last")
    assert found == "the loss on validation has not fallen since epoch 2; the last epoch is kept all the same"


def test_the_best_epoch_with_its_interval() -> None:
    epoch = epochs(True)[0]
    assert best(epoch) == "best: epoch 1, AUC 0.520 (0.50–0.54)"
    assert best(Epoch(**{**vars(epoch), "auc_low": None})) == "best: epoch 1, AUC 0.520"
    assert best(Epoch(**{**vars(epoch), "validation": {"loss": 0.61}})) == "best: epoch 1, loss 0.610"


@pytest.mark.parametrize(
    ("may_end_sooner", "patience", "refit_rows", "said"),
    [
        (False, None, None, "about 0:56 left"),
        (True, None, None, "at most 0:56 left"),
        # Two epochs are the fewest, and the first may stay the best one.
        (True, 1, None, "0:20 to 0:56 left"),
        (True, 1, 2_000, "0:40 to 2:36 left"),
        (False, None, 2_000, "1:16 to 2:36 left"),
        # As many as there are in any case.
        (True, 9, None, "about 0:56 left"),
    ],
)
def test_how_long_it_still_takes(may_end_sooner: bool, patience: int | None, refit_rows: int | None, said: str) -> None:
    plan = Plan(
        epochs=5,
        batches=10,
        parameters=1,
        device="cpu",
        train_rows=1_000,
        validation_rows=600,
        vocabulary=1,
        may_end_sooner=may_end_sooner,
        patience=patience,
        refit_rows=refit_rows,
    )
    pace = Pace()
    assert left(pace, plan, None) == ""
    for number in range(1, 5):
        pace.batch(
            Batch(
                epoch=1,
                batch=number,
                batches=10,
                loss=0.6,
                lines_per_second=1.0,
                tokens_per_second=1.0,
                learning_rate=0.1,
                rows=100 * number,
                seconds=float(number),
            )
        )
    assert left(pace, plan, None) == said
