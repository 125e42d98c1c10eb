"""Which units to look at first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gendertui.arrays import Bools, Floats, Ints
from gendertui.corpus.corrections.entry import Correction, Key
from gendertui.corpus.corrections.unit import decisions_by_row
from gendertui.corpus.table import Corpus
from gendertui.evaluation.suspects.lists import ListName
from gendertui.evaluation.suspects.store import UnitScores


@dataclass(frozen=True, eq=False)
class Ranked:
    """Units in the order in which they are to be looked at."""

    places: Ints
    """Places in the scores."""
    total: int
    """Units the list was made from: labelled ones, unlabelled ones, or those decided about."""


def contradiction(scores: UnitScores) -> Floats:
    """How much the score of each unit speaks against its label: log-odds of the other label; −∞ without a label."""
    against = np.where(scores.label == 1, -scores.log_odds, scores.log_odds)
    return np.where(scores.label >= 0, against, -np.inf)


def ranked(
    corpus: Corpus, scores: UnitScores, decisions: Mapping[Key, Correction], which: ListName, *, minimum_lines: int = 1
) -> Ranked:
    """The units of a list. Those decided about are in no list but their own.

    :param corpus: the one that was scored.
    :param decisions: those that hold.
    :param minimum_lines: units with fewer lines are left out.
    """
    decided = _decided(corpus, scores, decisions)
    enough = scores.lines >= minimum_lines
    if which == "decided":
        places = np.flatnonzero(decided)
        return Ranked(places[np.argsort(-contradiction(scores)[places], kind="stable")], len(places))
    if which == "suspects":
        among = np.flatnonzero((scores.label >= 0) & ~decided & enough)
        against = contradiction(scores)[among]
        order = np.argsort(-against, kind="stable")
        return Ranked(among[order[: int((against > 0).sum())]], len(among))
    among = np.flatnonzero((scores.label < 0) & ~decided & enough)
    clear = np.abs(scores.log_odds[among])
    return Ranked(among[np.argsort(-clear if which == "certain" else clear, kind="stable")], len(among))


def _decided(corpus: Corpus, scores: UnitScores, decisions: Mapping[Key, Correction]) -> Bools:
    keys = [key for key in decisions if key.unit == scores.unit]
    decided: Bools = decisions_by_row(corpus, keys)[scores.row] >= 0
    return decided
