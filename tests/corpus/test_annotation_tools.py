"""What annotation tools write, as they write it."""

from __future__ import annotations

import csv
import importlib
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendertui.corpus.load import load
from gendertui.corpus.problems import Problems
from gendertui.corpus.readers import fasttext, reader_of
from gendertui.corpus.reading.labels import LabelsError
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.corpus.reading.question import ReadingQuestionError
from gendertui.corpus.table import Corpus
from gendertui.errors import GendertuiError
from tests.builders.layouts import LAYOUTS

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
TEXTS = ("The kettle sings at noon.", "Bring both ladders down.", "Nobody salted the steps.", "It was a mild frost.")


def lines(path: Path, rows: Iterable[Any]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def array(path: Path, rows: Iterable[Any]) -> Path:
    path.write_text(json.dumps(list(rows), indent=1), encoding="utf-8")
    return path


def labels(corpus: Corpus) -> list[str | None]:
    found: list[str | None] = corpus.column("label").to_pylist()
    return found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("fasttext", "fasttext"),
        ("spacy cats", "json"),
        ("doccano, json lines", "json"),
        ("label studio, json", "label-studio"),
        ("label studio, small json", "json"),
        ("prodigy", "prodigy"),
    ],
)
def test_the_layouts(tmp_path: Path, name: str, kind: str) -> None:
    layout = LAYOUTS[name]
    corpus = load(layout.write(tmp_path))
    rows = zip(labels(corpus), corpus.column("text").to_pylist(), strict=True)
    assert Counter(rows) == Counter(layout.expected())
    assert corpus.labels == layout.labels
    assert (corpus.kind, corpus.problems, corpus.units.group) == (kind, (), None)


# fastText


def test_fasttext_lines(tmp_path: Path) -> None:
    path = tmp_path / "train.txt"
    path.write_bytes(
        b"__label__spam  WIN now\r\n__label__ham\tsee __you\r\n\r\nat noon __label__ham then\r\nno label\r\n"
        b"__label__ham __label__spam both\r\n__label__ham __label__ham twice\r\n__label__spam\r\n"
    )
    corpus = load(path)
    assert corpus.column("text").to_pylist() == ["WIN now", "see __you", "at noon then", "no label", "twice", ""]
    assert labels(corpus) == ["spam", "ham", "ham", None, "ham", "spam"]
    assert [(problem.line, problem.kind, problem.value) for problem in corpus.problems] == [
        (6, "several labels", "ham, spam")
    ]
    assert (corpus.rows_read, corpus.notes) == (7, ("1 blank line is no row.",))


def test_a_text_that_only_speaks_of_labels_is_no_fasttext(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("The prefix is __label__x by default.\n" + "Nothing else.\n" * 5, encoding="utf-8")
    assert not fasttext.sniff(path)


_WORDS = st.text(st.characters(categories=["L", "N", "P"], max_codepoint=0x24F, exclude_characters="ÂÃâ"), min_size=1)
_TEXT = st.lists(_WORDS.filter(lambda word: "__label__" not in word), max_size=6).map(" ".join)
_LABEL = st.sampled_from(["yes", "no", "don't-know", "é"])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(_LABEL, _TEXT), min_size=1, max_size=12), end=st.sampled_from(["\n", "\r\n"]))
def test_any_fasttext_is_read_back(tmp_path: Path, rows: list[tuple[str, str]], end: str) -> None:
    path = tmp_path / "any.txt"
    path.write_bytes("".join(f"__label__{label} {text}{end}" for label, text in rows).encode())
    assert fasttext.sniff(path)
    read = fasttext.records(path, NO_OPTIONS)
    found = [row for batch in read.batches for row in zip(*(c.to_pylist() for c in batch.columns[:2]), strict=True)]
    assert found == rows
    assert read.problems.left_out == {}


# Prodigy


def answered(*rows: tuple[str | None, str], **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "text": TEXTS[place % 4],
            **({} if label is None else {"label": label}),
            "_input_hash": place,
            "_task_hash": -place,
            "answer": answer,
            "_annotator_id": "2026-01-02_03-04-05",
            **more,
        }
        for place, (label, answer) in enumerate(rows)
    ]


