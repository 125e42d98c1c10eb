"""Groups and speakers with their lines by label."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.members import members
from tests.builders.corpora import made_corpus

ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", "c", None]), st.sampled_from(["m", "f", None])), max_size=30)


@given(ROWS)
def test_every_line_with_a_group_is_counted_once(rows: list[tuple[str | None, str | None]]) -> None:
    groups, labels = [group for group, _ in rows], [label for _, label in rows]
    found = members(made_corpus({"text": ["x"] * len(rows), "group_id": groups, "label": labels}), "group_id")
    counted = Counter(rows)
    assert {member.id for member in found} == set(groups) - {None}
    for member in found:
        assert (member.negative, member.positive, member.missing) == tuple(
            counted[(member.id, label)] for label in ("m", "f", None)
        )
    assert [member.lines for member in found] == sorted((member.lines for member in found), reverse=True)


def test_members_are_named_as_a_person_knows_them() -> None:
    corpus = made_corpus({"text": ["x", "y"], "group_id": ["m1", "m0"], "title": ["kite", None], "label": ["m", "f"]})
    assert [(member.id, member.name) for member in members(corpus, "group_id")] == [("m1", "kite"), ("m0", "m0")]
    assert members(corpus, "speaker_id") == []
