"""Runs from the command line: listed, shown, steered, put in order."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gendertui.model import store
from gendertui.model.bundle.bundle import write_manifest
from gendertui.model.bundle.manifest import read_manifest
from gendertui.runs import control
from gendertui.runs.folder import RunFolder, list_runs
from gendertui.runs.records import Status
from gendertui.training.config import preset
from tests.builders.command import gendertui, on_terminal
from tests.builders.processes import end, hold


def ended(name: str, started: float | None = None) -> RunFolder:
    run = RunFolder.create(preset("quick"), {"path": "/lines/a.txt", "name": "a"}, name=name, preset="quick")
    run.write_status(Status(state="finished", epoch=3, epochs=3, model=name))
    if started is not None:
        run.write_config({**run.record(), "created": started})
    return run


@pytest.fixture
def going() -> Iterator[RunFolder]:
    """A run that a process holds as its worker would."""
    run = RunFolder.create(preset("quick"), {"path": "/lines/a.txt", "name": "a"}, name="going", preset="quick")
    process = hold(run)
    yield run
    end(process)


def test_no_runs_is_an_empty_list() -> None:
    assert json.loads(gendertui("runs", "list", "--json").stdout) == []
    result = gendertui("runs")
    assert (result.returncode, result.stdout) == (0, "")
    assert "gendertui train" in result.stderr


def test_a_stopped_run_is_listed_found_and_not_stopped_again() -> None:
    run = RunFolder.create(preset("quick"), {"path": "sample", "name": "a\x1b[1mb"}, name="evening", preset="quick")
    run.write_status(Status(state="stopped", epoch=1, epochs=3))
    (listed,) = json.loads(gendertui("runs", "list", "--json").stdout)
    assert (listed["name"], listed["state"], listed["epoch"], listed["epochs"]) == (run.name, "stopped", 1, 3)
    text = gendertui("runs", "list").stdout
    assert "1/3" in text
    assert "\x1b" not in text
    for name in ("latest", "evening", run.name, str(run.path)):
        assert gendertui("runs", "path", name).stdout == f"{run.path}\n"
    result = gendertui("runs", "stop", "latest")
    assert result.returncode == 6
    assert "stopped" in result.stderr


def test_a_run_that_is_not_there_is_6() -> None:
    for words in (
        ("runs", "follow", "x"),
        ("runs", "show", "x"),
        ("runs", "stop", "x"),
        ("runs", "path", "x"),
        ("attach", "x"),
    ):
        result = gendertui(*words)
        assert result.returncode == 6, words
        assert "x" in result.stderr


def test_show_has_state_configuration_and_verdict() -> None:
    run = ended("evening")
    without = gendertui("runs", "show", "evening")
    assert without.returncode == 0
    assert "TF-IDF" not in without.stdout
    run.report_file.write_bytes((store.shipped_folder() / "report.json").read_bytes())
    shown = gendertui("runs", "show", "evening").stdout
    for word in (run.name, "finished", "3 of 3", "/lines/a.txt", "hidden size", "learning rate", "TF-IDF + LR"):
        assert word in shown, word
    value = json.loads(gendertui("runs", "show", "latest", "--json").stdout)
    assert (value["state"], value["shown"], value["model"]) == ("finished", "finished", "evening")
    assert value["config"] == preset("quick").model_dump()
    assert value["report"]["sets"]["validation"]["groups"] == 42


def test_a_run_is_asked_by_its_folder(going: RunFolder) -> None:
    for request in ("pause", "resume", "stop"):
        result = gendertui("runs", request, "going")
        assert result.returncode == 0
        assert going.name in result.stderr
        asked = control.read_control(going)
        assert asked is not None
        assert asked.request == request


def test_a_run_that_is_gone_cannot_be_asked_and_says_how_to_go_on() -> None:
    run = RunFolder.create(preset("quick"), {"path": "a.txt"}, name="evening")
    run.write_status(Status(state="stopped"))
    result = gendertui("runs", "resume", "evening")
    assert result.returncode == 6
    assert f"gendertui train --resume {run.name}" in result.stderr


def test_a_run_is_renamed(going: RunFolder) -> None:
    run = ended("evening")
    name = gendertui("runs", "rename", "evening", "Long One").stdout.strip()
    assert name == run.name.replace("evening", "long-one")
    assert {info.name for info in list_runs()} == {name, going.name}
    store.publish(store.shipped_folder(), name)
    write_manifest(store.path() / name, dataclasses.replace(read_manifest(store.path() / name), run=name))
    kept = gendertui("runs", "rename", name, "other", "--keep-model")
    assert (kept.stdout.strip(), name in kept.stderr) == (name.replace("long-one", "other"), True)
    both = gendertui("runs", "rename", "other", "third")
    assert [model.name for model in store.list_models() if not model.shipped] == ["third"]
    assert "third" in both.stderr
    refused = gendertui("runs", "rename", "going", "other")
    assert refused.returncode == 6
    assert "gendertui runs stop" in refused.stderr


def test_runs_are_compared_as_a_table_and_into_a_file(tmp_path: Path) -> None:
    ended("evening")
    other = ended("morning")
    other.write_config({**other.record(), "corpus": {"path": "/lines/b.txt", "name": "b\x1b[2J"}})
    shown = gendertui("runs", "compare", "evening", "morning")
    assert shown.returncode == 0
    assert "corpus   a  b␛[2J" in shown.stdout
    assert "A has no figures yet" in shown.stdout
    out = tmp_path / "comparison.csv"
    assert gendertui("runs", "compare", "evening", "morning", "--out", str(out)).stdout == f"{out}\n"
    assert out.read_text().startswith("letter,run,state")
    for words, code in (
        (("evening",), 2),
        (("evening", "evening"), 2),
        (("evening", "nothing"), 6),
        (("evening", "morning", "--out", str(out)), 2),
    ):
        assert gendertui("runs", "compare", *words).returncode == code, words


def test_a_note_is_written_shown_listed_and_taken_away(going: RunFolder) -> None:
    assert gendertui("runs", "note", "going", "lower rate").returncode == 0
    assert gendertui("runs", "note", "going").stdout == "lower rate\n"
    assert "lower rate" in gendertui("runs").stdout
    (value,) = json.loads(gendertui("runs", "list", "--json").stdout)
    assert (value["note"], value["auc"], value["device"]) == ("lower rate", None, "auto")
    refused = gendertui("runs", "note", "going", "two\nlines")
    assert refused.returncode == 2
    assert "one line" in refused.stderr
    assert gendertui("runs", "note", "going", "").returncode == 0
    assert gendertui("runs", "note", "going").stdout == "\n"


def test_removing_runs_asks_a_person_and_refuses_a_script(going: RunFolder) -> None:
    run, other = ended("evening"), ended("morning")
    refused = gendertui("runs", "remove", "evening")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    result = gendertui("runs", "remove", "evening", "morning", "--yes")
    assert result.returncode == 0
    assert "2" in result.stderr
    assert not run.path.exists()
    assert not other.path.exists()
    busy = gendertui("runs", "remove", "going", "--yes")
    assert busy.returncode == 6
    assert going.path.is_dir()


def test_pruning_keeps_the_newest_and_says_what_it_frees(tmp_path: Path) -> None:
    day = 86400
    runs = [ended(f"r{age}", time.time() - age * day) for age in (1, 5, 9)]
    (runs[2].path / "weights").write_bytes(bytes(2_000_000))
    unsaid = gendertui("runs", "prune")
    assert unsaid.returncode == 2
    assert "--keep" in unsaid.stderr
    nothing = gendertui("runs", "prune", "--older-than", "30")
    assert (nothing.returncode, "nothing to remove" in nothing.stderr) == (0, True)
    result = gendertui("runs", "prune", "--older-than", "7", "--yes")
    assert result.returncode == 0
    assert runs[2].name in result.stderr
    assert "2.0 MB are free again" in result.stderr
    code, seen = on_terminal("runs", "prune", "--keep", "1", typed=b"\n")
    assert (code, "Nothing was removed" in seen) == (0, True)
    code, seen = on_terminal("runs", "prune", "--keep", "1", typed=b"y\n")
    assert (code, runs[1].name in seen) == (0, True)
    assert [info.folder for info in list_runs()] == [runs[0].path]
