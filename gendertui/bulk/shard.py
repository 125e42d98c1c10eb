"""Every so many-th part."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shard:
    """Every so many-th part: what one job of an array scores."""

    number: int = 1
    """From 1."""
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> Shard:
        """``2/8``.

        :raises ValueError: it is not that, or outside of 1 … N.
        """
        number, of = map(int, text.split("/"))
        if not 1 <= number <= of:
            raise ValueError(f"there is no {number} of {of}")
        return cls(number, of)

    def has(self, part: int) -> bool:
        """Whether a part is in it, by its number from 0."""
        return part % self.of == self.number - 1
