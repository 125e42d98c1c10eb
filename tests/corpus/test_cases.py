"""What people met with corpora of their own: the shapes of ../shared/cases, made again, through the command line.

The files themselves are tried too where they are on this machine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.corpus.splits.split import SETS, make_split
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs import launch
from gendertui.training.config import TrainingConfig
from tests.builders.corpora import SEPARATOR

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
TEXTS = ("Hand me the lamp.", "Not before noon.", "You said that twice.", "Whose boots are these?")


def row(number: int, film: str, character: str, label: str, text: str) -> str:
    return SEPARATOR.join((f"L{number}", character, film, "SOMEBODY", label, text, "1"))


def said(film: int, line: int, label: str, text: str) -> str:
    return row(film * 16 + line, f"m{film}", f"u{film}_{line % 4}", label, text)


def spelt(label: dict[str, str] | None = None, text: str | None = None) -> list[str]:
    """24 films of 16 rows by four characters: 96 of m, 192 of f, 96 without a label."""
    names = {"m": "m", "f": "f", "?": "?"} | (label or {})
    return [
        row(
            film * 16 + line,
            f"m{film}",
            f"u{film}_{line % 4}",
            names["mf?f"[line % 4]],
            TEXTS[line % 4] if text is None else text,
        )
        for film in range(24)
        for line in range(16)
    ]


def rare(films: int) -> list[str]:
    """30 films of 16 rows, f in four rows of each of the first ``films``."""
    return [
        row(
            film * 16 + line,
            f"m{film}",
            f"u{film}_{line % 4}",
            "f" if film < films and line < 4 else "m",
            TEXTS[line % 4],
        )
        for film in range(30)
        for line in range(16)
    ]


def nobody() -> list[str]:
    """288 rows that name neither films nor characters."""
    return [row(line, "?", "?", "mf"[line % 2], TEXTS[line % 4]) for line in range(288)]


def made(tmp_path: Path, rows: list[str]) -> Path:
    path = tmp_path / "lines.txt"
    path.write_text("".join(f"{each}\n" for each in rows), encoding="utf-8")
    return path


def gendertui(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gendertui", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def runs() -> list[Path]:
    folder = Path(os.environ["GENDERTUI_HOME"]) / "runs"
    return list(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (spelt(text=""), "no labelled line has a text"),
        (rare(2), "only 2 films have lines labelled f, and a split by film needs f in each of 3 sets"),
    ],
    ids=["16", "17 with two films"],
)
def test_what_cannot_be_split_is_refused_before_a_run_starts(tmp_path: Path, rows: list[str], words: str) -> None:
    path = made(tmp_path, rows)
    shell = gendertui("train", "--corpus", path)
    assert shell.returncode == 3
    assert words in shell.stderr
    assert "seed" not in shell.stderr
    assert "--resume" not in shell.stderr
    with pytest.raises(GendertuiError) as app:
        launch.start(TrainingConfig(), load(path))
    assert app.value.what == words
    assert runs() == []


def test_a_split_by_film_is_found_where_f_is_in_three_films(tmp_path: Path) -> None:
    corpus = load(made(tmp_path, rare(3)))
    for seed in range(8):
        split = make_split(corpus, "auto", seed)
        assert split.protocol == "by-group"
        assert [split.counts[name]["f"] for name in SETS] == [4, 4, 4]


def test_where_no_film_is_named_none_is_spoken_of(tmp_path: Path) -> None:
    split = make_split(load(made(tmp_path, nobody())), "auto", 0)
    assert (split.protocol, split.warnings) == ("random", ())


def test_labels_in_words_are_listed_with_their_counts(tmp_path: Path) -> None:
    path = made(tmp_path, spelt({"m": "Herr", "f": "Frau", "?": "niemand"}))
    shown = gendertui("corpus", "show", path)
    assert shown.returncode == 3
    assert "none of 384 rows was understood: unknown label (384)" in shown.stderr
    assert "'frau' (192), 'herr' (96), 'niemand' (96)" in shown.stderr
    trained = gendertui("train", "--corpus", path)
    assert trained.returncode == 3
    assert "'frau' (192), 'herr' (96), 'niemand' (96)" in trained.stderr
    assert f"gendertui corpus show {path} --problems" in trained.stderr


def test_some_rows_are_enough_to_be_shown(tmp_path: Path) -> None:
    shown = gendertui("corpus", "show", made(tmp_path, [*spelt(), "no fields"]))
    assert shown.returncode == 0
    assert "too few fields" in shown.stdout


@pytest.fixture(scope="module")
def cases() -> Path:
    if not CASES.is_dir():
        pytest.skip("the cases (../shared/cases) are not on this machine")
    return CASES


def test_the_case_without_any_text(cases: Path) -> None:
    with pytest.raises(GendertuiError, match="no labelled line has a text"):
        make_split(load(cases / "16-no-text-at-all.txt"), "auto", 0)


@pytest.mark.parametrize("seed", range(8))
def test_the_case_of_a_rare_label(cases: Path, seed: int) -> None:
    split = make_split(load(cases / "17-rare-label.txt"), "auto", seed)
    assert split.protocol == "by-group"
    assert all(split.counts[name]["f"] for name in SETS)


def test_the_case_without_films(cases: Path) -> None:
    split = make_split(load(cases / "18-no-films.txt"), "auto", 0)
    assert (split.protocol, split.warnings) == ("random", ())


FILMS = {"m": 96, "f": 192, None: 96}
SPAM = {"ham": 96, "spam": 24, None: 0}
MAPPED_BACK = {"control characters mapped back to Windows-1252": 104}
OUTCOMES: dict[str, tuple[dict[str | None, int], dict[str, int], dict[str, int]]] = {
    "01-path-of-movie_lines": (FILMS, {}, {}),
    "01-path-of-movie_lines/movie_lines.txt": (FILMS, {}, {}),
    "02-tabs-in-txt": (FILMS, {}, {}),
    "03-kaggle-tsv": (FILMS, {}, {}),
    "05-gender-in-words.txt": (FILMS, {}, {}),
    "06-cp1252-read-as-latin1.txt": (FILMS, {}, MAPPED_BACK),
    "07-one-bad-byte.txt": (FILMS, {}, {"bytes that are not UTF-8, read as Windows-1252": 1}),
    "10-utf16.txt": (FILMS, {}, {}),
    "11-cr-only.txt": (FILMS, {}, {}),
    "12-bom-before-cp1252.txt": (FILMS, {}, {}),
    "13-collated-in-a-folder": (FILMS, {}, {}),
    "14-collated.zip": (FILMS, {}, {}),
    "15-two-levels-down": (FILMS, {}, {}),
    "19-convokit": (FILMS, {}, {}),
    "20-convokit-cut-short": ({"m": 68, "f": 134, None: 67}, {"not a JSON object": 1}, {}),
    "21-spam-v1-v2.csv": (SPAM, {}, {"something in a column without a name": 1}),
    "22-sms-no-header": (SPAM, {}, {"control characters mapped back to Windows-1252": 1}),
    "23-pair": ({"neg": 60, "pos": 62, None: 0}, {}, {}),
    "23-pair/reviews.neg": ({"neg": 60, "pos": 62, None: 0}, {}, {}),
    "24-fasttext.txt": (SPAM, {}, {}),
    "25-accept-reject.jsonl": ({"reject": 96, "accept": 23, None: 0}, {"ignored by the annotator": 1}, {}),
    "26-cats.jsonl": ({"OFFER": 24, "OTHER": 96, None: 0}, {}, {}),
    "27-excel.csv": (SPAM, {}, {}),
    "28-label-first.txt": ({"0": 96, "1": 24, None: 0}, {}, {}),
}
"""Case → lines of each label, rows left out and why, remarks."""


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_case_has_its_right_outcome(cases: Path, name: str) -> None:
    corpus = load(cases / name)
    counts, left_out, remarks = OUTCOMES[name]
    assert (corpus.counts(), corpus.left_out, corpus.remarks) == (counts, left_out, remarks)


def test_the_case_cut_inside_a_character(cases: Path) -> None:
    """Case 08."""
    corpus = load(cases / "08-cut-inside-a-character.txt")
    assert (len(corpus), corpus.encoding, sum(corpus.left_out.values())) == (379, "utf-8", 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("04-conversations-renamed", "rows have 4 fields, as those of movie_conversations"),
        ("09-web-page.zip", "this is not a zip file"),
    ],
)
def test_a_case_is_refused_by_what_it_is(cases: Path, name: str, words: str) -> None:
    with pytest.raises(GendertuiError, match=words) as caught:
        load(cases / name)
    assert caught.value.code is ExitCode.DATA


@pytest.mark.parametrize("name", ["lines.tsv", "lines.json", "lines.txt.gz", "semicolon.csv"])
def test_the_case_of_files_to_predict(cases: Path, name: str) -> None:
    """Case 29: the text alone is scored, no bracket, label or separator."""
    result = gendertui("predict", "--json", "--file", cases / "29-predict" / name)
    assert result.returncode == 0, result.stderr
    scored = [json.loads(line)["text"] for line in result.stdout.splitlines()]
    assert scored
    assert not any(sign in text for text in scored for sign in '{}[]\t;"')
