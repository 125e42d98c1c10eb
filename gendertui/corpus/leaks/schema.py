"""Leaks of a split as plain facts: counts alone, no text. The standard library alone, so that any process reads them.

Lines are counted by label, ``(negative, positive)``, in the order of the corpus's labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MINIMUM_WORDS = 5
"""Texts with fewer words are not compared for nearness, and are no sign of a copy: every film has a "Thank you."."""

SIMILARITY = 0.8
"""Two texts are near-identical from this Jaccard index of their sets of word pairs on."""

ByLabel = tuple[int, int]


@dataclass(frozen=True)
class SharedGroups:
    """Films, or characters, with lines both in train and in a held-out set.

    :ivar shared: how many there are. :ivar held_out: how many the held-out set has.
    :ivar lines: held-out lines of the shared ones.
    """

    shared: int
    held_out: int
    lines: ByLabel

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SharedGroups:
        return cls(int(value["shared"]), int(value["held_out"]), by_label(value["lines"]))


@dataclass(frozen=True)
class DuplicateFilms:
    """Two films, by id, that have many texts in common: very likely one film that the corpus has twice.

    :ivar shared: distinct texts of at least :data:`MINIMUM_WORDS` words that both have, the one in the held-out set,
        the other in train. :ivar texts: how many the held-out one has.
    """

    held_out: str
    train: str
    shared: int
    texts: int

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> DuplicateFilms:
        return cls(str(value["held_out"]), str(value["train"]), int(value["shared"]), int(value["texts"]))


@dataclass(frozen=True)
class SetLeaks:
    """One held-out set against train. A line counts once among ``identical``, ``rewritten`` and ``near``.

    :ivar lines: lines of the set.
    :ivar identical: lines whose text stands in train, white space at both ends aside.
    :ivar rewritten: the others whose words stand in train as a text: letters and digits in their order, case folded,
        everything else taken for a space.
    :ivar near: the others of at least :data:`MINIMUM_WORDS` words whose set of word pairs has a Jaccard index of at
        least :data:`SIMILARITY` with that of a train text of as many words.
    :ivar long: of all these, lines of at least :data:`MINIMUM_WORDS` words.
    :ivar films: ``None`` where the corpus has none. :ivar characters: the same.
    :ivar twins: films of the set that train has under another id.
    """

    name: str
    lines: ByLabel
    identical: ByLabel
    rewritten: ByLabel
    near: ByLabel
    long: ByLabel
    films: SharedGroups | None = None
    characters: SharedGroups | None = None
    twins: tuple[DuplicateFilms, ...] = ()

    @property
    def copied(self) -> int:
        """Lines with an identical, rewritten or near-identical text in train."""
        return sum(self.identical) + sum(self.rewritten) + sum(self.near)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> SetLeaks:
        films, characters = value["films"], value["characters"]
        return cls(
            name=str(value["name"]),
            **{part: by_label(value[part]) for part in ("lines", "identical", "rewritten", "near", "long")},
            films=None if films is None else SharedGroups.from_json(films),
            characters=None if characters is None else SharedGroups.from_json(characters),
            twins=tuple(DuplicateFilms.from_json(pair) for pair in value["twins"]),
        )


@dataclass(frozen=True)
class Leaks:
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
    texts: int
    ambiguous: int
    ambiguous_lines: ByLabel
    sets: tuple[SetLeaks, ...]
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Leaks:
        """Read what :meth:`to_json` gave, by way of JSON or not.

        :raises KeyError, TypeError, ValueError: a part is missing or of another kind.
        """
        return cls(
            protocol=str(value["protocol"]),
            requested=str(value["requested"]),
            seed=int(value["seed"]),
            train=by_label(value["train"]),
            texts=int(value["texts"]),
            ambiguous=int(value["ambiguous"]),
            ambiguous_lines=by_label(value["ambiguous_lines"]),
            sets=tuple(SetLeaks.from_json(part) for part in value["sets"]),
            warnings=tuple(str(warning) for warning in value["warnings"]),
        )


def by_label(value: Any) -> ByLabel:
    """A pair of counts out of JSON."""
    negative, positive = value
    return int(negative), int(positive)
