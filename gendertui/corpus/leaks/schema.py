"""Leaks of a split as plain facts: counts alone, no text. Light to import, so that any process reads them.

Lines are counted by label, ``(negative, positive)``, in the order of the corpus's labels.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

MINIMUM_WORDS = 5
"""Texts with fewer words are not compared for nearness, and are no sign of a copy: every film has a "Thank you."."""

SIMILARITY = 0.8
"""Two texts are near-identical from this Jaccard index of their sets of word pairs on."""

Count = Annotated[int, msgspec.Meta(ge=0)]
ByLabel = tuple[Count, Count]


class SharedGroups(msgspec.Struct, frozen=True):
    """Films, or characters, with lines both in train and in a held-out set."""

    shared: Count
    """How many there are."""
    held_out: Count
    """How many the held-out set has."""
    lines: ByLabel
    """Held-out lines of the shared ones."""


class DuplicateFilms(msgspec.Struct, frozen=True):
    """Two films, by id, that have many texts in common: very likely one film that the corpus has twice."""

    held_out: str
    train: str
    shared: Count
    """Distinct texts of at least :data:`MINIMUM_WORDS` words that both have, the one in the held-out set, the other in
    train."""
    texts: Count
    """How many the held-out one has."""


class SetLeaks(msgspec.Struct, frozen=True):
    """One held-out set against train. A line counts once among ``identical``, ``rewritten`` and ``near``."""

    name: str
    lines: ByLabel
    """Lines of the set."""
    identical: ByLabel
    """Lines whose text stands in train, white space at both ends aside."""
    rewritten: ByLabel
    """The others whose words stand in train as a text: letters and digits in their order, case folded, everything else
    taken for a space."""
    near: ByLabel
    """The others of at least :data:`MINIMUM_WORDS` words whose set of word pairs has a Jaccard index of at least
    :data:`SIMILARITY` with that of a train text of as many words."""
    long: ByLabel
    """Of all these, lines of at least :data:`MINIMUM_WORDS` words."""
    films: SharedGroups | None = None
    """``None`` where the corpus has none."""
    characters: SharedGroups | None = None
    """The same."""
    duplicate_films: tuple[DuplicateFilms, ...] = ()
    """Films of the set that train has under another id."""

    @property
    def copied(self) -> int:
        """Lines with an identical, rewritten or near-identical text in train."""
        return sum(self.identical) + sum(self.rewritten) + sum(self.near)


class Leaks(msgspec.Struct, frozen=True):
    """What a split leaks on a corpus."""

    protocol: str
    """The protocol drawn."""
    requested: str
    """The protocol asked for, ``auto`` perhaps."""
    seed: int
    train: ByLabel
    """Lines of train."""
    texts: Count
    """Distinct texts of the whole corpus, white space at both ends aside, empty ones left out."""
    ambiguous: Count
    """Of these, texts with lines under both labels."""
    ambiguous_lines: ByLabel
    """The labelled lines of those."""
    sets: tuple[SetLeaks, ...]
    warnings: tuple[str, ...] = ()
    """What drawing the split had to say."""
