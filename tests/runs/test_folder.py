"""A run's folder: made complete, found by name, never half read."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from gendertui import paths
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.folder import RunFolder, find, list_runs, slug
from gendertui.runs.records import Status
from gendertui.training.config import preset

_RECORD = '{"schema": 1, "created": 1, "preset": null, "corpus": {"path": "a"}, "config": {}, "resolved": {}}'


def test_a_new_run_holds_its_configuration_and_is_private(run: RunFolder) -> None:
    assert run.config() == preset("quick")
    assert run.record()["corpus"] == {"path": "/nowhere/lines.txt", "name": "lines"}
    assert run.status().state == "preparing"
    assert stat.S_IMODE(run.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in run.path.iterdir()} == {0o600}
    assert run.path.parent == paths.runs_dir()
    assert run.name.endswith("-quick-lines")


def test_two_runs_of_one_second_are_two_folders() -> None:
    made = [RunFolder.create(preset("quick"), {"path": "a.txt"}, name="same") for _ in range(5)]
    assert len({run.path for run in made}) == 5
    assert {info.folder for info in list_runs()} == {run.path for run in made}
    assert not [entry for entry in paths.runs_dir().iterdir() if entry.name.startswith(".")]


def test_runs_are_found_by_path_name_part_and_latest(run: RunFolder) -> None:
    other = RunFolder.create(preset("quick"), {"path": "b.txt"}, name="Other One!")
    assert find(run.path) == find(str(run.path)) == find(run.name) == find("quick-lines") == run
    assert find("latest") == find("other-one") == other
    with pytest.raises(GendertuiError, match="2 runs have") as caught:
        find("-")
    assert caught.value.code is ExitCode.RUN
    with pytest.raises(GendertuiError, match="there is no run 'nothing'"):
        find("nothing")


def test_without_runs_there_is_no_latest() -> None:
    assert list_runs() == []
    with pytest.raises(GendertuiError, match="there is no run yet"):
        find("latest")


def test_status_is_replaced_whole(run: RunFolder) -> None:
    run.write_status(Status(state="training", epoch=2, epochs=3, control_id="x", why="because"))
    status = run.status()
    assert (status.state, status.epoch, status.epochs, status.control_id, status.why) == (
        "training",
        2,
        3,
        "x",
        "because",
    )
    assert not status.over
    assert json.loads(run.status_file.read_text())["schema"] == 1


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("config.json", "{", "not JSON"),
        ("config.json", "[]", "not a JSON object"),
        ("config.json", '{"schema": 99}', "format 99"),
        ("config.json", _RECORD.replace("{}", '{"epochs": 0}', 1), "not valid"),
        ("status.json", '{"state": "dancing"}', "Invalid enum value 'dancing'"),
        ("status.json", None, "missing"),
    ],
)
def test_a_broken_run_is_listed_and_says_why(run: RunFolder, file: str, content: str | None, message: str) -> None:
    path = run.path / file
    if content is None:
        path.unlink()
    else:
        path.write_text(content)
    (info,) = list_runs()
    assert (info.state, info.alive) == ("unreadable", "dead")
    assert message in info.why
    assert str(path) in info.why


def test_a_folder_that_is_no_run_is_no_path_to_one(tmp_path: Path) -> None:
    with pytest.raises(GendertuiError):
        find(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"), [("Collated 290 films.txt", "collated-290-films-txt"), ("../..", "run"), ("ünï", "n")]
)
def test_slug(text: str, expected: str) -> None:
    assert slug(text) == expected
