"""From the values of a label column to two labels, through a file and its flags."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.corpus.reading.options import ReadingOptions, parse_labels, parse_mapping
from gendertui.errors import GendertuiError


def table(folder: Path, values: list[str], *, name: str = "label", rows: int = 60) -> Path:
    path = folder / "rows.csv"
    lines = (f"{values[row % len(values)]},Some words of review number {row}\n" for row in range(rows))
    path.write_text(f"{name},text\n" + "".join(lines))
    return path


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (["ham", "spam"], ("ham", "spam")),
        (["spam", "Ham", "SPAM ", "ham"], ("ham", "spam")),
        (["0", "1"], ("0", "1")),
        (["1", "-1"], ("-1", "1")),
        (["4", "0"], ("0", "4")),
        (["True", "False"], ("False", "True")),
        (["f", "m", "M", "F"], ("m", "f")),
        (["female", "male"], ("male", "female")),
        (["1.0", "0.0", "1", "0"], ("0", "1")),
        (["yes", "no", "", "?"], ("no", "yes")),
    ],
)
def test_two_values_are_two_labels_in_whatever_spelling(
    tmp_path: Path, values: list[str], labels: tuple[str, str]
) -> None:
    corpus = load(table(tmp_path, values))
    assert corpus.labels == labels
    counts = corpus.counts()
    assert counts[labels[0]] == counts[labels[1]] > 0
    assert counts[None] == (30 if "" in values else 0)


def test_more_than_two_are_listed_with_the_flags_that_choose(tmp_path: Path) -> None:
    path = table(tmp_path, ["1", "2", "3", "4", "5"], name="stars")
    with pytest.raises(GendertuiError, match=r"5 values, not two: '1' \(12\), '2' \(12\)") as caught:
        load(path)
    assert caught.value.where == str(path)
    assert "--labels 1,2" in (caught.value.hint or "")
    assert "--map" in (caught.value.hint or "")


def test_two_of_many_are_chosen_and_the_rest_left_unlabelled(tmp_path: Path) -> None:
    corpus = load(table(tmp_path, ["1", "2", "3"]), ReadingOptions(labels=parse_labels("3,1")))
    assert corpus.labels == ("3", "1")
    assert corpus.counts() == {"3": 20, "1": 20, None: 20}
    assert corpus.unknown_labels == "left without a label: '2' (20)"


def test_many_are_mapped_to_two(tmp_path: Path) -> None:
    path = table(tmp_path, ["1", "2", "3", "4", "5"], name="stars")
    mapped = load(path, ReadingOptions(mapping=parse_mapping("1=bad,2=bad,3=?,*=good")))
    assert mapped.counts() == {"bad": 24, "good": 24, None: 12}
    short = load(path, ReadingOptions(mapping=parse_mapping("1=bad,2=bad,3=,*=good"), labels=("good", "bad")))
    assert short.counts() == {"good": 24, "bad": 24, None: 0}
    assert short.left_out == {"label left out by the mapping": 12}
    assert short.rows_read == len(short) + 12
    assert mapped.data_hash != short.data_hash


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (ReadingOptions(labels=("1", "9")), "no row is labelled '9'"),
        (ReadingOptions(mapping=parse_mapping("1=a,2=b,3=c")), "the mapping gives 3 labels"),
        (ReadingOptions(mapping=parse_mapping("1=a,*=b"), labels=("x", "y")), "differ"),
    ],
)
def test_a_choice_that_fits_nothing_is_refused(tmp_path: Path, options: ReadingOptions, words: str) -> None:
    with pytest.raises(GendertuiError, match=words):
        load(table(tmp_path, ["1", "2", "3"]), options)


def test_one_label_is_inspected_and_not_trained_on(tmp_path: Path) -> None:
    path = table(tmp_path, ["spam"])
    assert len(load(path, labelled=False)) == 60
    with pytest.raises(GendertuiError, match="every labelled line is spam") as caught:
        load(path)
    assert "taken from label" in (caught.value.hint or "")


def test_no_label_column_is_inspected_and_named(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("text\n" + "".join(f"Some words of line {row}\n" for row in range(40)))
    assert load(path, labelled=False).lack_of_labels == "no column holds labels"
    with pytest.raises(GendertuiError, match="no column holds labels") as caught:
        load(path)
    assert "there are: text" in (caught.value.hint or "")
    with pytest.raises(GendertuiError, match="nothing to choose among"):
        load(path, ReadingOptions(labels=("a", "b")))


def test_a_column_of_authors_is_no_label_and_none_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    rows = "".join(f"author{row % 5},{'ab'[row % 2]},Some words of letter {row}\n" for row in range(60))
    path.write_text("author,kind,text\n" + rows)
    assert load(path).labels == ("a", "b")
    without = load(path, ReadingOptions(label="-"), labelled=False)
    assert without.counts()[None] == 60
    path.write_text("author,text\n" + "".join(f"author{row % 5},Some words of letter {row}\n" for row in range(60)))
    assert load(path, labelled=False).lack_of_labels == "no column holds labels"


@pytest.mark.parametrize(
    ("written", "pairs"),
    [
        ("a=x,b=y", (("a", "x"), ("b", "y"))),
        ("a=x, b=y,", (("a", "x"), ("b", "y"))),
        ("a=x,a, b=y", (("a", "x"), ("a, b", "y"))),
        ("a, b, c=,*=?", (("a, b, c", ""), ("*", "?"))),
        ("a=b=x", (("a=b", "x"),)),
    ],
)
def test_a_value_of_a_mapping_may_hold_commas(written: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert parse_mapping(written) == pairs


@pytest.mark.parametrize("written", ["a", "a=x,b", "a,b=x"])
def test_a_mapping_without_an_equals_sign_is_refused(written: str) -> None:
    with pytest.raises(GendertuiError, match="is no mapping"):
        parse_mapping(written)
