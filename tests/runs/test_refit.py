"""A run that trains once more on all lines: broken off at every instant, stopped, paused, and judged afterwards."""

from __future__ import annotations

import itertools
import json
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gendertui.corpus.splits.split import TEST, UNUSED, Split
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.scores import Scores
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.bundle.manifest import CHARACTERS, VOCABULARY, WEIGHTS
from gendertui.runs import control, launch
from gendertui.runs.folder import RunFolder
from gendertui.runs.results import test_set_evaluations as evaluations
from gendertui.runs.results.rescore import open_test
from gendertui.runs.worker import pipeline
from gendertui.runs.worker.event_log import EventLog
from gendertui.runs.worker.pipeline import Pipeline
from gendertui.runs.worker.requests import ControlListener, StopRequested
from gendertui.scoring.scorer import Scorer
from gendertui.state_files import read_object
from gendertui.training import epochs, events
from gendertui.training.batches import Batch
from gendertui.training.config import TrainingConfig
from gendertui.training.learner import TrainStep
from tests.builders.corpora import collated
from tests.builders.processes import wait_for

STAGE = "training on all films"
CONFIG = TrainingConfig(
    hidden_size=4,
    embedding_dim=4,
    batch_size=64,
    threads=1,
    device="cpu",
    epochs=2,
    selection_metric="last",
    refit="all",
)


class Killed(BaseException):
    """The worker is gone, without another step."""


class FragileLog(EventLog):
    """An event log whose worker is killed as soon as an event is written.

    :param after: how many events after the last epoch of the first training; ``None``: never.
    :param react: called with each event that was written.
    """

    def __init__(self, path: Path, after: int | None, react: Callable[[events.Event], None]) -> None:
        super().__init__(path)
        self._after, self._react = after, react
        self._since: int | None = None

    def append(self, event: events.Event) -> None:
        super().append(event)
        self._react(event)
        if self._since is not None:
            self._since += 1
        elif isinstance(event, events.Epoch) and event.epoch == event.epochs:
            self._since = 0
        if self._since is not None and self._since == self._after:
            raise Killed


