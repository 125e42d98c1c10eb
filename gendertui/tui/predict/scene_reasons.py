"""Why a speaker of a scene has its score: its parts, and the words that weigh most in each, as signed numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.formatting import number
from gendertui.sanitize import escape_control
from gendertui.tui.formatting import literal
from gendertui.tui.hints import CLOSES, hints
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing

if TYPE_CHECKING:
    from gendertui.scoring.character_words import Words
    from gendertui.scoring.scene import SceneCharacter
    from gendertui.tui.predict.scene import Scene
    from gendertui.tui.session import Session

NO_PARTS = "This model scores {speakers} by the mean of their lines alone: open a line to see its words."


class SceneReasons(Dialog[None]):
    """Closes with esc, enter, or the key that leaves the app."""

    BINDINGS: ClassVar[list[BindingType]] = [*closing("escape,enter", "passage")]

    def __init__(self, scene: Scene, character: SceneCharacter, words: Words) -> None:
        super().__init__()
        self._scene = scene
        self._character = character
        self._words = words

    def compose(self) -> ComposeResult:
        positive = self._scene.labels[1]
        with VerticalScroll(classes="dialog", id="scene-reasons") as box:
            box.border_title = literal(self._character.name)
            box.border_subtitle = hints(self, CLOSES)
            yield Static(Content(f"What each part adds to the log-odds of {positive}, and the words that weigh most."))
            yield Static(reasons_table(self._scene, self._character, self._words))

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()


def open_reasons(app: Session, scene: Scene, character: SceneCharacter) -> None:
    """Find the words off the event loop and show them; say so where the model weighs none."""
    if not character.score.parts:
        app.say(NO_PARTS.format(speakers=scene.noun.many))
        return

    def found(words: Words) -> None:
        app.push_screen(SceneReasons(scene, character, words))

    app.background(lambda: scene.scored.words(character), found, group="scene-reasons", awaited=True)


def reasons_table(scene: Scene, character: SceneCharacter, words: Words) -> Table:
    """A part a row with its number, below it its words; the last two rows are what is always added and the sum."""
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", no_wrap=True, style="bold")
    table.add_column(ratio=1)
    for name, phrase, value in scene.parts_of(character):
        table.add_row(signed(value), phrase)
        if words.get(name):
            # Commas are words too.
            each = (f"{escape_control(word.words)} {signed(word.log_odds)}" for word in words[name])
            table.add_row("", Text(" · ".join(each), "dim"))
    table.add_row(signed(character.score.offset), "the same for everyone")
    table.add_row(signed(log_odds(character)), "in all, at even odds")
    return table


def parts_line(scene: Scene, character: SceneCharacter) -> str:
    """``Log-odds of f +1.20: its lines, one by one −0.20 · …``; nothing for a score without parts."""
    parts = [f"{phrase} {signed(value)}" for _, phrase, value in scene.parts_of(character)]
    if not parts:
        return ""
    parts.append(f"the same for everyone {signed(character.score.offset)}")
    return f"Log-odds of {scene.labels[1]} {signed(log_odds(character))}: {' · '.join(parts)}"


def log_odds(character: SceneCharacter) -> float:
    """Of the positive label at even odds: the sum of the parts."""
    return sum(character.score.parts.values()) + character.score.offset


def signed(value: float) -> str:
    return number(value, 2, sign=True)
