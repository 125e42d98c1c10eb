"""A run that is broken off and resumed ends with the weights of an unbroken one, bit for bit."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from gendertui.errors import ExitCode, GendertuiError
from gendertui.training import batches, checkpoint, epochs, events
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.loop import Result, Trainer
from gendertui.training.optimizer import Adam
from gendertui.training.prepare import Prepared
from tests.builders.training import NETWORKS, SCHEDULED, After

Make = Callable[..., Prepared]


def unbroken(prepared: Prepared, folder: Path) -> tuple[Result, int]:
    """An uninterrupted run, and how often it asked its control."""
    control = After(-1)
    trainer = Trainer(prepared, checkpoints=Checkpoints(folder), control=control)
    list(trainer.run())
    return trainer.result(), control.seen


def resumed(prepared: Prepared, folder: Path) -> tuple[Result, list[events.Event]]:
    trainer = Trainer(prepared, checkpoints=Checkpoints(folder))
    # Whatever was drawn before must not matter.
    torch.rand(17)
    told = list(trainer.run(resume=True))
    return trainer.result(), told


def same(one: Result, other: Result) -> bool:
    without_time = [
        [{key: value for key, value in epoch.items() if key != "seconds"} for epoch in result.history]
        for result in (one, other)
    ]
    return (
        one.epoch == other.epoch
        and one.weights.keys() == other.weights.keys()
        and all(torch.equal(value, other.weights[name]) for name, value in one.weights.items())
        and without_time[0] == without_time[1]
    )


@pytest.mark.parametrize("changes", NETWORKS.values(), ids=NETWORKS)
def test_stopped_anywhere_and_resumed(prepared: Make, tmp_path: Path, changes: dict[str, Any]) -> None:
    lines = prepared(**changes)
    whole, polls = unbroken(lines, tmp_path / "whole")
    for share in (0.02, 0.3, 0.5, 0.66, 0.95):
        folder = tmp_path / f"broken off after {share}"
        trainer = Trainer(lines, checkpoints=Checkpoints(folder), control=After(max(1, int(share * polls))))
        told = list(trainer.run())
        assert trainer.stopped, share
        assert isinstance(told[-1], events.Checkpoint), share
        assert not same(trainer.result(), whole), share
        result, told = resumed(lines, folder)
        assert isinstance(told[0], events.Resumed), share
        assert told[0].bit_identical, share
        assert same(result, whole), share


def test_a_schedule_continues_where_it_was(prepared: Make, tmp_path: Path) -> None:
    lines = prepared(**SCHEDULED)
    whole, polls = unbroken(lines, tmp_path / "whole")
    for share in (0.1, 0.6):
        folder = tmp_path / f"broken off after {share}"
        list(Trainer(lines, checkpoints=Checkpoints(folder), control=After(int(share * polls))).run())
        result, _ = resumed(lines, folder)
        assert same(result, whole), share
    constant, _ = unbroken(prepared(), tmp_path / "constant")
    assert not same(constant, whole)


@pytest.mark.parametrize("changes", NETWORKS.values(), ids=NETWORKS)
def test_killed_after_an_epochs_checkpoint(prepared: Make, tmp_path: Path, changes: dict[str, Any]) -> None:
    lines = prepared(**changes)
    whole, _ = unbroken(lines, tmp_path / "whole")
    for event in Trainer(lines, checkpoints=Checkpoints(tmp_path / "broken")).run():
        if isinstance(event, events.Checkpoint):
            break
    result, told = resumed(lines, tmp_path / "broken")
    assert told[0] == events.Resumed(time=told[0].time, epoch=2, batch=0, bit_identical=True)
    assert same(result, whole)


def test_a_broken_current_checkpoint_costs_time_and_no_bit(prepared: Make, tmp_path: Path) -> None:
    lines = prepared()
    whole, _ = unbroken(lines, tmp_path / "run")
    (tmp_path / "run" / "current" / "weights.safetensors").write_bytes(b"")
    result, told = resumed(lines, tmp_path / "run")
    assert isinstance(told[0], events.Warning)
    assert same(result, whole)


def test_a_checkpoint_from_elsewhere_is_refused_in_words(prepared: Make, tmp_path: Path) -> None:
    lines = prepared()
    unbroken(lines, tmp_path / "run")
    wrong: list[dict[str, Any]] = [
        {"epoch": -1},
        {"epoch": 10**30},
        {"batch": "seven"},
        {"events_bytes": -5},
        {"tally": []},
        {"tally": ["a", "b", "c"]},
        {"best_epoch": None},
        {"history": [{"epoch": 1}]},
        {"history": 7},
        {"hardware": []},
        {"sha256": {}},
        {"notes": json.loads("[" * 90 + "]" * 90)},
    ]
    for at, changes in enumerate(wrong):
        folder = shutil.copytree(tmp_path / "run", tmp_path / f"wrong {at}")
        for name in ("current", "previous"):
            path = folder / name / "state.json"
            path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
        with pytest.raises(GendertuiError, match="checkpoint") as caught:
            resumed(lines, folder)
        assert caught.value.code is ExitCode.RUN, changes
        assert caught.value.where == str(folder), changes


def test_a_checkpoint_of_another_network_is_refused_in_words(prepared: Make, tmp_path: Path) -> None:
    unbroken(prepared(), tmp_path / "run")
    with pytest.raises(GendertuiError, match="not one of this run") as caught:
        resumed(prepared(hidden_size=7), tmp_path / "run")
    assert caught.value.code is ExitCode.RUN


@pytest.mark.parametrize("forgotten", ["rng", "optimiser", "position", "order"])
def test_the_comparison_can_fail(
    prepared: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    """Each part of the state is needed: with one left out the weights differ."""
    lines = prepared()
    whole, polls = unbroken(lines, tmp_path / "whole")
    list(Trainer(lines, checkpoints=Checkpoints(tmp_path / "broken"), control=After(int(0.4 * polls))).run())
    if forgotten == "rng":
        monkeypatch.setattr(checkpoint, "restore_generators", lambda *_: None)
    elif forgotten == "optimiser":
        monkeypatch.setattr(Adam, "restore", lambda *_: None)
    elif forgotten == "position":
        load = Checkpoints.load

        def at_the_start(self: Checkpoints) -> Any:
            found = load(self)
            assert found is not None
            assert found.state["batch"] > 0
            found.state["batch"] = 0
            return found

        monkeypatch.setattr(Checkpoints, "load", at_the_start)
    else:
        order = batches.epoch_order
        # The trap of other trainers: the first epoch's order for ever.
        monkeypatch.setattr(
            epochs, "epoch_order", lambda batching, lengths, size, seed, _: order(batching, lengths, size, seed, 1)
        )
    result, _ = resumed(lines, tmp_path / "broken")
    assert not same(result, whole)


def test_other_hardware_is_said(prepared: Make, tmp_path: Path) -> None:
    lines = prepared()
    list(Trainer(lines, checkpoints=Checkpoints(tmp_path), control=After(5)).run())
    torch.set_num_threads(2)
    try:
        _, told = resumed(lines, tmp_path)
    finally:
        torch.set_num_threads(1)
    assert isinstance(told[0], events.Resumed)
    assert not told[0].bit_identical
    assert "threads was 1, is 2" in told[0].why


def test_with_another_batch_size_the_epoch_starts_over(prepared: Make, tmp_path: Path) -> None:
    lines, fewer = prepared(), prepared(batch_size=8)
    _, polls = unbroken(lines, tmp_path / "whole")
    list(Trainer(lines, checkpoints=Checkpoints(tmp_path), control=After(polls // 2)).run())
    stopped = Checkpoints(tmp_path).state()
    assert stopped is not None
    assert (stopped["epoch"], stopped["batch"] > 0) == (2, True)
    result, told = resumed(fewer, tmp_path)
    assert isinstance(told[0], events.Resumed)
    assert (told[0].epoch, told[0].batch, told[0].bit_identical) == (2, 0, False)
    assert told[0].why == "batch size was 16, is 8"
    assert isinstance(told[1], events.Plan)
    first = next(event for event in told if isinstance(event, events.Batch))
    assert (first.epoch, first.batch, first.batches) == (2, 1, told[1].batches)
    assert result.notes == ("Batches had 16 lines until training was resumed in epoch 2, then 8.",)


def test_pausing_changes_nothing(prepared: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epochs, "PAUSE_POLL_SECONDS", 0.001)
    lines = prepared()
    whole, polls = unbroken(lines, tmp_path / "whole")
    wishes = iter([None] * (polls // 2) + ["pause"] * 5)
    trainer = Trainer(lines, checkpoints=Checkpoints(tmp_path / "paused"), control=lambda: next(wishes, None))
    told = list(trainer.run())
    assert same(trainer.result(), whole)
    assert any(isinstance(event, events.Checkpoint) and event.batch for event in told)


def test_stop_while_paused(prepared: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epochs, "PAUSE_POLL_SECONDS", 0.001)
    wishes = iter([None, "pause", "pause", "stop"])
    trainer = Trainer(prepared(), checkpoints=Checkpoints(tmp_path), control=lambda: next(wishes))
    list(trainer.run())
    assert trainer.stopped
    assert trainer.result().epoch == 0


def test_resume_without_a_checkpoint_begins_anew(prepared: Make, tmp_path: Path) -> None:
    lines = prepared()
    whole, _ = unbroken(lines, tmp_path / "whole")
    result, told = resumed(lines, tmp_path / "nothing")
    assert isinstance(told[0], events.Plan)
    assert same(result, whole)


def test_the_length_of_the_events_is_taken_after_they_were_dealt_with(prepared: Make, tmp_path: Path) -> None:
    written: list[events.Event] = []
    checkpoints = Checkpoints(tmp_path)
    trainer = Trainer(prepared(), checkpoints=checkpoints, events_length=lambda: len(written))
    for event in trainer.run():
        if isinstance(event, events.Checkpoint):
            state = checkpoints.state()
            assert state is not None
            assert state["events_bytes"] == len(written)
            assert isinstance(written[-1], events.Epoch)
        written.append(event)
