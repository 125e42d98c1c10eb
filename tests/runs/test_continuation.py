"""An ended run that is trained for more epochs, or resumed with another batch size."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.learning_curve.schema import LINEAR, NETWORK
from gendertui.files import ensure_dir
from gendertui.model import store
from gendertui.model.bundle.manifest import WEIGHTS
from gendertui.runs import continuation, launch
from gendertui.runs.curves import read_curves
from gendertui.runs.folder import RunFolder
from gendertui.runs.results import folds, learning_curve
from gendertui.runs.worker.event_log import EventLog
from gendertui.runs.worker.pipeline import Pipeline
from gendertui.runs.worker.requests import ControlListener
from gendertui.state_files import read_object
from gendertui.training import events
from gendertui.training.config import TrainingConfig
from tests.builders.corpora import collated

CONFIG = TrainingConfig(
    hidden_size=4,
    embedding_dim=4,
    batch_size=64,
    threads=1,
    device="cpu",
    epochs=2,
    learning_rate=0.01,
    selection_metric="last",
)

Make = Callable[..., RunFolder]


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("continued")
    (folder / "lines.txt").write_text(collated(films=60, lines=12), encoding="utf-8")
    return folder


@pytest.fixture
def trained(home: Path, shared_home: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a run and trains it in this process; its corpus is read and tokenised once for all tests."""
    monkeypatch.setenv("GENDERTUI_HOME", str(shared_home))

    def make(**changes: Any) -> RunFolder:
        run = RunFolder.create(CONFIG.model_copy(update=changes), {"path": str(shared_home / "lines.txt")})
        work(run)
        return run

    return make


def work(run: RunFolder, *, resume: bool = False, log: EventLog | None = None) -> None:
    """What a worker does with a run, from its start or its last checkpoint."""
    steering = ControlListener(run)
    steering.begin()
    log = log or EventLog(run.events_file)
    try:
        Pipeline(run, steering, log, resume=resume).work()
    finally:
        log.close()


def extended(run: RunFolder, **changes: Any) -> RunFolder:
    continuation.change(run, changes)
    work(run, resume=True)
    return run


def told(run: RunFolder) -> list[events.Event]:
    parsed = [events.parse(line) for line in run.events_file.read_text(encoding="utf-8").splitlines()]
    return [event for event in parsed if event is not None]


def resumed_in(run: RunFolder) -> events.Resumed:
    (event,) = [event for event in told(run) if isinstance(event, events.Resumed)]
    return event


def epochs_of(run: RunFolder) -> list[tuple[int, dict[str, float], dict[str, float]]]:
    return [(event.epoch, event.train, event.validation) for event in told(run) if isinstance(event, events.Epoch)]


def weights(run: RunFolder) -> bytes:
    """Those of the model that was published."""
    model = run.status().model
    assert model is not None
    return (store.resolve(model) / WEIGHTS).read_bytes()


def test_a_run_of_two_epochs_continued_to_four_is_a_run_of_four(trained: Make) -> None:
    whole, short = trained(epochs=4), trained(epochs=2)
    assert weights(short) != weights(whole)
    run = extended(short, epochs=4)
    assert weights(run) == weights(whole)
    assert epochs_of(run) == epochs_of(whole)
    assert resumed_in(run).bit_identical
    report, expected = read_object(run.report_file), read_object(whole.report_file)
    assert report["sets"] == expected["sets"]
    assert report["notes"] == expected["notes"]
    assert [event.epochs for event in told(run) if isinstance(event, events.Plan)] == [2, 4]
    status = run.status()
    assert (status.state, status.epoch, status.epochs) == ("finished", 4, 4)
    (entry,) = run.record()["changes"]
    assert (entry["epoch"], entry["before"], entry["after"]) == (2, {"epochs": 2}, {"epochs": 4})
    with pytest.raises(GendertuiError, match="up to epoch 4 already") as caught:
        launch.resume(run, changes={"epochs": 4})
    assert caught.value.code is ExitCode.USAGE
    assert "--epochs 8" in str(caught.value.hint)
    with pytest.raises(GendertuiError, match="nothing to resume") as caught:
        launch.resume(run, changes={"batch_size": 8})
    assert f"--resume {run.name} --epochs 8" in str(caught.value.hint)


