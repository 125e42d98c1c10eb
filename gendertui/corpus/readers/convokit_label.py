"""Which metadata of a ConvoKit corpus is the label: of its speakers, else of its utterances, else of conversations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.labels import MISSING, is_gender
from gendertui.corpus.reading.options import NO_COLUMN, ReadingOptions
from gendertui.corpus.reading.question import Candidate, ReadingQuestionError
from gendertui.corpus.units import About
from gendertui.errors import ExitCode, GendertuiError

Level = Literal["speakers", "utterances", "conversations"]
_PREFERRED = ("gender", "sex")


@dataclass(frozen=True)
class MetaLabel:
    """A label: a key of the metadata of each speaker, utterance or conversation."""

    level: Level
    key: str
    about: About
    """What it says something of."""


def choose_label(
    path: Path, levels: Sequence[tuple[Level, Callable[[], Iterable[Mapping[str, Any]]]]], options: ReadingOptions
) -> tuple[MetaLabel | None, Decision]:
    """The metadata that is the label.

    :param levels: with their metadata, which are looked at where those of the levels before have no label.
    :raises ReadingQuestionError: several of a level have two values, and none is the gender.
    :raises GendertuiError: none has the name that the options give.
    """
    if options.label == NO_COLUMN:
        return None, Decision("label", "", "none was asked for", by="asked")
    known: dict[str, None] = {}
    for level, metadata in levels:
        counted = _values(metadata())
        known |= dict.fromkeys(counted)
        found = _of_level(path, level, counted, options)
        if found is not None:
            return found
    if options.label is not None:
        raise GendertuiError(
            f"speakers, utterances and conversations have no metadata {options.label!r}",
            where=str(path),
            hint=f"They have: {', '.join(sorted(known)) or 'none'}.",
            code=ExitCode.DATA,
        )
    return None, Decision("label", "", "no metadata has two values")


def _of_level(
    path: Path, level: Level, counted: Mapping[str, Counter[str]], options: ReadingOptions
) -> tuple[MetaLabel, Decision] | None:
    def label(key: str) -> MetaLabel:
        gendered = key in _PREFERRED or all(map(is_gender, counted[key]))
        return MetaLabel(level, key, "people" if gendered else "other")

    if options.label is not None:
        if options.label not in counted:
            return None
        return label(options.label), Decision("label", options.label, f"metadata of the {level}", by="asked")
    two = [key for key, values in counted.items() if len(values) == 2 and values.total() > 2]
    preferred = next((key for key in _PREFERRED if key in counted), None)
    if preferred is not None:
        others = tuple(each for each in two if each != preferred)
        return label(preferred), Decision("label", preferred, f"metadata of the {level}", others)
    if len(two) > 1:
        raise _question(path, level, two, counted, options)
    if not two:
        return None
    return label(two[0]), Decision("label", two[0], f"the only metadata of the {level} that has two values")


def _values(metadata: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """Keys → their values."""
    counted: dict[str, Counter[str]] = {}
    for meta in metadata:
        for key, value in meta.items():
            if isinstance(value, str | int | float | bool):
                values = counted.setdefault(key, Counter())
                if str(value).strip().casefold() not in MISSING:
                    values[str(value)] += 1
    return counted


def _question(
    path: Path, level: Level, keys: Sequence[str], counted: Mapping[str, Counter[str]], options: ReadingOptions
) -> ReadingQuestionError:
    candidates = tuple(
        Candidate(options.changed("label", key), f"label {key}: {', '.join(sorted(counted[key]))}") for key in keys
    )
    return ReadingQuestionError(
        f"{' and '.join(keys)} may each be the label: each is metadata of the {level} that has two values",
        path=path,
        hint=f"Say which: --label {keys[0]}",
        field="label",
        candidates=candidates,
        columns=tuple(sorted(counted)),
    )
