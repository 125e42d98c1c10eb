"""What is said of labels changed by hand when a corpus is opened."""

from __future__ import annotations

from gendertui.corpus.corrections.file import read
from gendertui.corpus.corrections.history import Changes
from gendertui.corpus.table import Corpus
from gendertui.errors import GendertuiError


def changes_of(corpus: Corpus) -> Changes:
    """How many labels of a corpus were changed by hand, whether they are applied to it or not.

    :raises GendertuiError: the file of decisions is broken.
    """
    return Changes.of(read(corpus).in_force().values())


def said_on_opening(corpus: Corpus, how: str) -> str:
    """A sentence; empty where nothing was changed, or where a person has said that changes are not to be applied.

    :param how: what has to be said for that: ``--corrections on``.
    """
    applied = corpus.reading.options.corrections
    if applied is False:
        return ""
    try:
        changes = changes_of(corpus)
    except GendertuiError as error:
        # It is not in the way of a corpus that is read without it.
        return f"Labels changed by hand are not applied: {error}"
    if not changes.total:
        return ""
    if applied:
        return f"{changes.words}."
    return f"{changes.words}; not applied without {how}."
