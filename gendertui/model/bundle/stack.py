"""The model of characters in a bundle: numbers in ``bundle.json``, tensors in ``characters.safetensors``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from gendertui.corpus.units import Unit
from gendertui.model.bundle.manifest import CHARACTERS, broken
from gendertui.model.calibration import Calibration
from gendertui.model.characters import PARTS, CharacterModel, LinearText, Weight
from gendertui.text.hashed_ngrams import Keys


def numbers_of(model: CharacterModel) -> dict[str, Any]:
    """What ``bundle.json`` says of it."""
    return {
        "unit": model.unit,
        "parts": {name: {"few": weight.few, "more": weight.more} for name, weight in model.stack.items()},
        "intercept": model.intercept,
        "texts": {name: text.intercept for name, text in model.texts.items()},
        "calibration": {"slope": model.calibration.slope, "intercept": model.calibration.intercept},
    }


def to_bytes(model: CharacterModel) -> bytes:
    """The content of ``characters.safetensors``: n-grams as 32-bit numbers, weights in half precision."""
    tensors: dict[str, NDArray[Any]] = {f"{kind}.keys": keys for kind, keys in model.keys.items()}
    for name, text in model.texts.items():
        tensors[f"{name}.weights"] = text.weights.astype(np.float16)
        tensors[f"{name}.idf"] = text.idf.astype(np.float16)
    return save(tensors)


def read(numbers: Mapping[str, Any], data: bytes, where: Path) -> CharacterModel:
    """The model.

    :param numbers: see :func:`numbers_of`. :param data: see :func:`to_bytes`.
    :raises GendertuiError: they do not belong together, or hold what no model has.
    """
    try:
        tensors = load(data)
        return _from(numbers, tensors)
    except (SafetensorError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise broken(f"{CHARACTERS} is damaged: {type(error).__name__}: {error}", where / CHARACTERS) from error


def _from(numbers: Mapping[str, Any], tensors: Mapping[str, NDArray[Any]]) -> CharacterModel:
    parts = {
        str(name): Weight(_finite(value["few"]), _finite(value["more"])) for name, value in numbers["parts"].items()
    }
    if not parts or not set(parts) <= set(PARTS):
        raise ValueError(f"parts {', '.join(parts)} are not known")
    needed = {text for name in parts if (text := PARTS[name].text) is not None}
    if set(numbers["texts"]) != needed or ("company" in parts and "own-words" not in parts):
        raise ValueError("the texts are not those of its parts")
    keys = {kind: _ascending(tensors[f"{kind}.keys"]) for kind in dict.fromkeys(part.kind for part in PARTS.values())}
    weights = {f"{name}.{what}" for name in needed for what in ("weights", "idf")}
    if set(tensors) != {*(f"{kind}.keys" for kind in keys), *weights}:
        raise ValueError(f"the tensors are {', '.join(sorted(tensors))}")
    for name in needed:
        for what in ("weights", "idf"):
            tensor = tensors[f"{name}.{what}"]
            if tensor.dtype != np.float16 or tensor.shape != keys[PARTS[name].kind].shape:
                raise ValueError(f"{name}.{what} is {tensor.dtype} {tensor.shape}")
            if not np.isfinite(tensor).all():
                raise ValueError(f"{name}.{what} holds values that are not finite")
    if numbers["unit"] not in get_args(Unit):
        raise ValueError(f"the unit {numbers['unit']!r} is not known")
    calibration = numbers["calibration"]
    return CharacterModel(
        unit=numbers["unit"],
        keys=keys,
        texts={
            name: LinearText(
                tensors[f"{name}.weights"].astype(np.float32),
                tensors[f"{name}.idf"].astype(np.float32),
                _finite(intercept),
            )
            for name, intercept in numbers["texts"].items()
        },
        stack=parts,
        intercept=_finite(numbers["intercept"]),
        calibration=Calibration(_finite(calibration["slope"]), _finite(calibration["intercept"])),
    )


def _ascending(keys: NDArray[Any]) -> Keys:
    if keys.dtype != np.uint32 or keys.ndim != 1 or (len(keys) > 1 and not (keys[1:] > keys[:-1]).all()):
        raise ValueError("the n-grams are not in order")
    return keys


def _finite(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a finite number")
    return float(value)
