"""The tokens of all lines of a corpus, made in bulk and kept.

Lines are cut into words by Arrow, some thousands at a time, and every distinct word is tokenised once; its tokens are
then put wherever it stands. Lines whose words do not tell alone what their tokens are, are tokenised one by one.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gendertui import paths
from gendertui.arrays import Bools, Ints
from gendertui.errors import GendertuiError
from gendertui.progress import Progress, silent
from gendertui.text.array_file import read_arrays, write_arrays
from gendertui.text.encode import TokenisedLines
from gendertui.text.tokenizer import Tokenizer
from gendertui.text.vocabulary import alphabetical_order, words_from_bytes, words_to_bytes

if TYPE_CHECKING:
    import pyarrow as pa

_FORMAT = 2
_LINES_AT_ONCE = 50_000

WHITESPACE = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""All characters that :meth:`str.isspace` and spaCy take for white space."""
_ODD_SPACE = f"[{WHITESPACE.replace(' ', '')}]"


def tokens_key(data_hash: str, rules: Mapping[str, Any]) -> str:
    """The cache key of a corpus's tokens: exactly what determines them."""
    content = json.dumps([_FORMAT, data_hash, rules], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def tokenise_corpus(
    texts: Sequence[str] | pa.ChunkedArray,
    rules: Mapping[str, Any],
    key: str | None = None,
    progress: Progress = silent,
) -> TokenisedLines:
    """Tokenise every line, or memory-map the cached result.

    :param key: cache key (see :func:`tokens_key`); without one nothing is read from or written to the cache.
    """
    cached = cached_tokens(key, len(texts)) if key else None
    if cached is not None:
        return cached
    tokenised = tokenise(texts, Tokenizer.from_rules(rules), progress)
    if key is None:
        return tokenised
    arrays: dict[str, NDArray[Any]] = {
        "ids": tokenised.ids,
        "offsets": tokenised.offsets,
        "words": np.frombuffer(words_to_bytes(tokenised.words), np.uint8),
        "alphabetical": alphabetical_order(tokenised.words),
    }
    write_arrays(_path(key), arrays)
    return cached_tokens(key, len(texts)) or tokenised


def cached_tokens(key: str, rows: int) -> TokenisedLines | None:
    """The tokens of so many lines that :func:`tokenise_corpus` kept under a key; ``None`` if they are missing, damaged
    or of something else."""
    found = read_arrays(_path(key))
    try:
        if found is None:
            return None
        ids, offsets, alphabetical = found["ids"], found["offsets"], found["alphabetical"]
        words = words_from_bytes(found["words"].tobytes())
    except (LookupError, GendertuiError):
        return None
    if ids.dtype != np.int32 or offsets.shape != (rows + 1,) or offsets[-1] != len(ids):
        return None
    if alphabetical.shape != (len(words),) or not (
        _all_below(len(words), ids) and _all_below(len(words), alphabetical)
    ):
        return None
    return TokenisedLines(ids, offsets, words, alphabetical)


def _path(key: str) -> Path:
    return paths.encoded_dir() / f"{key}.tokens"


def _all_below(end: int, numbers: NDArray[np.int32]) -> bool:
    return not len(numbers) or 0 <= int(numbers.min()) <= int(numbers.max()) < end


def tokenise(
    texts: Sequence[str] | pa.ChunkedArray, tokenizer: Tokenizer, progress: Progress = silent
) -> TokenisedLines:
    """Tokenise every line; nothing is kept."""
    import pyarrow as pa

    column = texts if isinstance(texts, pa.ChunkedArray) else pa.chunked_array([pa.array(texts, pa.string())])
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__  # A new word gets the next number.
    ids: list[NDArray[np.int32]] = [np.zeros(0, np.int32)]
    lengths: list[Ints] = [np.zeros(1, np.int64)]
    for start in range(0, len(column), _LINES_AT_ONCE):
        progress("tokens", start, len(column))
        lines = pa.concat_arrays(column.slice(start, _LINES_AT_ONCE).chunks)
        found, counts = _tokens_of(lines, tokenizer, numbers)
        ids.append(found)
        lengths.append(counts)
    progress("tokens", len(column), len(column))
    words = list(numbers)
    numbers.default_factory = None  # The factory holds the dictionary: without this only the collector would free it.
    return _as_first_seen(np.concatenate(ids), np.cumsum(np.concatenate(lengths)), words)


def _as_first_seen(ids: NDArray[np.int32], offsets: Ints, words: list[str]) -> TokenisedLines:
    """Number the words in the order in which they occur, so that it does not tell how the lines were tokenised."""
    first = np.full(len(words), len(ids), np.int64)
    first[ids[::-1]] = np.arange(len(ids) - 1, -1, -1)  # Of a word's several places the last that is assigned holds.
    used = np.argsort(first)[: np.count_nonzero(first < len(ids))]
    renumbered = np.zeros(len(words), np.int32)
    renumbered[used] = np.arange(len(used), dtype=np.int32)
    return TokenisedLines(renumbered[ids] if len(words) else ids, offsets, [words[place] for place in used.tolist()])


def _tokens_of(
    lines: pa.StringArray, tokenizer: Tokenizer, numbers: defaultdict[str, int]
) -> tuple[NDArray[np.int32], Ints]:
    """The tokens of some lines, and [lines] how many each has.

    :param numbers: word → its number; a new one gets the next.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    odd = pc.match_substring_regex(lines, _ODD_SPACE)
    pieces = pc.split_pattern(pc.if_else(odd, pa.scalar(""), lines), " ")
    offsets = pieces.offsets.to_numpy().astype(np.int64)
    encoded = pc.dictionary_encode(pieces.flatten())
    codes, distinct = encoded.indices.to_numpy(), encoded.dictionary.to_pylist()
    # An empty piece is white space without the space that ends a word.
    known = [tokenizer.chunk(piece or " ") for piece in distinct]
    empty = np.array([not piece for piece in distinct], np.bool_)[codes]
    last = offsets[1:] - 1
    ended_by_space = empty[last]
    empty[last] = False
    owner = np.repeat(np.arange(len(lines)), np.diff(offsets))
    alone: Bools = np.array(odd)
    alone[owner[np.array([found is None for found in known], np.bool_)[codes]]] = True
    alone[owner[1:][empty[1:] & empty[:-1]]] = True  # Several spaces are one token.
    flat = np.fromiter(map(numbers.__getitem__, chain.from_iterable(found or () for found in known)), np.int32)
    lengths = np.fromiter((len(found or ()) for found in known), np.int64, len(known))
    starts = np.cumsum(lengths) - lengths
    lengths = lengths[codes]
    lengths[last[ended_by_space]] = 0
    lengths[alone[owner]] = 0
    ids, ends = _gather(flat, starts[codes], lengths)
    begins, counts = ends[offsets[:-1]], np.diff(ends[offsets])
    rows = np.flatnonzero(alone)
    if not len(rows):
        return ids, counts
    ones = [list(map(numbers.__getitem__, tokenizer(text))) for text in lines.take(pa.array(rows)).to_pylist()]
    counts[rows] = list(map(len, ones))
    return np.insert(ids, np.repeat(begins[rows], counts[rows]), list(chain.from_iterable(ones))), counts


def _gather(tokens: NDArray[np.int32], starts: Ints, lengths: Ints) -> tuple[NDArray[np.int32], Ints]:
    """Runs of tokens, one after the other.

    :param tokens: [tokens]. :param starts: [runs] where each starts. :param lengths: [runs] how many tokens it has.
    :returns: the tokens, and [runs + 1] where each run starts among them.
    """
    ends = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=ends[1:])
    places = np.arange(ends[-1], dtype=np.int64) + np.repeat(starts - ends[:-1], lengths)
    return tokens[places], ends
