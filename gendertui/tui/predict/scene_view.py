"""A scored scene: what each speaker's lines say together, and every line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from gendertui import formatting
from gendertui.corpus.units import NO_UNITS, Noun
from gendertui.errors import GendertuiError
from gendertui.formatting import count
from gendertui.sanitize import escape_control
from gendertui.scoring.verdict import likelier_share, predicted_label
from gendertui.scoring.wording import character_accuracy, measured_on
from gendertui.tui.formatting import literal
from gendertui.tui.predict.scene import Scene
from gendertui.tui.predict.scene_reasons import parts_line, reasons_table
from gendertui.tui.session import session_of
from gendertui.tui.widgets.bars import COLUMNS
from gendertui.tui.widgets.prose import Prose
from gendertui.tui.widgets.table import Column, VirtualTable

if TYPE_CHECKING:
    from gendertui.scoring.character_words import Words
    from gendertui.scoring.characters import CharacterScore
    from gendertui.scoring.scene import SceneCharacter

CHARACTER_ROWS = 5
SPARK_CELLS = 20
SPARK_LEAST = 0.1
"""Half the span of the sparklines at least, so that a little looks little."""
CELL_CHARACTERS = 400
NOTHING = "–"
Paint = Callable[[], tuple[Style, Style]]


def speaker_columns(noun: Noun) -> tuple[Column, ...]:
    return (
        Column("name", noun.one, 14, grow=True),
        Column("lines", "lines", 5, right=True),
        Column("score", "score", 17),
        Column("moves", "line by line", SPARK_CELLS),
        Column("right", "right", 6, right=True),
    )


def line_columns(noun: Noun) -> tuple[Column, ...]:
    return (
        Column("number", "#", 4, right=True),
        Column("character", noun.one, 14),
        Column("alone", "alone", 10),
        Column("placed", "in this scene", 13),
        Column("text", "text", 24, grow=True),
    )


class SceneView(Vertical):
    """Speakers above, lines below; under the speakers what is known of such as the one under the cursor, and
    the parts of its score."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"scene--negative", "scene--positive"}

    @dataclass
    class LineOpened(Message):
        """A line was opened."""

        text: str

    @dataclass
    class CharacterOpened(Message):
        """A speaker was opened."""

        scene: Scene
        character: SceneCharacter

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.scene: Scene | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="scene-characters", classes="box"):
            yield VirtualTable(speaker_columns(NO_UNITS.noun("speaker")), id="character-table")
            yield Prose(id="character-words")
        with VerticalScroll(id="scene-why", classes="box", can_focus=False):
            yield Static(id="scene-why-words")
        with Vertical(id="scene-lines", classes="box"):
            yield VirtualTable(line_columns(NO_UNITS.noun("speaker")), id="line-table")

    def on_mount(self) -> None:
        self.query_one("#scene-lines").border_title = "Lines"
        self.watch(self.query_one("#character-table"), "cursor", self._say)

    def focus_lines(self) -> None:
        self.query_one("#line-table").focus()

    def show(self, scene: Scene) -> None:
        """Replace the scene."""
        self.scene = scene
        characters = self.query_one("#character-table", VirtualTable)
        characters.styles.height = min(len(scene.characters), CHARACTER_ROWS) + 1
        characters.show(
            CharacterRows(scene, self._paint), range(len(scene.characters)), columns=speaker_columns(scene.noun)
        )
        self.query_one("#scene-characters").border_title = literal(scene.noun.many.capitalize())
        lines = self.query_one("#line-table", VirtualTable)
        lines.show(SceneRows(scene, self._paint), range(len(scene.lines)), columns=line_columns(scene.noun))
        self.query_one("#scene-characters").display = bool(scene.characters)
        low, high = spark_bounds(scene.characters)
        why = " · ⏎ why" if any(character.score.parts for character in scene.characters) else ""
        self.query_one("#scene-characters").border_subtitle = literal(
            f"{scene.odds} · ▁ {formatting.probability(low)}  ▇ {formatting.probability(high)} {scene.labels[1]}{why}"
        )
        self.query_one("#scene-lines").border_subtitle = f"{count(len(scene.lines))} · ⏎ explains"
        self._say()

    def _say(self) -> None:
        scene = self.scene
        if scene is not None and scene.characters:
            place = self.query_one("#character-table", VirtualTable).cursor
            character = scene.characters[place]
            said = (about(character.score), parts_line(scene, character))
            self.query_one("#character-words", Static).update(Content("\n".join(filter(None, said))))
            self._say_why(scene, character)

    def _say_why(self, scene: Scene, character: SceneCharacter) -> None:
        """The words that weigh most, where there is room for them beside the lines."""
        box = self.query_one("#scene-why")
        if not character.score.parts or not self.screen.has_class("-huge"):
            box.set_class(False, "-known")
            return

        def found(words: Words) -> None:
            if self.is_attached and scene is self.scene:
                box.border_title = literal(f"Why {character.name} has this score")
                self.query_one("#scene-why-words", Static).update(reasons_table(scene, character, words))
                box.set_class(True, "-known")

        session_of(self).background(lambda: scene.scored.words(character), found, group="scene-why", awaited=True)

    def on_resize(self) -> None:
        self._say()

    def _paint(self) -> tuple[Style, Style]:
        return (
            self.get_component_rich_style("scene--negative", partial=True),
            self.get_component_rich_style("scene--positive", partial=True),
        )

    @on(VirtualTable.Opened, "#line-table")
    def _opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if self.scene is not None:
            self.post_message(self.LineOpened(self.scene.lines[event.row].text))

    @on(VirtualTable.Opened, "#character-table")
    def _character_opened(self, event: VirtualTable.Opened) -> None:
        event.stop()
        if self.scene is not None and self.scene.characters:
            self.post_message(self.CharacterOpened(self.scene, self.scene.characters[event.row]))


