"""Words and their numbers: two specials first, then the corpus's words, most frequent first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from gendertui.arrays import Ints
from gendertui.errors import ExitCode, GendertuiError

UNK = 0
PAD = 1
SPECIALS = ("<unk>", "<pad>")


class Vocabulary:
    """An ordered list of words; a word's position is its id.

    :param words: all words, beginning with the specials.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self.words: tuple[str, ...] = tuple(words)
        self.index: dict[str, int] = {word: number for number, word in enumerate(self.words)}
        if self.words[: len(SPECIALS)] != SPECIALS:
            raise GendertuiError(f"a vocabulary begins with {' and '.join(SPECIALS)}", code=ExitCode.MODEL)
        if len(self.index) != len(self.words):
            raise GendertuiError("the vocabulary contains a word twice", code=ExitCode.MODEL)

    @classmethod
    def from_counts(
        cls,
        words: Sequence[str],
        counts: Ints,
        max_size: int | None = None,
        min_frequency: int = 1,
        *,
        alphabetical: NDArray[np.int32] | None = None,
    ) -> Vocabulary:
        """The words that occur, and at least ``min_frequency`` times, most frequent first, ties alphabetically.

        :param words: distinct ones. :param counts: [words] how often each occurs.
        :param max_size: maximum number of words, not counting the specials.
        :param alphabetical: what :func:`alphabetical_order` gives for the words, where it is known.
        """
        order = alphabetical_order(words) if alphabetical is None else alphabetical
        order = order[counts[order] >= max(1, min_frequency)]
        order = order[np.argsort(-counts[order], kind="stable")]
        kept = [word for word in map(words.__getitem__, order.tolist()) if word not in SPECIALS]
        return cls([*SPECIALS, *kept[:max_size]])

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index

    def encode(self, tokens: Iterable[str]) -> NDArray[np.int32]:
        """The tokens' ids; :data:`UNK` for an unknown word."""
        index = self.index
        return np.array([index.get(token, UNK) for token in tokens], dtype=np.int32)

    def to_bytes(self) -> bytes:
        """``vocab.txt``: see :func:`words_to_bytes`."""
        return words_to_bytes(self.words)

    @classmethod
    def from_bytes(cls, data: bytes) -> Vocabulary:
        """Read ``vocab.txt``.

        :raises GendertuiError: it is not one.
        """
        return cls(words_from_bytes(data))


def alphabetical_order(words: Sequence[str]) -> NDArray[np.int32]:
    """[words] their places in the order of their characters' code points."""
    return np.array(sorted(range(len(words)), key=words.__getitem__), dtype=np.int32)


def words_to_bytes(words: Iterable[str]) -> bytes:
    """UTF-8, one word per line; words that would be invisible or ambiguous in a text file are written as JSON."""
    return "".join(f"{_as_line(word)}\n" for word in words).encode()


def words_from_bytes(data: bytes) -> list[str]:
    """The words that :func:`words_to_bytes` wrote.

    :raises GendertuiError: the bytes are not such a list; the message has the line.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise GendertuiError(f"the list of words is not UTF-8 (byte {error.start})", code=ExitCode.MODEL) from error
    lines = text.split("\n")
    if lines.pop():
        raise GendertuiError("the list of words ends in the middle of a line", code=ExitCode.MODEL)
    if '\n"' not in text and text[:1] != '"':
        return lines
    return [_json_word(line, number) if line[:1] == '"' else line for number, line in enumerate(lines, 1)]


def _json_word(line: str, number: int) -> str:
    """The word on line ``number``, which is written as JSON."""
    try:
        word = json.loads(line)
    except ValueError as error:
        raise GendertuiError(f"line {number} of the list of words is not JSON: {error}", code=ExitCode.MODEL) from error
    assert isinstance(word, str)  # Starts with a quotation mark.
    return word


def _as_line(word: str) -> str:
    plain = word.isprintable() and word.strip() == word and word[:1] not in ("", '"')
    return word if plain else json.dumps(word)
