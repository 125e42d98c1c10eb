"""What a chart shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

Letter = Literal["a", "b", "c", "d", "e", "f", "g", "h"]
"""One of several runs in a chart."""
LETTERS: tuple[Letter, ...] = get_args(Letter)
Role = Literal["first", "second", "level", "other", "faint", "best", "band", "cursor", Letter]

# Each kind of line has a sign of its own, so that none needs its colour to be known.
MARKERS: dict[Role, str] = {
    "first": "○",
    "second": "●",
    "level": "╌",
    "other": "·",
    "faint": "⠂",
    "best": "┊",
    "band": "░",
    "cursor": "│",
    **{letter: letter.upper() for letter in LETTERS},
}
UNMARKED = "⠒"


AUC_BOUNDS = (0.0, 1.0)


@dataclass(frozen=True)
class Series:
    """Points of a curve, joined, each with the sign of its role; ``level`` and ``other`` are rows of signs alone, and
    ``faint`` are dots alone."""

    name: str
    role: Role
    x: Sequence[float]
    y: Sequence[float]
    says: str = ""
    """What the legend says after the name."""
    every: int = 1
    """Every how many points one is marked; 0 marks none."""
    spans: Sequence[tuple[float, float] | None] = ()
    """(low, high) of each point, drawn as an upright stroke; ``None`` where there is none."""
    scattered: bool = False
    """Whether points stand alone, each with its sign."""

    @property
    def joined(self) -> bool:
        return self.role in ("first", "second", *LETTERS) and not self.scattered


@dataclass(frozen=True)
class Mark:
    """An upright line at ``x``, the whole height."""

    name: str
    role: Role
    x: float
    says: str = ""


@dataclass(frozen=True)
class Band:
    """All between ``low`` and ``high``, the whole width."""

    name: str
    low: float
    high: float
    says: str = ""


@dataclass(frozen=True)
class Frame:
    """What the axes have to show at least."""

    x: tuple[float, float]
    y: tuple[float, float] | None
    """``None``: what the series have."""
    x_name: str = ""
    finer: tuple[int, str] | None = None
    """Of the horizontal axis: how many of a finer unit are one, and its name, such as batches of an epoch."""
    x_names: Sequence[str] = field(default=())
    """Names of the ticks 1, 2, …, in place of numbers."""
    whole: bool = False
    """Whether ticks of the horizontal axis stand at whole numbers alone."""
    logarithmic: bool = False
    """Whether equal ways up are equal factors."""
    bounds: tuple[float, float] | None = None
    """Between which values of the vertical axis are, where that is known: it has no tick beyond."""
