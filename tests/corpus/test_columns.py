"""Which column is the text and which the label: exactly one each, or it is asked."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gendertui.corpus.load import load
from gendertui.corpus.reading.labels import LabelsError
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.question import ReadingQuestionError
from gendertui.corpus.table import Corpus
from gendertui.errors import GendertuiError

WORDS = ("The soup was hot", "I waited for noon", "She said that twice", "These boots are his")


def text(place: int, more: str = "") -> str:
    return f"{WORDS[place % 4]} and {place} times {more}".strip()


def written(tmp_path: Path, header: Sequence[str] | None, rows: Sequence[Sequence[Any]]) -> Path:
    path = tmp_path / "lines.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([*([header] if header else []), *rows])
    return path


def chosen(corpus: Corpus, field: str) -> str:
    decision = corpus.reading.decision(field)
    assert decision is not None
    return decision.value


@pytest.mark.parametrize(
    ("first", "second", "labels"),
    [
        ("ham", "spam", ("ham", "spam")),
        ("negative", "positive", ("negative", "positive")),
        ("0", "1", ("0", "1")),
        ("0", "4", ("0", "4")),
        ("-1", "+1", ("-1", "1")),
        ("0.0", "1.0", ("0", "1")),
        ("False", "True", ("False", "True")),
        ("m", "F", ("m", "F")),
        ("male", "female", ("male", "female")),
        ("Not spam", "Spam", ("Not spam", "Spam")),
        ("2", "10", ("2", "10")),
    ],
)
@pytest.mark.parametrize("header", [("text", "is it"), None])
@pytest.mark.parametrize("order", [1, -1])
def test_labels_as_people_write_them(
    first: str, second: str, labels: tuple[str, str], header: tuple[str, str] | None, order: int, tmp_path: Path
) -> None:
    rows = [(text(place), second if place % 3 == 0 else first)[::order] for place in range(60)]
    corpus = load(written(tmp_path, header and header[::order], rows))
    assert corpus.labels == labels
    assert corpus.counts() == {labels[0]: 40, labels[1]: 20, None: 0}
    assert corpus.column("text")[1].as_py() == text(1)


def test_reviews_of_films_have_their_usual_names(tmp_path: Path) -> None:
    rows = [(text(place, "<br /><br />so, " * 9), ("positive", "negative")[place % 2]) for place in range(60)]
    corpus = load(written(tmp_path, ("review", "sentiment"), rows))
    assert (chosen(corpus, "text"), chosen(corpus, "label"), chosen(corpus, "group")) == ("review", "sentiment", "")
    assert corpus.labels == ("negative", "positive")


def test_reviews_of_products_have_more_than_two_labels(tmp_path: Path) -> None:
    header = ("Id", "ProductId", "UserId", "ProfileName", "Helpful", "Score", "Time", "Summary", "Text")
    rows = [
        (
            *(
                place,
                f"B{place % 30:03}",
                f"U{place}",
                f"Cook {place}",
                place % 7,
                1 + place % 5,
                1_300_000_000 + place,
            ),
            *("Good soup, again", text(place, "and the cat ate of it, too, " * 3)),
        )
        for place in range(200)
    ]
    path = written(tmp_path, header, rows)
    with pytest.raises(LabelsError) as caught:
        load(path)
    assert "5 values" in caught.value.what
    assert "'1' (40)" in caught.value.what
    assert "comma-separated, utf-8, columns Id, ProductId" in caught.value.what
    assert "--labels" in str(caught.value.hint)
    assert "--map" in str(caught.value.hint)
    corpus = load(path, ReadingOptions(mapping=(("1", "bad"), ("2", "bad"), ("3", ""), ("*", "good"))))
    assert corpus.counts() == {"bad": 80, "good": 80, None: 0}
    assert [chosen(corpus, field) for field in ("text", "label", "group", "id")] == ["Text", "Score", "ProductId", "Id"]
    assert corpus.units.group is not None
    assert corpus.units.group.many == "products"


def test_tweets_have_neither_a_header_nor_one_group_alone(tmp_path: Path) -> None:
    rows = [
        ("0" if place < 40 else "4", 1_000 + place, "Mon Apr 06 2009", "NO_QUERY", f"user{place % 20}", text(place))
        for place in range(80)
    ]
    corpus = load(written(tmp_path, None, rows))
    assert [chosen(corpus, field) for field in ("text", "label", "group")] == ["6", "1", "5"]
    assert corpus.labels == ("0", "4")


def test_several_values_are_labels_whatever_their_column_is_called(tmp_path: Path) -> None:
    path = written(
        tmp_path, ("mood", "words"), [(("low", "mid", "high")[place % 3], text(place)) for place in range(90)]
    )
    with pytest.raises(LabelsError, match="3 values"):
        load(path)
    assert load(path, ReadingOptions(labels=("low", "high"))).counts() == {"low": 30, "high": 30, None: 30}


def test_authors_are_no_labels(tmp_path: Path) -> None:
    path = written(tmp_path, ("author", "words"), [(f"Ann {place % 5}", text(place)) for place in range(90)])
    corpus = load(path, labelled=False)
    assert (chosen(corpus, "label"), chosen(corpus, "group")) == ("", "author")


def test_two_columns_of_two_values_are_asked_about(tmp_path: Path) -> None:
    rows = [(("yes", "no")[place % 2], ("a", "b")[place % 3 % 2], text(place)) for place in range(60)]
    path = written(tmp_path, ("urgent", "kind", "text"), rows)
    with pytest.raises(ReadingQuestionError) as caught:
        load(path)
    question = caught.value
    assert question.field == "label"
    assert [each.options.label for each in question.candidates] == ["urgent", "kind"]
    assert question.candidates[0].rows[0] == ("yes", text(0))
    assert "urgent: 2 values: yes 30, no 30" in question.what
    assert "comma-separated, utf-8, columns urgent, kind, text" in question.what
    assert "--label urgent" in str(question.hint)
    assert load(path, question.candidates[1].options).labels == ("a", "b")


def test_a_usual_name_or_usual_labels_decide_between_two(tmp_path: Path) -> None:
    rows = [(("yes", "no")[place % 2], ("ham", "spam")[place % 3 % 2], text(place)) for place in range(60)]
    assert load(written(tmp_path, ("urgent", "kind", "text"), rows)).labels == ("ham", "spam")
    assert load(written(tmp_path, ("label", "kind", "text"), rows)).labels == ("no", "yes")


def test_a_usual_name_with_many_values_is_asked_about_beside_two_values(tmp_path: Path) -> None:
    rows = [(("low", "mid", "high")[place % 3], ("yes", "no")[place % 2], text(place)) for place in range(90)]
    with pytest.raises(ReadingQuestionError) as caught:
        load(written(tmp_path, ("sentiment", "forwarded", "text"), rows))
    assert [each.options.label for each in caught.value.candidates] == ["sentiment", "forwarded"]


def test_columns_whose_names_are_no_nouns_are_called_by_what_they_hold(tmp_path: Path) -> None:
    rows = [(f"p{place % 12}@x.y", text(place), ("ham", "spam")[place % 2]) for place in range(60)]
    corpus = load(written(tmp_path, ("from", "text", "label"), rows))
    assert corpus.units.group is not None
    assert corpus.units.group.many == "senders"


def test_a_column_of_names_is_offered_as_the_text(tmp_path: Path) -> None:
    rows = [(f"Ann{place}", "mf"[place % 2]) for place in range(60)]
    with pytest.raises(ReadingQuestionError, match="60 different values in 60 rows, 1 word on average") as caught:
        load(written(tmp_path, ("name", "gender"), rows))
    assert str(caught.value.hint) == "Say which: --text name"


def test_scripts_without_spaces_are_prose(tmp_path: Path) -> None:
    signs = ("今日はとても良い天気でした", "料理が美味しいです", "这个产品质量太差了", "วันนี้อากาศดีมาก")
    rows = [(signs[place % 4] + "。" + str(place), ("ham", "spam")[place % 2]) for place in range(60)]
    corpus = load(written(tmp_path, ("kanji", "kind"), rows))
    assert chosen(corpus, "text") == "kanji"


def test_columns_without_a_name_are_said(tmp_path: Path) -> None:
    rows = [(place, place, text(place), ("ham", "spam")[place % 2]) for place in range(60)]
    for names in (("", "Unnamed: 0.1", "words", "kind"), ("Unnamed: 0", "Unnamed: 0.1", "words", "kind")):
        corpus = load(written(tmp_path, names, rows))
        assert corpus.notes == ("Ignored: Unnamed: 0, Unnamed: 0.1 (columns without a name).",)


def test_two_columns_of_prose_are_asked_about_unless_one_is_named_so(tmp_path: Path) -> None:
    rows = [(text(place), text(place, "so"), ("ham", "spam")[place % 2]) for place in range(60)]
    with pytest.raises(ReadingQuestionError) as caught:
        load(written(tmp_path, ("question", "reply", "label"), rows))
    assert caught.value.field == "text"
    assert len(caught.value.candidates) == 2
    corpus = load(written(tmp_path, ("text", "reply", "label"), rows))
    assert chosen(corpus, "text") == "text"
    # A short text that is named so, beside a long one that is not.
    rows = [(text(place), text(place, "so " * 40), ("ham", "spam")[place % 2]) for place in range(60)]
    assert chosen(load(written(tmp_path, ("tweet", "profile", "label"), rows)), "text") == "tweet"


def test_a_file_without_a_label_says_so_and_names_the_flag(tmp_path: Path) -> None:
    path = written(tmp_path, ("text", "time"), [(text(place), place) for place in range(60)])
    with pytest.raises(GendertuiError, match="no column holds labels") as caught:
        load(path)
    assert "--label NAME" in str(caught.value)
    assert len(load(path, labelled=False)) == 60


@pytest.mark.parametrize("value", ["{},5", "Dec {}, 2017", "2026-01-{}"])
def test_lengths_and_dates_are_no_groups(tmp_path: Path, value: str) -> None:
    path = tmp_path / "rows.csv"
    rows = "".join(f'"{value.format(row % 12 + 1)}",{"ab"[row % 2]},Some words of row {row}\n' for row in range(120))
    path.write_text("beside,label,text\n" + rows)
    assert load(path).units.group is None
