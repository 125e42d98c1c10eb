"""What somebody is called in a line: ``sir``, ``honey``, a name; words set off by commas, or a sentence of one word.

Found by their place alone, without a list of words, in text of any case.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools

LETTERS = (1, 4)
"""Shortest and longest run of letters that an address is known by, beside the whole word: names end alike."""

_ENDS = frozenset((".", "!", "?", "...", "…", "--", "-", "—", "–"))
_COMMA = ","


def may_address(words: Sequence[str]) -> Bools:
    """[words] which may be an address: those of letters alone, but for a hyphen, an apostrophe, a full stop at the
    end."""
    return np.fromiter(
        (word.rstrip(".").replace("'", "").replace("-", "").isalpha() for word in words), np.bool_, len(words)
    )


def addresses_in(words: Sequence[str], ids: npt.NDArray[np.integer], line: npt.NDArray[np.integer]) -> Bools:
    """[tokens] which tokens address somebody: one between a comma and a comma or the end of its sentence, or at the
    beginning of a sentence before a comma or its end.

    :param words: what ``ids`` count. :param ids: [tokens] without white space. :param line: [tokens] the line of each.
    """
    kind = np.zeros(len(words) + 1, np.int8)
    for place, word in enumerate(words):
        kind[place] = 1 if word == _COMMA else 2 if word in _ENDS else 0
    kind[-1] = 2
    here = np.asarray(ids, np.int64)
    together = line[1:] == line[:-1]
    before, after = np.full(len(here), 2, np.int8), np.full(len(here), 2, np.int8)
    before[1:][together] = kind[here[:-1][together]]
    after[:-1][together] = kind[here[1:][together]]
    found: Bools = ((before == 1) | (before == 2)) & ((after == 1) | (after == 2)) & may_address(words)[here]
    return found


def address_keys(word: str) -> list[int]:
    """The numbers of an address: of the whole word, and of each run of letters in it, its beginning and end marked."""
    word = word.lower()
    padded = f" {word} "
    shortest, longest = LETTERS
    grams = [
        padded[at : at + size]
        for size in range(shortest, longest + 1)
        for at in range(len(padded) - size + 1)
        if padded[at : at + size] != " "
    ]
    return [_key(f"word {word}"), *(_key(gram) for gram in grams)]


@lru_cache(maxsize=65_536)
def _key(gram: str) -> int:
    return zlib.crc32(f"\0address {gram}".encode("utf-8", "surrogatepass"))
