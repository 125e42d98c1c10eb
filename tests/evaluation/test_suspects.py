"""Which units are looked at first, and what is said of the list."""

from __future__ import annotations

import numpy as np

from gendertui.corpus.corrections.entry import LABEL, Correction, Key
from gendertui.evaluation.suspects.listing import about_list, suspects_at, texts_of
from gendertui.evaluation.suspects.lists import LISTS, ListName
from gendertui.evaluation.suspects.ranking import ranked
from gendertui.evaluation.suspects.store import UnitScores, keep_scores, kept_scores
from tests.builders.corpora import made_corpus

LABELS = ["m", "f", "m", None, None, "f"]
CORPUS = made_corpus(
    {
        "text": [f"line {row}" for row in (*range(6), *range(6, 12))],
        "label": [*LABELS, *LABELS],
        "group_id": ["film"] * 12,
        "speaker_id": [f"u{row % 6}" for row in range(12)],
        "speaker": [f"NAME {row % 6}" for row in range(12)],
        "line_id": [f"L{12 - row}" for row in range(12)],
    }
)
SCORES = UnitScores(
    unit="speaker",
    together="group",
    mixed=1,
    row=np.arange(6),
    label=np.array([0, 1, 0, -1, -1, 1], np.int8),
    lines=np.array([2, 2, 2, 2, 2, 1]),
    log_odds=np.array([2.0, -3.0, -1.0, 0.1, -0.7, 0.2]),
)


def key(number: int) -> Key:
    return Key("speaker", "film", f"u{number}")


def decision(number: int) -> Correction:
    return Correction(key(number), LABEL, "f", "m", "2026-01-31T12:00:00Z", "test")


def places(which: ListName, **options: int) -> list[int]:
    found: list[int] = ranked(CORPUS, SCORES, {}, which, **options).places.tolist()
    return found


def test_each_list_begins_with_what_it_is_for() -> None:
    assert places("suspects") == [1, 0]
    assert places("certain") == [4, 3]
    assert places("uncertain") == [3, 4]
    assert places("decided") == []
    assert places("suspects", minimum_lines=3) == []


def test_what_was_decided_about_is_in_no_other_list() -> None:
    decisions = {key(1): decision(1), key(4): decision(4), Key("line", row=0): decision(0)}
    lists = {which: ranked(CORPUS, SCORES, decisions, which).places.tolist() for which in LISTS}
    assert lists == {"suspects": [0], "certain": [3], "uncertain": [3], "decided": [1, 4]}


def test_a_suspect_says_what_there_is_to_say() -> None:
    first, second = suspects_at(CORPUS, SCORES, [1, 3], {key(1): decision(1)})
    assert (first.key, first.name, first.group, first.label, first.scored) == (key(1), "NAME 1", "film", "f", "m")
    assert abs(first.probability - 0.9526) < 1e-4
    assert first.decision == decision(1)
    assert (second.label, second.scored, second.decision) == (None, "f", None)
    said = first.to_json()
    assert said["probabilities"]["m"] == first.probability
    assert (said["speaker"], said["label"], said["decision"]) == ("u1", "f", "label")
    # In the order of the scene, which the ids give.
    assert texts_of(CORPUS, key(1)) == ["line 7", "line 1"]
    assert texts_of(CORPUS, key(1), 1) == ["line 7"]


def test_the_sentence_over_a_list() -> None:
    said = {which: about_list(CORPUS, SCORES, which, ranked(CORPUS, SCORES, {}, which)) for which in LISTS}
    assert said["suspects"] == (
        "The score of 2 of 4 characters (50.0 %) contradicts the label, that of the first most; scored each by a model "
        "that has seen nothing of its film. 1 character whose lines carry both labels are left out."
    )
    assert said["certain"].startswith("2 characters without a label, most certain first")
    assert said["decided"] == "0 characters decided about."


def test_scores_are_kept_by_content_and_unit() -> None:
    keep_scores("some hash", SCORES)
    again = kept_scores("some hash", "speaker")
    assert again is not None
    assert (again.log_odds == SCORES.log_odds).all()
    assert (again.unit, again.together, again.mixed) == ("speaker", "group", 1)
    assert kept_scores("some hash", "line") is None
    assert kept_scores("another", "speaker") is None
