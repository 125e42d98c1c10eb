"""A small world for the app: one tiny model, a finished run and one that is going, all with fixed figures and times.

Real formats written with the rooms' own writers; nothing in it depends on the machine, the clock or the shipped model.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from textual.pilot import Pilot
from textual.timer import Timer
from textual.worker import WorkerState

from gendertui.corpus.units import FILM_UNITS
from gendertui.files import ensure_dir
from gendertui.model import store
from gendertui.model.bundle.bundle import write_bundle
from gendertui.model.calibration import Calibration
from gendertui.paths import runs_dir
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import State, Status
from gendertui.text.vocabulary import Vocabulary
from gendertui.training.config import preset, with_changes
from gendertui.training.events import Baselines, Batch, Checkpoint, Done, Epoch, Event, Plan, Stage, Warning
from gendertui.tui.app import GendertuiApp

# A pane may wait so long for a key to be followed by another before it looks.
LONGEST_PAUSE_SECONDS = 1.0
LOOK_SECONDS = 0.005

TOKENS_PER_SECOND = 60_000.0
NOW = 1_790_000_000.0
MODEL = "quick-films"
FINISHED = "20260920-101500-quick-films"
GOING = "20260921-091500-quick-films"
QUEUED = "20260915-201500-quick-films"

DEVICES: dict[str, Any] = {
    "torch_version": "2.13.0",
    "cuda_version": "13.0",
    "driver_visible": True,
    "default": "cuda:0",
    "devices": [
        {"id": "cpu", "name": "Example CPU, 8 cores", "memory_total": 34_000_000_000, "memory_free": 21_000_000_000},
        {"id": "cuda:0", "name": "Example GPU", "memory_total": 24_000_000_000, "memory_free": 22_500_000_000},
    ],
}


@lru_cache
def rules() -> dict[str, Any]:
    """The tokenizer's real rules, from the installed spaCy, once for all tests."""
    from gendertui.text.spacy_rules import export_rules

    return {**export_rules(), "whitespace_tokens": "drop", "lowercase": True}


WORDS = ["i", "love", "you", ",", "but", "have", "to", "go", ".", "the", "rain", "ship", "sorry", "door", "?", "!"]
# How far each word pushes towards the second label.
PUSH = [0.2, 1.6, 0.4, 0.1, 0.3, 0.0, 0.1, -0.3, -0.1, -0.2, 0.5, -1.8, 0.9, -0.7, 0.2, 0.0]


def ship_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the small model be the one that comes with the program, whichever that is just now."""
    monkeypatch.setattr(store, "shipped_folder", lambda: folder)
    make_model("shipped-quick", folder)


def make_model(
    name: str = MODEL,
    folder: Path | None = None,
    *,
    report: dict[str, Any] | None = None,
    run: str | None = "a run that has gone",
) -> None:
    """Publish a model whose answer is about the mean push of a line's words."""
    words = ["<unk>", "<pad>", *WORDS]
    embedding = np.zeros((len(words), 2), np.float32)
    embedding[2:, 0] = PUSH
    tensors: dict[str, Any] = {"embedding.weight": embedding}
    for direction in ("l0", "l0_reverse"):
        weights = np.zeros((4, 2), np.float32)
        weights[2, 0] = 1.0
        tensors[f"lstm.weight_ih_{direction}"] = weights
        tensors[f"lstm.weight_hh_{direction}"] = np.zeros((4, 1), np.float32)
        # Gates i, f, g, o: in and out open, nothing carried over.
        tensors[f"lstm.bias_ih_{direction}"] = np.array([6, -6, 0, 6], np.float32)
        tensors[f"lstm.bias_hh_{direction}"] = np.zeros(4, np.float32)
    tensors["output.weight"] = np.array([[0.2, 0.2, 0.9, 0.9]], np.float32)
    tensors["output.bias"] = np.zeros(1, np.float32)
    write_bundle(
        folder or store.path() / name,
        name=name,
        network="pooled-bilstm",
        config=with_changes(
            preset("quick"),
            {"network": "pooled-bilstm", "hidden_size": 1, "embedding_dim": 2, "max_length": None},
        ).model_dump(),
        labels=("m", "f"),
        units=FILM_UNITS,
        calibration=Calibration(),
        vocabulary=Vocabulary(words),
        tokenizer_rules=rules(),
        tensors=tensors,
        report=report or REPORT,
        card="A model for pictures of the app.\n",
        run=run,
    )


def _figure(value: float, low: float, high: float) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "groups": 44, "note": ""}


