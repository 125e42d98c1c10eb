"""What the parts of a corpus are called: films and characters, authors, threads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Noun:
    """A word for a part of a corpus, and its plural."""

    one: str
    many: str

    @classmethod
    def of(cls, word: str) -> Noun:
        """An English noun with its regular plural."""
        if word.endswith("y") and word[-2:-1] not in "aeiou":
            return cls(word, f"{word[:-1]}ies")
        return cls(word, f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s")

    def counted(self, number: int) -> str:
        """``1 film``, ``2,000 films``."""
        return f"{number:,} {self.one if number == 1 else self.many}"


About = Literal["films", "people", "other"]


@dataclass(frozen=True)
class Units:
    """What a corpus calls the groups of its lines and those who say them; ``None`` where it has none."""

    group: Noun | None = None
    speaker: Noun | None = None
    about: About = "other"
    """What its labels are about: scripted characters of films, people, or neither. It decides which caution is said."""

    def to_json(self) -> dict[str, Any]:
        def words(noun: Noun | None) -> list[str] | None:
            return None if noun is None else [noun.one, noun.many]

        return {"group": words(self.group), "speaker": words(self.speaker), "about": self.about}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Units:
        def noun(words: list[str] | None) -> Noun | None:
            return None if words is None else Noun(words[0], words[1])

        return cls(noun(value["group"]), noun(value["speaker"]), value["about"])


FILM_UNITS = Units(Noun("film", "films"), Noun("character", "characters"), "films")
NO_UNITS = Units()
