"""The text fields of the app: calm under SSH and under test."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input


class Field(Input):
    """An Input whose cursor does not blink where animations are off (``TEXTUAL_ANIMATIONS=none``).

    :param enter: what Enter does in it, in a word for the footer; empty where that is nothing.
    """

    def __init__(self, *args: Any, enter: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enter = enter

    def on_mount(self) -> None:
        self.cursor_blink = self.app.animation_level != "none"