REPORT: dict[str, Any] = {
    "schema": 1,
    "labels": ["m", "f"],
    "protocol": "by-movie",
    "sentence": "On films it has not seen this model tells the labels apart a little: AUC 0.604 (0.589 to 0.619), "
    "about as well as TF-IDF + LR.",
    "epoch": 2,
    "epochs": 3,
    "notes": ["Intervals cover the choice of films, not seed or refit."],
    "sets": {
        "validation": {
            "rows": 14_009,
            "groups": 44,
            "unit": "movie",
            "counts": {"m": 10_238, "f": 3_771},
            "confusion": [[6_007, 4_231], [1_674, 2_097]],
            "model": {"balanced_accuracy": _figure(0.571, 0.559, 0.583), "auc": _figure(0.604, 0.589, 0.619)},
            "baselines": {
                "majority": {
                    "balanced_accuracy": {"value": 0.5, "low": None, "high": None, "groups": 44, "note": ""},
                    "auc": {"value": 0.5, "low": None, "high": None, "groups": 44, "note": ""},
                },
                "tfidf-logistic": {
                    "balanced_accuracy": _figure(0.568, 0.557, 0.580),
                    "auc": _figure(0.598, 0.583, 0.612),
                },
            },
        }
    },
}

_VALIDATION = [(0.6721, 0.5802, 0.5561, 0.5893), (0.6688, 0.5923, 0.5714, 0.6042), (0.6893, 0.6012, 0.5652, 0.5967)]
_TRAIN = [(0.6893, 0.5401), (0.6622, 0.6013), (0.6318, 0.6452)]


def epoch_event(number: int, epochs: int) -> Epoch:
    loss, accuracy, balanced, auc = _VALIDATION[number - 1]
    return Epoch(
        time=NOW - 60 + 14 * number,
        epoch=number,
        epochs=epochs,
        train={"loss": _TRAIN[number - 1][0], "accuracy": _TRAIN[number - 1][1]},
        validation={"loss": loss, "accuracy": accuracy, "balanced_accuracy": balanced, "auc": auc},
        seconds=14.2,
        best=number in (1, 2),
        auc_low=auc - 0.015,
        auc_high=auc + 0.015,
    )


def stages() -> list[Event]:
    return [
        Stage(time=NOW - 70, name="reading the corpus", done=121_394, total=121_394, unit="lines"),
        Stage(time=NOW - 69, name="splitting by film"),
        Stage(time=NOW - 68, name="tokenising", done=93_394, total=93_394, unit="lines"),
        Stage(time=NOW - 65, name="building the vocabulary", done=13_871, total=13_871, unit="words"),
        Stage(time=NOW - 64, name="fitting TF-IDF + LR", done=2, total=4, unit="settings"),
    ]


def plan() -> list[Event]:
    return [
        Baselines(
            time=NOW - 61,
            figures={"majority": {"auc": 0.5, "balanced_accuracy": 0.5}, "tfidf-logistic": {"auc": 0.598}},
        ),
        Plan(
            time=NOW - 60,
            epochs=3,
            batches=512,
            parameters=879_873,
            device="cuda:0 Example GPU",
            train_rows=65_376,
            validation_rows=14_009,
            vocabulary=13_871,
            chance=0.0108,
            selection_metric="auc",
        ),
    ]


def batch(epoch: int, batch: int) -> Batch:
    return Batch(
        time=NOW - 10,
        epoch=epoch,
        batch=batch,
        batches=512,
        loss=0.6402,
        lines_per_second=4_612.0,
        tokens_per_second=62_413.0,
        learning_rate=0.001,
        memory_bytes=412_000_000,
        rows=65_376 * batch // 512,
        seconds=13.1 * batch / 512,
    )


def _run(
    name: str, state: State, events: list[Event], epoch: int, age: float, *, model: str | None = None
) -> RunFolder:
    folder = RunFolder(ensure_dir(runs_dir() / name))
    folder.write_config(
        {
            "schema": 1,
            "created": NOW - age,
            "preset": "quick",
            "corpus": {"path": "sample", "name": "films"},
            "config": preset("quick").model_dump(),
            "resolved": {},
        }
    )
    folder.write_status(Status(state=state, epoch=epoch, epochs=3, model=model, headline="AUC 0.604" if model else ""))
    folder.events_file.write_text("".join(event.to_json() + "\n" for event in events), encoding="utf-8")
    return folder


