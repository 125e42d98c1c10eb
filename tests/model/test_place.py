"""Models can be kept elsewhere than in the cache, and a model's only copy does not go with its run."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path

import pytest

from gendertui import paths, settings
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import claims, place, store
from gendertui.model.bundle.bundle import write_manifest
from gendertui.model.bundle.manifest import read_manifest
from gendertui.runs import manage
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import Status
from gendertui.training.config import preset
from tests.builders.command import gendertui


def test_the_setting_moves_models_and_says_what_stays(tmp_path: Path) -> None:
    store.publish(store.shipped_folder(), "before")
    far = tmp_path / "far away"
    said = gendertui("config", "set", "models_dir", str(far)).stderr
    assert "1 model stays in" in said and f"mv {paths.models_dir()}/* {shlex.quote(str(far))}/" in said
    assert far.is_dir() and store.path() == far
    assert [model.name for model in store.list_models() if not model.shipped] == []
    with claims.claimed("after"):
        assert (far / ".after.claim").exists()
        store.publish(store.shipped_folder(), "after")
    assert gendertui("models", "path", "after").stdout == f"{far / 'after'}\n"
    assert gendertui("config", "unset", "models_dir").returncode == 0
    assert [model.name for model in store.list_models() if not model.shipped] == ["before"]


def test_the_variable_goes_before_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.write_setting("models_dir", str(tmp_path / "set"))
    monkeypatch.setenv(place.VARIABLE, str(tmp_path / "variable"))
    assert store.path() == tmp_path / "variable"
    assert "goes before" in place.move_to(str(tmp_path / "other"))


def test_a_path_is_kept_as_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings.parse("models_dir", "here") == str(tmp_path / "here")
    settings.write_setting("models_dir", "here")
    with pytest.raises(GendertuiError, match="depends on the folder") as caught:
        store.path()
    assert caught.value.code is ExitCode.USAGE


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GendertuiError, match="models cannot be kept there"):
        place.move_to(str(tmp_path / "file" / "models"))
    assert store.path() == paths.models_dir()


def test_that_the_cache_is_no_safe_place_is_said_once(tmp_path: Path) -> None:
    assert "gendertui config set models_dir FOLDER" in place.caution_once()
    assert place.caution_once() == ""
    settings.write_setting("models_dir", str(tmp_path))
    assert place.caution_once() == ""


def run_with_model(name: str) -> RunFolder:
    run = RunFolder.create(preset("quick"), {"path": "lines.txt"}, name=name)
    run.write_status(Status(state="finished"))
    folder = store.publish(store.shipped_folder(), name)
    write_manifest(folder, dataclasses.replace(read_manifest(folder), run=run.name))
    store.publish(folder, f"{name}-own")
    (store.path() / f"{name}-own").rename(run.model_folder)
    return run


def test_the_only_copy_of_a_model_does_not_go_with_its_run() -> None:
    run = run_with_model("evening")
    store.remove("evening")
    with pytest.raises(GendertuiError, match="the only copy of its model") as caught:
        manage.remove(run)
    assert caught.value.code is ExitCode.RUN
    assert f"models export {run.model_folder}" in (caught.value.hint or "")
    pruned = gendertui("runs", "prune", "--keep", "0", "--yes")
    assert "stays: it has the only copy" in pruned.stderr and run.path.is_dir()
    assert gendertui("runs", "remove", run.name, "--with-model", "--yes").returncode == 0
    assert not run.path.exists()


def test_a_run_whose_model_is_in_the_store_goes() -> None:
    run = run_with_model("evening")
    assert gendertui("runs", "prune", "--keep", "0", "--yes").returncode == 0
    assert not run.path.exists() and (store.path() / "evening").is_dir()
