"""A published file with its progress on stderr, for ``corpus download`` and ``vectors download``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gendertui.cli.terminal.output import ProgressLine
from gendertui.formatting import size

if TYPE_CHECKING:
    from gendertui.corpus.download import DownloadSource


def fetched(source: DownloadSource, target: Path, *, urls: tuple[str, ...], force: bool, use: str) -> Path:
    """Return ``target``, downloading it unless an intact copy is there.

    :param urls: where to fetch from instead of the source's own mirrors, if any.
    :param use: what to do with it now, printed at the end.
    :raises GendertuiError: every mirror failed.
    """
    from gendertui.corpus.download import fetch

    progress = ProgressLine()

    def report(done: int, total: int) -> None:
        progress.show(f"downloading {source.title}: {size(done)} of {size(total)}")

    try:
        file = fetch(replace(source, urls=urls or source.urls), target, progress=report, force=force)
    finally:
        progress.clear()
    progress.say(f"{source.title}: already downloaded and intact. {use}")
    return file
