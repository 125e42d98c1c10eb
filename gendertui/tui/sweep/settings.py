"""The settings of all trials in parallel coordinates: an axis for each field and one for the AUC, a line a trial."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gendertui.formatting import count, number
from gendertui.sweeps.search import Choices, Range
from gendertui.training.fields import shown_name
from gendertui.tui.charts.parallel import Axis, Entry, most_axes, parallel
from gendertui.tui.charts.picture import Picture
from gendertui.tui.charts.series import UNMARKED, Role
from gendertui.tui.widgets.plot import Entry as LegendEntry
from gendertui.tui.widgets.plot import Plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gendertui.sweeps.search import Dimension
    from gendertui.sweeps.trials import SweepView, TrialRow

TITLE = "Settings"
MOST_LINES = 150
"""With more nothing is told apart, and a key waits for them."""
BEST_SIGN, CURSOR_SIGN = "◆", "◇"
_LEAST_FIGURES_SPAN = 1e-6


class Settings(Plot):
    """The lines of the better half over those of the others, the best one and the one under the cursor in front."""

    def __init__(self, *, id: str) -> None:
        super().__init__(TITLE, id=id)
        self._view: SweepView | None = None
        self._cursor: int | None = None

    def show(self, view: SweepView, cursor: int | None) -> None:
        """Draw what has changed.

        :param cursor: number of the trial under the cursor.
        """
        if (view, cursor) != (self._view, self._cursor):
            self._view, self._cursor = view, cursor
            self._draw()

    def notify_style_update(self) -> None:
        """A new theme: what is drawn is in the old one's colours."""
        super().notify_style_update()
        if self._view is not None and self.is_attached:
            self.call_later(self._draw)

    def _pictured(self, width: int, height: int) -> Picture:
        if self._view is None:
            return Picture([[(" ", None)] * width for _ in range(height)])
        every = self._view.definition.dimensions()
        dimensions = chosen(every, self._view.importance, most_axes(width) - 1)
        trials = self._ranked()
        of_all = [f"{len(dimensions)} of {len(every)} fields"] if len(dimensions) < len(every) else []
        of_all += [f"the best {MOST_LINES} of {count(len(trials))} trials"] if len(trials) > MOST_LINES else []
        title = f"{TITLE}: {', '.join(of_all)}" if of_all else TITLE
        if self.border_title != title:
            self.border_title = title
        # The one under the cursor is there in any case.
        under = [pair for pair in trials[:-MOST_LINES] if pair[1].number == self._cursor]
        shown = [*under, *trials[-MOST_LINES:]]
        ends = (number(shown[0][0]), number(shown[-1][0])) if shown else ("", "")
        axes = [*map(_axis, dimensions), Axis("AUC", *ends)]
        return parallel(axes, self._lines(shown, dimensions), width, height)

    def _ranked(self) -> list[tuple[float, TrialRow]]:
        """The trials that have a figure, the worst first; of equal ones the earlier is the better."""
        trials = [] if self._view is None else self._view.trials
        found = [(figure, trial) for trial in trials if (figure := _figure(trial)) is not None]
        return sorted(found, key=lambda pair: (pair[0], -pair[1].number))

    def _lines(self, trials: Sequence[tuple[float, TrialRow]], dimensions: Sequence[Dimension]) -> list[Entry]:
        """The worst first, the best one and the one under the cursor last."""
        best = None if self._view is None else self._view.best
        low, high = (trials[0][0], trials[-1][0]) if trials else (0.0, 1.0)
        half = len(trials) // 2
        lines: list[tuple[int, Entry]] = []
        for place, (figure, trial) in enumerate(trials):
            if any(each.field.name not in trial.params for each in dimensions):
                continue
            places = [place_of(each, trial.params[each.field.name]) for each in dimensions]
            last = (figure - low) / max(high - low, _LEAST_FIGURES_SPAN)
            role: Role = "second" if place >= half else "faint"
            front, sign = 0, ""
            if trial.number == best:
                front, role, sign = 1, "best", BEST_SIGN
            if trial.number == self._cursor:
                front, role, sign = 2, "cursor", CURSOR_SIGN
            lines.append((front, Entry(role, [*places, last], sign)))
        return [line for _, line in sorted(lines, key=lambda pair: pair[0])]

    def _entries(self) -> list[LegendEntry]:
        view = self._view
        if view is None:
            return []
        found: list[LegendEntry] = []
        best, under = view.row(view.best), view.row(self._cursor)
        if under is not None and _figure(under) is not None:
            found.append((CURSOR_SIGN, f"trial {under.number}", number(_figure(under)), "cursor"))
        if best is not None and best is not under:
            found.append((BEST_SIGN, f"best, trial {best.number}", number(best.value), "best"))
        if len(self._ranked()) > 2:
            found += [(UNMARKED, "better half", "", "second"), (UNMARKED, "the others", "", "faint")]
        return found


def chosen(every: Sequence[Dimension], importance: dict[str, float], most: int) -> list[Dimension]:
    """So many dimensions at most, in their order: those that matter most."""
    kept = sorted(every, key=lambda each: -importance.get(each.field.name, 0.0))[: max(most, 0)]
    return [each for each in every if each in kept]


def place_of(dimension: Dimension, value: Any) -> float:
    """Where a value stands on its axis, from 0 to 1."""
    if isinstance(dimension, Choices):
        return dimension.values.index(value) / (len(dimension.values) - 1)
    low, high = dimension.low, dimension.high
    if dimension.log:
        low, high, value = math.log(low), math.log(high), math.log(value)
    # Others may put trials of their own into the study.
    return float(min(max((value - low) / (high - low), 0.0), 1.0))


def _axis(dimension: Dimension) -> Axis:
    name, as_text = shown_name(dimension.field.name), dimension.field.as_text
    if isinstance(dimension, Range):
        return Axis(name, as_text(dimension.low), as_text(dimension.high))
    low, *between, high = dimension.values
    places = [(place_of(dimension, value), as_text(value)) for value in between]
    return Axis(name, as_text(low), as_text(high), places)


def _figure(trial: TrialRow) -> float | None:
    """Of all its folds, or of those that are finished."""
    return trial.value if trial.value is not None else trial.mean
