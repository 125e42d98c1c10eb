"""Which value stands in which cell of an axis, chosen so that ticks at round numbers fall on cells, evenly spaced."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from gendertui.formatting import number

ROUND = (1, 2, 5)
SMALLEST = 1e-9
DOUBLING = math.log10(2)
LEAST_LOGARITHM = -4.0
"""Of a value that has none, or a lower one."""
SLACK = 1e-6
"""Of a cell: what is so near to its edge is taken to be on it."""


@dataclass(frozen=True)
class Scale:
    """``cells`` cells; the middle of the first is at ``first`` units, and each is one unit on; a tick is at every
    ``spacing``-th unit."""

    unit: float
    first: int
    cells: int
    spacing: int
    logarithmic: bool = False
    bounds: tuple[float, float] | None = None
    """Between which there are values at all: no tick is beyond."""

    @classmethod
    def fit(
        cls,
        low: float,
        high: float,
        cells: int,
        spacings: tuple[int, int],
        *,
        whole: bool = False,
        logarithmic: bool = False,
        bounds: tuple[float, float] | None = None,
    ) -> Scale:
        """The finest that shows ``low`` to ``high`` in so many cells.

        :param spacings: least and greatest number of cells between two ticks.
        :param whole: ticks at whole numbers alone.
        :param bounds: of all values; a scale of more cells than lie between them begins at the lower one.
        """
        if logarithmic:
            low, high = _logarithm(low), _logarithm(high)
        if bounds is not None:
            low, high = max(low, bounds[0]), min(high, bounds[1])
        span = max(high - low, 1.0 if whole else SMALLEST)
        least, most = spacings
        found: Scale | None = None
        for step in _steps(span, cells, whole=whole, logarithmic=logarithmic):
            # Between two whole numbers there is none: they may stand far apart.
            for spacing in range(least, (cells if whole and step == 1 else most) + 1):
                unit = step / spacing
                first = math.floor(low / unit + SLACK)
                if (first + cells - 1) * unit >= high - SLACK * unit and (found is None or unit < found.unit):
                    found = cls(unit, first, cells, spacing, logarithmic)
        assert found is not None, "steps grow until one fits"
        return found if bounds is None else found._bounded(high, bounds)

    def _bounded(self, high: float, bounds: tuple[float, float]) -> Scale:
        """The same, moved so that as few cells as can be are beyond the bounds, and ``high`` stays in sight."""
        last = max(math.floor(bounds[1] / self.unit + SLACK), math.ceil(high / self.unit - SLACK))
        first = max(min(self.first, last - self.cells + 1), math.ceil(bounds[0] / self.unit - SLACK))
        return replace(self, first=first, bounds=bounds)

    def place(self, value: float) -> float:
        """In cells from the middle of the first."""
        return (_logarithm(value) if self.logarithmic else value) / self.unit - self.first

    def value(self, cell: float) -> float:
        """What stands so many cells from the middle of the first."""
        value = (self.first + cell) * self.unit
        return float(10**value) if self.logarithmic else value

    @property
    def ends(self) -> tuple[float, float]:
        """What stands in the middle of the first cell and of the last."""
        return self.value(0), self.value(self.cells - 1)

    def ticks(self) -> list[int]:
        """Cells with a tick."""
        low, high = self.bounds or (-math.inf, math.inf)
        slack = SLACK * self.unit
        return [
            cell
            for cell in range(self.cells)
            if (self.first + cell) % self.spacing == 0
            and low - slack <= (self.first + cell) * self.unit <= high + slack
        ]

    def label(self, cell: int) -> str:
        """A tick's value, with as many decimals as all of them need."""
        if self.logarithmic:
            value = self.value(cell)
            # To the next tick: where that is near, as with a small part of a doubling, it takes more decimals.
            apart = value * min(10 ** (self.unit * self.spacing) - 1, 1.0)
            return number(value, max(1 - math.floor(math.log10(apart) + SLACK), 0))
        step = self.unit * self.spacing
        decimals = max(0, -math.floor(math.log10(step) + SLACK))
        return number(self.value(cell), decimals)


def _logarithm(value: float) -> float:
    return max(math.log10(value), LEAST_LOGARITHM) if value > 0 else LEAST_LOGARITHM


def _steps(span: float, cells: int, *, whole: bool, logarithmic: bool) -> list[float]:
    """Distances of ticks, from finer than can fit to coarser than is needed."""
    if logarithmic:
        return [DOUBLING * 2.0**power for power in range(-8, 9)]
    exponent = math.floor(math.log10(span / max(cells, 1)))
    steps = [step * 10.0**power for power in range(exponent, exponent + 5) for step in ROUND]
    return [round(step) for step in steps if round(step) >= 1] if whole else steps
