"""What is derived from a field of the configuration: choices, limits, text and back, and what it is part of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.splits import PROTOCOLS
from gendertui.errors import GendertuiError
from gendertui.model.networks import NETWORKS, Network
from gendertui.training.config import FIELDS, PRESETS, TrainingConfig, model_settings, preset, with_changes


def test_choices_are_those_of_the_registry_and_grow_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert FIELDS["split"].choices == ("auto", *PROTOCOLS)
    assert FIELDS["network"].choices == tuple(NETWORKS)
    with pytest.raises(GendertuiError, match="'echo' is not allowed"):
        with_changes(TrainingConfig(), {"network": "echo"})
    monkeypatch.setitem(NETWORKS, "echo", Network("echo", "nowhere:build", {}))
    assert "echo" in FIELDS["network"].allowed
    assert with_changes(TrainingConfig(), {"network": "echo"}).network == "echo"


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("epochs", "a whole number at least 1 and at most 1,000"),
        ("max_length", "a whole number at least 1, or none"),
        ("gradient_clip_norm", "a number more than 0, or none"),
        ("lowercase", "yes, no"),
        ("precision", "auto, float32, bfloat16"),
    ],
)
def test_what_is_allowed_in_words(name: str, allowed: str) -> None:
    assert FIELDS[name].allowed == allowed


@pytest.mark.parametrize("name", FIELDS)
def test_none_is_a_value_where_the_type_has_it(name: str) -> None:
    try:
        with_changes(TrainingConfig(), {name: None})
    except GendertuiError:
        assert not FIELDS[name].optional
    else:
        assert FIELDS[name].optional


@pytest.mark.parametrize("start", PRESETS)
@pytest.mark.parametrize("name", FIELDS)
def test_a_preset_read_back_from_its_texts_is_the_same(start: str, name: str) -> None:
    field, value = FIELDS[name], getattr(preset(start), name)
    assert read_back(name, value) == value
    assert not field.choices or field.as_text(value) in field.choices


@given(rate=st.floats(1e-12, 10), norm=st.one_of(st.none(), st.floats(1e-9, 1e9)), lowercase=st.booleans())
def test_a_text_loses_nothing(rate: float, norm: float | None, lowercase: bool) -> None:
    assert read_back("learning_rate", rate) == rate
    assert read_back("gradient_clip_norm", norm) == norm
    assert read_back("lowercase", lowercase) is lowercase


def read_back(name: str, value: Any) -> Any:
    text = FIELDS[name].as_text(value)
    return getattr(with_changes(TrainingConfig(), {name: FIELDS[name].from_text(text)}), name)


def test_a_model_is_all_but_where_it_was_trained() -> None:
    settings = model_settings(with_changes(preset("best"), {"vectors": "/home/someone/vectors.txt"}))
    assert FIELDS.keys() - settings.keys() == {"device", "threads"}
    assert settings["vectors"] == "vectors.txt"
    assert settings["members"] == 1


def test_what_a_network_is_built_from_is_a_field_that_training_keeps_within_what_a_bundle_may_say() -> None:
    for network in NETWORKS.values():
        for name, allowed in network.sizes.items():
            least, most = FIELDS[name].limits
            assert least.ge in allowed
            assert most.le in allowed
            assert FIELDS[name].metadata.affects_speed