def test_answers_are_the_labels_where_one_thing_was_asked(tmp_path: Path) -> None:
    rows = answered(("OFFER", "accept"), ("OFFER", "reject"), ("OFFER", "ignore"), ("OFFER", "reject"))
    corpus = load(lines(tmp_path / "a.jsonl", rows))
    assert corpus.labels == ("reject", "accept")
    assert labels(corpus) == ["accept", "reject", "reject"]
    assert corpus.left_out == {"ignored by the annotator": 1}
    assert "(OFFER)" in corpus.notes[0]


def test_a_rejected_label_means_the_other_of_two(tmp_path: Path) -> None:
    rows = answered(("DAY", "accept"), ("DAY", "reject"), ("NIGHT", "reject"), ("NIGHT", "accept"), ("DAY", "ignore"))
    corpus = load(lines(tmp_path / "a.jsonl", rows))
    assert labels(corpus) == ["DAY", "NIGHT", "DAY", "NIGHT"]
    assert corpus.rows_read == 5


def test_a_rejected_label_of_three_says_nothing(tmp_path: Path) -> None:
    rows = answered(
        ("A", "accept"), ("B", "accept"), ("C", "accept"), ("C", "reject"), ("A", "accept"), ("B", "accept")
    )
    path = lines(tmp_path / "a.jsonl", rows)
    with pytest.raises(LabelsError, match="3 values"):
        load(path)
    assert labels(load(path, ReadingOptions(labels=("A", "B")))) == ["A", "B", None, None, "A", "B"]


def test_an_option_that_was_picked_is_the_label(tmp_path: Path) -> None:
    offered = [{"id": "sea", "text": "the sea"}, {"id": "land", "text": "the land"}]
    rows = [
        {**row, "options": offered, "accept": accept}
        for row, accept in zip(
            answered((None, "accept"), (None, "accept"), (None, "accept"), (None, "reject"), (None, "ignore")),
            (["sea"], ["land"], [], ["sea"], ["sea"]),
            strict=True,
        )
    ]
    corpus = load(lines(tmp_path / "a.jsonl", rows))
    assert labels(corpus) == ["sea", "land", None, None]
    assert corpus.left_out == {"ignored by the annotator": 1}


def test_rows_without_an_answer_are_reported(tmp_path: Path) -> None:
    rows: list[Any] = answered(("X", "accept"), ("X", "reject"))
    rows += [{"text": "Not yet seen.", "label": "X"}, {"text": "Seen.", "label": "X", "answer": "maybe"}]
    path = lines(tmp_path / "a.jsonl", rows)
    path.write_text(path.read_text(encoding="utf-8") + '{"text": "cut sh', encoding="utf-8")
    corpus = load(path)
    assert [(problem.line, problem.kind) for problem in corpus.problems] == [
        (3, "no answer"),
        (4, "no answer"),
        (5, "not valid JSON"),
    ]
    assert corpus.rows_read == len(corpus) + 3


def test_what_prodigy_keeps_for_itself_is_no_column(tmp_path: Path) -> None:
    rows = answered(("X", "accept"), ("X", "reject"), meta={"source": "letters", "score": 0.5})
    assert load(lines(tmp_path / "a.jsonl", rows)).reading.columns == ("text", "meta.source", "meta.score", "label")


# doccano


def test_doccano_with_annotations_by_number(tmp_path: Path) -> None:
    rows = [
        {
            "id": place,
            "text": TEXTS[place % 4],
            "annotations": [{"label": 7 + place % 2, "user": 1, "created_at": "2020-01-02"}] if place < 6 else [],
            "meta": {"page": place},
            "annotation_approver": None,
        }
        for place in range(8)
    ]
    corpus = load(array(tmp_path / "file.json", rows))
    assert corpus.kind == "doccano"
    assert labels(corpus) == ["7", "8"] * 3 + [None] * 2
    assert corpus.column("line_id").to_pylist() == [str(place) for place in range(8)]


@pytest.mark.parametrize("key", ["label", "labels"])
def test_doccano_with_labels_in_lists(tmp_path: Path, key: str) -> None:
    listed: tuple[list[str], ...] = (["a"], ["b"], [], ["a", "a"])
    rows = [{"id": place, "data": TEXTS[place], key: each, "Comments": []} for place, each in enumerate(listed)]
    corpus = load(lines(tmp_path / "admin.jsonl", rows))
    assert corpus.kind == "doccano"
    assert labels(corpus) == ["a", "b", None, "a"]
    assert corpus.column("text").to_pylist() == list(TEXTS)


