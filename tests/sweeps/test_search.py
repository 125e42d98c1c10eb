"""The search expression: what it says is what Optuna searches; what cannot be is said before anything starts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.errors import ExitCode, GendertuiError
from gendertui.sweeps.search import EXAMPLE, Choices, Dimension, Range, parse
from gendertui.training.config import FIELDS, preset, with_changes

BASE = preset("quick")


def test_the_example() -> None:
    rate, size, dropout = parse(EXAMPLE, BASE)
    assert isinstance(rate, Range) and (rate.low, rate.high, rate.log) == (1e-4, 1e-2, True)
    assert isinstance(size, Choices) and size.values == (32, 64, 128)
    assert isinstance(dropout, Range) and (dropout.low, dropout.high, dropout.log, dropout.step) == (
        0,
        0.6,
        False,
        None,
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no FIELD=VALUES"),
        ("dropout", "no FIELD=VALUES"),
        ("dropout=", "no FIELD=VALUES"),
        ("dropout=0..0.5,", "no FIELD=VALUES"),
        ("droput=0..0.5", "no field 'droput'"),
        ("seed=1|2", "seed cannot be searched"),
        ("split=random|by-group", "split cannot be searched"),
        ("dropout=0..0.5, dropout=0.1|0.2", "names dropout twice"),
        ("dropout=0..1", "'1' is not allowed"),
        ("dropout=-0.1..0.5", "'-0.1' is not allowed"),
        ("dropout=0.5..0.1", "is empty"),
        ("dropout=0.5..0.5", "is empty"),
        ("dropout=0.5", "one value leaves nothing to search"),
        ("dropout=0.5|0.50", "stands twice"),
        ("dropout=0..nan", "nan"),
        ("dropout=..0.5", "'' is not allowed"),
        ("dropout=0..0.5..0.6", "is not allowed"),
        ("dropout=log:0..0.5", "begins above 0"),
        ("learning_rate=log:1e-3|1e-2", "is no range"),
        ("learning_rate=inf..2", "inf"),
        ("hidden_size=1.5..8", "'1.5' is not allowed"),
        ("hidden_size=8|none", "'none' is not allowed"),
        ("hidden_size=step:0:8..16", "is no step"),
        ("hidden_size=step:9:8..16", "is no step"),
        ("hidden_size=step:3:8..16", "no whole number of steps"),
        ("hidden_size=step:x:8..16", "is no step"),
        ("max_length=none..64", "is no end of a range"),
        ("balance=none..oversample", "balance is no number"),
        ("balance=none|sometimes", "'sometimes' is not allowed"),
        ("lowercase=yes..no", "lowercase is no number"),
    ],
)
def test_what_is_refused_and_in_which_words(text: str, says: str) -> None:
    with pytest.raises(GendertuiError) as caught:
        parse(text, BASE)
    assert says in caught.value.what
    assert caught.value.code is ExitCode.USAGE


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("max_length=32|none", (32, None)),
        ("lowercase=yes|no", (True, False)),
        ("balance=none|oversample", ("none", "oversample")),
        ("network=ensemble|pooled-bilstm", ("ensemble", "pooled-bilstm")),
        ("vectors=random|../other/vectors.txt", ("random", "../other/vectors.txt")),
        ("hidden-size= 8 | 16 ", (8, 16)),
    ],
)
def test_values_of_each_kind(text: str, values: tuple[Any, ...]) -> None:
    (found,) = parse(text, BASE)
    assert isinstance(found, Choices) and found.values == values


SIZES = st.integers(1, 8192)
RATES = st.floats(1e-9, 10, allow_nan=False)


@st.composite
def dimensions(draw: st.DrawFn) -> Dimension:
    name = draw(st.sampled_from(["hidden_size", "learning_rate", "max_length", "lowercase", "balance"]))
    field = FIELDS[name]
    if field.choices:
        named = [field.from_text(choice) for choice in field.choices]
        return Choices(field, tuple(draw(st.permutations(named))))
    numbers: st.SearchStrategy[Any] = RATES if field.kind is float else SIZES
    if name == "max_length" or draw(st.booleans()):
        values = st.lists(numbers, min_size=2, max_size=6, unique=True)
        return Choices(field, tuple(draw(values)) + ((None,) if field.optional else ()))
    low, high = sorted(draw(st.lists(numbers, min_size=2, max_size=2, unique=True)))
    kind = draw(st.sampled_from(["plain", "log", *(["step"] if field.kind is int else [])]))
    return Range(field, low, high, log=kind == "log", step=high - low if kind == "step" else None)


@settings(max_examples=100, deadline=None)
@given(dimensions())
def test_a_dimension_in_words_is_read_as_the_same(dimension: Dimension) -> None:
    assert parse(str(dimension), BASE) == (dimension,)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="dropuhien_sz=|.,:logst0159-e ", max_size=40))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        found = parse(text, BASE)
    except GendertuiError as error:
        assert error.code is ExitCode.USAGE and error.hint
    else:
        assert found == parse(", ".join(map(str, found)), BASE)


def test_optuna_draws_what_the_configuration_allows() -> None:
    optuna = pytest.importorskip("optuna", reason="the extra [sweep] is not installed")
    text = f"{EXAMPLE}, batch_size=step:32:32..256, max_length=16|none, num_layers=log:1..8"
    found = parse(text, BASE)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for _ in range(50):
        trial = study.ask(fixed_distributions={each.field.name: each.distribution() for each in found})
        assert trial.params["batch_size"] % 32 == 0
        assert 1e-4 <= trial.params["learning_rate"] <= 1e-2
        assert with_changes(BASE, trial.params).batch_size == trial.params["batch_size"]
