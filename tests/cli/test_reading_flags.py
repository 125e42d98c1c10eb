"""The flags that say how a corpus is read: heeded, refused, remembered, saved in a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.remembered import remember
from gendertui.runs.folder import find
from tests.builders.command import gendertui

TINY = ["--hidden-size", "4", "--embedding-dim", "4", "--epochs", "1", "--threads", "1", "--device", "cpu"]
WORDS = ("the river rose again", "a train left late", "the kettle sang twice", "snow fell on the roofs")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Two columns that may be the text, two that may be the label; which is said by flags."""
    path = tmp_path / "notes.jsonl"
    rows = [
        {
            "first": f"{WORDS[n % 4]} number {n} of the book",
            "second": f"{WORDS[(n + 1) % 4]} number {n} of the film",
            "kind": "good" if n % 2 else "bad",
            "other": "high" if n % 4 < 2 else "low",
        }
        for n in range(120)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


READ = ["--text", "second", "--label", "kind", "--labels", "good,bad"]


def test_without_them_the_question_names_the_flag(notes: Path) -> None:
    for words in (["train", "--corpus"], ["audit"], ["predict", "--unlabelled", "--corpus"], ["corpus", "show"]):
        result = gendertui(*words, str(notes))
        assert (result.returncode, result.stdout) == (3, "")
        assert "--text first" in result.stderr
        assert str(notes) in result.stderr


def test_every_command_that_takes_a_corpus_heeds_them(notes: Path, tmp_path: Path) -> None:
    shown = json.loads(gendertui("corpus", "show", str(notes), *READ, "--json", "--lines", "1").stdout)
    assert list(shown["labels"]) == ["good", "bad"]
    assert shown["rows"][0]["text"].endswith("of the film")
    exported = gendertui("corpus", "export", str(tmp_path / "out"), "--corpus", str(notes), *READ)
    assert exported.returncode == 0, exported.stderr
    assert "of the film" in (tmp_path / "out" / "lines.csv").read_text(encoding="utf-8")
    words = ["--format", "fasttext", "--corpus-format", "json"]
    packed = gendertui("corpus", "export", str(tmp_path / "out"), "--corpus", str(notes), *READ, *words)
    assert packed.stdout.splitlines() == [str(tmp_path / "out" / "lines.fasttext.txt")]
    first = (tmp_path / "out" / "lines.fasttext.txt").read_text(encoding="utf-8").splitlines()[0]
    assert first == "__label__bad a train left late number 0 of the film"
    audited = gendertui("audit", str(notes), *READ, "--split", "random", "--json")
    assert json.loads(audited.stdout)["labels"] == ["good", "bad"], audited.stderr


def test_a_run_keeps_how_its_corpus_was_read(notes: Path) -> None:
    result = gendertui("train", "--corpus", str(notes), *READ, *TINY, "--name", "notes")
    assert result.returncode == 0, result.stderr
    run = find("notes")
    assert run.record()["corpus"]["reading"] == {"text": "second", "label": "kind", "labels": ["good", "bad"]}
    assert run.record()["corpus"]["labels"] == ["good", "bad"]
    shown = gendertui("runs", "show", "notes").stdout
    assert "--text second --label kind --labels good,bad" in shown
    assert "--text second" in (run.model_folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    # What is chosen for the file later is no change of the run.
    remember(notes, ReadingOptions(text="first", label="other"))
    opened = gendertui("evaluate", "notes", "--test")
    assert opened.returncode == 0, opened.stderr


def test_a_remembered_choice_is_used_and_said(notes: Path) -> None:
    remember(notes, ReadingOptions(text="second", label="kind"))
    result = gendertui("corpus", "show", str(notes), "--json")
    assert list(json.loads(result.stdout)["labels"]) == ["bad", "good"]
    assert "Read as was chosen for this file before: --text second --label kind" in result.stderr
    remember(notes, ReadingOptions(text="second", label="kind", labels=("good", "bad")))
    other = gendertui("corpus", "show", str(notes), "--label", "other", "--json")
    assert list(json.loads(other.stdout)["labels"]) == ["high", "low"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--delimiter", ";"], 2, "--delimiter cannot be chosen for this format (json)"),
        (["--format", "xml"], 2, "there is no format 'xml'"),
        (["--map", "good"], 2, "--map"),
        (["--labels", "good"], 2, "--labels neg,pos"),
        (["--text", "third"], 3, "there is no column 'third'"),
        (["--encoding", "klingon"], 2, "klingon"),
    ],
)
def test_what_does_not_fit_is_said(notes: Path, words: list[str], code: int, says: str) -> None:
    result = gendertui("corpus", "show", str(notes), *READ, *words)
    assert (result.returncode, result.stdout) == (code, "")
    assert says in result.stderr


def test_a_film_corpus_has_its_columns() -> None:
    result = gendertui("corpus", "show", "sample", "--text", "3", "--delimiter", "tab")
    assert result.returncode == 2
    assert "--delimiter and --text cannot be chosen for this format (collated)" in result.stderr


def test_a_resumed_run_takes_no_flags(notes: Path) -> None:
    result = gendertui("train", "--resume", "latest", "--text", "second")
    assert result.returncode == 2
    assert "leave out --text" in result.stderr


def test_the_app_is_asked_for_by_a_path(notes: Path) -> None:
    for words in ([str(notes)], [str(notes), *READ], ["--corpus", str(notes), *READ]):
        result = gendertui(*words)
        assert result.returncode == 2
        assert "the app needs a terminal" in result.stderr
    for words, says in (
        ([f"{notes}x"], "is neither a file nor a command"),
        (["--corpus", "sample", str(notes)], "one of FILE and --corpus"),
        (["--text", "second"], "of which corpus"),
        (["--text", "second", "train", "--corpus", str(notes)], "--text in front of a command"),
    ):
        result = gendertui(*words)
        assert result.returncode == 2
        assert says in result.stderr
