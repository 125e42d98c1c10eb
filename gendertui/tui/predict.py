"""The Predict pane: type a line, see its calibrated probability."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from gendertui.errors import ExitCode, GendertuiError
from gendertui.tui import history, keys
from gendertui.tui.choice import Choice
from gendertui.tui.field import Field
from gendertui.tui.pane import Pane
from gendertui.tui.probability import ProbabilityBar
from gendertui.tui.words import CANNOT_TELL, written_like

if TYPE_CHECKING:
    from gendertui.model.store import ModelInfo
    from gendertui.scoring.scorer import ScoredLine, Scorer

EXAMPLE = "I love you, but I have to go."
OFFERS = (
    ("offer-corpus", "Get the film corpus (9.9 MB)", "to look at and to train on"),
    ("offer-train", "Train quick (about 90 s)", "a small network of your own"),
)
IDLE = "Type a line, and see which label it is written like."
PAUSE_SECONDS = 0.12
SHOWN = 200


class Prompt(Field):
    """The field: ↑ and ↓ walk through the history, as in a shell."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in keys.bindings("predict") if binding.action in ("older", "newer")
    ]

    @dataclass
    class Walked(Message):
        """``by`` lines newer (older where negative) were asked for."""

        by: int

    def action_older(self) -> None:
        self.post_message(self.Walked(-1))

    def action_newer(self) -> None:
        self.post_message(self.Walked(1))


