"""The corpora that a person opened lately, kept in the settings file. The front ends remember; loading does not."""

from __future__ import annotations

from gendertui import settings
from gendertui.corpus.load import SAMPLE
from gendertui.corpus.table import Corpus

SETTING = "recent_corpora"
LIMIT = 8


def recent() -> list[str]:
    """Paths of corpora opened lately, newest first."""
    return [str(item) for item in settings.read_settings().get(SETTING, [])]


def remember(corpus: Corpus) -> None:
    """Make ``corpus`` the newest of :func:`recent`; the sample is always offered and is not kept."""
    path, known = str(corpus.path), recent()
    if corpus.source != SAMPLE and known[:1] != [path]:
        settings.write_setting(SETTING, [path, *(item for item in known if item != path)][:LIMIT])
