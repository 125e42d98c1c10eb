"""*Why not 70 %?*: explanation shown with a run of the tutorial preset and the article's figure. Called in threads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendertui.tui.evaluate.audit_target import NO_CORPUS, Target, how_to

if TYPE_CHECKING:
    from gendertui.tui.evaluate.subject import Shown


@dataclass(frozen=True)
class Said:
    """What is known, and what is missing."""

    sentences: tuple[str, ...]
    audited: bool
    """Whether what the article's split shares between its sets has been measured."""


def said(shown: Shown, target: Target | None) -> Said:
    """All sentences; where the split has not been measured, after the first how to measure it."""
    from gendertui.runs.folder import RunFolder
    from gendertui.runs.results.why_not_70 import why

    found = why(shown.report, RunFolder(shown.subject.folder) if shown.subject.run else None)
    if found.audited:
        return Said(found.sentences, True)
    figures, *how = found.sentences
    missing = "What the article's split shares between its sets has not been measured on this corpus yet. " + (
        NO_CORPUS if target is None else how_to(target)
    )
    return Said((figures, missing, *how), False)