def make_finished(name: str = FINISHED, model: str = MODEL) -> RunFolder:
    """A run that is over and published a model."""
    events = [
        *stages(),
        *plan(),
        *(epoch_event(number, 3) for number in (1, 2, 3)),
        Checkpoint(time=NOW, epoch=3, batch=0),
    ]
    events.append(Done(time=NOW, run=name, model=model, seconds=81.4))
    return _run(name, "finished", events, 3, 90_000, model=model)


def make_preparing() -> RunFolder:
    """A run in the middle of its preparation; alive while its lock is held."""
    return _run(GOING, "preparing", stages(), 0, 8)


def make_training(name: str = GOING) -> RunFolder:
    """A run in its third epoch; alive while its lock is held."""
    events = [*stages(), *plan(), Warning(time=NOW - 59, text="9 lines are longer than 400 tokens.")]
    events += [epoch_event(1, 3), epoch_event(2, 3), batch(3, 317)]
    return _run(name, "training", events, 2, 70)


def end_training(run: RunFolder, model: str) -> None:
    """Let the run of :func:`make_training` finish; its model is published already."""
    with run.events_file.open("a", encoding="utf-8") as stream:
        for event in (epoch_event(3, 3), Done(time=NOW, run=run.name, model=model, seconds=81.4)):
            stream.write(event.to_json() + "\n")
    run.write_status(Status(state="finished", epoch=3, epochs=3, model=model, headline="AUC 0.604"))


def make_queued() -> RunFolder:
    """A run that waits in the queue for :data:`GOING`; alive while its lock is held."""
    run = _run(QUEUED, "queued", [], 0, 500_000)
    run.write_status(Status(state="queued", epochs=3, why=f"waits for {GOING}"))
    return run


def fake_devices(fresh: bool = False, *, matmul: bool = False, started: object = None) -> dict[str, Any]:
    """What the probe would say on a machine that is always the same."""
    more = {"physical_index": None, "error": None, "matmul_ms": 2.5 if matmul else None}
    return {**DEVICES, "devices": [{**device, **more} for device in DEVICES["devices"]]}


def write_history(path: Path) -> None:
    """A few lines asked before."""
    from gendertui.tui.predict import history_file

    for text, probability, label in (
        ("The ship is at the door.", 0.37, "m"),
        ("Have you to go?", 0.52, None),
        ("I love the rain, but the rain is sorry [bold]for nothing[/bold].", 0.64, "f"),
    ):
        history_file.append(history_file.HistoryEntry(text, probability, label, ("m", "f"), MODEL, NOW - 3600))
    assert path.exists()


async def until(pilot: Pilot[Any], condition: Callable[[], object], what: str, seconds: float = 60.0) -> None:
    """Wait for a state; a test that waits longer than this has failed."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not condition():
        assert loop.time() < deadline, f"waited {seconds:.0f} s for {what}"
        await pilot.pause(0)
        await asyncio.sleep(LOOK_SECONDS)


async def settle(pilot: Pilot[None]) -> None:
    """Wait until nothing is under way: no worker, no message, no short pause that a pane makes before it looks.

    The follower of a run that is going does not count.
    """
    app = pilot.app
    assert isinstance(app, GendertuiApp)
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 60
    quiet = 0
    while loop.time() < deadline:
        await pilot.pause(0)
        quiet = 0 if app.pane is None or _busy(app) else quiet + 1
        # What one look sees done may have posted what only the next one sees.
        if quiet > 2:
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise AssertionError(f"not settled after a minute: {_busy(app)}")


def _busy(app: GendertuiApp) -> list[object]:
    """What is still to come."""
    working = (WorkerState.PENDING, WorkerState.RUNNING)
    workers = [worker for worker in app.workers if worker.group != "follow" and worker.state in working]
    nodes = [app, *(node for screen in app.screen_stack for node in screen.walk_children(with_self=True))]
    queued = [node for node in nodes if node.message_queue_size]
    pauses = [timer for node in nodes for timer in node._timers if _is_pause(timer)]
    # A run that is followed is shown from its first look on.
    unseen = [app.run_view] if app.run_view is not None and app.run_view.info is None else []
    return [*workers, *queued, *pauses, *unseen, *([app.input] if app.input.waiting else [])]


def _is_pause(timer: Timer) -> bool:
    """Whether it fires once, soon: a toast's end is no pause, nor is what is drawn again and again."""
    pending = timer._task is not None and not timer._task.done()
    return pending and timer._repeat == 0 and timer._interval <= LONGEST_PAUSE_SECONDS
