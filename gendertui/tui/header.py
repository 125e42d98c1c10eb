"""The line at the top: device, active run with its progress, model in use. Always there, on every pane."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.geometry import Offset
from textual.reactive import reactive

from gendertui.formatting import percent
from gendertui.sanitize import escape_control
from gendertui.tui.formatting import WIDE, cut_middle, shorten
from gendertui.tui.hints import help_of
from gendertui.tui.panes import way_to
from gendertui.tui.widgets.bars import bar
from gendertui.tui.widgets.stable_static import StableStatic
from gendertui.tui.widgets.tips import Tips, of_term

PROGRESS_CELLS = 12
LEAST_NAME_CELLS = 6
LONG_RUN_CELLS = 18
PANES = {
    "configure": "The device that computes.",
    "train": "The run that is followed.",
    "predict": "The model that answers.",
}
"""Where device, run and model are chosen, or shown → what they are."""


class Header(Tips, StableStatic):
    """One row: ``gendertui   device cpu   run quick ████──── 2/3   model films · 57.9 %``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"header--name", "header--key", "header--bar", "header--rest"}

    _starts: Mapping[int, str] = MappingProxyType({})
    """Cell at which a part begins → the pane that a click on it shows."""
    device: reactive[str] = reactive("auto", repaint=False)
    run: reactive[str] = reactive("none", repaint=False)
    share: reactive[float | None] = reactive(None, repaint=False)
    model: reactive[str] = reactive("…", repaint=False)
    figure: reactive[str] = reactive("", repaint=False)
    """The model's, beside its name."""

    def validate_share(self, share: float | None) -> float | None:
        """Whole percents: no more can be read off it, and each change is drawn."""
        return None if share is None else int(100 * share + 1e-9) / 100

    def on_mount(self) -> None:
        for part in ("device", "run", "share", "model", "figure"):
            self.watch(self, part, self._show, init=False)
        self._show()

    def on_resize(self) -> None:
        self._show()

    def notify_style_update(self) -> None:
        """A new theme: the parts were coloured by the old one."""
        super().notify_style_update()
        if self.size:
            # Later: the styles of the parts come after those of the widget.
            self.call_later(self._show)

    def _show(self) -> None:
        """The parts, the run's name and the model's cut first when the terminal is narrow."""
        wide = self.size.width >= WIDE
        name, key, filled, rest = (
            self.get_component_rich_style(f"header--{part}") for part in ("name", "key", "bar", "rest")
        )
        room = 30 if wide else 16
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append("gendertui", name)
        gap = "     " if wide else "  "
        text.append(gap)
        starts = [text.cell_len]
        text.append("device ", key)
        text.append(shorten(self.device if wide else self.device.partition(" ")[0], 46))
        text.append(gap)
        starts.append(text.cell_len)
        text.append("run ", key)
        text.append(shorten(escape_control(self.run), room + 14))
        if self.share is not None:
            # Long words, as of a run on another machine, take the place of the bar.
            if wide or len(self.run) <= LONG_RUN_CELLS:
                text.append(" ")
                text.append_text(bar(self.share, PROGRESS_CELLS if wide else 6, filled, rest))
            text.append(f" {percent(self.share, 0)}")
        text.append(gap)
        starts.append(text.cell_len)
        text.append("model ", key)
        figure = f" · {self.figure}" if self.figure else ""
        # The name gives way to the figure, which says whether the answers are worth anything.
        left = max(self.size.width - text.cell_len - len(figure), LEAST_NAME_CELLS)
        text.append(cut_middle(escape_control(self.model), left))
        text.append(figure)
        self._starts = dict(zip(starts, PANES, strict=True))
        self.update(text)

    def _pane_at(self, at: Offset | None) -> str:
        """Where the part under a cell is chosen, or shown; empty left of them all."""
        before = [pane for start, pane in self._starts.items() if at is not None and start <= at.x]
        return before[-1] if before else ""

    async def on_click(self, event: events.Click) -> None:
        """Show the pane that what was clicked is chosen on, or shown."""
        pane = self._pane_at(event.get_content_offset(self))
        if pane:
            await self.app.run_action(f"show_pane('{pane}')")

    def tip_at(self, at: Offset) -> str:
        from gendertui.evaluation.glossary import Value

        pane = self._pane_at(at)
        if not pane:
            return ""
        figure = of_term("balanced_accuracy", Value(self.model, self.figure)) if self.figure else ""
        words = (PANES[pane], figure if pane == "predict" else "", f"A click: {help_of(self, way_to(pane))}")
        return " ".join(filter(None, words))
