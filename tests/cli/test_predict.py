"""``gendertui predict``, asked as a process of its own."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from tests.builders.command import COMMAND, gendertui, on_terminal


def test_a_line_is_answered_with_label_share_and_model(bundle: Path) -> None:
    result = gendertui("predict", "--model", str(bundle), "The rain falls.", "Snow, snow!")
    assert result.returncode == 0
    first, second = result.stdout.splitlines()
    assert first.startswith("written like lines labelled b, ")
    assert first.endswith(" %: The rain falls.  [model weather]")
    assert second.startswith("written like lines labelled a, ")


def test_a_line_that_says_nothing_is_not_told(bundle: Path) -> None:
    result = gendertui("predict", "--model", str(bundle), "The")
    assert result.stdout in {f"can't tell (50 % {label}): The  [model weather]\n" for label in "ab"}


def test_what_of_a_long_line_is_read_is_said() -> None:
    limit = Bundle.load(store.shipped_folder()).config["max_length"]
    said = f"only the first {limit} of its {limit + 1} tokens are read"
    words = ("predict", "rain " * (limit + 1), "rain " * limit)
    long, short = gendertui(*words).stdout.splitlines()
    assert f"; {said})" in long or f"({said})" in long
    assert "only the first" not in short
    table = gendertui(*words, "--csv")
    assert [row["note"] for row in csv.DictReader(io.StringIO(table.stdout))] == [said, ""]


def test_of_a_line_without_a_known_word_it_is_said_why_there_is_no_label(bundle: Path) -> None:
    lines = ["日本語のせりふです", "🙂", "qwxz zzkk", "Rain qwxz zzkk."]
    why = "no word of it is known to the model"
    words = ("predict", "--model", str(bundle), *lines)
    *unknown, known = gendertui(*words).stdout.splitlines()
    assert unknown == [f"can't tell ({why}): {line}  [model weather]" for line in lines[:3]]
    assert known.startswith("written like lines labelled b, ") and "2 of 3 words unknown" in known
    objects = [json.loads(line) for line in gendertui(*words, "--json").stdout.splitlines()]
    assert [(value["label"], value.get("note")) for value in objects] == [(None, why)] * 3 + [("b", None)]
    rows = csv.DictReader(io.StringIO(gendertui(*words, "--csv").stdout))
    assert [(row["label"], row["note"], row["error"]) for row in rows] == [("", why, "")] * 3 + [("b", "", "")]


def test_json_is_what_the_design_says(bundle: Path) -> None:
    result = gendertui("predict", "--model", str(bundle), "--json", "The rain falls.", "the")
    sure, unsure = map(json.loads, result.stdout.splitlines())
    assert sure.keys() == {"text", "label", "probabilities", "prior", "model"}
    assert (sure["text"], sure["label"], sure["prior"], sure["model"]) == ("The rain falls.", "b", 0.5, "weather")
    assert list(sure["probabilities"]) == ["a", "b"]
    assert sum(sure["probabilities"].values()) == pytest.approx(1)
    assert unsure["label"] is None


def test_lines_come_from_a_pipe_with_and_without_the_dash(bundle: Path) -> None:
    lines = "rain\nsnow\r\nEin Schloß — “rain”".encode()
    for words in ([], ["-"]):
        result = gendertui("predict", "--model", str(bundle), "--json", *words, stdin=lines)
        answers = [json.loads(line) for line in result.stdout.splitlines()]
        assert [answer["text"] for answer in answers] == ["rain", "snow", "Ein Schloß — “rain”"]
        assert [answer["label"] for answer in answers] == ["b", "a", "b"]
        assert result.returncode == 0


def test_a_line_that_cannot_be_scored_does_not_stop_the_others(bundle: Path) -> None:
    result = gendertui("predict", "--model", str(bundle), "--json", "-", stdin=b"rain\n\n \n\x92t is rain\nsnow\n")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer.get("label") for answer in answers] == ["b", None, None, None, "a"]
    assert ["error" in answer for answer in answers] == [False, True, True, True, False]
    assert "UTF-8" in answers[3]["error"]
    assert result.returncode == 3


def test_a_slow_writer_is_answered_line_by_line(bundle: Path) -> None:
    command = [*COMMAND, "predict", "--model", str(bundle), "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in (b"rain\n", b"snow\n"):
            process.stdin.write(line)
            process.stdin.flush()
            assert line.strip() in process.stdout.readline()
        process.stdin.close()
        assert process.wait() == 0


def test_ctrl_c_is_quiet(bundle: Path) -> None:
    command = [*COMMAND, "predict", "--model", str(bundle), "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"rain\n")
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr.read() == b""


def test_without_a_line_on_a_terminal_it_prints_its_usage(bundle: Path) -> None:
    code, text = on_terminal("predict", "--model", str(bundle))
    assert code == 2
    assert text.startswith("Usage: gendertui predict")


def test_escape_sequences_in_a_line_are_shown_and_not_obeyed(bundle: Path) -> None:
    evil = "\x1b[31mrain\x1b]0;owned\x07 \x9b2J"
    words = ("predict", "--model", str(bundle))
    for result in (gendertui(*words, evil), gendertui(*words, "--json", evil)):
        assert not {"\x1b", "\x07", "\x9b"} & set(result.stdout)
    assert "␛[31mrain" in gendertui(*words, evil).stdout
    assert json.loads(gendertui(*words, "--json", evil).stdout)["text"] == evil


def test_an_unknown_model_is_4_and_says_which_there_are(bundle: Path) -> None:
    store.publish(bundle, "mine")
    result = gendertui("predict", "--model", "yours", "hello")
    assert result.returncode == 4
    assert "mine" in result.stderr
    assert not result.stdout


def test_the_chosen_model_answers(bundle: Path) -> None:
    for name in ("one", "other"):
        store.publish(bundle, name)
    for name in ("one", "other"):
        assert gendertui("models", "use", name).returncode == 0
        assert f"[model {name}]" in gendertui("predict", "rain").stdout


def test_a_line_without_an_option_is_answered_as_with_one() -> None:
    lines = ("Rain.", "", "We leave at dawn, \x1b[31m!", "Ärger")
    typed, parsed = gendertui("predict", *lines), gendertui("predict", "--", *lines)
    assert (typed.returncode, typed.stdout, typed.stderr) == (parsed.returncode, parsed.stdout, parsed.stderr)
    assert typed.returncode == 3


def test_nothing_slow_is_imported(bundle: Path) -> None:
    code = (
        "import sys, json\nfrom gendertui.cli import main\n"
        f"try: main(['predict', '--model', {str(bundle)!r}, 'rain'])\n"
        "except SystemExit: print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    answer, loaded = result.stdout.splitlines()
    assert "rain" in answer
    slow = {"torch", "spacy", "sklearn", "scipy", "pandas", "pyarrow", "pydantic", "textual", "rich"}
    assert slow & set(json.loads(loaded)) == set()
