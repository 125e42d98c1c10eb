"""Which words are names, mostly: those written with a capital inside sentences."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from gendertui.text.hashed_ngrams import Keys, keys_of, word_key

TIMES = 4
"""How often a word must be written with a capital inside sentences for each time that it is written without."""
RULE = (
    f"words of two letters and more that are written with a capital inside sentences at least {TIMES} times as often "
    "as without, or never without"
)

_WORD = re.compile(r"[^\W\d_]{2,}")
# What ends a sentence, or opens one inside a line: the word after it has a capital whatever it is.
_BREAK = re.compile(r"[.!?:;…\"“”‘()\[\]*]|--|—|–")
MASK = word_key("\0name")
"""The number that stands in the place of a name."""


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """The words of some lines, lower-cased, that :data:`RULE` takes for names."""
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    first: set[str] = set()
    for text in texts:
        end = -1
        for found in _WORD.finditer(text):
            word = found[0]
            inside = end >= 0 and not _BREAK.search(text, end, found.start())
            end = found.end()
            if word.islower():
                small[word] += 1
            elif word[0].isupper() and word[1:].islower():
                if inside:
                    capital[word.lower()] += 1
                else:
                    first.add(word.lower())
    always = {word for word in first if not small[word]}
    return frozenset(always | {word for word, times in capital.items() if times >= TIMES * small[word]})


def masked_keys(words: Sequence[str], names: frozenset[str]) -> Keys:
    """[words] the number of each, that of every name being :data:`MASK`."""
    keys = keys_of(words)
    if not names:
        return keys
    for place, word in enumerate(words):
        if word.lower() in names:
            keys[place] = MASK
    return keys
