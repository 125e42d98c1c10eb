"""Leaks of a split as records: counts only, no text. Light to import, so that any process reads them.

Lines are counted by label, ``(negative, positive)``, in the order of the corpus's labels.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

MINIMUM_WORDS = 5
"""Shorter texts are not compared for near-duplicates and do not indicate a copy: everybody writes "Thank you."."""

SIMILARITY = 0.8
"""Two texts are near-identical if the Jaccard index of their sets of word pairs is at least this."""

Count = Annotated[int, msgspec.Meta(ge=0)]
ByLabel = tuple[Count, Count]


class SharedGroups(msgspec.Struct, frozen=True):
    """Groups or speakers with lines in both the training set and a held-out set."""

    shared: Count
    """How many there are."""
    held_out: Count
    """How many the held-out set has."""
    lines: ByLabel
    """Held-out lines that belong to them."""


class DuplicateGroups(msgspec.Struct, frozen=True):
    """Two groups, by id, that have many texts in common: very likely the same film or author twice."""

    held_out: str
    train: str
    shared: Count
    """Distinct texts of at least :data:`MINIMUM_WORDS` words that both have, one held out, one in train."""
    texts: Count
    """Number of such texts in the held-out group."""


class SetLeaks(msgspec.Struct, frozen=True):
    """One held-out set compared with the training set. A line counts once among ``identical``, ``rewritten`` and
    ``near``."""

    name: str
    lines: ByLabel
    """Lines of the set."""
    identical: ByLabel
    """Lines whose text also occurs in the training set, ignoring white space at both ends."""
    rewritten: ByLabel
    """Other lines whose words make up a training text too: letters and digits in order, case folded, everything else
    treated as a space."""
    near: ByLabel
    """Other lines of at least :data:`MINIMUM_WORDS` words whose set of word pairs has a Jaccard index of at least
    :data:`SIMILARITY` with that of a training text of at least as many words."""
    long: ByLabel
    """Those of all three with at least :data:`MINIMUM_WORDS` words."""
    groups: SharedGroups | None = None
    """Groups shared with train; ``None`` if the corpus has none."""
    speakers: SharedGroups | None = None
    """Speakers shared with train; ``None`` if the corpus has none."""
    duplicate_groups: tuple[DuplicateGroups, ...] = ()
    """Groups of the set that occur in train under another id."""

    @property
    def copied(self) -> int:
        """Lines with an identical, rewritten or near-identical text in train."""
        return sum(self.identical) + sum(self.rewritten) + sum(self.near)


class Leaks(msgspec.Struct, frozen=True):
    """What a split leaks on a corpus."""

    protocol: str
    """The protocol drawn."""
    requested: str
    """The protocol requested, possibly ``auto``."""
    seed: int
    train: ByLabel
    """Lines of train."""
    texts: Count
    """Distinct non-empty texts of the whole corpus, ignoring white space at both ends."""
    ambiguous: Count
    """Those with lines under both labels."""
    ambiguous_lines: ByLabel
    """Labelled lines of those texts."""
    sets: tuple[SetLeaks, ...]
    warnings: tuple[str, ...] = ()
    """Warnings from drawing the split."""
