"""Units that are looked at because of their label, as lists and screens show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from gendertui.corpus.corrections.entry import Correction, Key
from gendertui.corpus.corrections.unit import key_of, name_of, rows_of
from gendertui.corpus.query.neighbours import neighbours
from gendertui.corpus.table import Corpus
from gendertui.evaluation.suspects.lists import ListName
from gendertui.evaluation.suspects.ranking import Ranked
from gendertui.evaluation.suspects.store import UnitScores
from gendertui.formatting import percent
from gendertui.scoring.verdict import label_of, probabilities_of, probability_of

_AROUND, _AROUND_LINE = 1, 4
"""Lines shown before and after each line of a unit, and of a unit that is a single line."""


@dataclass(frozen=True)
class Suspect:
    """A unit with its label, its score by models that have not seen it, and what was decided about it."""

    key: Key
    row: int
    """A row that belongs to it."""
    name: str
    """What a person knows it by, else its id."""
    group: str
    """The title or id of its group; empty where it has none or is one."""
    label: str | None
    """The one that the corpus itself gives it."""
    labels: tuple[str, str]
    log_odds: float
    """Of the positive label at even odds."""
    lines: int
    decision: Correction | None

    @property
    def scored(self) -> str:
        """The likelier label."""
        return label_of(self.log_odds, self.labels)

    @property
    def probability(self) -> float:
        """That of :attr:`scored`, at even odds."""
        return probability_of(self.log_odds)

    def to_json(self) -> dict[str, Any]:
        return {
            **self.key.to_json(),
            "name": self.name,
            "label": self.label,
            "scored": self.scored,
            "probabilities": probabilities_of(self.log_odds, self.labels),
            "log_odds": self.log_odds,
            "lines": self.lines,
            "decision": None if self.decision is None else self.decision.act,
        }


def suspects_at(
    corpus: Corpus, scores: UnitScores, places: Iterable[int], decisions: Mapping[Key, Correction]
) -> list[Suspect]:
    """The units at some places of the scores."""
    found = []
    for place in places:
        row, code = int(scores.row[place]), int(scores.label[place])
        key = key_of(corpus, scores.unit, row)
        decision = decisions.get(key)
        scored_with = corpus.labels[code] if code >= 0 else None
        group = corpus.column(corpus.film_column)[row].as_py() if scores.unit != "group" else ""
        found.append(
            Suspect(
                key=key,
                row=row,
                name=name_of(corpus, key, row) or f"row {row:,}",
                group=group or "",
                label=scored_with if decision is None else decision.before,
                labels=corpus.labels,
                log_odds=float(scores.log_odds[place]),
                lines=int(scores.lines[place]),
                decision=decision,
            )
        )
    return found


@dataclass(frozen=True)
class Passage:
    """A line that is said by a unit, or beside it."""

    speaker: str
    text: str
    own: bool
    """Whether it is the unit's."""


def passages_of(corpus: Corpus, key: Key, limit: int = 1_000) -> list[Passage]:
    """The lines of a unit in order, each between those just before and just after it; of a single line a few more.

    :param limit: of lines; what is beyond is left out.
    """
    rows = rows_of(corpus, key)
    rows = rows[np.argsort(corpus.scene_places[rows], kind="stable")][:limit]
    around = _AROUND_LINE if key.unit == "line" else _AROUND
    own = set(rows.tolist())
    shown = dict.fromkeys(near for row in rows.tolist() for near in neighbours(corpus, row, around))
    taken = corpus.table.select(["speaker", "text"]).take(pa.array(list(shown), pa.int64())).to_pylist()
    return [Passage(line["speaker"] or "", line["text"], row in own) for row, line in zip(shown, taken, strict=True)]


def texts_of(corpus: Corpus, key: Key, limit: int | None = None) -> list[str]:
    """What a unit says, in order: its first ``limit`` lines that have a text."""
    rows = rows_of(corpus, key)
    rows = rows[np.argsort(corpus.scene_places[rows], kind="stable")]
    texts = (str(text) for text in corpus.column("text").take(rows).to_pylist())
    found = [text for text in texts if text.strip()]
    return found if limit is None else found[:limit]


def about_list(corpus: Corpus, scores: UnitScores, which: ListName, found: Ranked) -> str:
    """A sentence that says what a list holds, of how many, and by whom they were scored."""
    noun = corpus.units.noun(scores.unit)
    if which == "decided":
        return f"{noun.counted(found.total)} decided about."
    together = corpus.units.noun(scores.together).one
    unseen = "it" if scores.together == scores.unit else f"its {together}"
    by = f"each by a model that has seen nothing of {unseen}"
    if which != "suspects":
        first = "most certain first" if which == "certain" else "least certain first"
        return f"{noun.counted(found.total)} without a label, {first}; scored {by}."
    if not len(found.places):
        return f"No score of {noun.counted(found.total)} contradicts the label; scored {by}."
    share = percent(len(found.places) / max(found.total, 1))
    mixed = f" {noun.counted(scores.mixed)} whose lines carry both labels are left out." if scores.mixed else ""
    return (
        f"The score of {len(found.places):,} of {noun.counted(found.total)} ({share}) contradicts the label, that of "
        f"the first most; scored {by}.{mixed}"
    )
