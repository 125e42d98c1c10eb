"""Who says what to whom: numbers that depend on nothing but what is said, and neighbours within a scene."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.speech import NOBODY, Speech, joined, speaker_labels
from gendertui.corpus.speech_table import speech_of, whole_unit
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Noun, Units
from tests.builders.corpora import made_corpus

AUTHORS = Units(Noun("author", "authors"), None, "people")


def film(*said: tuple[str | None, str], name: str = "m0") -> dict[str, list[Any]]:
    return {
        "line_id": [f"{name}-{number}" for number in range(len(said))],
        "group_id": [name] * len(said),
        "speaker_id": [speaker for speaker, _ in said],
        "text": [text for _, text in said],
        "label": ["m"] * len(said),
    }


def heard_by(corpus: Corpus) -> dict[str, list[str]]:
    """Speaker → the texts that are said to it."""
    speech, _ = speech_of(corpus)
    texts, names = corpus.column("text").to_pylist(), corpus.column("speaker_id").to_pylist()
    name_of = {int(speech.speaker[place]): names[speech.line[place]] for place in range(len(speech.line))}
    found: dict[str, list[str]] = {}
    for speaker, line in zip(*speech.heard(), strict=True):
        found.setdefault(name_of[int(speaker)], []).append(texts[line])
    return found


def test_a_line_is_said_to_the_one_it_stands_between_or_next_to_at_an_end() -> None:
    said = (("a", "1"), ("b", "2"), ("b", "3"), ("a", "4"), ("c", "5"), (None, "6"), ("c", "7"), ("b", "8"))
    # Whom a means with 4, between b and c, nobody can tell, nor c with 5 and 7.
    assert heard_by(made_corpus(film(*said))) == {"a": ["2", "3"], "b": ["1"], "c": ["6", "8"]}


def test_lines_numbered_with_a_gap_between_them_do_not_answer_one_another() -> None:
    columns = film(("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"))
    columns["line_id"] = ["L1", "L2", "L5", "L6"]
    assert heard_by(made_corpus(columns)) == {"a": ["2"], "b": ["1"], "c": ["4"], "d": ["3"]}
    # Where numbers go by tens, ten is no gap.
    columns["line_id"] = ["L10", "L20", "L30", "L50"]
    assert heard_by(made_corpus(columns)) == {"b": ["1", "3"]}


def test_nothing_is_said_across_films_or_conversations() -> None:
    columns = film(("a", "1"), ("b", "2"))
    other = film(("c", "3"), ("d", "4"), name="m1")
    together = {name: columns[name] + other[name] for name in columns}
    assert heard_by(made_corpus(together)) == {"a": ["2"], "b": ["1"], "c": ["4"], "d": ["3"]}
    assert heard_by(made_corpus({**columns, "conversation_id": ["x", "y"]})) == {}


def test_blank_lines_and_rows_left_out_are_not_heard() -> None:
    corpus = made_corpus(film(("a", "1"), ("b", " "), ("c", "3"), ("d", "4")))
    assert heard_by(corpus) == {"c": ["1", "4"]}
    speech, _ = speech_of(corpus, np.array([True, True, False, True]))
    assert corpus.column("text").take(speech.line.tolist()).to_pylist() == ["1", "4"]


def test_order_is_that_of_the_numbers_in_line_ids() -> None:
    columns = film(("a", "1"), ("b", "2"), ("c", "3"))
    columns["line_id"] = ["L10", "L9", "L11"]
    assert heard_by(made_corpus(columns)) == {"a": ["2", "3"]}
    columns["line_id"] = [None] * 3
    speech, _ = speech_of(made_corpus(columns))
    assert not speech.in_order
    assert [len(part) for part in speech.heard()] == [0, 0]


def test_groups_stand_for_speakers_where_they_carry_one_label() -> None:
    columns = {"group_id": list("aabbcc"), "text": ["x"] * 6, "label": list("mmffmm")}
    assert whole_unit(made_corpus(columns, units=AUTHORS)) == "group"
    speech, _ = speech_of(made_corpus(columns, units=AUTHORS))
    assert (speech.speakers, speech.groups, speech.groups_known) == (3, 3, False)
    assert whole_unit(made_corpus({**columns, "label": list("mfmfmf")}, units=AUTHORS)) is None
    assert whole_unit(made_corpus({"text": ["x"] * 6, "label": list("mmffmm")})) is None


def test_speakers_of_one_id_in_two_films_are_two_and_mixed_ones_have_no_label() -> None:
    columns = film(("a", "1"), ("b", "2"), ("a", "3"))
    other = film(("a", "4"), ("b", "5"), name="m1")
    corpus = made_corpus({**{n: columns[n] + other[n] for n in columns}, "label": ["m", "f", "f", "f", None]})
    speech, _ = speech_of(corpus)
    labels, mixed = speaker_labels(corpus.label_codes(), speech)
    assert (labels.tolist(), mixed) == ([-1, 1, 1, -1], 1)


SAID = st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 4)), min_size=1, max_size=40).filter(
    lambda said: any(speaker >= 0 for _, speaker in said)
)


@given(SAID, st.randoms())
def test_numbers_depend_neither_on_ids_nor_on_the_order_of_rows(said: list[tuple[int, int]], random: Random) -> None:
    said = sorted(said, key=lambda row: row[0])
    columns: dict[str, list[Any]] = {
        "line_id": [f"L{number}" for number in range(len(said))],
        "group_id": [f"m{group}" for group, _ in said],
        "speaker_id": [None if speaker < 0 else f"u{speaker}" for _, speaker in said],
        "text": [str(number) for number in range(len(said))],
        "label": ["m"] * len(said),
    }
    renamed = {
        **columns,
        "group_id": [f"z{9 - group}" for group, _ in said],
        "speaker_id": [None if speaker < 0 else f"q{9 - speaker}" for _, speaker in said],
    }
    # The rows of each film in another order.
    order = sorted(range(len(said)), key=lambda at: (said[at][0], random.random()))
    shuffled = {name: [values[at] for at in order] for name, values in columns.items()}
    expected = described(made_corpus(columns))
    assert described(made_corpus(renamed)) == expected
    assert described(made_corpus(shuffled)) == expected


def described(corpus: Corpus) -> object:
    speech, _ = speech_of(corpus)
    texts = corpus.column("text").to_pylist()
    said = [texts[line] for line in speech.line]
    return said, speech.speaker.tolist(), speech.group.tolist(), [texts[line] for line in speech.heard()[1]]


def test_a_part_keeps_what_was_said_and_says_who_is_who() -> None:
    speech = Speech(
        line=np.arange(6),
        speaker=np.array([0, 1, NOBODY, 1, 2, 3]),
        group=np.array([0, 0, 0, 0, 1, 1]),
        scene=np.array([0, 0, 0, 0, 1, 1]),
        in_order=True,
        groups_known=True,
    )
    part, speakers, groups = speech.part(np.array([False, True, True, False, True, True]))
    assert (part.speaker.tolist(), speakers.tolist(), groups.tolist()) == ([0, NOBODY, 1, 2], [1, 2, 3], [0, 1])
    both = joined([speech, part])
    assert both.speaker.tolist() == [0, 1, NOBODY, 1, 2, 3, 4, NOBODY, 5, 6]
    assert both.group.tolist() == [0, 0, 0, 0, 1, 1, 2, 2, 3, 3]
    assert both.lines.tolist() == [1, 2, 1, 1, 1, 1, 1]
