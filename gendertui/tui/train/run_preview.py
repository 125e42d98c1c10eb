"""The curve of the run under the cursor, where the screen has room for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gendertui.tui.charts.series import AUC_BOUNDS
from gendertui.tui.session import session_of
from gendertui.tui.widgets.curves import Curves, Line

if TYPE_CHECKING:
    from pathlib import Path

    from gendertui.runs.listing import RunRow
    from gendertui.runs.view import RunView

PAUSE_SECONDS = 0.15
"""A cursor that goes past a run does not have its events read."""
MARKS = 12
"""At most so many points of a curve get a sign."""
LEAST_SPAN = 0.02
"""What the AUC's axis shows at least."""


class RunPreview(Curves):
    """AUC on validation by epoch; read in a thread a moment after the cursor came to rest."""

    def __init__(self) -> None:
        super().__init__("AUC on validation", id="run-preview")
        self._wanted: tuple[tuple[str, Path], str, int] | None = None
        """Address, state and epoch."""
        self.shown_curve: list[tuple[float, float]] = []
        """(epoch, AUC) as drawn."""
        self._drawn: tuple[str, Path] | None = None
        """Address of the run whose curve that is."""

    def show_run(self, row: RunRow | None) -> None:
        """Show a run's curve, unless it is the one that is shown."""
        wanted = None
        if row is not None:
            # One on another machine comes by a connection of its own: once, and again when its state is another one.
            grows = not row.info.host or self._followed(row.info.address) is not None
            wanted = row.info.address, row.info.shown, row.info.epoch if grows else 0
        if wanted == self._wanted or not self.size.height:
            return
        before, self._wanted = self._wanted, wanted
        if wanted is None or (wanted[0][0] and before is not None and before[0] != wanted[0]):
            self._draw_curve([])
        if wanted is not None:
            self.set_timer(PAUSE_SECONDS, lambda: self._read(wanted))

    def _followed(self, address: tuple[str, Path]) -> RunView | None:
        view = session_of(self).run_view
        return view if view is not None and view.address == address and view.info is not None else None

    def _read(self, wanted: tuple[tuple[str, Path], str, int]) -> None:
        if wanted != self._wanted:
            return
        session, (host, folder) = session_of(self), wanted[0]
        if host and (view := self._followed(wanted[0])) is not None:
            self._draw_curve(view.validation_auc())
            return

        def done(curve: list[tuple[float, float]]) -> None:
            if wanted == self._wanted and self.is_attached:
                self._draw_curve(curve)

        # What cannot be read of a run stands in the list already.
        session.background(
            lambda: session.sources[host].validation_auc(folder),
            done,
            group="preview",
            failed=lambda _: self._draw_curve([]),
        )

    def _draw_curve(self, curve: list[tuple[float, float]]) -> None:
        address = None if self._wanted is None else self._wanted[0]
        if address != self._drawn:
            self.begin_anew()
        self.shown_curve, self._drawn = curve, address
        draw_auc(self, curve)


def draw_auc(curves: Curves, curve: Sequence[tuple[float, float]]) -> None:
    """Draw (epoch, AUC)."""
    every = max(1, len(curve) // MARKS)
    line = Line("", "second", [epoch for epoch, _ in curve], [auc for _, auc in curve], every=every)
    curves.show([line], max([2.0, *(epoch for epoch, _ in curve)]), least_span=LEAST_SPAN, bounds=AUC_BOUNDS)
