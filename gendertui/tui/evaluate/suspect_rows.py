"""Labels that look wrong, as rows of a table: each is made when it comes into sight."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from rich.text import Text

from gendertui.evaluation.suspects.listing import suspects_at
from gendertui.formatting import count, probability
from gendertui.sanitize import escape_control
from gendertui.tui.widgets.table import Column

if TYPE_CHECKING:
    from gendertui.corpus.corrections.entry import Correction, Key
    from gendertui.corpus.table import Corpus
    from gendertui.evaluation.suspects.listing import Suspect
    from gendertui.evaluation.suspects.store import UnitScores

_TEXT_CHARACTERS = 400
DECIDED = {"right": "✓ right", "label": "→ {label}", "leave-out": "✗ left out"}
"""A decision → how its row says it."""


class SuspectRows:
    """The units that were scored, by their place among the scores.

    :param decisions: those that hold.
    """

    def __init__(self, corpus: Corpus, scores: UnitScores, decisions: dict[Key, Correction]) -> None:
        self._corpus = corpus
        self._scores = scores
        self._decisions = decisions
        self._own = {key: decision.before for key, decision in decisions.items()}
        """Units whose own label is known from a decision, one that was taken back meanwhile included: where changes are
        applied, the corpus that is open has another."""
        self._made: dict[int, Suspect] = {}

    def __len__(self) -> int:
        return len(self._scores)

    def columns(self) -> tuple[Column, ...]:
        """In the corpus's words; of single lines what they say."""
        units, unit = self._corpus.units, self._scores.unit
        last = {
            "line": Column("text", "line", 20, grow=True),
            "speaker": Column("group", units.noun("group").one, 14, grow=True),
            "group": Column("text", "first line", 20, grow=True),
        }[unit]
        return (
            Column("label", "label", 6),
            Column("scored", "scored", 12),
            Column("name", units.noun(unit).one, 16),
            *([] if unit == "line" else [Column("lines", "lines", 5, right=True)]),
            Column("decision", "decided", 11),
            last,
        )

    def suspect(self, place: int) -> Suspect:
        """The unit at a place of the scores."""
        if place not in self._made:
            (found,) = suspects_at(self._corpus, self._scores, [place], self._decisions)
            self._made[place] = dataclasses.replace(found, label=self._own.get(found.key, found.label))
        return self._made[place]

    def decided(self, decisions: dict[Key, Correction]) -> None:
        """Say of each unit what holds now; whoever calls this draws the table anew."""
        self._decisions = decisions
        self._own |= {key: decision.before for key, decision in decisions.items()}
        self._made.clear()

    def cell(self, row: int, column: str) -> Text:
        each = self.suspect(row)
        match column:
            case "label":
                return Text(escape_control(each.label or "?"), "" if each.label else "dim")
            case "scored":
                return Text(f"{escape_control(each.scored)} {probability(each.probability)}")
            case "name":
                return Text(escape_control(each.name))
            case "lines":
                return Text(count(each.lines))
            case "decision":
                return Text(decided(each.decision))
            case "group":
                return Text(escape_control(each.group))
            case _:
                text: str = self._corpus.column("text")[each.row].as_py()
                return Text(escape_control(text[:_TEXT_CHARACTERS]))


def decided(decision: Correction | None) -> str:
    """What was decided, in two words."""
    if decision is None:
        return ""
    return DECIDED.get(decision.act, decision.act).format(label=escape_control(decision.after or "?"))
