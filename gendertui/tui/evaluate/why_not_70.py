"""*Why not 70 %?*: explanation shown with a run of the tutorial preset and the article's figure. Called in threads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui.tui.evaluate.audit_target import NO_CORPUS, Target, how_to

if TYPE_CHECKING:
    from gendertui.tui.evaluate.subject import Shown

SENTENCES = 3
"""How many there are when all is measured."""


def sentences(shown: Shown, target: Target | None) -> tuple[str, ...]:
    """Three, where the corpus and the article's split have been measured; else one, and one on what is missing."""
    from gendertui.runs.folder import RunFolder
    from gendertui.runs.results.why_not_70 import why

    found = why(shown.report, RunFolder(shown.subject.folder) if shown.subject.run else None).sentences
    if len(found) == SENTENCES:
        return found
    return (
        *found,
        "What the article's split shares between its sets has not been measured on this corpus yet. "
        + (NO_CORPUS if target is None else how_to(target)),
    )
