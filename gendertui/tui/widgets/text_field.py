"""The text fields of the app: calm under SSH and under test."""

from __future__ import annotations

from textual.widgets import Input


class Field(Input):
    """An Input whose cursor does not blink where animations are off (``TEXTUAL_ANIMATIONS=none``)."""

    def on_mount(self) -> None:
        self.cursor_blink = self.app.animation_level != "none"