class PredictPane(Pane):
    """Prompt, answer, history; on a first launch also the two offers."""

    ABOUT: ClassVar[str] = (
        "Type a line of dialogue. While you type, the model in use says which of its two labels the line is written "
        "like, as a calibrated probability at even odds: before seeing the line, both labels count as equally "
        "likely. Between 45 and 55 % it can't tell.\n\n"
        "The labels are a corpus's labels for scripted characters, and there are two of them because the corpus has "
        "two. This measures how screenwriters write. It does not tell a real person's gender, and at these "
        "accuracies no single line does."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in keys.bindings("predict") if binding.action not in ("older", "newer")
    ]

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._history: list[history.Asked] = []
        self._place = 0
        self._draft = ""
        self._pause: Timer | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="ask"):
            yield Prompt(placeholder=f"{EXAMPLE}   (⏎ tries this one)", id="prompt", select_on_focus=False)
        with Vertical(id="answer"):
            yield Static(id="verdict")
            yield ProbabilityBar()
            yield Static(id="small-print")
        with Vertical(id="offers", classes="box"):
            for name, says, about in OFFERS:
                with Horizontal(id=name):
                    yield Button(says, id=f"{name}-button", compact=True)
                    yield Static(about)
        yield OptionList(id="history")

    def on_mount(self) -> None:
        self.query_one("#ask").border_title = "A line of dialogue"
        self.query_one("#history").border_title = "History"
        offers = self.query_one("#offers")
        offers.border_title = "To begin with"
        offers.display = False
        self._show(None)
        self.watch(self.app, "scorer", self._model_changed)
        self.watch(self.app, "corpus", self._look_for_offers)
        self.gendertui.background(_read_history, self._show_history, group="history")

    def focus_first(self) -> None:
        self.query_one("#prompt").focus()

    # Asking

    @on(Input.Changed, "#prompt")
    def _typed(self) -> None:
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE_SECONDS, lambda: self._score(keep=False))

    @on(Input.Submitted, "#prompt")
    def _submitted(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            prompt = self.query_one("#prompt", Input)
            prompt.value = EXAMPLE
            prompt.cursor_position = len(EXAMPLE)
        self._score(keep=True)

    def _score(self, *, keep: bool) -> None:
        if self._pause is not None:
            self._pause.stop()
        text = self.query_one("#prompt", Input).value
        scorer = self.gendertui.scorer
        if not text.strip():
            self._show(None)
            return
        if scorer is None:
            if keep:
                self._no_model()
            return

        def done(scored: ScoredLine) -> None:
            self._show(scored)
            if keep:
                self._keep(scored, scorer)

        # A line that is to be kept is not dropped for the sake of the next keystroke.
        self.gendertui.background(lambda: scorer.score(text), done, group="keep" if keep else "score")

    def _no_model(self) -> None:
        self.gendertui.show_error(
            GendertuiError(
                "there is no model to answer",
                hint="Train one (the Configure pane's Start), or wait until the one in use is read.",
                code=ExitCode.MODEL,
            )
        )

    def _keep(self, scored: ScoredLine, scorer: Scorer) -> None:
        asked = history.Asked(
            text=scored.text,
            probability=scored.probability,
            label=scored.label,
            labels=scorer.bundle.labels,
            model=scored.model,
            time=self.gendertui.clock(),
        )
        self.gendertui.background(lambda: history.append(asked), group=f"history-{asked.time}")
        self._show_history([*self._history, asked])

    def _show(self, scored: ScoredLine | None) -> None:
        bar = self.query_one(ProbabilityBar)
        verdict = self.query_one("#verdict", Static)
        small_print = self.query_one("#small-print", Static)
        self.set_class(scored is not None, "-answered")
        if scored is None:
            bar.probability = None
            verdict.update(Content.styled(IDLE, "dim"))
            small_print.update("")
            return
        bar.probability = scored.probability
        verdict.update(_verdict(scored.label, scored.probability, bar.labels))
        small_print.update(
            Content(
                f"{scored.known} of {len(scored.tokens)} tokens known · calibrated, at even odds · {scored.model}\n"
                "One line says little: this measures how screenwriters write."
            )
        )

    # History

    def _show_history(self, lines: list[history.Asked]) -> None:
        self._history = lines
        self._place = len(lines)
        options = self.query_one("#history", OptionList)
        options.clear_options()
        options.add_options([Option(_row(asked)) for asked in reversed(lines[-SHOWN:])])
        options.border_subtitle = f"{len(lines)}" if lines else ""
        self.set_class(bool(lines), "-asked")

    @on(Prompt.Walked)
    def _walk(self, event: Prompt.Walked) -> None:
        prompt = self.query_one("#prompt", Input)
        if self._place == len(self._history):
            self._draft = prompt.value
        self._place = max(0, min(self._place + event.by, len(self._history)))
        at_end = self._place == len(self._history)
        prompt.value = self._draft if at_end else self._history[self._place].text
        prompt.cursor_position = len(prompt.value)

    @on(OptionList.OptionSelected, "#history")
    def _taken(self, event: OptionList.OptionSelected) -> None:
        prompt = self.query_one("#prompt", Input)
        prompt.value = self._history[len(self._history) - 1 - event.option_index].text
        prompt.cursor_position = len(prompt.value)
        prompt.focus()

    def action_prompt(self) -> None:
        self.query_one("#prompt").focus()

    # Model

    def _model_changed(self, scorer: Scorer | None) -> None:
        if scorer is None:
            return
        self.query_one(ProbabilityBar).labels = scorer.bundle.labels
        self.query_one("#ask").border_subtitle = Content(f"answered by {scorer.bundle.name}").markup
        self._score(keep=False)
        self._look_for_offers()

    def action_model(self) -> None:
        def choose(models: list[ModelInfo]) -> None:
            answers = [
                (model.name, model.name + ("  (comes with the program)" if model.shipped else ""), model.headline)
                for model in models
            ]
            at = next((place for place, model in enumerate(models) if model.name == self.gendertui.model_name), 0)
            self.app.push_screen(Choice("Model", "", answers, at=at), self._chosen)

        self.gendertui.background(_models, choose, group="models")

    def _chosen(self, name: str | None) -> None:
        if name is not None:
            self.gendertui.use_model(name, remember=True)

    # Offers

    def _look_for_offers(self) -> None:
        self.gendertui.background(_at_hand, self._show_offers, group="offers")

    def _show_offers(self, at_hand: tuple[bool, bool]) -> None:
        corpus, model = at_hand
        self.query_one("#offers").display = not (corpus and model)
        self.query_one("#offer-corpus").display = not corpus
        self.query_one("#offer-train").display = not model

    @on(Button.Pressed, "#offer-corpus-button")
    async def _get_corpus(self) -> None:
        self.gendertui.download_corpus()
        await self.gendertui.show_pane("corpus")

    @on(Button.Pressed, "#offer-train-button")
    def _train_quick(self) -> None:
        self.gendertui.train_quick()


def _verdict(label: str | None, probability: float, labels: tuple[str, str]) -> Content:
    if label is None:
        return Content.assemble((f"{CANNOT_TELL.capitalize()}", "bold"), f"   {probability:.0%} {labels[1]}")
    positive = label == labels[1]
    share = probability if positive else 1 - probability
    return Content.assemble(
        (f"{share:.0%} ", "bold $text-accent" if positive else "bold $text-secondary"), (written_like(label), "bold")
    )


def _row(asked: history.Asked) -> Content:
    from gendertui.corpus.figures import clean

    if asked.label is None:
        head = (f"{max(asked.probability, 1 - asked.probability):5.0%} {'?':>2}  ", "dim")
    else:
        positive = asked.label == asked.labels[1]
        share = asked.probability if positive else 1 - asked.probability
        head = (f"{share:5.0%} {asked.label:>2}  ", "$text-accent" if positive else "$text-secondary")
    return Content.assemble(head, clean(asked.text))


def _read_history() -> list[history.Asked]:
    import gendertui.corpus.figures  # noqa: F401  (imported here, in the thread, so that drawing the rows need not)

    return history.read()


def _models() -> list[ModelInfo]:
    from gendertui.model.store import list_models

    return list_models()


def _at_hand() -> tuple[bool, bool]:
    """Whether the film corpus is on this machine, and whether a model trained here is."""
    from gendertui.corpus.load import CORNELL, download_target
    from gendertui.model.store import list_models

    return download_target(CORNELL).exists(), any(not model.shipped for model in list_models())
