"""Lines as the model of characters reads them: their words, and what they call somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gendertui.text.addresses import address_keys, addresses_in
from gendertui.text.encode import TokenisedLines
from gendertui.text.hashed_ngrams import LineGrams
from gendertui.text.names import MASK, masked_keys
from gendertui.text.tokenizer import Tokenizer


@dataclass(frozen=True, eq=False)
class Spoken:
    """The n-grams of lines, two kinds of them."""

    words: LineGrams
    """Words, pairs of words, and the word that a line begins and ends with."""
    addresses: LineGrams
    """Whole and in runs of letters, see :mod:`gendertui.text.addresses`."""

    @classmethod
    def of_tokenised(cls, lines: TokenisedLines, names: frozenset[str] = frozenset()) -> Spoken:
        """From tokenised lines.

        :param names: words that are read as one and the same.
        """
        white = np.fromiter((not word.strip() for word in lines.words), np.bool_, len(lines.words))
        ids, owner = lines.ids, np.repeat(np.arange(len(lines), dtype=np.int32), lines.lengths)
        if white.any():
            kept = ~white[ids]
            ids, owner = ids[kept], owner[kept]
        words = LineGrams.of_words(masked_keys(lines.words, names)[ids], owner, len(lines))
        address = addresses_in(lines.words, ids, owner)
        return cls(words, _addresses(lines.words, names, ids[address], owner[address], len(lines)))

    @classmethod
    def of_texts(cls, texts: Sequence[str], tokenizer: Tokenizer) -> Spoken:
        """From lines as they are written."""
        numbers: dict[str, int] = {}
        ids: list[int] = []
        ends = [0]
        for text in texts:
            ids.extend(numbers.setdefault(token, len(numbers)) for token in tokenizer(text))
            ends.append(len(ids))
        return cls.of_tokenised(TokenisedLines(np.array(ids, np.int32), np.array(ends, np.int64), list(numbers)))

    def of_kind(self, kind: str) -> LineGrams:
        """``words`` or ``addresses``."""
        return self.addresses if kind == "addresses" else self.words


def _addresses(
    words: Sequence[str],
    names: frozenset[str],
    ids: npt.NDArray[np.int32],
    owner: npt.NDArray[np.int32],
    lines: int,
) -> LineGrams:
    """:param ids: [addresses] words. :param owner: [addresses] ascending, the line of each."""
    distinct, which = np.unique(ids, return_inverse=True)
    found = [[MASK] if (word := words[number]).lower() in names else address_keys(word) for number in distinct.tolist()]
    ends = np.cumsum([0, *map(len, found)])
    # The distinct words as if they were lines: an address repeats the keys of one of them.
    each = LineGrams(np.array([key for keys in found for key in keys], np.uint32), ends)
    address, keys = each.occurrences(which)
    offsets = np.zeros(lines + 1, np.int64)
    np.cumsum(np.bincount(owner[address], minlength=lines), out=offsets[1:])
    return LineGrams(keys, offsets)
