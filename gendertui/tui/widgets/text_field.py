"""The text fields of the app: they write nothing while nobody types."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input


class Field(Input):
    """An Input whose cursor is a steady block: a blinking one writes to the terminal twice a second.

    :param enter: what Enter does in it, in a word for the footer; empty where that is nothing.
    """

    def __init__(self, *args: Any, enter: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enter = enter

    def on_mount(self) -> None:
        self.cursor_blink = False
