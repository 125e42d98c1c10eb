"""The share of a run that is done, as a line across its box."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive

from gendertui.formatting import percent
from gendertui.tui.widgets.stable_static import StableStatic

PERCENT_CELLS = 7


class ProgressLine(StableStatic):
    """``━━━━━━━╸━━━ 62 %``: drawn anew at whole percents only, and of those the cells that change."""

    share: reactive[float] = reactive(0.0, repaint=False)
    """0 to 1, cut to whole percents."""

    def validate_share(self, share: float) -> float:
        return int(100 * min(max(share, 0.0), 1.0) + 1e-9) / 100

    def watch_share(self) -> None:
        self._show()

    def on_resize(self) -> None:
        self._show()

    def _show(self) -> None:
        cells = max(self.size.width - PERCENT_CELLS, 0)
        halves = int(2 * cells * self.share)
        done = "━" * (halves // 2) + "╸" * (halves % 2)
        self.update(
            Content.assemble(
                (done, "$success" if self.share == 1 else "$primary"),
                ("━" * (cells - len(done)), "$panel"),
                f"{percent(self.share, 0):>{PERCENT_CELLS}}",
            )
        )
