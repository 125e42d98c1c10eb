"""Find the rows that match a query, and the rows around one."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Ints
from gendertui.corpus.table import Corpus

_FIELDS = {"label": "label", "title": "title", "movie": "group_id", "character": "speaker"}
_TERM = re.compile(r"(label|film|title|movie|character):(\"[^\"]*\"|\S+)", re.IGNORECASE)


def filter(corpus: Corpus, query: str) -> Ints:
    """Rows that match a query, in table order; int64.

    Plain words are searched for as one phrase, ignoring case, in text, character and film title; ``label:f``,
    ``label:?``, ``film:…`` (the id where the corpus knows no titles), ``movie:m12`` and ``character:…`` narrow it down.
    """
    mask: Any = None
    fields = {**_FIELDS, "film": corpus.film_column}

    def narrow(mask: Any, condition: Any) -> Any:
        return condition if mask is None else pc.and_(mask, condition)

    for field, quoted in _TERM.findall(query):
        column = corpus.column(fields[field.lower()])
        value = quoted.strip('"')
        if column.null_count == len(corpus):
            condition = pa.array(np.zeros(len(corpus), bool))
        elif field.lower() in ("label", "movie"):
            condition = pc.is_null(column) if value == "?" else pc.equal(pc.utf8_lower(column), value.lower())
        else:
            condition = pc.match_substring(column, value, ignore_case=True)
        mask = narrow(mask, pc.fill_null(condition, False))
    phrase = _TERM.sub("", query).strip()
    if phrase:
        found = pc.match_substring(corpus.column("text"), phrase, ignore_case=True)
        for name in ("speaker", "title"):
            if corpus.has(name):
                match = pc.match_substring(corpus.column(name), phrase, ignore_case=True)
                found = pc.or_(found, pc.fill_null(match, False))
        mask = narrow(mask, found)
    if mask is None:
        return np.arange(len(corpus), dtype=np.int64)
    return np.flatnonzero(mask.to_numpy(zero_copy_only=False) if isinstance(mask, pa.Array) else mask.to_numpy())


def neighbours(corpus: Corpus, row: int, around: int = 3) -> list[int]:
    """Rows of the same group around a row, in scene order, including the row itself."""
    order = corpus.scene_order()
    place = int(corpus.scene_places[row])
    near = order[max(0, place - around) : place + around + 1]
    if not corpus.has("group_id"):
        return [int(item) for item in near]
    groups = corpus.column("group_id").take(pa.array(near)).to_pylist()
    group = corpus.column("group_id")[row].as_py()
    return [int(item) for item, of in zip(near, groups, strict=True) if of == group]
