"""The words of many texts as numbers: each different run of non-space characters is taken apart once."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Ints
from gendertui.corpus.integers import ranges

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, eq=False)
class Words:
    """Every occurrence of a word, text by text."""

    texts: Ints
    """Index of the text of each occurrence, ascending; int64 [occurrences]."""
    numbers: Ints
    """Index in ``vocabulary`` of each occurrence; int64 [occurrences]."""
    vocabulary: list[str]
    """The different words."""


def lowered(token: str) -> list[str]:
    """The runs of letters and digits, apostrophes inside them kept, in lower case: ``don't``, ``l'eau``, ``2nd``."""
    return _WORD.findall(token.lower().replace("’", "'"))


def words_of(texts: pa.ChunkedArray, split: Callable[[str], Sequence[str]]) -> Words:
    """Take texts apart.

    :param split: the words of a run of non-space characters.
    """
    lists = pc.utf8_split_whitespace(texts)
    counts = pc.list_value_length(lists).to_numpy().astype(np.int64)
    tokens = pc.list_flatten(lists).dictionary_encode().unify_dictionaries()
    chunks = tokens.chunks
    codes = np.concatenate([np.zeros(0, np.int64), *(chunk.indices.to_numpy() for chunk in chunks)]).astype(np.int64)
    different: list[str] = chunks[0].dictionary.to_pylist() if chunks else []
    numbers: dict[str, int] = {}
    split_up = [[numbers.setdefault(word, len(numbers)) for word in split(token)] for token in different]
    sizes = np.array([len(words) for words in split_up], np.int64)
    words = np.array([word for each in split_up for word in each], np.int64)
    owners = np.repeat(np.arange(len(texts)), counts)
    starts = np.cumsum(sizes) - sizes
    return Words(np.repeat(owners, sizes[codes]), words[ranges(starts[codes], sizes[codes])], list(numbers))
