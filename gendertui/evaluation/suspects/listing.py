"""Units that are looked at because of their label, as lists and screens show them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gendertui.corpus.corrections.entry import Correction, Key
from gendertui.corpus.corrections.unit import key_of, name_of, rows_of
from gendertui.corpus.table import Corpus
from gendertui.evaluation.suspects.ranking import ListName, Ranked
from gendertui.evaluation.suspects.store import UnitScores
from gendertui.formatting import percent


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
    labels: tuple[str, str]
    log_odds: float
    """Of the positive label at even odds."""
    lines: int
    decision: Correction | None

    @property
    def scored(self) -> str:
        """The likelier label."""
        return self.labels[self.log_odds > 0]

    @property
    def probability(self) -> float:
        """That of :attr:`scored`, at even odds."""
        return 1 / (1 + math.exp(-abs(self.log_odds)))

    def to_json(self) -> dict[str, Any]:
        positive = self.probability if self.scored == self.labels[1] else 1 - self.probability
        return {
            **self.key.to_json(),
            "name": self.name,
            "label": self.label,
            "scored": self.scored,
            "probabilities": {self.labels[0]: 1 - positive, self.labels[1]: positive},
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
        row = int(scores.row[place])
        key = key_of(corpus, scores.unit, row)
        code = int(scores.label[place])
        group = corpus.column(corpus.film_column)[row].as_py() if scores.unit != "group" else ""
        found.append(
            Suspect(
                key=key,
                row=row,
                name=name_of(corpus, key, row) or f"row {row:,}",
                group=group or "",
                label=corpus.labels[code] if code >= 0 else None,
                labels=corpus.labels,
                log_odds=float(scores.log_odds[place]),
                lines=int(scores.lines[place]),
                decision=decisions.get(key),
            )
        )
    return found


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
    share = percent(len(found.places) / max(found.total, 1))
    mixed = f" {noun.counted(scores.mixed)} whose lines carry both labels are left out." if scores.mixed else ""
    return (
        f"The score of {len(found.places):,} of {noun.counted(found.total)} ({share}) contradicts the label, that of "
        f"the first most; scored {by}.{mixed}"
    )
