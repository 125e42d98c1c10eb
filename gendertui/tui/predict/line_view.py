"""The answer to one line: verdict, bar, how often such a verdict is right, and the words it comes from."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from gendertui import formatting
from gendertui.corpus.units import Units
from gendertui.model.caution import small_print
from gendertui.scoring.verdict import CANNOT_TELL, NO_KNOWN_WORD, likelier_share, written_like
from gendertui.tui.formatting import literal, shorten
from gendertui.tui.predict.answer import Attributions, Prediction, SideBySide, difference
from gendertui.tui.predict.attributions import AttributionView
from gendertui.tui.predict.probability_bar import ProbabilityBar
from gendertui.tui.restyling import FewParts
from gendertui.tui.widgets.stable_static import StableStatic

IDLE = "Type a line, and see which label it is written like."
# After so long the words of an older line are dimmed.
STALE_SECONDS = 0.4
EDITS_CELLS = 400


class LineView(Vertical, FewParts):
    """Class ``-answered`` when there is an answer, ``-comparing`` when before and after stand side by side."""

    PARTS: ClassVar[frozenset[str]] = frozenset({"#line-right", "#small-print", "#line-why", "#line-compared"})

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._stale: Timer | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="answer"):
            yield StableStatic(id="verdict")
            yield ProbabilityBar()
            yield StableStatic(id="line-right")
            yield Static(id="small-print")
        with Vertical(id="line-why", classes="box"):
            yield AttributionView(id="line-words")
            yield StableStatic(id="line-legend")
        with Vertical(id="line-compared"):
            yield StableStatic(id="line-difference")
            with Vertical(id="line-sides"):
                with Vertical(id="line-before", classes="box"):
                    yield AttributionView(id="line-before-words")
                with Vertical(id="line-after", classes="box"):
                    yield AttributionView(id="line-after-words")
            yield StableStatic(id="line-compared-legend")

    def on_mount(self) -> None:
        self.query_one("#line-why").border_title = "Words"
        self.labels = ("", "")
        self.clear()

    @property
    def labels(self) -> tuple[str, str]:
        return self.query_one(ProbabilityBar).labels

    @labels.setter
    def labels(self, labels: tuple[str, str]) -> None:
        self.query_one(ProbabilityBar).labels = labels
        self.query_one("#line-why").border_subtitle = literal(f"+ towards {labels[1]} · − towards {labels[0]}")

    def caution(self, units: Units) -> None:
        """Say below every answer what it is not, by what the model's labels are about."""
        self.query_one("#small-print", Static).update(Content(small_print(units)))

    # What is shown

    def clear(self, words: str = IDLE) -> None:
        """No answer: ``words`` say why."""
        self.set_class(False, "-answered")
        self.query_one(ProbabilityBar).probability = None
        self.query_one("#verdict", StableStatic).update(Content.styled(words, "dim"))
        self._fresh()

    def show(self, answer: Prediction) -> None:
        """Show a verdict; its words may come later."""
        scored = answer.scored
        self.query_one(ProbabilityBar).probability = scored.probability if scored.has_known_word else None
        aside = "   " + " · ".join(answer.asides) if answer.asides else ""
        self.query_one("#verdict", StableStatic).update(Content.assemble(*verdict_of(answer), (aside, "dim")))
        self.query_one("#line-right", StableStatic).update(Content(f"{answer.right}." if answer.right else ""))
        self.set_class(True, "-answered")
        if self._stale is None:
            self._stale = self.set_timer(STALE_SECONDS, lambda: self._fade(True))

    def explain(self, reasons: Attributions) -> None:
        """Show the words of the line that was answered."""
        self._fresh()
        self.set_class(False, "-comparing")
        self.query_one("#line-words", AttributionView).show(reasons.words)
        self.query_one("#line-why").border_title = f"Words, {reasons.known}"
        self.query_one("#line-legend", StableStatic).update(Content(reasons.legend))

    def compare(self, both: SideBySide) -> None:
        """Show the words before and after an edit."""
        self._fresh()
        self.set_class(True, "-comparing")
        self.query_one("#line-difference", StableStatic).update(
            Content.assemble(("After the edit: ", "bold"), shorten(difference(both, self.labels), EDITS_CELLS))
        )
        for side, reasons, explained in (
            ("before", both.before, both.comparison.before),
            ("after", both.after, both.comparison.after),
        ):
            box = self.query_one(f"#line-{side}")
            scored = explained.scored
            share = Content.assemble(*share_of(scored.label, scored.probability, self.labels, brief=True))
            box.border_title = Content.assemble(f"{side.capitalize()}: ", share)
            self.query_one(f"#line-{side}-words", AttributionView).show(reasons.words)
        self.query_one("#line-compared-legend", StableStatic).update(Content(both.after.legend))

    def _fresh(self) -> None:
        if self._stale is not None:
            self._stale.stop()
            self._stale = None
        self._fade(False)

    def _fade(self, stale: bool) -> None:
        """Show the words as those of a line before this one, or not."""
        for words in self.query(AttributionView):
            words.set_class(stale, "-stale")


def verdict_of(answer: Prediction) -> list[tuple[str, str]]:
    """:func:`share_of` a line; of one without a known word why nothing is said."""
    scored = answer.scored
    if not scored.has_known_word:
        return [(CANNOT_TELL.capitalize(), "bold"), (f": {NO_KNOWN_WORD}", "")]
    return share_of(scored.label, scored.probability, answer.labels)


def share_of(
    label: str | None, probability: float, labels: tuple[str, str], *, brief: bool = False
) -> list[tuple[str, str]]:
    """``62 % written like lines labelled f``, or ``62 % f``; ``Can't tell, 52 % f``.

    :param probability: of the second label.
    """
    if label is None:
        return [(CANNOT_TELL.capitalize(), "bold"), (f", {likelier_share(probability, labels)}", "")]
    positive = probability >= 0.5
    share = formatting.probability(probability if positive else 1 - probability)
    likelier = labels[positive]
    paint = "bold $label-second" if positive else "bold $label-first"
    return [(f"{share} ", paint), (likelier if brief else written_like(likelier), "bold")]
