"""Queries, held against a filter that looks at every row in plain Python, and the orders of a table."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.corpus.query import filter as filter_module
from gendertui.corpus.query.fields import fields
from gendertui.corpus.query.filter import Filter
from gendertui.corpus.query.filter import filter as rows_with
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import FILM_UNITS, NO_UNITS, Noun, Units
from gendertui.errors import ExitCode, GendertuiError
from tests.builders.corpora import made_corpus

AUTHORS = Units(Noun("author", "authors"), None, "people")


def films() -> Corpus:
    return made_corpus(
        {
            "text": ["Rain in the hills", "the rain", "Snow", "rain  and SNOW, in May", "", "50 % of it: all"],
            "label": ["m", "f", "f", None, "m", "m"],
            "line_id": ["L1", "L12", "L2", "L3", "L20", "L100"],
            "speaker": ["ANN", "BEN", "ANN", "Rainer", None, "CY"],
            "speaker_id": ["u1", "u2", "u1", "u4", None, "u3"],
            "group_id": ["m1", "m1", "m12", "m12", "m2", "m2"],
            "title": ["hills", "hills", "valleys", "valleys", "hills and dales", "hills and dales"],
            "year": [1999, 1999, 2005, 2005, None, None],
            "genres": ["comedy,crime", "comedy,crime", "drama", "drama", None, None],
            "split": ["train", "train", "test", "test", None, "train"],
        }
    )


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("", [0, 1, 2, 3, 4, 5]),
        ("rain", [0, 1, 3]),
        ("rain snow", [3]),
        ('"rain in"', [0]),
        ('"rain in', [0]),
        ("valleys", [2, 3]),
        ("-rain", [2, 4, 5]),
        ("rain -snow", [0, 1]),
        ("-", [0, 1, 2, 3, 4, 5]),
        ("label:f", [1, 2]),
        ("label:F", [1, 2]),
        ("LABEL:?", [3]),
        ("-label:?", [0, 1, 2, 4, 5]),
        ("-label:f", [0, 3, 4, 5]),
        ("label:", [0, 1, 2, 3, 4, 5]),
        ("movie:m1", [0, 1]),
        ("movie:m", [0, 1, 2, 3, 4, 5]),
        ("movie:M12", [2, 3]),
        ("film:hill", [0, 1, 4, 5]),
        ('film:"hills and"', [4, 5]),
        ("title:valleys", [2, 3]),
        ("group:m2", [4, 5]),
        ("speaker:ann", [0, 2]),
        ("character:ann label:f", [2]),
        ("character:?", [4]),
        ("speaker_id:u1", [0, 2]),
        ("year:1999", [0, 1]),
        ("year:>1999", [2, 3]),
        ("year:1990-2000", [0, 1]),
        ("year:2000-", [2, 3]),
        ("year:?", [4, 5]),
        ("-year:1999", [2, 3, 4, 5]),
        ("genre:crime", [0, 1]),
        ("split:test", [2, 3]),
        ("split:t", [0, 1, 2, 3, 5]),
        ("id:L1", [0]),
        ("id:l10", [5]),
        ("id:L", [0, 1, 2, 3, 4, 5]),
        ("len:>3", [0, 3, 5]),
        ("len:>=4", [0, 3, 5]),
        ("len:<2", [2, 4]),
        ("len:<=1", [2, 4]),
        ("len:0", [4]),
        ("len:=2", [1]),
        ("len:1-2", [1, 2]),
        ("len:>", [0, 1, 2, 3, 4, 5]),
        ("/^rain/", [0, 3]),
        ("/r..n /", [0, 3]),
        ("/r..n  ", [3]),
        ("-/rain/", [2, 4, 5]),
        (r"/\d+ %/", [5]),
        (r"/(?-i)SNOW/", [3]),
        ("speaker:/^.{2}$/", [5]),
        ("text:ann", []),
        ("text:hills", [0]),
        ('"it: all"', [5]),
        ("50", [5]),
    ],
)
def test_a_query_finds(query: str, rows: list[int]) -> None:
    assert list(rows_with(films(), query)) == rows


def test_fields_are_named_as_the_corpus_names_them() -> None:
    texts = {"text": ["one", "two", "three"], "label": ["a", "b", "a"]}
    corpus = made_corpus({**texts, "group_id": ["ines", "ines k", "otto"]}, ("a", "b"), units=AUTHORS)
    assert list(rows_with(corpus, "author:ines")) == [0]
    assert list(rows_with(corpus, "author:ine")) == [0, 1]
    assert list(rows_with(corpus, "otto")) == [2]
    assert not {"movie", "film", "character", "year", "id"} & set(fields(corpus))
    plain = made_corpus(texts, ("a", "b"), units=NO_UNITS)
    assert set(fields(plain)) == {"label", "text", "len"}


@pytest.mark.parametrize(
    ("query", "what", "hint"),
    [
        ("colour:red", "there is no field 'colour'", "len"),
        ("https://example.org", "there is no field 'https'", '"https://example.org"'),
        ("len:many", "len: takes a number, not 'many'", "len:>40"),
        ("year:/19/", "year: takes a number", "year:1"),
        ("/(/", "/(/ is no regular expression: missing )", "quotes"),
        ("speaker:/[/", "is no regular expression", "quotes"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(query: str, what: str, hint: str) -> None:
    with pytest.raises(GendertuiError) as raised:
        rows_with(films(), query)
    assert what in raised.value.what
    assert hint in str(raised.value.hint)
    assert raised.value.code is ExitCode.USAGE


@settings(deadline=None)
@given(st.text(max_size=12) | st.text('ab:"/-?<>=0 \\\\([', max_size=12))
def test_any_text_is_a_query_or_is_refused_in_words(query: str) -> None:
    try:
        rows = rows_with(films(), query)
    except GendertuiError as error:
        assert error.code is ExitCode.USAGE
        assert error.hint
    else:
        assert set(rows) <= set(range(6))


# Against a filter in plain Python

_WORDS = st.text("abAB é'.(\n", min_size=1, max_size=3)
_ROW = st.fixed_dictionaries(
    {
        "text": st.text("abAB é'.(\n", max_size=8),
        "label": st.sampled_from(["m", "f", None]),
        "speaker": st.sampled_from(["Ab", "BA", "é", None]),
        "group_id": st.sampled_from(["a", "ab", "B"]),
        "year": st.sampled_from([1, 2, 12, None]),
    }
)
_Test = Callable[[dict[str, Any]], bool]


def _holds(value: str | None, phrase: str) -> bool:
    return value is not None and phrase.lower() in value.lower()


def _names(row: dict[str, Any]) -> list[str | None]:
    return [row["text"], row["speaker"], row["group_id"]]


def _word(phrase: str) -> tuple[str, _Test]:
    return f'"{phrase}"', lambda row: any(_holds(value, phrase) for value in _names(row))


def _pattern(pattern: str) -> tuple[str, _Test]:
    found = re.compile(pattern, re.IGNORECASE)
    return f"/{pattern}/", lambda row: any(value is not None and found.search(value) for value in _names(row))


def _label(label: str) -> tuple[str, _Test]:
    return f"label:{label}", lambda row: row["label"] == (None if label == "?" else label)


def _compared(field: str, sign: str, number: int) -> tuple[str, _Test]:
    def test(row: dict[str, Any]) -> bool:
        value = row["year"] if field == "year" else len(re.findall(r"[^ \t\n\f\r]+", row["text"]))
        if value is None:
            return False
        return {"<": value < number, ">": value > number, "=": value == number, "": value == number}[sign]

    return f"{field}:{sign}{number}", test


_TERM = st.one_of(
    _WORDS.map(_word),
    st.sampled_from(["a", "a.", "^b", "[é']", r"\(", "b$"]).map(_pattern),
    st.sampled_from(["m", "f", "?"]).map(_label),
    _WORDS.map(lambda phrase: (f'speaker:"{phrase}"', lambda row: _holds(row["speaker"], phrase))),
    st.builds(_compared, st.sampled_from(["len", "year"]), st.sampled_from(["<", ">", "=", ""]), st.integers(0, 13)),
)
_SIGNED = st.tuples(_TERM, st.booleans())


@settings(deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=12), st.lists(st.lists(_SIGNED, max_size=3), min_size=1, max_size=4))
def test_every_query_finds_what_a_look_at_every_row_finds(
    rows: list[dict[str, Any]], queries: list[list[tuple[tuple[str, _Test], bool]]]
) -> None:
    corpus = made_corpus({name: [row[name] for row in rows] for name in rows[0]}, units=AUTHORS)
    one_filter = Filter(corpus)
    for terms in queries:
        query = " ".join(("-" if negated else "") + text for (text, _), negated in terms)
        wanted = [
            number for number, row in enumerate(rows) if all(test(row) != negated for (_, test), negated in terms)
        ]
        # One that has looked for other things before finds the same.
        assert list(rows_with(corpus, query)) == wanted
        assert list(_found(one_filter, query)) == wanted


@settings(deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=12), st.text('ab"/-:? é(', max_size=12))
def test_a_query_as_it_is_typed_finds_the_same_as_at_once(rows: list[dict[str, Any]], query: str) -> None:
    corpus = made_corpus({name: [row[name] for row in rows] for name in rows[0]}, units=FILM_UNITS)
    typed = Filter(corpus)
    for end in range(len(query) + 1):
        try:
            wanted = list(rows_with(corpus, query[:end]))
        except GendertuiError:
            with pytest.raises(GendertuiError):
                typed.rows(query[:end])
        else:
            assert list(_found(typed, query[:end])) == wanted


def _found(one_filter: Filter, query: str) -> Any:
    rows = one_filter.rows(query)
    assert rows is not None
    return rows


# Many rows


def test_slices_give_the_rows_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"{'rain' if number % 3 else 'snow'} {number}" for number in range(100)]
    corpus = made_corpus({"text": texts, "label": ["m", "f"] * 50})
    monkeypatch.setattr(filter_module, "SLICE_ROWS", 7)
    looked_at: list[tuple[int, int]] = []
    rows = Filter(corpus).rows("rain", progress=lambda done, total: looked_at.append((done, total)))
    assert list(rows if rows is not None else []) == [number for number in range(100) if number % 3]
    assert looked_at[0] == (7, 100)
    assert looked_at[-1] == (100, 100)
    assert list(rows_with(corpus, 'label:f "rain 1"')) == [1, *(n for n in range(10, 20) if n % 3 and n % 2)]


def test_a_newer_query_ends_an_older_one(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = made_corpus({"text": ["rain", "snow"] * 50, "label": ["m", "f"] * 50})
    monkeypatch.setattr(filter_module, "SLICE_ROWS", 2)
    one_filter = Filter(corpus)
    newer: list[Any] = []

    def interrupt(done: int, _total: int) -> None:
        if done == 2:
            thread = threading.Thread(target=lambda: newer.append(one_filter.rows("snow")))
            thread.start()
            thread.join()

    assert one_filter.rows("rain", progress=interrupt) is None
    assert list(newer[0]) == list(range(1, 100, 2))


# Orders


def test_orders() -> None:
    corpus = films()
    one_filter = Filter(corpus)

    def order(column: str | None, descending: bool = False, query: str = "") -> list[int]:
        rows = one_filter.rows(query, sort=column, descending=descending)
        assert rows is not None
        return list(rows)

    assert order(None) == [0, 1, 2, 3, 4, 5]
    assert order(None, True) == [5, 4, 3, 2, 1, 0]
    # By the number in the id.
    assert order("line_id") == [0, 2, 3, 1, 4, 5]
    assert order("line_id", True) == [5, 4, 1, 3, 2, 0]
    # None last, either way, and ties as in the file.
    assert order("label") == [1, 2, 0, 4, 5, 3]
    assert order("label", True) == [0, 4, 5, 1, 2, 3]
    assert order("year") == [0, 1, 2, 3, 4, 5]
    assert order("year", True) == [2, 3, 0, 1, 4, 5]
    # Ignoring case.
    assert order("text") == [4, 5, 3, 0, 2, 1]
    assert order("text", True, "rain") == [1, 0, 3]
    assert order("speaker") == [0, 2, 1, 5, 3, 4]
    assert order("len") == [4, 2, 1, 0, 3, 5]


@given(
    st.lists(st.tuples(st.text("abA", max_size=3), st.sampled_from(["x", "Y", "z", None])), min_size=1, max_size=40),
    st.sampled_from(["text", "speaker"]),
    st.booleans(),
    st.data(),
)
def test_an_order_is_pythons(
    rows: list[tuple[str, str | None]], column: str, descending: bool, data: st.DataObject
) -> None:
    corpus = made_corpus({"text": [text for text, _ in rows], "speaker": [name for _, name in rows]})
    one_filter = Filter(corpus)
    places = data.draw(st.lists(st.integers(0, len(rows) - 1), unique=True).map(sorted))
    values = [text if column == "text" else name for text, name in rows]
    present = [place for place in places if values[place] is not None]
    # Python's reverse keeps ties in their order, too.
    wanted = sorted(present, key=lambda place: str(values[place]).lower(), reverse=descending)
    wanted += [place for place in places if values[place] is None]
    found = one_filter.order.sorted(np.array(places, np.int64), column, descending)
    assert list(found) == wanted
