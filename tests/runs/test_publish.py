"""Whether a finished run's model answers from now on: as its figures say, unless a person said it."""

from __future__ import annotations

from typing import Any

import pytest

from gendertui import paths
from gendertui.files import ensure_dir
from gendertui.model import store
from gendertui.runs import launch
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import Status
from gendertui.runs.worker.publish import publish
from gendertui.training.config import preset
from tests.builders import app as world


def report(auc: float) -> dict[str, Any]:
    validation = world.REPORT["sets"]["validation"]
    figures = {**validation["model"], "auc": {"value": auc, "low": auc - 0.02, "high": auc + 0.02}}
    return {**world.REPORT, "sets": {"validation": {**validation, "model": figures}}}


@pytest.mark.parametrize(
    ("auc", "use", "answers"),
    [
        (0.70, None, "new"),
        (0.70, False, "old"),
        (0.51, None, "old"),
        (0.51, True, "new"),
    ],
)
def test_which_answers(auc: float, use: bool | None, answers: str) -> None:
    world.make_model("old", report=report(0.6))
    run = RunFolder.create(preset("quick"), {"path": "lines.txt"}, name="new")
    if use is not None:
        run.write_config({**run.record(), "use": use})
    world.make_model("new", run.model_folder, report=report(auc), run=run.name)
    warned: list[str] = []
    publish(run, run.model_folder, warned.append)
    assert store.answering() == answers
    assert warned == []


def test_settings_that_cannot_be_written_do_not_fail_the_run() -> None:
    world.make_model("old", report=report(0.6))
    run = RunFolder.create(preset("quick"), {"path": "lines.txt"}, name="new")
    run.write_config({**run.record(), "use": True})
    world.make_model("new", run.model_folder, report=report(0.51), run=run.name)
    ensure_dir(paths.config_dir())
    paths.settings_file().write_text("{")
    warned: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        # Models are found all the same: their folder is named by the variable, as the worker's is.
        patched.setenv("GENDERTUI_MODELS_DIR", str(paths.models_dir()))
        publish(run, run.model_folder, warned.append)
    assert len(warned) == 1 and "could not be made the model that answers" in warned[0]
    assert (paths.models_dir() / "new").is_dir()


def test_the_worker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "_spawn", lambda *_, **__: None)
    run = launch.start(preset("quick"), "sample", use=False)
    assert run.record()["use"] is False
    run.write_status(Status(state="stopped"))
    launch.resume(run, use=True)
    assert run.record()["use"] is True
    launch.resume(run)
    assert run.record()["use"] is True
    assert "use" not in launch.start(preset("quick"), "sample").record()


def test_a_run_that_keeps_its_model_publishes_nothing() -> None:
    run = RunFolder.create(preset("quick"), {"path": "lines.txt"}, name="trial")
    run.write_config({**run.record(), "publish": False})
    world.make_model("trial", run.model_folder, report=report(0.7), run=run.name)
    assert publish(run, run.model_folder, pytest.fail) is None
    assert not (store.path() / "trial").exists()
