"""The model that answers: how good it is, how often it is right when it is that sure, and what the words mean.

On screens that have the room for it beside the line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.corpus.units import LINE, Noun, Units
from gendertui.formatting import count, percent, percent_interval, probability, span
from gendertui.model.answers import GUESSING
from gendertui.sanitize import escape_control
from gendertui.tui.formatting import literal
from gendertui.tui.session import session_of
from gendertui.tui.widgets.answers import answers_text
from gendertui.tui.widgets.bars import EIGHTHS, REST
from gendertui.tui.widgets.stable_static import StableStatic
from gendertui.tui.widgets.terms import terms_text

if TYPE_CHECKING:
    from gendertui.model.answers import Answer
    from gendertui.scoring.scorer import ScoredLine, Scorer
    from gendertui.scoring.track_record import Confidence

TERMS = ("even odds", "calibration", "balanced_accuracy", "auc", "tfidf-logistic", "interval", "validation")
"""What stands on the pane, by the glossary's keys."""
BAR_CELLS = 20


@dataclass(frozen=True)
class Standing:
    """What a model's report says, read off the event loop."""

    name: str
    figure: str
    answers: Sequence[Answer]
    lines: Sequence[Confidence]
    speakers: Sequence[Confidence]
    units: Units


class ModelPanel(VerticalScroll):
    """Boxes over one another; it scrolls where they do not fit. Class ``-known`` once the report is read."""

    def compose(self) -> ComposeResult:
        for name, title in (
            ("model-standing", "The model that answers"),
            ("model-lines", "How often it is right when it is so sure of a line"),
            ("model-speakers", ""),
            ("model-terms", "What it means"),
        ):
            with Vertical(id=name, classes="box fitting") as box:
                box.border_title = title
                yield StableStatic() if name == "model-lines" else Static()

    def on_mount(self) -> None:
        self._standing: Standing | None = None
        self._scored: ScoredLine | None = None
        self.watch(self.app, "scorer", self._model_changed)

    def _model_changed(self, scorer: Scorer | None) -> None:
        if scorer is not None:
            session_of(self).background(lambda: read(scorer), self._show, group="standing", failed=self._failed)

    def _failed(self, _: Exception) -> None:
        # A report that cannot be read says so with every answer.
        self._standing = None
        self.set_class(False, "-known")

    def _show(self, standing: Standing) -> None:
        self._standing = standing
        noun = standing.units.noun(standing.units.whole)
        self._fill("model-standing", Content("\n").join((_head(standing), answers_text(standing.answers))))
        self._fill("model-speakers", _speakers(standing.speakers, noun))
        self._fill("model-terms", terms_text(TERMS, standing.units))
        self.query_one("#model-speakers").border_title = literal(f"How often it is right, by the lines of a {noun.one}")
        self.query_one("#model-speakers").display = bool(standing.speakers)
        self.query_one("#model-lines").display = bool(standing.lines)
        self._draw_lines()
        self.set_class(True, "-known")

    def _fill(self, box: str, content: Content) -> None:
        self.query_one(f"#{box} Static", Static).update(content)

    def point(self, scored: ScoredLine | None) -> None:
        """Mark the row of a line that was answered; ``None`` marks none."""
        self._scored = scored
        self._draw_lines()

    def _draw_lines(self) -> None:
        standing, scored = self._standing, self._scored
        if standing is None:
            return
        sure = None
        if scored is not None and scored.has_known_word:
            sure = max(scored.even_probability, 1 - scored.even_probability)
        rows = _rows(
            standing.lines,
            lambda each: f"{100 * each.lower:.0f}–{100 * (each.upper or 1):.0f} %",
            LINE,
            None if sure is None else next((each for each in standing.lines if each.holds(sure)), None),
        )
        self.query_one("#model-lines StableStatic", StableStatic).update(rows)


def read(scorer: Scorer) -> Standing:
    """For a thread.

    :raises GendertuiError: the report is missing or damaged.
    """
    record = scorer.record
    return Standing(
        escape_control(scorer.bundle.name),
        record.evidence.beside(""),
        record.answers,
        record.lines,
        record.speakers,
        scorer.bundle.units,
    )


def _head(standing: Standing) -> Content:
    return Content.assemble((standing.name, "bold $model"), (standing.figure, "$model"))


def _speakers(speakers: Sequence[Confidence], noun: Noun) -> Content:
    return _rows(speakers, lambda each: span(each.lower, each.upper), noun, None)


def _rows(
    stretches: Sequence[Confidence], named: Callable[[Confidence], str], noun: Noun, here: Confidence | None
) -> Content:
    """``▶ 60–70 %  ████▌───  64 % (59–69)  2,970 lines`` each; the bar is empty at guessing."""
    names = [named(each) for each in stretches]
    edge = max(map(len, names), default=0)
    most = max((len(count(each.n)) for each in stretches), default=0)
    lines = []
    for each, name in zip(stretches, names, strict=True):
        between = percent_interval(each.low, each.high, 0)
        line = Content.assemble(
            "▶ " if each is here else "  ",
            f"{name:>{edge}}  ",
            (_bar((each.accuracy - GUESSING) / (1 - GUESSING)), "$model"),
            f"  {probability(each.accuracy):>4} ",
            (f"{f'({between})' if between else '':<8}  {count(each.n):>{most}} {noun.many}", "dim"),
        )
        lines.append(line.stylize("bold") if each is here else line)
    lines.append(Content.styled(" " * (edge + 4) + f"{percent(GUESSING, 0)} is guessing", "dim"))
    return Content("\n").join(lines)


def _bar(share: float) -> str:
    whole, part = divmod(round(min(max(share, 0.0), 1.0) * BAR_CELLS * 8), 8)
    filled = "█" * whole + (EIGHTHS[part] if part else "")
    return filled + REST * (BAR_CELLS - len(filled))
