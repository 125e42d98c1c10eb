"""``gendertui corpus show``: how a file was read, words, duplicates, a split, one line; as text and as JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders.command import gendertui

FEW = ["we are off now", "that is all there is", "see you at the usual place", "who left the door open"]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Four lines each of thirty authors: "kettle" is said at home by all, "invoice" at work, and one line is sent to
    everybody."""
    rows: list[tuple[str, str, str, str]] = []
    for author in range(30):
        for number, text in enumerate(FEW):
            label = "home" if number % 2 else "work"
            word = "kettle" if label == "home" else "invoice"
            rows.append((f"n{len(rows) + 1}", f"author {author}", label, f"{text} {word} {author} {number}"))
        rows.append((f"n{len(rows) + 1}", f"author {author}", "work", "the lift is out of order again today"))
    path = tmp_path / "notes.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("id", "author", "label", "text"), *rows])
    return path


def facts_of(*words: str) -> dict[str, Any]:
    shown = gendertui("corpus", "show", *words, "--json")
    assert shown.returncode == 0, shown.stderr
    found: dict[str, Any] = json.loads(shown.stdout)
    return found


def test_how_it_was_read_is_said_with_what_else_it_could_have_been(notes: Path) -> None:
    facts = facts_of(str(notes))
    decisions = {each["field"]: each for each in facts["reading"]["decisions"]}
    assert decisions["text"]["value"] == "text"
    assert decisions["group"]["value"] == "author"
    assert decisions["group"]["why"]
    assert facts["reading"]["columns"] == ["id", "author", "label", "text"]
    assert facts["groups"] == 30
    assert not {"movies", "characters", "speakers"} & set(facts)
    text = gendertui("corpus", "show", str(notes)).stdout
    assert "how it was read" in text
    assert f"author: {decisions['group']['why']}" in text
    assert "authors" in text
    asked = gendertui("corpus", "show", str(notes), "--group", "-").stdout
    assert "none: asked for; " in asked


def test_words(notes: Path) -> None:
    words = facts_of(str(notes), "--words", "3", "--split-seed", "4")["words"]
    assert words["negative" if words["labels"][0] == "home" else "positive"][0]["word"] == "kettle"
    assert {len(words["negative"]), len(words["positive"])} == {3}
    assert (words["protocol"], words["seed"], words["minimum_groups"]) == ("by-group", 4, 5)
    text = gendertui("corpus", "show", str(notes), "--words").stdout
    assert "training lines of the split by author (seed 0), those in at least 5 authors:" in text
    assert "invoice" in text
    none = gendertui("corpus", "show", str(notes), "--words", "--minimum-groups", "31").stdout
    assert "no word is typical of home in 31 authors or more" in none


def test_groups(notes: Path) -> None:
    largest = facts_of(str(notes), "--groups", "2")["largest"]
    assert [(each["name"], each["lines"]) for each in largest["groups"]] == [("author 0", 5), ("author 1", 5)]
    assert "speakers" not in largest
    assert "author (2 of 30)" in gendertui("corpus", "show", str(notes), "--groups", "2").stdout
    shown = gendertui("corpus", "show", "sample", "--groups").stdout
    assert "film (20 of 24)" in shown
    assert "character (20 of 120)" in shown


def test_duplicates(notes: Path) -> None:
    found = facts_of(str(notes), "--duplicates")["duplicates"]
    assert (found["repeated_texts"], found["repeated_lines"]) == (1, 30)
    assert found["repeated"][0]["rows"][0] == 4
    text = gendertui("corpus", "show", str(notes), "--duplicates").stdout
    assert "on several lines          1 text, 30 lines" in text
    assert "the lift is out of order again today" in text


def test_split(notes: Path) -> None:
    split = facts_of(str(notes), "--split", "by-movie", "--balance", "oversample")["split"]
    assert (split["protocol"], split["balance"]) == ("by-group", "oversample")
    assert sum(sum(part["rows"]) for part in split["sets"]) == 150
    train = split["sets"][0]
    assert train["balanced"] == [max(train["rows"])] * 2
    assert sum(part["groups"] for part in split["sets"]) == 30
    assert split["leaks"]["sets"][0]["identical"] != [0, 0]
    text = gendertui("corpus", "show", str(notes), "--split", "auto").stdout
    assert "Split by author, seed 0, train balanced by class-weights:" in text
    assert "authors also in train" in text
    assert gendertui("corpus", "show", str(notes), "--split", "by-speaker").returncode == 3
    assert gendertui("corpus", "show", str(notes), "--split", "by-colour").returncode == 2


def test_a_line_with_those_around_it(notes: Path) -> None:
    line = facts_of(str(notes), "--line", "n7")["line"]
    assert (line["row"], line["group_id"], line["label"]) == (6, "author 1", "home")
    assert [each["line_id"] for each in line["neighbours"]] == ["n6", "n7", "n8", "n9", "n10"]
    text = gendertui("corpus", "show", str(notes), "--line", "n7").stdout
    assert "author  author 1" in text
    assert "> home  that is all there is kettle 1 1" in text
    absent = gendertui("corpus", "show", str(notes), "--line", "n999")
    assert absent.returncode == 3
    assert "there is no line 'n999'" in absent.stderr
    assert "ids such as n1." in absent.stderr


def test_a_line_of_a_film_has_a_speaker_and_one_without_an_id_a_number(tmp_path: Path) -> None:
    row = facts_of("sample", "--lines", "1")["rows"][0]
    line = facts_of("sample", "--line", row["line_id"])["line"]
    assert (line["speaker"], line["text"]) == (row["speaker"], row["text"])
    assert {each["group_id"] for each in line["neighbours"]} == {row["group_id"]}
    path = tmp_path / "plain.csv"
    path.write_text("label,text\n" + "".join(f"{'ab'[n % 2]},the text of line {n}\n" for n in range(9)))
    assert facts_of(str(path), "--line", "3")["line"]["text"] == "the text of line 2"
    assert "the numbers 1 to 9" in gendertui("corpus", "show", str(path), "--line", "10").stderr


def test_a_query_that_is_wrong_is_2_and_says_what_there_is(notes: Path) -> None:
    wrong = gendertui("corpus", "show", str(notes), "--filter", "film:x")
    assert wrong.returncode == 2
    assert "there is no field 'film'" in wrong.stderr
    assert "author" in wrong.stderr
    assert "/(/ is no regular expression" in gendertui("corpus", "show", str(notes), "--filter", "/(/").stderr
    rows = facts_of(str(notes), "--filter", 'author:"author 3" len:>6 -kettle')["rows"]
    assert [row["line_id"] for row in rows] == ["n16", "n18", "n20"]


def test_notes_say_what_is_odd(tmp_path: Path) -> None:
    path = tmp_path / "rare.csv"
    rows = "".join(f"{'b' if n == 7 else 'a'},{'' if n == 3 else f'the text of line {n}'}\n" for n in range(400))
    path.write_text("label,text\n" + rows)
    facts = facts_of(str(path))
    assert any(note.startswith("label b is rare: 1 of 400") for note in facts["notes"])
    assert any(note.startswith("1 line has no text") for note in facts["notes"])
