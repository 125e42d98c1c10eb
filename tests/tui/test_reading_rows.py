"""The rows of the Reading panel, and the options that a choice in one gives."""

from __future__ import annotations

import dataclasses

from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.reading import Reading
from gendertui.corpus.table import Corpus
from gendertui.tui.corpus.reading_rows import ReadingRow, chosen, reading_rows
from tests.builders.corpora import made_corpus

COLUMNS = ("id", "author", "recipient", "kind", "body", "note")


def read(*decisions: Decision, left_out: dict[str, int] | None = None) -> Corpus:
    corpus = made_corpus({"text": ["a", "b", "c"], "label": ["m", "f", None]})
    left_out = left_out or {}
    reading = Reading(decisions=decisions, columns=COLUMNS)
    return dataclasses.replace(corpus, reading=reading, left_out=left_out, rows_read=3 + sum(left_out.values()))


def row(corpus: Corpus, field: str) -> ReadingRow:
    return next(each for each in reading_rows(corpus) if each.field == field)


def test_going_round_meets_every_runner_up_whichever_is_chosen() -> None:
    ring = ("author", "recipient", "note", "-")
    for value in ring[:3]:
        others = tuple(each for each in ("note", "recipient", "author") if each != value)
        assert row(read(Decision("group", value, "", others)), "group").ring == ring


def test_no_quoting_is_a_choice_too() -> None:
    quoting = row(read(Decision("quoting", "", "no field begins with a quotation mark", ("yes",))), "quoting")
    assert (quoting.shown, quoting.ring) == ("no", ("yes", "no"))
    assert chosen(ReadingOptions(), "quoting", "yes").quoting is True
    assert chosen(ReadingOptions(), "header", "no").header is False


def test_a_choice_leaves_what_rested_on_the_old_one_to_be_found_out() -> None:
    asked = ReadingOptions(delimiter=";", text="body", label="kind", labels=("a", "b"), mapping=(("x", "a"),))
    assert chosen(asked, "label", "note") == ReadingOptions(delimiter=";", text="body", label="note")
    assert chosen(asked, "delimiter", "\t") == ReadingOptions(delimiter="\t")
    assert chosen(asked, "encoding", "cp1252") == dataclasses.replace(asked, encoding="cp1252")
    assert chosen(asked, "format", "jsonl") == ReadingOptions(format="jsonl")


def test_rows_are_accounted_for_by_kind() -> None:
    rows = row(read(left_out={"too few fields": 2, "unknown label": 5}), "rows")
    assert rows.shown == "3 of 10 kept"
    assert rows.why == "7 left out: unknown label 5, too few fields 2"


def test_labels_stand_with_their_counts_and_can_be_turned_round() -> None:
    labels = row(read(Decision("labels", "m,f", "m 1, f 1", ("f,m",))), "labels")
    assert labels.shown == "− m 1  + f 1  ? 1"
    assert chosen(ReadingOptions(), "labels", labels.ring[1]).labels == ("f", "m")


def test_what_the_format_says_needs_no_row() -> None:
    assert [each.field for each in reading_rows(read())] == ["format", "encoding", "labels", "rows"]
