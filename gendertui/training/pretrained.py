"""Pretrained word vectors, checked before anything is trained: their dimension, and whose words they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui.errors import ExitCode, GendertuiError
from gendertui.text import vectors
from gendertui.training.config import TrainingConfig, with_changes

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus

# The first words of a file are the most frequent ones: nearly always the first lines settle it.
_FIRST_ROWS = 1_000
_FIRST_BYTES = 2**20
# As much as is read in about a second.
_MOST_BYTES = 2**28


def with_vectors(config: TrainingConfig, corpus: Corpus | None = None) -> TrainingConfig:
    """The configuration with the dimension that its vectors have. Takes milliseconds where the vectors fit.

    :param corpus: what is to be trained on, some word of which must have a vector. A file too large to be read at once
        is left to the worker, which counts before the first batch.
    :raises GendertuiError: the vectors are not on this machine, are not readable, or are none of the corpus's words
        (code MODEL).
    """
    dimension = vectors.dimension(config.vectors)
    if dimension is None:
        return config
    if corpus is not None:
        _check_words(config, corpus)
    return with_changes(config, {"embedding_dim": dimension})


def no_word_found(config: TrainingConfig, *, lowercase_helps: bool = False) -> GendertuiError:
    """The error for vectors that are none of the corpus's words."""
    hint = (
        "The vectors are those of lower-case words: train with lowercase switched on (--lowercase)."
        if lowercase_helps
        else "Choose vectors of the corpus's language, or --vectors random (learned from the corpus alone)."
    )
    return GendertuiError(
        "no word of the corpus has a vector in these word vectors",
        where=config.vectors,
        hint=hint,
        code=ExitCode.MODEL,
    )


def _check_words(config: TrainingConfig, corpus: Corpus) -> None:
    found: bool | None = None
    for rows, most in ((_FIRST_ROWS, _FIRST_BYTES), (len(corpus), _MOST_BYTES)):
        words = _words(corpus, rows, config.lowercase)
        if not words:
            continue
        found = vectors.any_word(config.vectors, words, most)
        if found:
            return
    if found is False:
        helps = not config.lowercase and vectors.any_word(config.vectors, {word.lower() for word in words}, _MOST_BYTES)
        raise no_word_found(config, lowercase_helps=bool(helps))


def _words(corpus: Corpus, rows: int, lowercase: bool) -> set[str]:
    """The runs of letters and digits in the first ``rows`` lines."""
    import pyarrow.compute as pc

    text = corpus.column("text").slice(0, rows)
    if lowercase:
        text = pc.utf8_lower(text)
    words = pc.list_flatten(pc.utf8_split_whitespace(pc.replace_substring_regex(text, r"[^\pL\pM\pN]+", " ")))
    return {word for word in pc.unique(words).to_pylist() if word}