def test_doccano_labels_of_parts_are_reported(tmp_path: Path) -> None:
    rows: list[Any] = [
        {"id": 1, "text": TEXTS[0], "label": [[0, 3, "THING"]], "Comments": []},
        {"id": 2, "text": TEXTS[1], "annotations": [{"label": 3, "start_offset": 0, "end_offset": 3}]},
        {"id": 3, "text": TEXTS[2], "label": ["a"], "Comments": []},
    ]
    corpus = load(lines(tmp_path / "all.jsonl", rows), labelled=False)
    assert corpus.left_out == {"labels of parts of the text": 2}
    assert corpus.rows_read == 3


# Label Studio


def task(place: int, *choices: str | None, data: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A task that each annotator gave one choice, or took back where it is ``None``."""
    annotations = [
        {
            "id": place * 10 + number,
            "was_cancelled": choice is None,
            "ground_truth": False,
            "result": []
            if choice is None
            else [{"value": {"choices": [choice]}, "from_name": "mood", "to_name": "text", "type": "choices"}],
            **more,
        }
        for number, choice in enumerate(choices)
    ]
    return {"id": place, "annotations": annotations, "data": {"text": TEXTS[place % 4], **(data or {})}}


def test_label_studio_tasks(tmp_path: Path) -> None:
    tasks = [
        task(0, "glad"),
        task(1, "grim", "grim", "glad"),
        task(2, None, "grim"),
        task(3, "glad", "grim"),
        task(4),
        task(5, "glad"),
    ]
    corpus = load(array(tmp_path / "project.json", tasks))
    assert corpus.kind == "label-studio"
    assert labels(corpus) == ["glad", "grim", "grim", None, None, "glad"]
    assert corpus.notes == ("mood: the annotators are divided on 1 row, left without a value.",)
    assert corpus.column("line_id").to_pylist() == [str(place) for place in range(6)]
    assert corpus.rows_read == 6


def test_label_studio_ground_truth_goes_first(tmp_path: Path) -> None:
    first = task(0, "glad", "glad", "grim")
    first["annotations"][2]["ground_truth"] = True
    tasks = [first, *(task(place, "glad") for place in range(1, 4))]
    assert labels(load(array(tmp_path / "project.json", tasks))) == ["grim", "glad", "glad", "glad"]


def test_label_studio_two_controls_are_asked_about(tmp_path: Path) -> None:
    tasks = [task(place, "glad" if place % 2 else "grim") for place in range(8)]
    for place, each in enumerate(tasks):
        each["annotations"][0]["result"].append(
            {"value": {"choices": [f"{place // 4}st"]}, "from_name": "half", "type": "choices"}
        )
    path = array(tmp_path / "project.json", tasks)
    with pytest.raises(ReadingQuestionError, match="mood and half may each hold the label"):
        load(path)
    assert load(path, ReadingOptions(label="half")).labels == ("0st", "1st")


def test_label_studio_controls_called_like_data_are_kept_apart(tmp_path: Path) -> None:
    tasks = [task(place, "glad" if place % 2 else "grim", data={"mood": "unread"}) for place in range(8)]
    assert load(array(tmp_path / "project.json", tasks)).reading.columns == ("text", "mood", "id", "mood.choice")


def test_label_studio_labels_of_words_are_refused(tmp_path: Path) -> None:
    span = {"value": {"start": 0, "end": 3, "labels": ["THING"]}, "from_name": "ner", "type": "labels"}
    tasks = [{**task(place, "x"), "annotations": [{"result": [span]}]} for place in range(3)]
    with pytest.raises(GendertuiError, match="labels of parts of the texts"):
        load(array(tmp_path / "project.json", tasks))


def test_label_studio_of_old(tmp_path: Path) -> None:
    tasks = [task(place, "glad" if place % 2 else "grim") for place in range(4)]
    old = [{"id": each["id"], "completions": each["annotations"], "data": each["data"]} for each in tasks]
    corpus = load(array(tmp_path / "project.json", old))
    assert (corpus.kind, labels(corpus)) == ("label-studio", ["grim", "glad"] * 2)


def small(place: int) -> dict[str, Any]:
    """A row as Label Studio's small JSON and CSV have it: two people annotated by turns."""
    return {
        "text": f"{TEXTS[place % 4]} So it went on day {place}.",
        "id": place,
        "mood": ("glad", "grim", "glad")[place % 3],
        "annotator": 1 + place % 2,
        "annotation_id": 100 + place,
        "created_at": f"2026-01-02T03:04:{place:02}.678901Z",
        "updated_at": f"2026-01-0{1 + place % 2}T03:04:05.678901Z",
        "lead_time": 2.5 + place % 12,
    }


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_what_label_studio_notes_of_its_work_is_no_label(tmp_path: Path, suffix: str) -> None:
    rows = [small(place) for place in range(48)]
    path = tmp_path / f"project{suffix}"
    if suffix == ".json":
        array(path, rows)
    else:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    corpus = load(path)
    assert corpus.counts() == {"glad": 32, "grim": 16, None: 0}
    assert corpus.units.group is None
    assert corpus.column("line_id").to_pylist()[:2] == ["0", "1"]
    assert load(path, ReadingOptions(label="annotator")).labels == ("1", "2")


def test_a_column_called_annotator_may_be_a_label(tmp_path: Path) -> None:
    rows = [{"text": each["text"], "annotator": each["annotator"]} for each in map(small, range(48))]
    assert load(lines(tmp_path / "a.jsonl", rows)).labels == ("1", "2")


def test_the_case_files() -> None:
    if not CASES.is_dir():
        pytest.skip("the cases (../shared/cases) are not on this machine")
    assert load(CASES / "24-fasttext.txt").counts() == {"ham": 96, "spam": 24, None: 0}
    asked = load(CASES / "25-accept-reject.jsonl")
    assert asked.counts() == {"reject": 96, "accept": 23, None: 0}
    assert asked.left_out == {"ignored by the annotator": 1}
    assert load(CASES / "26-cats.jsonl").counts() == {"OFFER": 24, "OTHER": 96, None: 0}


_ANY = st.text(st.characters(max_codepoint=0x2FF, exclude_characters="ÂÃâ", categories=["L", "N", "P", "Z"]))
_ANY_ROWS = st.lists(st.tuples(st.booleans(), _ANY), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_ANY_ROWS, st.sampled_from(["prodigy", "label_studio", "doccano"]), st.booleans())
def test_any_annotations_are_read_back(tmp_path: Path, rows: list[tuple[bool, str]], tool: str, plain: bool) -> None:
    def written(place: int, yes: bool, text: str) -> dict[str, Any]:
        if tool == "prodigy":
            return {"text": text, "label": "IT", "answer": "accept" if yes else "reject"}
        if tool == "doccano":
            return {"text": text, "annotations": [{"label": "accept" if yes else "reject"}]}
        return {**task(place, "accept" if yes else "reject"), "data": {"text": text}}

    path = tmp_path / "any.json"
    objects = [written(place, yes, text) for place, (yes, text) in enumerate(rows)]
    path.write_bytes(json.dumps(objects, ensure_ascii=plain).encode())
    reader = importlib.import_module(f"gendertui.corpus.readers.{tool}")
    assert reader.sniff(path)
    read = reader.records(path, NO_OPTIONS)
    label = "mood" if tool == "label_studio" else "label"
    found = [
        row
        for batch in read.batches
        for row in zip(batch.column(label).to_pylist(), batch.column("text").to_pylist(), strict=True)
    ]
    assert found == [("accept" if yes else "reject", text) for yes, text in rows]
    assert read.problems == Problems()


def test_plain_json_is_of_no_tool(tmp_path: Path) -> None:
    rows = [{"text": TEXTS[place % 4], "label": "ab"[place % 2], "data": "x", "id": place} for place in range(8)]
    assert reader_of(lines(tmp_path / "a.jsonl", rows)).name == "json"
    assert reader_of(array(tmp_path / "a.json", rows)).name == "json"


def test_what_the_format_says_was_found_and_may_be_asked_otherwise(tmp_path: Path) -> None:
    rows = answered(("X", "accept"), ("X", "reject"), ("X", "reject"), ("X", "accept"))
    for place, each in enumerate(rows):
        each["meta"] = {"shift": ("early", "late")[place // 2]}
    path = lines(tmp_path / "a.jsonl", rows)
    found = load(path).reading.decision("label")
    assert found is not None
    assert (found.value, found.by) == ("label", "found")
    asked = load(path, ReadingOptions(label="meta.shift"))
    decision = asked.reading.decision("label")
    assert decision is not None
    assert (decision.value, decision.by, asked.labels) == ("meta.shift", "asked", ("early", "late"))
