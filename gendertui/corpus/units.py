"""What the parts of a corpus are called: films and characters, authors, threads."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args


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

    @property
    def article(self) -> str:
        """The indefinite article before it: ``a film``, ``an author``, ``a user``."""
        return "an" if self.one[:1] in "aeio" else "a"

    def counted(self, number: int) -> str:
        """``1 film``, ``2,000 films``."""
        return f"{number:,} {self.one if number == 1 else self.many}"


About = Literal["films", "people", "other"]
Unit = Literal["group", "speaker", "line"]
"""What is kept together, counted or drawn: all lines of a group, all of a speaker, or single lines."""

LINE = Noun("line", "lines")
_GENERAL: dict[Unit, Noun] = {"group": Noun("group", "groups"), "speaker": Noun("speaker", "speakers"), "line": LINE}


@dataclass(frozen=True)
class Units:
    """What a corpus calls the groups of its lines and those who say them; ``None`` where it has none."""

    group: Noun | None = None
    speaker: Noun | None = None
    about: About = "other"
    """What its labels are about: scripted characters of films, people, or neither. It decides which caution is said."""

    def noun(self, unit: Unit) -> Noun:
        """What a unit is called; in general words where the corpus has no word for it."""
        own = {"group": self.group, "speaker": self.speaker}.get(unit)
        return own or _GENERAL[unit]

    @property
    def whole(self) -> Unit:
        """What is scored as a whole, beside single lines: speakers; groups where there are no speakers."""
        return "group" if self.speaker is None and self.group is not None else "speaker"

    @property
    def keys(self) -> tuple[str, str, str]:
        """What a speaker, a group's id and a group are called in JSON and CSV: not by the corpus's own noun, so that
        programs find them, but by that of films where it is one, as always."""
        return ("character", "movie_id", "film") if self.about == "films" else ("speaker", "group_id", "group")

    @property
    def count_keys(self) -> tuple[str, str]:
        """What the numbers of groups and of speakers are called in JSON; see :attr:`keys`."""
        return ("films", "characters") if self.about == "films" else ("groups", "speakers")

    def without(self, *, group: bool, speaker: bool) -> Units:
        """The same without groups or speakers that no line has; labels of films that are not there are people's."""
        found = replace(self, group=None if group else self.group, speaker=None if speaker else self.speaker)
        nobody = found.about == "films" and found.group is None and found.speaker is None
        return replace(found, about="people") if nobody else found

    def to_json(self) -> dict[str, Any]:
        """``{"group": {"one": "film", "many": "films"}, "speaker": null, "about": "films"}``."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Units:
        """:raises LookupError: :raises TypeError: :raises ValueError: it is not what :meth:`to_json` gave."""

        def noun(words: dict[str, str] | None) -> Noun | None:
            return None if words is None else Noun(str(words["one"]), str(words["many"]))

        if value["about"] not in get_args(About):
            raise ValueError(f"labels about {value['about']!r} are not known")
        return cls(noun(value["group"]), noun(value["speaker"]), value["about"])


FILM_UNITS = Units(Noun("film", "films"), Noun("character", "characters"), "films")
NO_UNITS = Units()
