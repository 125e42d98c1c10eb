"""All lines of a unit whose label looks wrong, each between what is said before and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.formatting import count, probability
from gendertui.tui.formatting import literal
from gendertui.tui.hints import CLOSES, hints
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing, decisions
from gendertui.tui.session import session_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gendertui.corpus.table import Corpus
    from gendertui.evaluation.suspects.listing import Passage, Suspect

LONGEST = 2_000
"""Characters of a line that are shown."""


class SuspectLines(Dialog[str | None]):
    """Closes with esc, or with a decision, which is its result: ``right``, ``other``, ``leave-out``, ``first``,
    ``second``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *closing("escape,enter", "suspects"),
        *decisions(),
    ]

    def __init__(self, corpus: Corpus, suspect: Suspect) -> None:
        super().__init__()
        self._corpus = corpus
        self._suspect = suspect

    def compose(self) -> ComposeResult:
        suspect = self._suspect
        with VerticalScroll(classes="dialog", id="suspect-lines") as box:
            box.border_title = literal(" · ".join(part for part in (suspect.name, suspect.group) if part))
            box.border_subtitle = hints(self, *deciding(suspect), CLOSES)
            yield Static(heading(suspect))
            yield Static(id="suspect-passages")

    def on_mount(self) -> None:
        from gendertui.evaluation.suspects.listing import passages_of

        corpus, key = self._corpus, self._suspect.key
        self.query_one(VerticalScroll).focus()
        session_of(self).background(lambda: passages_of(corpus, key), self._show, group="suspect-lines", awaited=True)

    def _show(self, passages: Sequence[Passage]) -> None:
        if self.is_attached:
            self.query_one("#suspect-passages", Static).update(Content("\n").join(map(line_of, passages)))


def heading(suspect: Suspect) -> Content:
    """``labelled m · scored f 97 % · 34 lines``."""
    label = "without a label" if suspect.label is None else f"labelled {suspect.label}"
    lines = "" if suspect.key.unit == "line" else f" · {count(suspect.lines)} lines"
    return literal(f"{label} · scored {suspect.scored} {probability(suspect.probability)}{lines}").stylize("bold")


def deciding(suspect: Suspect) -> list[tuple[str, str]]:
    """The actions that decide about it, and what each does: one that has no label is given one."""
    if suspect.label is not None:
        return [("suspects.right", "right"), ("suspects.other", "other label"), ("suspects.leave-out", "leave out")]
    return [(f"suspects.{place}", label) for place, label in zip(("first", "second"), suspect.labels, strict=True)]


def line_of(passage: Passage) -> Content:
    """A line marked as the unit's own, or dim."""
    words = literal(passage.text[:LONGEST])
    who = literal(f"{passage.speaker}  ") if passage.speaker else Content("")
    if passage.own:
        return Content.assemble("▶ ", who.stylize("bold"), words)
    return Content.assemble("  ", who, words).stylize("dim")
