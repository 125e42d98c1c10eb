"""Lines as one flat array of token numbers.

Tokenising is slow and depends only on the lines and the rules, so it is done once per corpus, with a provisional number
for every word. Counting words for a vocabulary and renumbering to it then take a few numpy calls each.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gendertui import files, paths
from gendertui.arrays import Ints
from gendertui.errors import GendertuiError
from gendertui.progress import Progress
from gendertui.text.tokenizer import Tokenizer
from gendertui.text.vocabulary import UNK, Vocabulary, words_from_bytes, words_to_bytes

_FORMAT = 1
_LINES_A_REPORT = 5_000


@dataclass(frozen=True)
class EncodedLines:
    """Lines for a network: line ``i`` is ``tokens[offsets[i]:offsets[i + 1]]``."""

    tokens: NDArray[np.int32]
    """[tokens] word ids of a vocabulary."""
    offsets: Ints
    """[rows + 1] where each line starts in ``tokens``."""
    labels: NDArray[np.int8]
    """[rows] 0 negative, 1 positive, -1 missing."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> Ints:
        """[rows] tokens of each line."""
        return np.diff(self.offsets)


@dataclass(frozen=True)
class TokenisedLines:
    """Lines as provisional word numbers, which index ``words``: all words of the corpus, as first seen."""

    ids: NDArray[np.int32]
    """[tokens] provisional word numbers."""
    offsets: Ints
    """[rows + 1] where each line starts in ``tokens``."""
    words: list[str]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> Ints:
        """[rows] tokens of each line."""
        return np.diff(self.offsets)

    def counts(self, rows: Ints) -> Counter[str]:
        """How often each word occurs in ``rows``; a row given twice counts twice."""
        times = np.bincount(rows, minlength=len(self))
        weights = np.repeat(times, self.lengths)
        counts = np.bincount(self.ids, weights=weights, minlength=len(self.words)).astype(np.int64)
        return Counter({self.words[number]: int(counts[number]) for number in np.flatnonzero(counts)})

    def encode(
        self,
        vocabulary: Vocabulary,
        rows: Ints | None = None,
        labels: NDArray[np.int8] | None = None,
        max_length: int | None = None,
    ) -> EncodedLines:
        """The lines in a vocabulary's numbers.

        :param rows: which lines, in this order, repeats allowed; by default all.
        :param labels: [rows of the corpus] their labels; by default -1.
        :param max_length: tokens kept of each line; by default all.
        """
        if rows is None:
            rows = np.arange(len(self), dtype=np.int64)
        ids, offsets = _gather(self.ids, self.offsets, rows, max_length)
        numbers = np.array([vocabulary.index.get(word, UNK) for word in self.words], dtype=np.int32)
        return EncodedLines(
            tokens=numbers[ids] if len(numbers) else ids,
            offsets=offsets,
            labels=np.full(len(rows), -1, dtype=np.int8) if labels is None else labels[rows].astype(np.int8),
        )


def _gather(
    ids: NDArray[np.int32], offsets: Ints, rows: Ints, max_length: int | None
) -> tuple[NDArray[np.int32], Ints]:
    """The tokens of some rows, one row after the other, and their new offsets."""
    starts = offsets[:-1][rows]
    lengths = offsets[1:][rows] - starts
    if max_length is not None:
        lengths = np.minimum(lengths, max_length)
    ends = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    places = np.arange(ends[-1], dtype=np.int64) + np.repeat(starts - ends[:-1], lengths)
    return ids[places], ends


def tokens_key(data_hash: str, rules: Mapping[str, Any]) -> str:
    """The cache key of a corpus's tokens: exactly what determines them."""
    content = json.dumps([_FORMAT, data_hash, rules], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def tokenise_corpus(
    texts: Sequence[str], rules: Mapping[str, Any], key: str | None = None, progress: Progress | None = None
) -> TokenisedLines:
    """Tokenise every line, or memory-map the cached result.

    :param key: cache key (see :func:`tokens_key`); without one nothing is read from or written to the cache.
    """
    folder = paths.encoded_dir() / key if key else None
    if folder is not None:
        cached = _read(folder, len(texts))
        if cached is not None:
            return cached
    tokenised = _tokenise(texts, Tokenizer.from_rules(rules), progress)
    if folder is not None:
        _write(folder, tokenised)
        return _read(folder, len(texts)) or tokenised
    return tokenised


def _tokenise(texts: Sequence[str], tokenizer: Tokenizer, progress: Progress | None) -> TokenisedLines:
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # A new word gets the next number.
    ids = array("i")
    ends = array("q", [0])
    for done, text in enumerate(texts):
        if progress is not None and done % _LINES_A_REPORT == 0:
            progress("tokens", done, len(texts))
        ids.extend(map(numbers.__getitem__, tokenizer(text)))
        ends.append(len(ids))
    if progress is not None:
        progress("tokens", len(texts), len(texts))
    return TokenisedLines(np.array(ids, dtype=np.int32), np.array(ends, dtype=np.int64), list(numbers))


def _write(folder: Path, tokenised: TokenisedLines) -> None:
    """Write ``tokenised`` to ``folder`` atomically."""
    with files.dir_aside(folder.parent, f".{folder.name}.", ".part") as aside:
        np.save(aside / "ids.npy", tokenised.ids)
        np.save(aside / "offsets.npy", tokenised.offsets)
        (aside / "words.txt").write_bytes(words_to_bytes(tokenised.words))
        files.settle_dir(aside)
        if folder.exists():
            shutil.rmtree(folder)  # It exists but could not be read.
        files.rename_new(aside, folder)  # Unless another process has written the same already.
        files.fsync_dir(folder.parent)


def _read(folder: Path, rows: int) -> TokenisedLines | None:
    """What :func:`_write` wrote, memory-mapped; ``None`` if missing or incomplete, since a cache can be made again."""
    try:
        ids = np.load(folder / "ids.npy", mmap_mode="r", allow_pickle=False)
        offsets = np.load(folder / "offsets.npy", allow_pickle=False)
        words = words_from_bytes((folder / "words.txt").read_bytes())
    except (OSError, ValueError, EOFError, GendertuiError):
        return None
    if ids.dtype != np.int32 or offsets.shape != (rows + 1,) or offsets[-1] != len(ids):
        return None
    if len(ids) and not 0 <= int(ids.min()) <= int(ids.max()) < len(words):
        return None
    return TokenisedLines(ids, offsets, words)
