"""The Predict pane: type a line, see its calibrated probability and its reasons; paste a scene, see its speakers."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input

from gendertui.corpus.units import FILM_UNITS
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.caution import caution
from gendertui.scoring.prior import Prior
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.formatting import literal
from gendertui.tui.hints import help_of
from gendertui.tui.keys import bindings
from gendertui.tui.pane import Pane
from gendertui.tui.panes import PANES
from gendertui.tui.predict import answer as answering
from gendertui.tui.predict import export, history_file, scene
from gendertui.tui.predict.answer import Attributions, LoadedModel, Prediction, Query, SideBySide
from gendertui.tui.predict.first_steps import Offers
from gendertui.tui.predict.frame_hold import FrameHold
from gendertui.tui.predict.history_list import HistoryList, HistoryScreen
from gendertui.tui.predict.latest_only import LatestOnly
from gendertui.tui.predict.line_view import LineView
from gendertui.tui.predict.model_choice import model_question
from gendertui.tui.predict.model_panel import ModelPanel
from gendertui.tui.predict.prior import ask_odds
from gendertui.tui.predict.prompt import WALKS, Prompt, asks_for, lines_of
from gendertui.tui.predict.scene_editor import SceneEditor
from gendertui.tui.predict.scene_reasons import open_reasons
from gendertui.tui.predict.scene_view import SceneView
from gendertui.tui.restyling import FewParts

if TYPE_CHECKING:
    from gendertui.model.listing import ModelInfo
    from gendertui.scoring.scorer import Scorer

EXAMPLE = "I love you, but I have to go."
LONG_SCENE = 100_000
"""Characters: from here on scoring takes long enough to be announced."""
NO_MODEL = "No model is loaded yet."
OF_A_LINE = ("compare", "search", "clear_history")
OF_A_SCENE = ("save",)


class PredictPane(Pane, FewParts):
    """A line: prompt, answer, history, and on a first launch the two offers. Or a scene, in the same place."""

    ABOUT: ClassVar[str] = (
        "Type a line. While you type, the model in use says which of its two labels the line is written "
        "like, as a calibrated probability. At even odds both labels count as equally likely before the line is seen; "
        "[predict.odds] sets others. Between 45 and 55 % it can't tell.\n\n"
        "{caution}\n\n"
        "The number under a word is by how much the log-odds change when the word becomes unknown: above zero it "
        "pulls towards the second label, below towards the first. Words act together, so the numbers do not sum. "
        "[predict.compare] keeps the line as it is; edit it, and before and after stand side by side.\n\n"
        "Paste several lines and they are a scene: NAME: line, or a screenplay's centred names. A speaker's lines "
        "together say more than any one of them, and how often such an answer is right stands with it. Each line is "
        "shown alone, and in this scene: with its speaker's other lines and all that is said to the speaker. Enter on "
        "a speaker shows the words that weigh most.\n\n"
        "The lines you enter stay on this machine, in the history, until you clear it. Where the setting history is "
        "off, nothing is kept."
    )
    PARTS: ClassVar[frozenset[str]] = frozenset({"#one-line", "#scene-view", "#history", "#model-lines"})
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(key for key in PANES["predict"].keys if key.action not in WALKS)]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._oracle: LoadedModel | None = None
        self._odds = Prior()
        self._before: str | None = None
        self._answer: Prediction | None = None
        self._reasons: Attributions | None = None
        self._scene_text: str | None = None
        self._numbers = itertools.count()

    def compose(self) -> ComposeResult:
        with Vertical(id="asking"):
            with Vertical(id="one-line"):
                with Vertical(id="ask"):
                    hint = f"{EXAMPLE}   (⏎ tries this one)"
                    prompt = Prompt(placeholder=hint, id="prompt", select_on_focus=False, enter="Keep")
                    yield prompt.with_tooltip(help_of(self, "predict.prompt"))
                yield LineView(id="line")
                yield Offers(id="offers", classes="box")
                yield HistoryList(id="history")
            yield SceneView(id="scene-view")
        yield ModelPanel(id="model-panel", can_focus=False)

    def on_mount(self) -> None:
        app = self.gendertui
        self._scoring = LatestOnly(app, "score", answering.answer, self._scored, self._failed, awaited=True)
        self._explaining = LatestOnly(app, "explain", answering.explain, self._explained, self._failed)
        self._frame = FrameHold(app)
        self._line = self.query_one(LineView)
        self._offers = self.query_one(Offers)
        self._prompt = self.query_one(Prompt)
        self._panel = self.query_one(ModelPanel)
        # With the letter itself: when its Changed arrives it is on the screen already.
        self.watch(self._prompt, "value", self._frame.hold, init=False)
        self._title()
        self._history = self.query_one(HistoryList)
        self.watch(app, "scorer", self._model_changed)
        app.background(_read_history, self._history_read, group="history")

    @property
    def about(self) -> str:
        oracle = self._oracle
        return self.ABOUT.format(caution=NO_MODEL if oracle is None else caution(oracle.units, oracle.labels))

    def focus_first(self) -> None:
        if self.has_class("-scene"):
            self.query_one(SceneView).focus_lines()
        else:
            self._prompt.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of a line act at a line, those of a scene at a scene."""
        if action in (OF_A_LINE if self.has_class("-scene") else OF_A_SCENE):
            return False
        return super().check_action(action, parameters)

    # Asking

    @on(Input.Changed, "#prompt")
    def _ask(self) -> None:
        text = self._prompt.value
        if not text.strip():
            self._scoring.forget()
            self._explaining.forget()
            self._answer = self._reasons = None
            self._line.clear()
            self._panel.point(None)
            self._offers.set_class(False, "-answered")
        elif self._oracle is not None:
            self._scoring.ask(Query(self._oracle, text, self._odds, self._before))

    def _scored(self, asked: Query, answer: Prediction) -> None:
        self._frame.release()
        if not self._prompt.value.strip():
            return
        if self._answer is not None and self._answer.scored.text != asked.text:
            self._reasons = None
        self._answer = answer
        self._line.show(answer)
        self._panel.point(answer.scored)
        self._offers.set_class(True, "-answered")
        if asked.text != self._prompt.value:
            return
        reasons = answering.unexplained(answer.scored)
        if reasons is None:
            self._explaining.ask(asked)
        else:
            self._explaining.forget()
            self._explained(asked, reasons)

    def _explained(self, asked: Query, reasons: Attributions | SideBySide) -> None:
        # Another answer is on its way when the line is another one by now.
        if asked.text != self._prompt.value or asked.before != self._before:
            return
        if isinstance(reasons, SideBySide):
            self._reasons = reasons.after
            self._line.compare(reasons)
        else:
            self._reasons = reasons
            self._line.explain(reasons)

    def _failed(self, asked: Query, error: Exception) -> None:
        self._frame.release()
        if not isinstance(error, GendertuiError):
            self.gendertui.show_error(error)
        elif asked.text == self._prompt.value:
            self._answer = self._reasons = None
            self._line.clear(f"✗ {error}")
            self._offers.set_class(False, "-answered")

    @on(Input.Submitted, "#prompt")
    def _submitted(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            self._prompt.put(EXAMPLE)
        oracle, text = self._oracle, self._prompt.value
        if oracle is None:
            self._no_model()
            return
        now = self.gendertui.clock()
        # A line that is to be kept is not dropped for the sake of the next one.
        group = f"keep-{next(self._numbers)}"
        self.gendertui.background(lambda: _keep(oracle, text, now), self._history_grown, group=group, awaited=True)

    def _no_model(self) -> None:
        self.gendertui.show_error(
            GendertuiError(
                "there is no model to answer",
                hint="Train one (the Configure pane's Start), or wait until the one in use is read.",
                code=ExitCode.MODEL,
            )
        )

    def action_prompt(self) -> None:
        self._show_scene(False)
        self._prompt.focus()

    def action_odds(self) -> None:
        if (oracle := self._oracle) is None:
            self._no_model()
            return

        def ask(natural: float | None) -> None:
            ask_odds(self.gendertui, self._odds, oracle.labels[1], natural, self._odds_chosen)

        self.gendertui.background(lambda: oracle.natural_rate, ask, group="odds", awaited=True)

    def _odds_chosen(self, odds: Prior) -> None:
        self._odds = odds
        self._ask_again()

    def _ask_again(self) -> None:
        """Other odds or another model: what is shown is no longer so."""
        self._ask()
        if self._scene_text is not None:
            self._score_scene(self._scene_text, show=False)

    def action_compare(self) -> None:
        text = self._prompt.value
        if self._before is None and not text.strip():
            self.gendertui.say("Type the line that is to be compared first.")
            return
        if self._before is None and self._answer is not None and answering.unexplained(self._answer.scored):
            self.gendertui.say("This line is too long to be compared.")
            return
        self._before = text if self._before is None else None
        self._title()
        self._ask()
        self._prompt.focus()

    def _title(self) -> None:
        self.set_class(self._before is not None, "-comparing")
        self.query_one("#ask").border_title = (
            literal(asks_for(FILM_UNITS if self._oracle is None else self._oracle.units))
            if self._before is None
            else f"Edit the line ({self.gendertui.keymap.shown('predict.compare')} ends the comparison)"
        )

    def action_copy(self) -> None:
        shown = self.query_one(SceneView).scene
        if self.has_class("-scene") and shown is not None:
            export.copy(self.gendertui, export.as_csv(shown))
        elif self._answer is not None:
            export.copy(self.gendertui, export.as_text(self._answer, self._reasons))
        else:
            self.gendertui.say("There is no answer to copy yet.")

    # Scene

    @on(Prompt.ScenePasted)
    def _scene_pasted(self, event: Prompt.ScenePasted) -> None:
        self._score_scene(event.text)

    def on_paste(self, event: events.Paste) -> None:
        """Pasted while the prompt has not the focus: what pasting into it would do."""
        if len(lines_of(event.text)) > 1:
            self._score_scene(event.text)
        elif not self._prompt.has_focus:
            self.action_prompt()
            self._prompt.post_message(events.Paste(event.text))

    def action_scene(self) -> None:
        """The scene of before, where one is and a line is shown; else the editor."""
        if self.query_one(SceneView).scene is not None and not self.has_class("-scene"):
            self._show_scene(True)
            return

        def edited(text: str | None) -> None:
            if text is not None:
                self._score_scene(text)

        self.app.push_screen(SceneEditor(self._scene_text or ""), edited)

    def _score_scene(self, text: str, *, show: bool = True) -> None:
        oracle, odds = self._oracle, self._odds
        # Kept also where nothing can answer yet: nobody types a scene twice.
        self._scene_text = text
        if oracle is None:
            self._no_model()
            return
        if len(text) > LONG_SCENE:
            self.gendertui.say("Scoring a long scene …")

        def done(scored: scene.Scene) -> None:
            self.query_one(SceneView).show(scored)
            if show:
                self._show_scene(True)

        self.gendertui.background(lambda: scene.score(oracle, text, odds), done, group="scene", awaited=True)

    def _show_scene(self, show: bool) -> None:
        self.set_class(show, "-scene")
        self.focus_first()
        self.refresh_bindings()

    @on(SceneView.LineOpened)
    def _line_opened(self, event: SceneView.LineOpened) -> None:
        self._prompt.put(event.text)
        self._show_scene(False)

    @on(SceneView.CharacterOpened)
    def _character_opened(self, event: SceneView.CharacterOpened) -> None:
        open_reasons(self.gendertui, event.scene, event.character)

    def action_save(self) -> None:
        shown = self.query_one(SceneView).scene
        if shown is not None:
            export.save(self.gendertui, shown)

    # History

    def _history_read(self, read: tuple[bool, list[history_file.HistoryEntry]]) -> None:
        self._history.kept, lines = read
        self._history.show(lines)
        self.set_class(bool(lines) or not self._history.kept, "-asked")

    def _history_grown(self, asked: history_file.HistoryEntry) -> None:
        self._history.add(asked)
        self.set_class(True, "-asked")

    @on(Prompt.Walked)
    def _walk(self, event: Prompt.Walked) -> None:
        self._prompt.put(self._history.walk(event.by, self._prompt.value))

    @on(HistoryList.Taken)
    def _taken(self, event: HistoryList.Taken) -> None:
        self._take(event.text)

    def _take(self, text: str | None) -> None:
        if text is not None:
            self._prompt.put(text)
            self._prompt.focus()

    def action_search(self) -> None:
        self.app.push_screen(HistoryScreen(self._history.lines, kept=self._history.kept), self._take)

    def action_clear_history(self) -> None:
        def answered(go: bool | None) -> None:
            if go:
                self.gendertui.background(
                    history_file.clear, lambda _: self._history_read((kept, [])), group="history", awaited=True
                )

        kept = self._history.kept
        answers = [(False, "Keep it", ""), (True, "Clear it", "It cannot be brought back.")]
        question = "Forget every line of the history, those of earlier sessions too?"
        self.app.push_screen(Choice("Clear the history", question, answers), answered)

    # Model

    def _model_changed(self, scorer: Scorer | None) -> None:
        if scorer is not None:
            self.gendertui.background(lambda: LoadedModel(scorer), self._oracle_made, group="oracle")

    def _oracle_made(self, oracle: LoadedModel) -> None:
        self._oracle = oracle
        self._line.labels = oracle.labels
        self._line.caution(oracle.units)
        self._title()
        self.query_one("#ask").border_subtitle = literal(f"answered by {oracle.by}")
        self._ask_again()

    def action_model(self) -> None:
        def choose(models: list[ModelInfo]) -> None:
            self.app.push_screen(model_question(models, self.gendertui.model_name), self._chosen)

        self.gendertui.background(_models, choose, group="models", awaited=True)

    def _chosen(self, name: str | None) -> None:
        if name is not None:
            self.gendertui.use_model(name, remember=True)


def _keep(oracle: LoadedModel, text: str, now: float) -> history_file.HistoryEntry:
    """Score a line at even odds and write it down."""
    scored = oracle.scorer.score(text)
    asked = history_file.HistoryEntry(
        text, scored.probability, scored.label, oracle.scorer.bundle.labels, scored.model, now
    )
    history_file.append(asked)
    return asked


def _read_history() -> tuple[bool, list[history_file.HistoryEntry]]:
    return history_file.kept(), history_file.read()


def _models() -> list[ModelInfo]:
    from gendertui.model.store import list_models

    return list_models()