@dataclass
class Worker:
    """Workers of one run, one after another, in this process."""

    run: RunFolder
    resumes: int = 0
    signalled: int | None = None

    def work(self, kill_after: int | None = None, react: Callable[[events.Event], None] = lambda _: None) -> None:
        """From the start, or from where the last one got; until the end, :class:`Killed` or a stop.

        Parameters as of :class:`FragileLog`.
        """
        steering = ControlListener(self.run)
        steering.begin()
        log = FragileLog(self.run.events_file, kill_after, react)
        try:
            Pipeline(self.run, steering, log, resume=self.resumes > 0).work()
        except StopRequested as stopped:
            steering.tell(state="stopped", why=stopped.why)
        finally:
            self.resumes += 1
            log.close()

    @property
    def events(self) -> list[events.Event]:
        parsed = [events.parse(line) for line in self.run.events_file.read_text(encoding="utf-8").splitlines()]
        return [event for event in parsed if event is not None]


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Worker]:
    """A run without a worker, of a corpus made up of planted words."""
    path = tmp_path / "lines.txt"
    path.write_text(collated(films=80, lines=12), encoding="utf-8")

    def make(**changes: Any) -> Worker:
        config = CONFIG.model_copy(update=changes)
        return Worker(RunFolder.create(config, {"path": str(path)}, name=changes.get("name")))

    return make


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each training step."""
    taken: list[int] = []
    step = TrainStep.step

    def counted(self: TrainStep, batch: Batch, **part: Any) -> Any:
        taken.append(len(batch.labels))
        return step(self, batch, **part)

    monkeypatch.setattr(TrainStep, "step", counted)
    # Only the first and the last batch of an epoch are told, and each stage once, whatever the machine's speed.
    monkeypatch.setattr(epochs, "BATCH_EVENT_SECONDS", float("inf"))
    monkeypatch.setattr(pipeline, "STAGE_EVENT_SECONDS", float("inf"))
    return taken


def outcome(run: RunFolder) -> dict[str, bytes]:
    """What a run leaves that must not depend on how it was broken off."""
    names = [f"{name}/{file}" for name in ("model", "refitted") for file in (WEIGHTS, CHARACTERS, VOCABULARY)]
    names += ["report.json", "scores.npz", "characters.npz", "split.npy"]
    return {name: (run.path / name).read_bytes() for name in names}


def published(run: RunFolder) -> Path:
    return store.path() / str(run.status().model)


def in_refit(event: events.Event) -> bool:
    return isinstance(event, events.Stage) and event.name == STAGE


@pytest.mark.parametrize("every", [2, pytest.param(1, marks=pytest.mark.long)])
def test_killed_at_any_instant_after_its_first_training_it_resumes_to_the_same_bits(
    every: int, start: Callable[..., Worker], steps: list[int]
) -> None:
    whole = start()
    whole.work()
    expected, told = outcome(whole.run), whole.events
    assert [event.epoch for event in told if isinstance(event, events.Epoch)] == [1, 2]
    total = next(event.total for event in told if in_refit(event) and isinstance(event, events.Stage) and event.total)
    first_training = len(steps) - total
    from_checkpoint = 0
    for instant in itertools.count(step=every):
        broken = start()
        try:
            broken.work(kill_after=instant)
        except Killed:
            pass
        else:
            break
        last = broken.events[-1]
        assert broken.run.status().state == "training"
        checkpoint = broken.run.refit_checkpoint_folder / "current" / "state.json"
        saved = read_object(checkpoint) if checkpoint.exists() else None
        steps.clear()
        broken.work()
        assert outcome(broken.run) == expected, last
        assert broken.run.status().state == "finished"
        after = broken.events
        if saved is not None:
            # The first training is over: neither trained, nor measured, nor told again.
            from_checkpoint += 1
            assert len(steps) == total - (saved["epoch"] - 1) * total // 2 - saved["batch"]
            assert [event.epoch for event in after if isinstance(event, events.Epoch)] == [1, 2]
            assert [event.type for event in after].count("plan") == 1
            assert [event.name for event in after if isinstance(event, events.Stage)].count("report") == 1
            (resumed,) = [event for event in after if isinstance(event, events.Resumed)]
            assert (resumed.stage, resumed.bit_identical) == (STAGE, True)
        elif instant:
            assert len(steps) == total
        assert len(steps) <= total + first_training
        assert isinstance(after[-1], events.Done)
        weights = (published(broken.run) / "weights.safetensors").read_bytes()
        assert weights == expected["refitted/weights.safetensors"]
    assert instant > 10
    assert from_checkpoint


def test_stopped_in_the_refit_it_publishes_what_was_measured_and_resumed_it_goes_on(
    start: Callable[..., Worker], steps: list[int]
) -> None:
    whole = start()
    whole.work()
    expected = outcome(whole.run)

    stopped = start()

    def ask_to_stop(event: events.Event) -> None:
        if isinstance(event, events.Stage) and event.name == STAGE and event.done:
            control.write_control(stopped.run, "stop")

    stopped.work(react=ask_to_stop)
    status = stopped.run.status()
    assert status.state == "stopped"
    assert status.why == f"asked to stop while {STAGE}; the model is the one that was measured"
    assert not stopped.run.refitted_folder.exists()
    weights = (published(stopped.run) / "weights.safetensors").read_bytes()
    assert weights == expected["model/weights.safetensors"]
    assert Bundle.load(published(stopped.run)).report()["refit"] is None
    done = stopped.events[-1]
    assert isinstance(done, events.Done)
    assert done.stopped_early

    # What was found out meanwhile stays in the report.
    open_test(stopped.run, lambda _name, _done, _total: None)
    control.write_control(stopped.run, "resume")
    steps.clear()
    stopped.work()
    status = stopped.run.status()
    assert (status.state, status.why) == ("finished", "")
    found = outcome(stopped.run)
    report = json.loads(found.pop("report.json"))
    opened = {"report.json", "scores.npz", "characters.npz"}
    assert {name for name, data in found.items() if data != expected[name]} == opened - {"report.json"}
    assert set(report["sets"]) == {"validation", "test"}
    assert report["refit"] == json.loads(expected["report.json"])["refit"]
    assert (published(stopped.run) / "weights.safetensors").read_bytes() == expected["refitted/weights.safetensors"]
    assert [event.epoch for event in stopped.events if isinstance(event, events.Epoch)] == [1, 2]


def test_stopped_in_its_first_training_it_does_not_train_on_all_lines(start: Callable[..., Worker]) -> None:
    stopped = start(epochs=3)

    def ask_to_stop(event: events.Event) -> None:
        if isinstance(event, events.Epoch):
            control.write_control(stopped.run, "stop")

    stopped.work(react=ask_to_stop)
    assert stopped.run.status().why == "asked to stop; the model is that of epoch 1"
    assert not stopped.run.refit_checkpoint_folder.exists()
    assert not any(in_refit(event) for event in stopped.events)
    assert Bundle.load(published(stopped.run)).report()["refit"] is None


def test_the_test_set_is_scored_by_the_model_that_has_not_seen_it(start: Callable[..., Worker]) -> None:
    worker = start()
    worker.work()
    run = worker.run
    open_test(run, lambda _name, _done, _total: None)
    scores = Scores.load(run.scores_file)
    texts = [line.split(" +++$+++ ")[5] for line in Path(run.record()["corpus"]["path"]).read_text().splitlines()]
    measured, refitted = (
        _logits(Bundle.load(folder), [texts[row] for row in scores.row])
        for folder in (run.model_folder, run.refitted_folder)
    )
    np.testing.assert_allclose(scores.logit, measured, atol=1e-5)
    assert np.abs(scores.logit - refitted).max() > 1e-3
    report = read_object(run.report_file)
    # So are its characters; the published model of characters is another one.
    characters = CharacterScores.load(run.character_scores_file)
    assert characters is not None
    assert set(_split(run).assignment[characters.of(TEST).row]) <= {TEST, UNUSED}
    ours, theirs = (Bundle.load(folder).characters() for folder in (run.model_folder, run.refitted_folder))
    assert ours is not None
    assert theirs is not None
    assert ours.calibration == theirs.calibration
    assert ours.intercept != theirs.intercept
    assert report["sets"]["test"]["characters"]["readings"]
    # It is counted as an evaluation of the measured model, and the report says still what was published.
    assert evaluations.count(str(run.record()["corpus"]["data_hash"]), _split(run)) == 1
    assert report["refit"]["groups"] == 80
    assert sum("sibling" in note for note in report["notes"]) == 1


def _logits(bundle: Bundle, texts: list[str]) -> Any:
    scorer = Scorer(bundle)
    return scorer.engine([scorer.encode(text).ids for text in texts])


def _split(run: RunFolder) -> Split:
    return Split.load(run.path)


@pytest.mark.timeout(900)
@pytest.mark.xdist_group("worker")
def test_a_real_worker_pauses_in_the_refit_leaves_a_checkpoint_on_sigterm_and_goes_on_where_it_was_killed() -> None:
    run = launch.start(CONFIG.model_copy(update={"batch_size": 1}), "sample")

    def refitting() -> bool:
        return run.events_file.exists() and f'"name": "{STAGE}", "done": 1' in run.events_file.read_text()

    # Half a minute on a quiet machine; a worker gives way to all that is beside it.
    wait_for(refitting, 600)
    assert run.status().why == STAGE
    control.request(run, "pause")
    wait_for(lambda: run.status().state == "paused")
    length = run.events_file.stat().st_size
    control.request(run, "resume")
    wait_for(lambda: run.events_file.stat().st_size > length)
    wait_for(lambda: run.status().state == "training")
    control.terminate(run, signal.SIGTERM)
    wait_for(lambda: run.alive() == "dead")
    status = run.status()
    assert (status.state, status.why, status.model) == ("stopped", "stopped by SIGTERM, at a checkpoint", None)
    assert not (store.path() / run.name).exists()

    launch.resume(run)
    wait_for(lambda: '"type": "resumed"' in run.events_file.read_text(), 120)
    control.kill(run)
    wait_for(lambda: run.alive() == "dead")
    launch.resume(run)
    wait_for(lambda: run.alive() == "dead", 120)
    assert run.status().state == "finished"
    told = [event for line in run.events_file.read_text().splitlines() if (event := events.parse(line)) is not None]
    assert [event.epoch for event in told if isinstance(event, events.Epoch)] == [1, 2]
    assert [event.type for event in told].count("plan") == [event.type for event in told].count("done") == 1
    assert Bundle.load(store.path() / run.name).report()["refit"]["epochs"] == 2
