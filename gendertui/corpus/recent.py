"""Recently opened corpora, kept in the settings file. The front ends record them; loading a corpus does not."""

from __future__ import annotations

from gendertui import settings
from gendertui.corpus.samples import SAMPLES
from gendertui.corpus.table import Corpus

SETTING = "recent_corpora"
LIMIT = 8


def recent() -> list[str]:
    """Paths of recently opened corpora, newest first."""
    found = settings.read_settings().get(SETTING)
    return [item for item in found if isinstance(item, str)] if isinstance(found, list) else []


def remember(corpus: Corpus) -> None:
    """Make ``corpus`` the newest of :func:`recent`. A sample is not recorded, since it is always offered."""
    path, known = str(corpus.path), recent()
    if corpus.source not in SAMPLES and known[:1] != [path]:
        settings.write_setting(SETTING, [path, *(item for item in known if item != path)][:LIMIT])
