"""Where a scene is typed, or pasted by a terminal that cannot paste many lines at once."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Button, Static, TextArea

from gendertui.tui.hints import LEAVES, hints
from gendertui.tui.keys import bindings
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import SCREEN_KEYS, closing
from gendertui.tui.session import session_of

ABOUT = "NAME: line, a line each; or a screenplay's centred names with the lines below them."


class SceneEditor(Dialog[str | None]):
    """The result is the text, or ``None`` when it was left as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *closing("escape"),
        *bindings(SCREEN_KEYS["scene"]),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog", id="scene-editor") as box:
            box.border_title = "A scene"
            box.border_subtitle = hints(self, ("scene.score", "scores"), LEAVES)
            yield Static(ABOUT)
            yield TextArea(self._text, soft_wrap=True, tab_behavior="focus", id="scene-text")
            yield Button(f"Score ({session_of(self).keymap.shown('scene.score')})", id="scene-score", compact=True)

    def on_mount(self) -> None:
        area = self.query_one(TextArea)
        area.cursor_blink = False
        area.focus()

    @on(Button.Pressed, "#scene-score")
    def action_score(self) -> None:
        text = self.query_one(TextArea).text
        if text.strip():
            self.dismiss(text)
