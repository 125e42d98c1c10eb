"""The line at the top: device, active run with its progress, model in use. Always there, on every pane."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import RenderResult
from textual.reactive import reactive
from textual.widget import Widget

from gendertui.tui.formatting import shorten, tail
from gendertui.tui.widgets.bars import bar

PROGRESS_CELLS = 12


class Header(Widget):
    """One row: ``gendertui   device cpu   run quick ████──── 2/3   model shipped``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"header--name", "header--key", "header--bar", "header--rest"}

    device: reactive[str] = reactive("auto")
    run: reactive[str] = reactive("none")
    share: reactive[float | None] = reactive(None)
    model: reactive[str] = reactive("…")

    def render(self) -> RenderResult:
        """The parts, the run's name and the model's cut first when the terminal is narrow."""
        wide = self.size.width >= 110
        name, key, filled, rest = (
            self.get_component_rich_style(f"header--{part}") for part in ("name", "key", "bar", "rest")
        )
        room = 30 if wide else 16
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append("gendertui", name)
        gap = "     " if wide else "  "
        text.append(gap)
        text.append("device ", key)
        text.append(shorten(self.device if wide else self.device.partition(" ")[0], 46))
        text.append(gap)
        text.append("run ", key)
        text.append(shorten(self.run, room + 14))
        if self.share is not None:
            text.append(" ")
            text.append_text(bar(self.share, PROGRESS_CELLS if wide else 6, filled, rest))
            text.append(f" {self.share:.0%}")
        text.append(gap)
        text.append("model ", key)
        text.append(tail(self.model, room))
        return text
