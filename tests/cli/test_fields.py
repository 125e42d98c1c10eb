"""The flags of ``train``: one for every field, checked before anything starts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.cli.train.flags import FieldType, options
from gendertui.training.config import FIELDS
from tests.builders.command import gendertui


def test_every_field_is_a_flag_once_and_no_flag_is_anything_else() -> None:
    flags = [option.opts[0] for option in options()]
    assert flags == sorted(set(flags), key=flags.index)
    assert {flag[2:].replace("-", "_") for flag in flags} == set(FIELDS)


def test_the_help_tells_of_every_field_what_it_is_and_what_holds_without_it() -> None:
    text = re.sub(r"\s+", " ", gendertui("train", "--help").stdout)
    for name, field in FIELDS.items():
        assert f"--{name.replace('_', '-')}" in text
        assert field.description in text
    assert "[quick 200, best 200, tutorial 25;" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--epochs", "0"], FIELDS["epochs"].allowed),
        (["--epochs", "three"], FIELDS["epochs"].allowed),
        (["--dropout", "1"], FIELDS["dropout"].allowed),
        (["--learning-rate", "nan"], FIELDS["learning_rate"].allowed),
        (["--split", "by-month"], FIELDS["split"].allowed),
        (["--device", "abacus"], "cuda:N"),
        (["--max-length", "0"], "or none"),
        (["--preset", "slow"], "tutorial"),
        (["--learning-rat", "1"], "--learning-rate"),
    ],
    ids=lambda value: "-".join(value).strip("-") if isinstance(value, list) else None,
)
def test_an_impossible_value_is_2_and_says_the_allowed_ones(words: list[str], says: str, home: Path) -> None:
    result = gendertui("train", "--corpus", "sample", *words)
    assert result.returncode == 2
    assert says in re.sub(r"\s+", " ", result.stderr)
    assert not (home / "state" / "runs").exists()


@given(st.integers(1, 1000), st.one_of(st.none(), st.integers(1, 10**6)), st.floats(0, 1, exclude_max=True))
def test_a_value_read_back_from_its_words_is_the_same(epochs: int, length: int | None, dropout: float) -> None:
    assert FieldType(FIELDS["epochs"]).convert(str(epochs), None, None) == epochs
    assert FieldType(FIELDS["max_length"]).convert("none" if length is None else str(length), None, None) == length
    assert FieldType(FIELDS["dropout"]).convert(repr(dropout), None, None) == dropout
