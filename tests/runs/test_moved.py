"""Moved is not changed: a run's corpus is known by its content, wherever it is now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.recent import remember
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.audit.measure import audit
from gendertui.evaluation.audit.store import measured
from gendertui.runs import launch
from gendertui.runs.folder import RunFolder
from gendertui.runs.results.corpus import corpus_of, described
from gendertui.training.config import preset

OPTIONS = ReadingOptions(text="second", label="kind", labels=("good", "bad"))


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    path = tmp_path / "here" / "notes.jsonl"
    path.parent.mkdir()
    words = ("the river rose", "a train left", "the kettle sang", "snow fell down")
    rows = [
        {"first": f"{words[n % 4]} {n}", "second": f"{words[n % 3]} then {n}", "kind": ("good", "bad")[n % 2]}
        for n in range(120)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def trained(notes: Path) -> RunFolder:
    return RunFolder.create(preset("quick"), described(load(notes, OPTIONS)), preset="quick")


def test_it_is_read_as_the_run_read_it(notes: Path, trained: RunFolder) -> None:
    again = corpus_of(trained.record())
    assert again.labels == ("good", "bad")
    assert again.column("text")[0].as_py() == "the river rose then 0"
    assert again.reading.options == OPTIONS


def test_under_another_path_it_is_found_among_those_opened_lately(notes: Path, trained: RunFolder) -> None:
    decoy = notes.with_name("decoy.jsonl")
    decoy.write_text(notes.read_text(encoding="utf-8").replace("river", "lake"), encoding="utf-8")
    moved = notes.rename(notes.parents[1] / "moved.jsonl")
    with pytest.raises(GendertuiError, match="is not there") as refused:
        corpus_of(trained.record())
    assert refused.value.code == ExitCode.DATA
    assert "--corpus" in str(refused.value.hint)
    for path in (moved, decoy):
        remember(load(path, OPTIONS.changed("labels", None)))
    found = corpus_of(trained.record())
    assert found.path == moved
    assert found.data_hash == trained.record()["corpus"]["data_hash"]


def test_what_is_at_its_place_now_is_another_one(notes: Path, trained: RunFolder) -> None:
    notes.write_text(notes.read_text(encoding="utf-8").replace("river", "lake"), encoding="utf-8")
    with pytest.raises(GendertuiError, match="has changed since the run began"):
        corpus_of(trained.record())
    with pytest.raises(GendertuiError, match="not the corpus of the run"):
        corpus_of(trained.record(), path=notes)


def test_resuming_writes_down_where_it_is_now(notes: Path, trained: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "_spawn", lambda *_, **__: None)
    moved = notes.rename(notes.parents[1] / "moved.jsonl")
    launch.resume(trained, corpus=corpus_of(trained.record(), path=moved))
    assert corpus_of(trained.record()).path == moved


def test_an_older_run_says_nothing_of_how_and_asked_for_nothing() -> None:
    record = {"corpus": {"path": "sample", "data_hash": load("sample").data_hash}}
    assert corpus_of(record).reading.options == ReadingOptions()


def test_a_newer_runs_way_of_reading_is_refused_in_words(trained: RunFolder) -> None:
    record = trained.record()
    record["corpus"]["reading"]["weather"] = "fine"
    with pytest.raises(GendertuiError, match="weather") as refused:
        corpus_of(record)
    assert refused.value.code == ExitCode.RUN


def test_an_audit_is_known_by_the_content(notes: Path) -> None:
    audit(load(notes, OPTIONS), "random", 0)
    moved = notes.rename(notes.parents[1] / "moved.jsonl")
    assert measured(load(moved, OPTIONS).data_hash, "random", 0) is not None
