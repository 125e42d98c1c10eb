"""The curve of the run under the cursor, where the screen has room for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gendertui.tui.session import session_of
from gendertui.tui.widgets.curves import Curves, Line

if TYPE_CHECKING:
    from pathlib import Path

    from gendertui.runs.listing import RunRow

PAUSE_SECONDS = 0.15
"""A cursor that goes past a run does not have its events read."""
MARKS = 12
"""At most so many points of the curve get a sign."""


class RunPreview(Curves):
    """AUC on validation by epoch; read in a thread a moment after the cursor came to rest."""

    def __init__(self) -> None:
        super().__init__("AUC on validation", id="run-preview")
        self._wanted: tuple[Path, str, int] | None = None
        self.shown_curve: list[tuple[float, float]] = []
        """(epoch, AUC) as drawn."""

    def show_run(self, row: RunRow | None) -> None:
        """Show a run's curve, unless it is the one that is shown."""
        # The events of a run on another machine are there.
        wanted = None if row is None or row.info.host else (row.info.folder, row.info.shown, row.info.epoch)
        if wanted == self._wanted or not self.size.height:
            return
        self._wanted = wanted
        if wanted is None:
            self._draw_curve([])
        else:
            self.set_timer(PAUSE_SECONDS, lambda: self._read(wanted))

    def _read(self, wanted: tuple[Path, str, int]) -> None:
        if wanted != self._wanted:
            return

        def job() -> list[tuple[float, float]]:
            from gendertui.runs.curves import validation_auc
            from gendertui.runs.folder import RunFolder

            return validation_auc(RunFolder(wanted[0]))

        def done(curve: list[tuple[float, float]]) -> None:
            if wanted == self._wanted and self.is_attached:
                self._draw_curve(curve)

        # What cannot be read of a run stands in the list already.
        session_of(self).background(job, done, group="preview", failed=lambda _: self._draw_curve([]))

    def _draw_curve(self, curve: list[tuple[float, float]]) -> None:
        self.shown_curve = curve
        every = max(1, len(curve) // MARKS)
        line = Line("", "second", [epoch for epoch, _ in curve], [auc for _, auc in curve], every=every)
        self.show([line], max([2.0, *(epoch for epoch, _ in curve)]), least_span=0.02)
