"""Labels turned over on purpose, and which of them a list of suspects brings up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gendertui.arrays import Bools
from gendertui.corpus.corrections.apply import with_history
from gendertui.corpus.corrections.entry import LABEL, Correction
from gendertui.corpus.corrections.history import History
from gendertui.corpus.corrections.unit import key_of
from gendertui.corpus.table import Corpus
from gendertui.evaluation.suspects.ranking import contradiction
from gendertui.evaluation.suspects.store import UnitScores

LOOKED_AT = 0.1
"""Share of the list that somebody looks at."""


def flipped(corpus: Corpus, scores: UnitScores, share: float, seed: int) -> tuple[Corpus, Bools]:
    """The corpus with the labels of a share of its labelled units turned over, and which units those are.

    :param scores: of the corpus; they say what its units are.
    :returns: bool [units].
    """
    labelled = np.flatnonzero(scores.label >= 0)
    chosen = np.random.default_rng(seed).choice(labelled, round(share * len(labelled)), replace=False)
    turned = []
    for place in chosen.tolist():
        own, other = (corpus.labels[code] for code in (int(scores.label[place]), 1 - int(scores.label[place])))
        key = key_of(corpus, scores.unit, int(scores.row[place]))
        turned.append(Correction(key, LABEL, own, other, "2026-01-31T12:00:00Z", "test"))
    mask = np.zeros(len(scores), np.bool_)
    mask[chosen] = True
    return with_history(corpus, History(tuple(turned))), mask


@dataclass(frozen=True)
class Found:
    """How many of the units turned over are among the first looked at."""

    looked_at: int
    turned: int
    found: int

    @property
    def share(self) -> float:
        return self.found / self.turned

    def __str__(self) -> str:
        return (
            f"{self.found} of {self.turned} ({100 * self.share:.0f} %) among the first {self.looked_at} "
            f"({100 * LOOKED_AT:.0f} %); by chance {100 * LOOKED_AT:.0f} %"
        )


def found(scores: UnitScores, turned: Bools, minimum_lines: int = 1) -> Found:
    """Among labelled units of so many lines, in the order of the list of suspects.

    :param scores: of the corpus with labels turned over. :param turned: as :func:`flipped` gave it.
    """
    among = np.flatnonzero((scores.label >= 0) & (scores.lines >= minimum_lines))
    order = among[np.argsort(-contradiction(scores)[among], kind="stable")]
    looked_at = order[: round(LOOKED_AT * len(order))]
    return Found(len(looked_at), int(turned[among].sum()), int(turned[looked_at].sum()))
