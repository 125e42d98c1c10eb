"""Which words are names, mostly: those written with a capital inside sentences."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import count

import numpy as np

from gendertui.text.hashed_ngrams import Keys, keys_of, word_key

TIMES = 4
"""How often a word must be written with a capital inside sentences for each time that it is written without."""
RULE = (
    f"words of two letters and more that are written with a capital inside sentences at least {TIMES} times as often "
    "as without, or never without"
)

# A word; or what ends a sentence, or opens one inside a line: the word after it has a capital whatever it is.
_WORD_OR_BREAK = re.compile(r"[^\W\d_]{2,}|[.!?:;…\"“”‘()\[\]*]|--|—|–")
MASK = word_key("\0name")
"""The number that stands in the place of a name."""


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """The words of some lines, lower-cased, that :data:`RULE` takes for names."""
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    found = array("q")
    for text in texts:
        # A line begins as a sentence does.
        found.append(numbers[""])
        found.extend(map(numbers.__getitem__, _WORD_OR_BREAK.findall(text)))
    words, said = list(numbers), np.array(found)
    is_word = np.fromiter((word[:1].isalpha() for word in words), np.bool_, len(words))
    times = np.bincount(said, minlength=len(words))
    inside = np.bincount(said[1:][is_word[said[:-1]]], minlength=len(words))
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    first: set[str] = set()
    for word, everywhere, within in zip(words, times.tolist(), inside.tolist(), strict=True):
        if word.islower():
            small[word] += everywhere
        elif word[:1].isupper() and word[1:].islower():
            capital[word.lower()] += within
            if everywhere > within:
                first.add(word.lower())
    always = {word for word in first if not small[word]}
    return frozenset(always | {word for word, times in capital.items() if times and times >= TIMES * small[word]})


def masked_keys(words: Sequence[str], names: frozenset[str]) -> Keys:
    """[words] the number of each, that of every name being :data:`MASK`."""
    keys = keys_of(words)
    if not names:
        return keys
    for place, word in enumerate(words):
        if word.lower() in names:
            keys[place] = MASK
    return keys
