"""Validation by epoch of the trials that are running; where none is, the figures of all trials and the best so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui.formatting import number
from gendertui.tui.charts.series import AUC_BOUNDS, LETTERS, Frame, Letter, Series
from gendertui.tui.widgets.curves import Curves, Line, axis_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gendertui.sweeps.trials import SweepView
    from gendertui.tui.sweep.reading import Curve

RUNNING, ALL = "AUC on validation, running trials", "AUC by trial"
MARKS = 12
"""At most so many points of a curve get a sign."""
LEAST_SPAN = 0.02
"""What the AUC's axis shows at least."""


class TrialCurves(Curves):
    """One of two charts, by what there is."""

    def __init__(self, *, id: str) -> None:
        super().__init__(ALL, id=id)

    def show_trials(self, view: SweepView, curves: dict[int, Curve]) -> None:
        """Draw what has changed.

        :param curves: number of a running trial → curve of the run that it has just now.
        """
        title = RUNNING if curves else ALL
        if self.border_title != title:
            self.border_title = title
            self.begin_anew()
        if curves:
            self._show_running(curves)
        else:
            self._show_all(view)

    def _show_running(self, curves: dict[int, Curve]) -> None:
        letters = _letters(sorted(curves))
        lines = [
            Line(
                f"trial {trial}",
                letters[trial],
                [epoch for epoch, _ in curve],
                [auc for _, auc in curve],
                every=max(1, len(curve) // MARKS),
            )
            for trial, curve in sorted(curves.items())
        ]
        most = max(epoch for curve in curves.values() for epoch, _ in curve)
        self.show(lines, max(most, 2.0), least_span=LEAST_SPAN, bounds=AUC_BOUNDS)

    def _show_all(self, view: SweepView) -> None:
        finished = [(float(trial.number), trial.value) for trial in view.trials if trial.value is not None]
        last = float(max(len(view.trials) - 1, 1))
        frame = Frame((0.0, last), None, "trial", whole=True, bounds=AUC_BOUNDS)
        if not finished:
            self.draw([], frame)
            return
        numbers, figures = [place for place, _ in finished], [value for _, value in finished]
        best = [max(figures[: place + 1]) for place in range(len(figures))]
        limits = axis_limits(min(figures), max(figures), LEAST_SPAN)
        series = [
            Series("trials", "second", numbers, figures, scattered=True),
            # To the newest trial, which may have no figure.
            Series("best so far", "second", [*numbers, last], [*best, best[-1]], number(best[-1]), every=0),
        ]
        self.draw(series, Frame(frame.x, limits, frame.x_name, whole=True, bounds=AUC_BOUNDS))


def _letters(trials: Sequence[int]) -> dict[int, Letter]:
    """A letter for each of at most eight trials, which keep theirs while others come and go."""
    found: dict[int, Letter] = {}
    for trial in trials:
        wanted = trial % len(LETTERS)
        free = (letter for letter in (*LETTERS[wanted:], *LETTERS) if letter not in found.values())
        found[trial] = next(free)
    return found
