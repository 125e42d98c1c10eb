"""The rows that match a query, fast enough to be looked for at every key."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Bools, Ints
from gendertui.corpus.query.coded import CodedColumns
from gendertui.corpus.query.fields import LENGTH, Field, fields, names
from gendertui.corpus.query.order import Order
from gendertui.corpus.query.terms import Between, Missing, Pattern, Phrase, Term, in_text, parse
from gendertui.corpus.statistics import count_words
from gendertui.corpus.table import Corpus
from gendertui.progress import Count

_Number = TypeVar("_Number", np.bool_, np.int64)
SLICE_ROWS = 50_000
"""Rows looked at between two looks at whether a newer query has come."""
_SPARSE = 2
"""Less than one row in so many is looked at by itself."""
_SEARCHED = ("line_id",)
"""Columns with a value a row, that there is no use in numbering."""


def filter(corpus: Corpus, query: str) -> Ints:
    """Rows that match a query, in table order; int64. For one query; see :class:`Filter` for the language.

    :raises GendertuiError: the query names what is not there, or holds what is no number or regular expression.
    """
    rows = Filter(corpus).rows(query)
    assert rows is not None, "no newer query can come"
    return rows


class Filter:
    """Finds rows of a corpus by query after query.

    ``rain "in spain"`` (all must occur, in the text or a name beside it, ignoring case), ``/regular expression/``
    (RE2), ``label:f``, ``label:?`` (none), any column or what the corpus calls it (``author:ines``, ``movie:m579``,
    ``year:1999``), ``len:>40`` (words; also <, =, 10-20), ``-term`` (not). A query that only narrows the one before is
    looked for among the rows found before. May be called from several threads: the newest query wins.
    """

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._fields = fields(corpus)
        self._names = names(corpus)
        self._coded = CodedColumns(corpus)
        self.order = Order(corpus, self._coded)
        self._lengths: npt.NDArray[np.int64] | None = None
        self._masks: dict[Term, Bools] = {}
        self._last: tuple[tuple[Term, ...], Ints] | None = None
        self._newest: object = None

    def prepare(self) -> None:
        """Number the names that plain words are looked for in, which the first query would wait for."""
        for name in self._names:
            self._coded[name]

    def rows(
        self,
        query: str,
        *,
        sort: str | None = None,
        descending: bool = False,
        progress: Count | None = None,
    ) -> Ints | None:
        """Rows that match a query; int64. ``None``: a newer query came meanwhile.

        :param sort: column of the lines table (or :data:`~.order.LENGTH`) to sort by; see :meth:`~.order.Order.sorted`.
        :param progress: called with the rows looked at and their number, from this thread.
        :raises GendertuiError: the query names what is not there, or holds what is no number or regular expression.
        """
        self._newest = this = object()
        terms = parse(query, self._fields)
        found = self._search(terms, lambda: self._newest is this, progress or (lambda _done, _total: None))
        if found is None:
            return None
        self._last = terms, found
        found = self.order.sorted(found, sort, descending)
        return found if self._newest is this else None

    def _search(self, terms: tuple[Term, ...], is_newest: Callable[[], bool], progress: Count) -> Ints | None:
        candidates, left = self._narrowed(terms)
        if self._lengths is None and any(term.field == LENGTH for term in left):
            self._lengths = self._sliced(lambda _start, texts: count_words(texts), is_newest, progress)
            if self._lengths is None:
                return None
        masks = {term: self._mask(term) for term in left if not in_text(term)}
        # Those of this query: the next one has most of them too.
        self._masks = masks
        for mask in masks.values():
            candidates = candidates[mask[candidates]]
        searched = [term for term in left if in_text(term)]
        for term in searched:
            held = self._texts(term, candidates, is_newest, progress)
            if held is None:
                return None
            if term.field is None:
                held |= self._in_names(term)[candidates]
            candidates = candidates[held != term.negated]
        return candidates

    def _narrowed(self, terms: tuple[Term, ...]) -> tuple[Ints, list[Term]]:
        """Rows to look at, and the terms to look for in them."""
        last = self._last
        if last is None or not all(any(term.implies(before) for term in terms) for before in last[0]):
            return np.arange(len(self.corpus), dtype=np.int64), list(terms)
        return last[1], [term for term in terms if term not in last[0]]

    # One term

    def _mask(self, term: Term) -> Bools:
        """Rows that match a term about a column other than the text; bool [rows]."""
        if term in self._masks:
            return self._masks[term]
        assert term.field is not None
        mask = self._matches(term.field, term.condition)
        return ~mask if term.negated else mask

    def _matches(self, field: Field, condition: Phrase | Pattern | Between | Missing) -> Bools:
        column = self.corpus.column(field.column)
        match condition:
            case Missing():
                return _bools(pc.is_null(column))
            case Between(low, high):
                numbers = self._lengths if field == LENGTH else _numbers(column)
                assert numbers is not None
                found: Bools = (numbers >= low) & (numbers <= high)
                return found
            case Pattern(pattern):
                return self._rows_of(field, lambda values: _holds_pattern(values, pattern))
            case Phrase(phrase):
                if field.kind in ("label", "id"):
                    exact = self._rows_of(field, lambda values: _is(values, phrase))
                    if field.kind == "label" or exact.any():
                        return exact
                return self._rows_of(field, lambda values: _holds(values, phrase))

    def _rows_of(self, field: Field, test: Callable[[pa.Array | pa.ChunkedArray], pa.Array]) -> Bools:
        if field.column in _SEARCHED:
            return _bools(pc.fill_null(test(self.corpus.column(field.column)), False))
        return self._coded[field.column].rows_of(test)

    def _in_names(self, term: Term) -> Bools:
        """Rows one of whose names matches a term, negated or not; bool [rows]."""
        found = np.zeros(len(self.corpus), bool)
        for name in self._names:
            found |= self._coded[name].rows_of(lambda values: _matches_text(values, term))
        return found

    # The texts, a slice at a time

    def _texts(self, term: Term, rows: Ints, is_newest: Callable[[], bool], progress: Count) -> Bools | None:
        """Which of ``rows``, which ascend, have a text that matches a term, negated or not; ``None``: a newer query
        came."""
        places = np.searchsorted(rows, range(0, len(self.corpus) + SLICE_ROWS, SLICE_ROWS))

        def look(start: int, texts: pa.ChunkedArray) -> Bools:
            number = start // SLICE_ROWS
            wanted = rows[places[number] : places[number + 1]] - start
            if len(wanted) * _SPARSE < len(texts):
                return _bools(_matches_text(texts.take(pa.array(wanted)), term))
            return _bools(_matches_text(texts, term))[wanted]

        return self._sliced(look, is_newest, progress)

    def _sliced(
        self,
        look: Callable[[int, pa.ChunkedArray], npt.NDArray[_Number]],
        is_newest: Callable[[], bool],
        progress: Count,
    ) -> npt.NDArray[_Number] | None:
        """What all slices of the texts give, in as many threads as there are processors; ``None``: a newer query came.

        :param look: gets the first row of a slice and its texts.
        """
        every = len(self.corpus)
        starts = range(0, every, SLICE_ROWS)
        texts = self.corpus.column("text")

        def part(start: int) -> npt.NDArray[_Number] | None:
            return look(start, texts.slice(start, SLICE_ROWS)) if is_newest() else None

        if every <= SLICE_ROWS:
            return part(0)
        found: list[npt.NDArray[_Number]] = []
        with ThreadPoolExecutor(min(len(starts), os.cpu_count() or 1)) as pool:
            for start, here in zip(starts, pool.map(part, starts), strict=True):
                if here is None:
                    return None
                found.append(here)
                progress(min(start + SLICE_ROWS, every), every)
        return np.concatenate(found)


def _matches_text(values: pa.Array | pa.ChunkedArray, term: Term) -> pa.Array | pa.ChunkedArray:
    if isinstance(term.condition, Pattern):
        return _holds_pattern(values, term.condition.value)
    assert isinstance(term.condition, Phrase)
    return _holds(values, term.condition.value)


def _holds(values: pa.Array | pa.ChunkedArray, phrase: str) -> pa.Array | pa.ChunkedArray:
    return pc.match_substring(values, phrase, ignore_case=True)


def _holds_pattern(values: pa.Array | pa.ChunkedArray, pattern: str) -> pa.Array | pa.ChunkedArray:
    return pc.match_substring_regex(values, pattern, ignore_case=True)


def _is(values: pa.Array | pa.ChunkedArray, phrase: str) -> pa.Array | pa.ChunkedArray:
    same_length = pc.equal(pc.utf8_length(values), len(phrase))
    return pc.and_(same_length, _holds(values, phrase))


def _bools(values: pa.Array | pa.ChunkedArray) -> Bools:
    found: Bools = values.to_numpy() if isinstance(values, pa.ChunkedArray) else values.to_numpy(zero_copy_only=False)
    return found.astype(bool, copy=False)


def _numbers(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """NaN where there is none, which is in no range."""
    numbers: npt.NDArray[np.float64] = column.cast(pa.float64()).to_numpy()
    return numbers
