"""One thing that was decided about a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

By = Literal["found", "asked"]


@dataclass(frozen=True)
class Decision:
    """One thing that was decided about a file."""

    field: str
    """Field of :class:`~gendertui.corpus.reading.options.ReadingOptions` that changes it."""
    value: str
    """As that field would have it; empty for nothing (no group, no header)."""
    why: str
    """The reason in a few words: ``every row has 5 fields``."""
    others: tuple[str, ...] = ()
    """What else it could have been, likeliest first, as that field would have it."""
    by: By = "found"
