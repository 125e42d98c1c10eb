"""A person's choice of what the values of a label column stand for, while it is being made."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from gendertui.corpus.reading.labels import MISSING, LabelsError, decide, merged
from gendertui.corpus.reading.options import LEFT_OUT, REST, UNLABELLED, ReadingOptions
from gendertui.errors import ExitCode, GendertuiError


class Meaning(Enum):
    """What a value stands for."""

    UNLABELLED = "unlabelled"
    NEGATIVE = "negative"
    POSITIVE = "positive"
    LEFT_OUT = "left out"


@dataclass
class LabelChoice:
    """What each value stands for, and what the two labels are called."""

    rows: dict[str, int]
    """Value, in its commonest spelling → rows; the commonest first."""
    meanings: dict[str, Meaning]
    names: dict[Meaning, str] = field(default_factory=dict)
    """Names of the negative and the positive label that a person gave; otherwise they follow the values."""

    @classmethod
    def of(cls, values: Mapping[str, int], options: ReadingOptions, *, film: bool = False) -> LabelChoice:
        """What ``options`` say of the values, or what is found; every value unlabelled where that is no choice.

        :param film: the values are genders of a film corpus.
        """
        rows = {value: number for value, (_, number) in merged(values).items()}
        rows = dict(sorted(rows.items(), key=lambda item: (-item[1], item[0])))
        choice = cls(rows, dict.fromkeys(rows, Meaning.UNLABELLED))
        try:
            labels = decide(values, options, film=film)
        except LabelsError:
            return choice
        for value, (written, _) in merged(values).items():
            if any(each in labels.left_out for each in written):
                choice.meanings[value] = Meaning.LEFT_OUT
            elif (code := next((labels.codes[each] for each in written if each in labels.codes), None)) is not None:
                choice.meanings[value] = (Meaning.NEGATIVE, Meaning.POSITIVE)[code]
        for meaning, name in zip((Meaning.NEGATIVE, Meaning.POSITIVE), labels.names, strict=True):
            if name != choice.name(meaning):
                choice.names[meaning] = name
        return choice

    def values(self, meaning: Meaning) -> list[str]:
        """The values that stand for it, commonest first."""
        return [value for value, each in self.meanings.items() if each is meaning]

    def name(self, meaning: Meaning) -> str:
        """What a label is called; empty while nobody said so and no value stands for it."""
        return self.names.get(meaning) or "/".join(self.values(meaning))

    def counted(self, meaning: Meaning) -> int:
        """Rows whose value stands for it."""
        return sum(self.rows[value] for value in self.values(meaning))

    def options(self, base: ReadingOptions) -> ReadingOptions:
        """``base`` with this choice.

        :raises GendertuiError: no two labels have been chosen.
        """
        names = (self.name(Meaning.NEGATIVE).strip(), self.name(Meaning.POSITIVE).strip())
        absent = [each.value for each in (Meaning.NEGATIVE, Meaning.POSITIVE) if not self.values(each)]
        if absent:
            raise GendertuiError(f"no value is {' or '.join(absent)} yet", code=ExitCode.DATA)
        if not all(names) or names[0].casefold() == names[1].casefold() or {*names} & {UNLABELLED, LEFT_OUT, REST}:
            raise GendertuiError("the labels need two different names", code=ExitCode.DATA)
        plain = tuple(self.values(each)[0] for each in (Meaning.NEGATIVE, Meaning.POSITIVE))
        chosen = len(self.values(Meaning.NEGATIVE)) + len(self.values(Meaning.POSITIVE))
        if names == plain and chosen == 2 and not self.values(Meaning.LEFT_OUT):
            return dataclasses.replace(base, labels=names, mapping=())
        return dataclasses.replace(base, labels=names, mapping=self._mapping(names))

    def _mapping(self, names: tuple[str, str]) -> tuple[tuple[str, str], ...]:
        pairs = [(value, names[0]) for value in self.values(Meaning.NEGATIVE)]
        pairs += [(value, names[1]) for value in self.values(Meaning.POSITIVE)]
        left_out = self.values(Meaning.LEFT_OUT)
        unlabelled = [value for value in self.values(Meaning.UNLABELLED) if not _missing(value)]
        if left_out and not unlabelled:
            # Words for a missing label are never among the rest.
            return (*pairs, *((value, LEFT_OUT) for value in left_out if _missing(value)), (REST, LEFT_OUT))
        return (*pairs, *((value, LEFT_OUT) for value in left_out))


def _missing(value: str) -> bool:
    return value.strip().casefold() in MISSING
