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
    """Films, or characters, with lines both in train and in a held-out set.

    :ivar shared: how many there are. :ivar held_out: how many the held-out set has.
    :ivar lines: held-out lines of the shared ones.
    """

    shared: Count
    held_out: Count
    lines: ByLabel


class DuplicateFilms(msgspec.Struct, frozen=True):
    """Two films, by id, that have many texts in common: very likely one film that the corpus has twice.

    :ivar shared: distinct texts of at least :data:`MINIMUM_WORDS` words that both have, the one in the held-out set,
        the other in train. :ivar texts: how many the held-out one has.
    """

    held_out: str
    train: str
    shared: Count
    texts: Count


class SetLeaks(msgspec.Struct, frozen=True):
    """One held-out set against train. A line counts once among ``identical``, ``rewritten`` and ``near``.

    :ivar lines: lines of the set.
    :ivar identical: lines whose text stands in train, white space at both ends aside.
    :ivar rewritten: the others whose words stand in train as a text: letters and digits in their order, case folded,
        everything else taken for a space.
    :ivar near: the others of at least :data:`MINIMUM_WORDS` words whose set of word pairs has a Jaccard index of at
        least :data:`SIMILARITY` with that of a train text of as many words.
    :ivar long: of all these, lines of at least :data:`MINIMUM_WORDS` words.
    :ivar films: ``None`` where the corpus has none. :ivar characters: the same.
    :ivar duplicate_films: films of the set that train has under another id.
    """

    name: str
    lines: ByLabel
    identical: ByLabel
    rewritten: ByLabel
    near: ByLabel
    long: ByLabel
    films: SharedGroups | None = None
    characters: SharedGroups | None = None
    duplicate_films: tuple[DuplicateFilms, ...] = ()

    @property
    def copied(self) -> int:
        """Lines with an identical, rewritten or near-identical text in train."""
        return sum(self.identical) + sum(self.rewritten) + sum(self.near)


class Leaks(msgspec.Struct, frozen=True):
    """What a split leaks on a corpus.

    :ivar protocol: the protocol drawn. :ivar requested: the protocol asked for, ``auto`` perhaps.
    :ivar train: lines of train.
    :ivar texts: distinct texts of the whole corpus, white space at both ends aside, empty ones left out.
    :ivar ambiguous: of these, texts with lines under both labels. :ivar ambiguous_lines: the labelled lines of those.
    :ivar warnings: what drawing the split had to say.
    """

    protocol: str
    requested: str
    seed: int
    train: ByLabel
    texts: Count
    ambiguous: Count
    ambiguous_lines: ByLabel
    sets: tuple[SetLeaks, ...]
    warnings: tuple[str, ...] = ()
