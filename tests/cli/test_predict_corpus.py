"""``gendertui predict --corpus``: a score for each character, or for each without a label."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import numpy as np
import pytest

from gendertui.corpus.load import load
from gendertui.corpus.recent import recent
from gendertui.errors import GendertuiError
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.scoring.scorer import Scorer
from tests.builders.corpora import SEPARATOR
from tests.builders.weather_model import judged, predict

CORPUS = [
    # Line, character, film, name, label, text, credit.
    ("L1", "u1", "m1", "WREN\x1b[31m", "?", "rain", "?"),
    ("L2", "u2", "m1", "TOM", "m", "snow", "?"),
    ("L3", "u3", "m1", "FOX", "f", "rain", "?"),
    ("L4", "u4", "m2", "OWL", "?", "snow", "?"),
    ("L5", "u1", "m1", "WREN\x1b[31m", "?", "The rain.", "?"),
    ("L6", "u5", "m2", "MUTE", "?", "", "?"),
    ("L7", "?", "m2", "?", "?", "rain", "?"),
    ("L8", "u1", "m1", "WREN\x1b[31m", "?", "snow", "?"),
    ("L9", "u4", "m3", "OWL", "?", "rain", "?"),
    ("L10", "u2", "m1", "TOM", "?", "rain", "?"),
]


@pytest.fixture
def model(bundle: Path, tmp_path: Path) -> Path:
    return judged(bundle, tmp_path / "judged")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "lines.txt"
    path.write_text("".join(SEPARATOR.join(row) + "\n" for row in CORPUS))
    return path


def test_a_row_for_each_unlabelled_character(model: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = predict(capsys, "--model", model, "--corpus", corpus, "--unlabelled", "--json")
    wren, owl, mute, other_owl = answer.objects
    # TOM has a line with a label, L7 is nobody's, and an id in another film is somebody else.
    assert [(item["id"], item["movie_id"]) for item in (wren, owl, mute, other_owl)] == [
        *(("u1", "m1"), ("u4", "m2"), ("u5", "m2"), ("u4", "m3"))
    ]
    scorer = Scorer(Bundle.load(model))
    mean = float(np.mean([scorer.score(text).log_odds for text in ("rain", "The rain.", "snow")]))
    assert wren["probabilities"]["b"] == pytest.approx(1 / (1 + np.exp(-2.0 * 3 / 4 * mean)), abs=1e-5)
    assert (wren["lines"], wren["share_right"], wren["model"]) == (3, 0.6, "weather")
    assert (owl["label"], other_owl["label"]) == ("a", "b")
    assert mute["error"] == "none of its lines has a word that the model knows"
    assert "probabilities" not in mute
    assert answer.code == 3


def test_a_corpus_without_any_label_is_scored_all_the_same_and_is_no_corpus_to_train_on(
    model: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = corpus.with_name("unknown.txt")
    unknown.write_text("".join(SEPARATOR.join((*row[:4], "?", *row[5:])) + "\n" for row in CORPUS))
    words = ("--model", model, "--corpus", unknown, "--unlabelled", "--json")
    for _ in range(2):  # The second time from the cache.
        assert [item["id"] for item in predict(capsys, *words).objects] == ["u1", "u2", "u3", "u4", "u5", "u4"]
        with pytest.raises(GendertuiError, match="no line is labelled m or f"):
            load(unknown)
    assert recent() == []


def test_in_words_and_as_csv(model: Path, corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--model", model, "--corpus", corpus, "--unlabelled")
    head, wren, *_ = predict(capsys, *words).out.splitlines()
    assert head.split() == ["id", "character", "film", "lines", "such", "are", "right", "labelled"]
    assert wren.split()[:3] == ["u1", "WREN␛[31m", "m1"]
    assert wren.endswith("60 %")
    header, *rows = csv.reader(io.StringIO(predict(capsys, *words, "--csv").out, newline=""))
    assert all(len(row) == len(header) for row in rows)
    objects = predict(capsys, *words, "--json").objects
    for row, value in zip(rows, objects, strict=True):
        cells = dict(zip(header, row, strict=True))
        assert (cells["id"], cells["character"], cells["error"]) == (
            value["id"],
            value["character"],
            value.get("error", ""),
        )
        if "error" not in value:
            assert float(cells["probability_b"]) == value["probabilities"]["b"]
            assert float(cells["line_mean_b"]) == value["line_mean"]["b"]


def test_without_a_calibration_only_the_mean_line_is_given_and_that_is_said(
    bundle: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--model", bundle, "--corpus", corpus, "--unlabelled")
    answer = predict(capsys, *words)
    assert answer.err.count("no calibration for characters") == 1
    assert "mean line " in answer.out.splitlines()[1]
    wren = predict(capsys, *words, "--json").objects[0]
    assert (wren["label"], wren["probabilities"]) == (None, None)
    assert wren["note"] == "this model has no calibration for characters"


def test_chunks_do_not_show(model: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    words = ("--model", model, "--corpus", "sample", "--unlabelled", "--json")
    whole = predict(capsys, *words).objects
    monkeypatch.setattr("gendertui.scoring.speakers.CHUNK_LINES", 7)
    parts = predict(capsys, *words).objects
    assert [item["id"] for item in parts] == [item["id"] for item in whole]
    assert [item["lines"] for item in parts] == [item["lines"] for item in whole]
    for one, other in zip(parts, whole, strict=True):
        assert one["probabilities"]["b"] == pytest.approx(other["probabilities"]["b"], abs=1e-5)


def test_a_corpus_in_which_everyone_has_a_label(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "all.txt"
    path.write_text("".join(SEPARATOR.join(row) + "\n" for row in CORPUS[1:3]))
    answer = predict(capsys, "--model", model, "--corpus", path, "--unlabelled")
    assert (answer.code, answer.out) == (3, "")
    assert "no character without a label" in answer.err


@pytest.mark.parametrize("chunk", [50, 20_000])
def test_the_shipped_model_scores_every_character_by_all_that_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr("gendertui.scoring.speakers.CHUNK_LINES", chunk)
    words = ("--model", store.shipped_folder(), "--corpus", "sample")
    everybody = predict(capsys, *words, "--json").objects
    assert len(everybody) == len({(each["movie_id"], each["id"]) for each in everybody})
    assert {each["labelled"] for each in everybody} == {"m", "f", None}
    for each in everybody:
        odds = math.log(each["probabilities"]["f"] / each["probabilities"]["m"])
        assert odds == pytest.approx(sum(each["parts"].values()) + each["offset"], abs=1e-3)
        assert each["line_mean"] is None
    right = [each["label"] == each["labelled"] for each in everybody if each["label"] and each["labelled"]]
    assert sum(right) > 0.6 * len(right)
    unlabelled = predict(capsys, *words, "--unlabelled", "--json").objects
    assert [each["id"] for each in unlabelled] == [each["id"] for each in everybody if each["labelled"] is None]
    header, *rows = csv.reader(io.StringIO(predict(capsys, *words, "--csv").out, newline=""))
    assert [row[header.index("part_company")] for row in rows] == [str(each["parts"]["company"]) for each in everybody]
    explained = predict(capsys, *words, "--unlabelled", "--json", "--explain").objects
    assert set(explained[0]["words"]) <= {"own-words", "said-to", "addressed-as"}
    assert "what is said to it" in predict(capsys, *words, "--unlabelled", "--explain").out


def test_a_corpus_in_which_nobody_speaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("text,label\nIt rains.,a\nIt snows.,b\n")
    answer = predict(capsys, "--model", store.shipped_folder(), "--corpus", path)
    assert (answer.code, answer.out) == (3, "")
    assert "nobody is said to say the lines of this corpus" in answer.err