class CharacterRows:
    """One speaker a row.

    :param paint: the styles of the labels, negative and positive.
    """

    def __init__(self, scene: Scene, paint: Paint) -> None:
        self._scene = scene
        self._paint = paint
        self._bounds = spark_bounds(scene.characters)

    def __len__(self) -> int:
        return len(self._scene.characters)

    def cell(self, row: int, column: str) -> Text:

        character = self._scene.characters[row]
        score = character.score
        if column == "name":
            return Text(escape_control(character.name))
        if column == "lines":
            return Text(count(score.lines))
        if column == "moves":
            last = character.moves[-1]
            return Text(sparkline(character.moves, self._bounds, SPARK_CELLS), self._paint()[last >= 0.5])
        if column == "right":
            return Text(NOTHING if score.confidence is None else formatting.probability(score.confidence.accuracy))
        if score.probability is None:
            return Text(f"mean line {likelier_share(score.mean, self._scene.labels)}", "dim")
        return verdict(score.label, score.probability, self._scene.labels, self._paint())


class SceneRows:
    """One line a row; ``paint`` as for :class:`CharacterRows`."""

    def __init__(self, scene: Scene, paint: Paint) -> None:
        self._scene = scene
        self._paint = paint

    def __len__(self) -> int:
        return len(self._scene.lines)

    def cell(self, row: int, column: str) -> Text:

        line = self._scene.lines[row]
        scored = line.scored
        if column == "number":
            return Text(f"{row + 1}")
        if column == "character":
            return Text(NOTHING if line.character is None else escape_control(line.character))
        if column == "text":
            text = escape_control(line.text[:CELL_CHARACTERS])
            notes = [scored.what] if isinstance(scored, GendertuiError) else scored.notes
            # In front: beside two scores there is not always room for what comes after the text.
            return Text("  ".join([*(f"({note})" for note in notes), text]))
        if column == "placed":
            probability = self._scene.scored.in_its_scene(line)
            if probability is None:
                return Text(NOTHING, "dim")
            label = predicted_label(probability, self._scene.labels)
            return verdict(label, probability, self._scene.labels, self._paint())
        if isinstance(scored, GendertuiError):
            return Text("  ✗")
        if not scored.has_known_word:
            return Text("?", "dim")
        return verdict(scored.label, scored.probability, self._scene.labels, self._paint())


def verdict(label: str | None, probability: float, labels: tuple[str, str], styles: tuple[Style, Style]) -> Text:
    """``  62 % f``, or quietly ``? 52 % f`` where it can't tell."""
    if label is None:
        return Text(f"? {likelier_share(probability, labels)}", "dim")
    return Text(f"  {likelier_share(probability, labels)}", styles[probability >= 0.5])


def about(score: CharacterScore) -> str:
    """What is known of speakers with about as many lines. No interval is pretended for this one."""
    if score.probability is None:
        who = score.noun.many
        return f"This model has no score for {who}. Shown is what their mean line looks like: that says little."
    accuracy = character_accuracy(score)
    who = accuracy[:1].upper() + accuracy[1:]
    return f"{who} ({measured_on(score.confidence, score.noun)})." if score.confidence else f"{who}."


def spark_bounds(characters: Sequence[SceneCharacter]) -> tuple[float, float]:
    """What the lowest and the highest step of all sparklines stand for: as far below one half as above."""
    furthest = max((abs(value - 0.5) for character in characters for value in character.moves), default=0.0)
    half = max(furthest, SPARK_LEAST)
    return 0.5 - half, 0.5 + half


def sparkline(values: Sequence[float], bounds: tuple[float, float], cells: int) -> str:
    """One cell a value, or where there are more values than cells evenly taken ones, the last among them."""
    low, high = bounds
    # An odd number of steps: one half has one of its own.
    steps = COLUMNS[1:8]
    if len(values) > cells:
        values = [values[round((place + 1) * len(values) / cells) - 1] for place in range(cells)]
    shares = (min(max((value - low) / (high - low), 0.0), 1.0) for value in values)
    return "".join(steps[round(share * (len(steps) - 1))] for share in shares)
