"""What a column holds in the sampled rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from gendertui.corpus.reading.column_names import UNNAMED
from gendertui.corpus.reading.labels import MISSING

PROSE_WORDS = 2.0
"""Mean number of words from which a column may be prose."""
MAXIMUM_LABELS = 20
_TIME = re.compile(r"\d{1,2}:\d\d|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\b(19|20)\d\d\b")
_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""A character of the scripts that put no spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
_NUMBER = re.compile(r"[-+]?\d*[.,]?\d+([eE][-+]?\d+)?")


@dataclass(frozen=True)
class Profile:
    """What a column holds in the sampled rows."""

    name: str
    rows: int
    filled: int
    """Rows with something but white space."""
    values: Counter[str]
    mean_length: float
    """Characters of the values that are there."""
    mean_words: float
    """Of the same; in scripts without spaces two characters count as a word."""

    @classmethod
    def of(cls, name: str, values: Sequence[str | None]) -> Profile:
        there = [value for value in values if value is not None and value.strip()]
        number = max(1, len(there))
        return cls(
            name,
            len(values),
            len(there),
            Counter(there),
            sum(map(len, there)) / number,
            sum(map(_words, there)) / number,
        )

    @property
    def distinct(self) -> int:
        return len(self.values)

    @property
    def label_values(self) -> list[str]:
        """Distinct values, in lower case, that do not stand for a missing label."""
        return sorted({value.strip().casefold() for value in self.values} - MISSING)

    @property
    def unnamed(self) -> bool:
        """Whether its name is that of a column without one."""
        return UNNAMED.fullmatch(self.name) is not None

    @property
    def numeric(self) -> bool:
        return all(_NUMBER.fullmatch(value.strip()) for value in self.values)

    @property
    def times(self) -> bool:
        """Whether it holds dates or times: those of a file repeat, and say nothing of who wrote."""
        return all(_TIME.search(value) for value in self.values)

    @property
    def two_valued(self) -> bool:
        """Whether it has the two values of a label column, each more than once unless the file is tiny."""
        return len(self.label_values) == 2 and self.mean_words <= 3 and self.filled >= min(4, self.rows)

    @property
    def several_valued(self) -> bool:
        """Whether it has the values of a label column of more than two labels."""
        few = 2 < len(self.label_values) <= MAXIMUM_LABELS and 4 * self.distinct <= self.filled
        return few and self.mean_words <= 3 and self.filled == self.rows

    @property
    def repeats(self) -> bool:
        """Whether its values repeat, as those of a label or a group do."""
        return 2 <= self.distinct <= max(2, self.filled // 2)

    @property
    def prose(self) -> bool:
        """Whether it holds running text: several words, mostly distinct."""
        return self.mean_words >= PROSE_WORDS and self.distinct > self.filled / 4

    @property
    def groups(self) -> bool:
        """Whether its values, though no name says so, look like names of groups: short, many, repeated."""
        short = self.mean_words <= 4 and not self.prose and not self.numeric and not self.times
        return short and self.repeats and self.distinct >= 10 and self.filled == self.rows

    @property
    def described(self) -> str:
        """``2 values: ham 96, spam 24`` or ``118 values of 15 words``."""
        if self.distinct <= 6:
            counts = ", ".join(f"{value} {count:,}" for value, count in self.values.most_common())
            return f"{self.distinct} {'value' if self.distinct == 1 else 'values'}: {counts}" if counts else "empty"
        words = f"{self.mean_words:.0f}"
        words = f"{words} {'word' if words == '1' else 'words'}"
        return f"{self.distinct:,} different values in {self.rows:,} rows, {words} on average"

    @property
    def grouped(self) -> str:
        """``40 values in 1,600 rows``."""
        return f"{self.distinct:,} values in {self.rows:,} rows"


def _words(text: str) -> int:
    spaced = len(text.split())
    return spaced if text.isascii() else max(spaced, len(_WITHOUT_SPACES.findall(text)) // 2)
