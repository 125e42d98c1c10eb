"""A choice of what values stand for, as options and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.reading.label_choice import LabelChoice, Meaning
from gendertui.corpus.reading.labels import decide, merged
from gendertui.corpus.reading.options import REST, ReadingOptions
from gendertui.errors import GendertuiError

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6).map(str.strip)


@given(st.dictionaries(WORDS, st.integers(1, 9), min_size=2, max_size=8), st.data())
def test_what_is_chosen_is_what_the_labels_become(values: dict[str, int], data: st.DataObject) -> None:
    values.pop(REST, None)
    choice = LabelChoice.of(values, ReadingOptions())
    for value in choice.rows:
        choice.meanings[value] = data.draw(st.sampled_from(Meaning))
    if data.draw(st.booleans()):
        choice.names = {Meaning.NEGATIVE: "no", Meaning.POSITIVE: "yes"}
    try:
        options = choice.options(ReadingOptions(label="class"))
    except GendertuiError:
        names = choice.name(Meaning.NEGATIVE), choice.name(Meaning.POSITIVE)
        missing = not choice.values(Meaning.NEGATIVE) or not choice.values(Meaning.POSITIVE)
        assert missing or names[0].casefold() == names[1].casefold() or {*names} & {"", "?", REST}
        return
    labels = decide(values, options, film=False)
    assert options.label == "class"
    assert labels.names == (choice.name(Meaning.NEGATIVE), choice.name(Meaning.POSITIVE))
    for value, (written, _) in merged(values).items():
        found = {
            Meaning.LEFT_OUT
            if each in labels.left_out
            else (Meaning.NEGATIVE, Meaning.POSITIVE)[labels.codes[each]]
            if each in labels.codes
            else Meaning.UNLABELLED
            for each in written
        }
        assert found == {choice.meanings[value]}
    assert LabelChoice.of(values, options).meanings == choice.meanings


def test_more_than_two_values_begin_unlabelled_with_the_commonest_first() -> None:
    choice = LabelChoice.of({"3": 5, "1": 20, "5": 60, "1 ": 2}, ReadingOptions())
    assert list(choice.rows.items()) == [("5", 60), ("1", 22), ("3", 5)]
    assert set(choice.meanings.values()) == {Meaning.UNLABELLED}
    with pytest.raises(GendertuiError, match="no value is negative or positive yet"):
        choice.options(ReadingOptions())


def test_two_values_of_many_need_no_mapping() -> None:
    choice = LabelChoice.of({"1": 20, "3": 5, "5": 60}, ReadingOptions())
    choice.meanings |= {"1": Meaning.NEGATIVE, "5": Meaning.POSITIVE}
    assert choice.options(ReadingOptions()) == ReadingOptions(labels=("1", "5"))
    choice.meanings["3"] = Meaning.LEFT_OUT
    mapping = choice.options(ReadingOptions()).mapping
    assert mapping == (("1", "1"), ("5", "5"), (REST, ""))
