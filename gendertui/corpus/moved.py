"""A corpus that is known by its content: where it is not at its path any more, it is found among those opened
lately."""

from __future__ import annotations

from pathlib import Path

from gendertui.corpus.load import NotThereError, find, load
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.recent import recent
from gendertui.corpus.table import Corpus
from gendertui.errors import GendertuiError
from gendertui.progress import Progress


def load_known(
    source: str | Path, options: ReadingOptions, data_hash: str | None, progress: Progress | None = None
) -> Corpus:
    """Read a corpus that was read before. What is at ``source`` now may be another one: compare the hash.

    Labels changed by hand since are left as they were then.

    :param options: how it was read.
    :param data_hash: of the corpus, where that is known.
    :raises NotThereError: nothing is there, and no file that was opened lately is it.
    :raises GendertuiError: as :func:`load`.
    """
    try:
        find(source)
    except NotThereError:
        moved = None if data_hash is None else _moved(data_hash, options, progress)
        if moved is None:
            raise
        return moved
    return load(source, options, progress=progress, labelled=False, data_hash=data_hash)


def _moved(data_hash: str, options: ReadingOptions, progress: Progress | None) -> Corpus | None:
    for path in recent():
        if not Path(path).exists():
            continue
        try:
            corpus = load(path, options, progress=progress, labelled=False, data_hash=data_hash)
        except (GendertuiError, OSError):
            # Another file, which cannot be read this way.
            continue
        if corpus.data_hash == data_hash:
            return corpus
    return None
