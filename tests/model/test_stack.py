"""The model of characters in a bundle: read as it was written, and refused in words where it is damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.model.bundle import manifest, stack
from gendertui.model.bundle.bundle import Bundle, copy_bundle
from gendertui.model.characters import CharacterModel
from gendertui.scoring.parts import part_scores
from gendertui.training.characters.fit import fit_characters
from gendertui.training.characters.material import Material, Sides
from tests.builders.scenes import material_of, talking


@pytest.fixture(scope="module")
def fitted() -> tuple[CharacterModel, Material, Sides]:
    material = material_of(talking(40, 60))
    side = material.all()
    found = fit_characters(side.speech, material.spoken, side.labels, material.unit)
    assert found is not None
    return found.model, material, side


def probabilities(model: CharacterModel, material: Material, side: Sides) -> np.ndarray:
    scores = part_scores(model.texts, model.keys, side.speech, material.spoken, tuple(model.stack))
    found: np.ndarray = 1 / (1 + np.exp(-scores.log_odds(model)))
    return found


def test_half_precision_changes_nothing_at_the_third_digit(fitted: tuple[CharacterModel, Material, Sides]) -> None:
    model, material, side = fitted
    read = stack.read(json.loads(json.dumps(stack.numbers_of(model))), stack.to_bytes(model), Path("x"))
    before, after = (probabilities(each, material, side) for each in (model, read))
    assert np.ptp(before) > 0.5
    assert np.abs(before - after).max() < 5e-4


def test_the_shipped_model_has_one_and_is_small() -> None:
    bundle = Bundle.load(store.shipped_folder())
    bundle.verify()
    model = bundle.characters()
    assert model is not None
    assert set(model.stack) == {"lines", "own-words", "said-to", "addressed-as", "company"}
    assert sum(path.stat().st_size for path in store.shipped_folder().iterdir()) <= 2_500_000


Change = Callable[[dict[str, Any], dict[str, np.ndarray]], None]


def _unknown_part(numbers: dict[str, Any], _: dict[str, np.ndarray]) -> None:
    numbers["parts"]["horoscope"] = {"few": 1.0, "more": 0.0}


def _no_number(numbers: dict[str, Any], _: dict[str, np.ndarray]) -> None:
    numbers["intercept"] = "much"


def _not_finite(_: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
    tensors["own-words.weights"][0] = np.inf


def _out_of_order(_: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
    tensors["words.keys"] = tensors["words.keys"][::-1].copy()


def _too_short(_: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
    tensors["said-to.idf"] = tensors["said-to.idf"][:-1]


def _one_more(_: dict[str, Any], tensors: dict[str, np.ndarray]) -> None:
    tensors["more"] = np.zeros(3, np.float16)


def _no_company(numbers: dict[str, Any], _: dict[str, np.ndarray]) -> None:
    del numbers["parts"]["own-words"]


@pytest.mark.parametrize(
    "change", [_unknown_part, _no_number, _not_finite, _out_of_order, _too_short, _one_more, _no_company]
)
def test_what_does_not_fit_is_refused(fitted: tuple[CharacterModel, Material, Sides], change: Change) -> None:
    model, _, _ = fitted
    numbers, tensors = stack.numbers_of(model), load(stack.to_bytes(model))
    change(numbers, tensors)
    with pytest.raises(GendertuiError, match=r"characters.safetensors is damaged: ") as raised:
        stack.read(numbers, save(tensors), Path("x"))
    assert raised.value.code == ExitCode.MODEL


@pytest.mark.parametrize("size", [0, 100, -1])
def test_a_damaged_file_is_found_before_it_answers(tmp_path: Path, size: int) -> None:
    folder = tmp_path / "copy"
    copy_bundle(store.shipped_folder(), folder, "copy")
    path = folder / manifest.CHARACTERS
    data = bytearray(path.read_bytes())
    if size < 0:
        data[-1] ^= 1
    path.write_bytes(data if size < 0 else data[:size])
    bundle = Bundle.load(folder)
    for act in (bundle.characters, bundle.verify):
        with pytest.raises(GendertuiError, match=r"characters.safetensors is (damaged|cut short)"):
            act()


def test_a_bundle_without_one_is_read_too(tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    copy_bundle(store.shipped_folder(), folder, "copy")
    path = folder / manifest.CHARACTERS
    path.unlink()
    with pytest.raises(GendertuiError, match=r"characters.safetensors is missing"):
        Bundle.load(folder).characters()
