"""Dots of braille, two by four a cell, each cell in the role of what was drawn there last."""

from __future__ import annotations

from gendertui.tui.charts.series import Role

ACROSS, UP = 2, 4
# Bit of the dot in column 0 or 1, by row from the top.
_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_BLANK = 0x2800


class Raster:
    """``width`` by ``height`` cells. Dots count from the left and from the bottom; what is outside is left out."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._dots = [[0] * width for _ in range(height)]
        self._roles: list[list[Role | None]] = [[None] * width for _ in range(height)]

    def dot(self, x: int, y: int, role: Role) -> None:
        column, from_bottom = x // ACROSS, y // UP
        if 0 <= column < self.width and 0 <= from_bottom < self.height:
            row = self.height - 1 - from_bottom
            self._dots[row][column] |= _BITS[x % ACROSS][UP - 1 - y % UP]
            self._roles[row][column] = role

    def line(self, x0: int, y0: int, x1: int, y1: int, role: Role) -> None:
        """All dots between two, ends included."""
        steps = max(abs(x1 - x0), abs(y1 - y0))
        if steps > ACROSS * self.width + UP * self.height:
            steps, x0, y0, x1, y1 = self._within(x0, y0, x1, y1)
        for step in range(steps + 1):
            share = step / steps if steps else 0.0
            self.dot(round(x0 + share * (x1 - x0)), round(y0 + share * (y1 - y0)), role)

    def cell(self, row: int, column: int) -> tuple[str, Role] | None:
        """The character of a cell, counted from the top, with its role; ``None`` where nothing was drawn."""
        role = self._roles[row][column]
        return None if role is None else (chr(_BLANK + self._dots[row][column]), role)

    def _within(self, x0: int, y0: int, x1: int, y1: int) -> tuple[int, int, int, int, int]:
        """The part of a long line that is inside, by Liang and Barsky: steps and ends; of one outside a dot there."""
        start, end = 0.0, 1.0
        for origin, way, most in (
            (x0, x1 - x0, ACROSS * self.width - 1),
            (y0, y1 - y0, UP * self.height - 1),
        ):
            if not way:
                if not 0 <= origin <= most:
                    return 0, -1, -1, -1, -1
                continue
            near, far = sorted((-origin / way, (most - origin) / way))
            start, end = max(start, near), min(end, far)
        if start > end:
            return 0, -1, -1, -1, -1
        ends = [round(origin + share * way) for share in (start, end) for origin, way in ((x0, x1 - x0), (y0, y1 - y0))]
        return max(abs(ends[2] - ends[0]), abs(ends[3] - ends[1])), ends[0], ends[1], ends[2], ends[3]
