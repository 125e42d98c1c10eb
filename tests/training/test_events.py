"""Events go to a line and come back; what is torn or foreign is passed over."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.training import events

number = st.floats(allow_nan=False, allow_infinity=False)
count = st.integers(0, 2**40)
text = st.text()
figures = st.dictionaries(text, number, max_size=4)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "int": count,
    "float": number,
    "str": text,
    "bool": st.booleans(),
    "float | None": st.one_of(st.none(), number),
    "int | None": st.one_of(st.none(), count),
    "dict[str, float]": figures,
    "dict[str, int] | None": st.one_of(st.none(), st.dictionaries(text, count, max_size=2)),
    "dict[str, dict[str, float]]": st.dictionaries(text, figures, max_size=3),
}
KINDS: list[type[events.Event]] = [
    kind for kind in vars(events).values() if isinstance(kind, type) and issubclass(kind, events.Event) and kind.type
]


def some_event() -> st.SearchStrategy[events.Event]:
    return st.one_of(
        [
            st.builds(
                kind,
                **{field.name: VALUES[str(field.type)] for field in dataclasses.fields(kind)},
            )
            for kind in KINDS
        ]
    )


def test_all_kinds_are_tried() -> None:
    assert {kind.type for kind in KINDS} >= {
        "stage", "plan", "batch", "epoch", "baselines", "checkpoint", "warning", "resumed", "done", "error",
    }  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(some_event())
def test_an_event_comes_back_from_its_line(event: events.Event) -> None:
    line = event.to_json()
    assert "\n" not in line
    assert events.parse(line) == event
    assert json.loads(line)["v"] == events.SCHEMA


@settings(max_examples=100, deadline=None)
@given(some_event(), st.data())
def test_a_torn_line_is_passed_over(event: events.Event, data: st.DataObject) -> None:
    line = event.to_json()
    assert events.parse(line[: data.draw(st.integers(0, len(line) - 1))]) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[1]",
        '{"v": 1}',
        '{"v": 1, "type": "unheard-of", "time": 1}',
        '{"v": 99, "type": "warning", "time": 1, "text": "x"}',
        '{"v": 1, "type": "warning", "time": 1, "text": 7}',
        '{"v": 1, "type": "warning", "time": 1e999, "text": "x"}',
        '{"v": 1, "type": "error", "time": 1, "text": "x", "resume_with": {"batch_size": "64"}}',
        '{"v": 1, "type": "batch", "time": 1}',
    ],
)
def test_a_foreign_line_is_passed_over(line: str) -> None:
    assert events.parse(line) is None


def test_what_a_later_version_adds_is_left_out() -> None:
    line = '{"v": 1, "type": "warning", "time": 1, "text": "x", "more": 2}'
    assert events.parse(line) == events.Warning(time=1, text="x")