@pytest.mark.long
def test_killed_at_any_instant_of_its_further_epochs_it_ends_with_the_same_bits(
    trained: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the first and the last batch of an epoch are told, and each stage once, whatever the machine's speed.
    monkeypatch.setattr("gendertui.training.epochs.BATCH_EVENT_SECONDS", float("inf"))
    monkeypatch.setattr("gendertui.runs.worker.pipeline.STAGE_EVENT_SECONDS", float("inf"))
    run = trained(epochs=1, refit="all")
    whole = extended(_copy(run, "whole"), epochs=2)
    instants = 0
    while True:
        broken = _copy(run, f"broken-{instants}")
        continuation.change(broken, {"epochs": 2})
        try:
            work(broken, resume=True, log=_FragileLog(broken.events_file, instants))
            break
        except _KilledError:
            instants += 1
        work(broken, resume=True)
        assert weights(broken) == weights(whole), instants
        assert epochs_of(broken) == epochs_of(whole), instants
        assert read_object(broken.report_file) == read_object(whole.report_file), instants
    print(f"\ncontinued run, killed at an event: {instants} tried, {instants} survived")
    assert instants > 20


class _KilledError(BaseException):
    """The worker is gone, without another step."""


class _FragileLog(EventLog):
    """An event log whose worker is killed after so many events."""

    def __init__(self, path: Path, events_left: int) -> None:
        super().__init__(path)
        self._left = events_left

    def append(self, event: events.Event) -> None:
        super().append(event)
        if not self._left:
            raise _KilledError
        self._left -= 1


def _copy(run: RunFolder, name: str) -> RunFolder:
    return RunFolder(shutil.copytree(run.path, run.path.with_name(f"{run.name}-{name}")))


def test_patience_counts_anew_from_where_a_run_is_continued(trained: Make) -> None:
    # A network that learns nothing has the same figures every epoch.
    run = trained(epochs=5, patience=2, learning_rate=1e-30, selection_metric="auc")
    assert [epoch for epoch, _, _ in epochs_of(run)] == [1, 2, 3]
    extended(run, epochs=5)
    assert [epoch for epoch, _, _ in epochs_of(run)] == [1, 2, 3, 4, 5]
    told = read_curves(run).plan
    assert told is not None and (told.patience, told.patience_from) == (2, 3)
    # A worker that was only to measure and publish does not train on.
    work(run, resume=True)
    assert [epoch for epoch, _, _ in epochs_of(run)] == [1, 2, 3, 4, 5]


def test_a_refit_is_trained_anew_for_the_new_number_of_epochs(trained: Make) -> None:
    run = trained(epochs=1, refit="all")
    assert run.refit_checkpoint_folder.is_dir()
    extended(run, epochs=2)
    assert [epoch for epoch, _, _ in epochs_of(run)] == [1, 2]
    report = read_object(run.report_file)
    assert (report["epochs"], report["refit"]["epochs"]) == (2, 2)
    assert (run.refitted_folder / WEIGHTS).read_bytes() == weights(run)
    assert read_object(run.refit_checkpoint_folder / "current" / "state.json")["epoch"] == 3


def test_with_another_batch_size_the_report_says_so(trained: Make) -> None:
    run = extended(trained(epochs=1), epochs=2, batch_size=16)
    resumed = resumed_in(run)
    assert (resumed.epoch, resumed.bit_identical, resumed.why) == (2, False, "batch size was 64, is 16")
    plan = [event for event in told(run) if isinstance(event, events.Plan)][-1]
    last = [event for event in told(run) if isinstance(event, events.Batch)][-1]
    assert last.batches == plan.batches
    note = "Batches had 64 lines until training was resumed in epoch 2, then 16."
    assert note in read_object(run.report_file)["notes"]


def test_a_schedule_covers_all_epochs_from_then_on_which_is_said(trained: Make) -> None:
    run = extended(trained(epochs=1, schedule="linear"), epochs=2)
    resumed = resumed_in(run)
    assert (resumed.bit_identical, resumed.why) == (False, "the learning rate's schedule was of 1 epochs")
    last = [event for event in told(run) if isinstance(event, events.Batch)][-1]
    assert last.learning_rate == pytest.approx(CONFIG.learning_rate / (2 * last.batches))


def test_what_was_measured_of_the_earlier_configuration_is_gone_afterwards(trained: Make) -> None:
    run = trained(epochs=1)
    folds.cross_validate(run, 2)
    assert folds.finished_folds(run, 2) == 2
    curve = ensure_dir(run.path / learning_curve.FOLDER)
    for name in (f"{NETWORK}-lines-1.npz", f"{LINEAR}-lines-1.npz", learning_curve.RESULT):
        (curve / name).write_bytes(b"")
    continuation.change(run, {"epochs": 2})
    assert folds.finished_folds(run, 2) == 0
    # What other models say does not depend on the run's configuration.
    assert {path.name for path in curve.glob("*.*")} == {f"{LINEAR}-lines-1.npz"}


def test_changes_that_are_not_ours_are_an_error_that_names_the_file(trained: Make) -> None:
    run = trained(epochs=1)
    run.write_config({**run.record(), "changes": [{"epoch": "many", "before": {}, "after": {}}]})
    with pytest.raises(GendertuiError, match="not a list of changes") as caught:
        continuation.patience_from(run)
    assert caught.value.where == str(run.config_file)
