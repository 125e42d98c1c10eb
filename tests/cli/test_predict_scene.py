"""``gendertui predict --scene``: a score a line, and one a character."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import numpy as np
import pytest

from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.scoring.scorer import Scorer
from tests.builders.command import gendertui
from tests.builders.weather_model import Answer, judged, predict

SCENE = """\
WREN: Rain falls, rain.
Tom: Snow.
Wren (softly): The snow.
WREN: rain \x1b[31m
"""


@pytest.fixture
def model(bundle: Path, tmp_path: Path) -> Path:
    return judged(bundle, tmp_path / "judged")


def score(capsys: pytest.CaptureFixture[str], model: Path, text: str, *words: str) -> Answer:
    path = model.parent / "scene.txt"
    path.write_text(text, encoding="utf-8")
    return predict(capsys, "--model", model, "--scene", path, *words)


def test_lines_then_characters(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = score(capsys, model, SCENE)
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].split() == ["line", "alone", "in", "this", "scene"]
    assert [line.split()[0] for line in lines[1:5]] == ["WREN", "Tom", "Wren", "WREN"]
    assert "␛[31m" in answer.out
    assert "\x1b" not in answer.out
    assert lines[6] == "Characters  [model weather]"
    wren, moves, right, tom, tom_right = lines[7:]
    assert wren.startswith("WREN ")
    assert "3 lines: written like characters labelled b, " in wren
    assert "b line by line: " in moves
    assert right.strip() == "characters with 2–4 lines: right 60 % of the time"
    assert "1 line: written like characters labelled a, " in tom
    assert tom_right.strip() == "characters with one line: right 55 % of the time"
    assert answer.err.count("It does not tell a real person's gender") == 1


def test_a_character_moves_as_its_calibration_says(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    *lines, wren, tom = score(capsys, model, SCENE, "--json").objects
    assert [line["speaker"] for line in lines] == ["WREN", "Tom", "Wren", "WREN"]
    scorer = Scorer(Bundle.load(model))
    odds = np.array([scorer.score(lines[n]["text"]).log_odds for n in (0, 2, 3)])
    count = np.arange(1, 4)
    expected = 1 / (1 + np.exp(-2.0 * count / (count + 1.0) * np.cumsum(odds) / count))
    assert wren["moves"] == pytest.approx(expected.tolist(), abs=1e-5)
    assert wren["probabilities"]["b"] == wren["moves"][-1]
    assert (wren["character"], wren["lines"], wren["label"], wren["share_right"]) == ("WREN", 3, "b", 0.6)
    assert (tom["character"], tom["lines"], tom["label"], tom["share_right"]) == ("Tom", 1, "a", 0.55)
    header, *rows = csv.reader(io.StringIO(score(capsys, model, SCENE, "--csv").out, newline=""))
    assert header[0] == "speaker"
    assert header[-2:] == ["character_probability_so_far_b", "character_probability_in_scene_b"]
    assert [float(rows[n][-2]) for n in (0, 2, 3)] == pytest.approx(wren["moves"], abs=1e-5)
    assert {float(rows[n][-1]) for n in (0, 2, 3)} == {wren["probabilities"]["b"]}
    assert [line["in_scene"] for line in lines] == [(tom if n == 1 else wren)["probabilities"] for n in range(4)]


def test_the_natural_prior_is_that_of_lines_for_lines_and_of_characters_for_characters(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    *lines, wren, _ = score(capsys, model, SCENE, "--json", "--prior", "natural").objects
    assert {line["prior"] for line in lines} == {0.25}
    assert (wren["prior"], wren["share_right"]) == (0.4, None)
    words = score(capsys, model, SCENE, "--prior", "natural")
    assert "Where 25 % of lines and 40 % of characters are b." in words.err
    assert "right 60 %" not in words.out


def test_explained_lines(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    *lines, _, _ = score(capsys, model, SCENE, "--json", "--explain").objects
    assert [len(line["tokens"]) == len(line["attributions"]) for line in lines] == [True] * 4
    assert "rain +" in score(capsys, model, SCENE, "--explain").out


def test_a_model_without_a_calibration_for_characters_says_so(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "scene.txt").write_text(SCENE)
    words = ("--model", bundle, "--scene", tmp_path / "scene.txt")
    text = predict(capsys, *words).out
    assert "this model has no calibration for characters; the mean of its lines is that of one line, " in text
    assert "written like characters" not in text
    assert "of the time" not in text
    *_, wren, _ = predict(capsys, *words, "--json").objects
    assert (wren["probabilities"], wren["label"], wren["moves"], wren["share_right"]) == (None, None, None, None)
    assert wren["note"] == "this model has no calibration for characters"
    assert wren["line_mean"]["b"] > 0.5
    assert "no calibration for characters" in predict(capsys, *words, "--csv").err


def test_lines_without_names_are_scored_and_are_nobody(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = score(capsys, model, "rain\nsnow", "--json")
    assert [(line["speaker"], line["label"]) for line in answer.objects] == [(None, "b"), (None, "a")]
    assert "Characters" not in score(capsys, model, "rain\nsnow").out


def test_a_row_that_is_not_utf8_is_named_and_left_out(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = model.parent / "scene.txt"
    path.write_bytes(b"WREN: rain\nTOM: sn\xffow\nWREN: snow")
    answer = predict(capsys, "--model", model, "--scene", path, "--json")
    assert answer.code == 3
    assert [value.get("speaker") for value in answer.objects] == ["WREN", "WREN", None]
    assert f"{path}:2: the line is not UTF-8" in answer.err


@pytest.mark.parametrize("text", ["", "\n\n", "TOM:\n"])
def test_a_scene_in_which_nobody_speaks(model: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    answer = score(capsys, model, text)
    assert (answer.code, answer.out) == (3, "")
    assert "no line of speech" in answer.err


def test_a_scene_from_a_pipe(model: Path) -> None:
    result = gendertui("predict", "--model", str(model), "--scene", "-", stdin=SCENE.encode())
    assert result.returncode == 0
    assert "Characters" in result.stdout


def test_a_line_without_a_known_word_counts_for_nothing_in_its_character(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_it = score(capsys, model, f"{SCENE}WREN: qwxz zzkk\nEVE: 🙂\n", "--json").objects
    without = score(capsys, model, SCENE, "--json").objects
    assert with_it[6:] == without[4:]
    for line in with_it[4:6]:
        assert (line["label"], line["note"]) == (None, "no word of it is known to the model")
    plain = score(capsys, model, "WREN: qwxz zzkk\n")
    assert plain.err.count("no word of it is known to the model") == 1
    assert "Characters" not in plain.out


def test_a_speech_longer_than_the_model_reads_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = store.shipped_folder()
    limit = Bundle.load(shipped).config["max_length"]
    said = f"only the first {limit} of its {limit + 1} tokens are read"
    path = tmp_path / "scene.txt"
    path.write_text(f"WREN: {'rain ' * (limit + 1)}\nTOM: {'rain ' * limit}\n", encoding="utf-8")
    for form in ((), ("--csv",)):
        answer = predict(capsys, "--model", shipped, "--scene", path, *form)
        assert (answer.out if form else answer.err).count(said) == 1
        assert answer.code == 0


SPOKEN = """\
ANNA: You were wonderful tonight, sir.
BEN: Thanks, Anna. Pass me the gun.
ANNA: Nobody saw it, Ben.
BEN: Lovely, Anna.
"""


def test_the_shipped_model_scores_characters_by_all_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "scene.txt"
    path.write_text(SPOKEN, encoding="utf-8")
    shipped = store.shipped_folder()
    *lines, anna, ben = predict(capsys, "--model", shipped, "--scene", path, "--json", "--explain").objects
    assert set(anna["parts"]) == {"lines", "own-words", "said-to", "addressed-as", "company"}
    odds = math.log(anna["probabilities"]["f"] / anna["probabilities"]["m"])
    assert odds == pytest.approx(sum(anna["parts"].values()) + anna["offset"], abs=1e-4)
    assert anna["probabilities"]["f"] > 0.5 > ben["probabilities"]["f"]
    called = {each["words"]: each["log_odds"] for each in anna["words"]["addressed-as"]}
    assert called["anna"] > 0
    assert lines[0]["in_scene"] == anna["probabilities"]
    assert lines[0]["probabilities"] != anna["probabilities"]
    words = predict(capsys, "--model", shipped, "--scene", path, "--explain").out
    assert "what others call it" in words
    assert "anna +" in words
    assert max(map(len, words.splitlines())) < 200
