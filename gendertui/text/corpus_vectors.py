"""Pretrained vectors of a corpus's words, looked up once and kept: of all its words, whatever a split trains on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gendertui import paths
from gendertui.progress import Progress, silent
from gendertui.state_files import parse_object
from gendertui.text import vectors
from gendertui.text.array_file import read_arrays, write_arrays
from gendertui.text.vectors import Vectors
from gendertui.text.vocabulary import SPECIALS, UNK, Vocabulary

_FORMAT = 1


@dataclass(frozen=True)
class _Found:
    """Those of a corpus's words that have a vector."""

    places: NDArray[np.int32]
    """[found] which words they are."""
    matrix: NDArray[np.float32]
    """[found, dim]."""
    problems: tuple[tuple[int, str], ...]
    """See :attr:`Vectors.problems`."""


def corpus_vectors(
    spec: str, words: Sequence[str], numbers: NDArray[np.int32], size: int, progress: Progress = silent
) -> Vectors:
    """The vectors of a vocabulary; what was looked up for the same words of a corpus before is read again.

    :param words: all of the corpus. :param numbers: [words] the id of each in the vocabulary.
    :param size: of the vocabulary.
    :raises GendertuiError: the vectors are not installed or not readable.
    """
    source = vectors.resolve(spec)
    key = hashlib.sha256(json.dumps([_FORMAT, source.identity(), words]).encode()).hexdigest()[:32]
    path = paths.encoded_dir() / f"{key}.vectors"
    found = _read(path, len(words))
    if found is None:
        found = _look_up(spec, words, progress)
        problems = np.frombuffer(json.dumps({"problems": found.problems}).encode(), np.uint8)
        write_arrays(path, {"places": found.places, "matrix": found.matrix, "problems": problems})
    rows = numbers[found.places]
    known = rows != UNK
    matrix = np.zeros((size, found.matrix.shape[1]), dtype=np.float32)
    matrix[rows[known]] = found.matrix[known]
    has_one = np.zeros(size, dtype=np.bool_)
    has_one[rows[known]] = True
    return Vectors(matrix, has_one, source.name, found.problems)


def _look_up(spec: str, words: Sequence[str], progress: Progress) -> _Found:
    places = np.array([place for place, word in enumerate(words) if word not in SPECIALS], dtype=np.int32)
    everything = vectors.load(spec, Vocabulary([*SPECIALS, *(words[place] for place in places.tolist())]), progress)
    found = np.flatnonzero(everything.found)
    return _Found(places[found - len(SPECIALS)], everything.matrix[found], everything.problems)


def _read(path: Path, words: int) -> _Found | None:
    """What was written for so many words; ``None`` if it is missing, damaged or of something else."""
    arrays = read_arrays(path)
    try:
        if arrays is None:
            return None
        places, matrix = arrays["places"], arrays["matrix"]
        problems = tuple(
            (int(line), str(what)) for line, what in parse_object(arrays["problems"].tobytes())["problems"]
        )
    except (LookupError, ValueError, TypeError):
        return None
    if places.dtype != np.int32 or matrix.dtype != np.float32 or matrix.ndim != 2 or places.shape != matrix.shape[:1]:
        return None
    if len(places) and not 0 <= int(places.min()) <= int(places.max()) < words:
        return None
    return _Found(places, matrix, problems)
