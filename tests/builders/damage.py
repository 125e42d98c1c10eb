"""Ways for a bundle to go bad, drawn at random: on a disk, in a transfer, or by somebody's hand."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from gendertui.model.bundle.manifest import (
    EMBEDDING,
    MANIFEST,
    REPORT,
    SMALL_FILES,
    TOKENIZER,
    VOCABULARY,
    WEIGHTS,
    sha256,
)
from gendertui.model.bundle.weights import describe

FILES = [MANIFEST, *SMALL_FILES, WEIGHTS]
# What a hand or another program may have put where something else belongs.
ODD_VALUES: list[Any] = [
    *(None, True, -1, 0, 1, 2, 0.5, -1e300, 10**30, float("nan"), float("inf"), "", "x", "../../x", "\x1b[31m", "\0"),
    *([], [0], ["m", "m"], [[]], {}, {"a": 1}, "9" * 5000, [1] * 40, "é\ud800"),
]
EXTREME_WEIGHTS = [float("nan"), float("inf"), -float("inf"), 3e38, 0.0]


def flip_bit(data: bytes, draw: random.Random) -> bytes:
    damaged = bytearray(data)
    bit = draw.randrange(len(data) * 8)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


def flip_many(data: bytes, draw: random.Random) -> bytes:
    for _ in range(draw.randint(2, 40)):
        data = flip_bit(data, draw)
    return data


def truncate(data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data))]


def insert(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data) + 1)
    return data[:at] + draw.randbytes(draw.choice([1, 2, 8, 100])) + data[at:]


def delete(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data))
    return data[:at] + data[at + draw.choice([1, 2, 8, 100]) :]


def zero(data: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(data))
    span = min(draw.choice([1, 8, 512, 4096, len(data)]), len(data) - at)
    return data[:at] + bytes(span) + data[at + span :]


def empty(data: bytes, draw: random.Random) -> bytes:
    return b""


BYTES: list[Callable[[bytes, random.Random], bytes]] = [flip_bit, flip_many, truncate, insert, delete, zero, empty]


def edit_json(value: Any, draw: random.Random) -> Any:
    """``value`` with one place in it, at any depth, changed, doubled or gone."""
    if isinstance(value, dict | list) and value and draw.random() < 0.85:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = draw.choice(keys)
        changed = value.copy()
        if draw.random() < 0.15:
            del changed[key]
        else:
            changed[key] = edit_json(value[key], draw)
        return changed
    if isinstance(value, int | float) and draw.random() < 0.5:
        return value * draw.choice([-1, 0, 2, 1000, 10**12])
    return draw.choice(ODD_VALUES)


def write_json(path: Path, value: Any) -> None:
    path.write_bytes(json.dumps(value).encode())


def seal(folder: Path) -> None:
    """Make every length and hash of ``bundle.json`` that of what is there now."""
    value = json.loads((folder / MANIFEST).read_bytes())
    for name in (*SMALL_FILES, WEIGHTS):
        data = (folder / name).read_bytes()
        value["files"][name] = {"bytes": len(data), "sha256": None if name == WEIGHTS else sha256(data)}
    value["tensors"] = {}
    for name, tensor in load_file(folder / WEIGHTS).items():
        entry = describe(name, tensor)
        value["tensors"][name] = {"dtype": entry.dtype, "shape": list(entry.shape), "sha256": list(entry.hashes)}
    write_json(folder / MANIFEST, signed(value))


def signed(value: dict[str, Any]) -> dict[str, Any]:
    """The content of a ``bundle.json`` with a hash that agrees with it."""
    content = {key: part for key, part in value.items() if key != "sha256"}
    return {**content, "sha256": sha256(json.dumps(content, sort_keys=True).encode())}


def damage(folder: Path, other: Path, draw: random.Random) -> str:
    """Spoil the bundle in ``folder`` as a disk, a transfer or a careless hand would; say how.

    :param other: a whole bundle of another model.
    """
    name = draw.choice(FILES)
    kind = draw.choice(["bytes", "bytes", "bytes", "bytes", "swap", "foreign", "gone", "json"])
    if kind == "bytes":
        way = draw.choice(BYTES)
        (folder / name).write_bytes(way((folder / name).read_bytes(), draw))
        return f"{way.__name__} {name}"
    if kind == "swap":
        second = draw.choice([each for each in FILES if each != name])
        held = (folder / name).read_bytes()
        shutil.copyfile(folder / second, folder / name)
        (folder / second).write_bytes(held)
        return f"swap {name} and {second}"
    if kind == "foreign":
        shutil.copyfile(other / name, folder / name)
        return f"{name} of another model"
    if kind == "gone":
        (folder / name).unlink()
        return f"no {name}"
    name = draw.choice([MANIFEST, TOKENIZER, REPORT])
    write_json(folder / name, edit_json(json.loads((folder / name).read_bytes()), draw))
    return f"edit {name}"


def forge(folder: Path, draw: random.Random) -> str:
    """Change the bundle in ``folder`` and make all its hashes agree with the change; say how."""
    kind = draw.choice(["manifest", "manifest", "tokenizer", "report", "vocabulary", "values", "shape"])
    if kind == "manifest":
        value = json.loads((folder / MANIFEST).read_bytes())
        changed = edit_json(value, draw)
        write_json(folder / MANIFEST, signed(changed) if isinstance(changed, dict) else changed)
        return kind
    if kind in ("tokenizer", "report"):
        name = TOKENIZER if kind == "tokenizer" else REPORT
        write_json(folder / name, edit_json(json.loads((folder / name).read_bytes()), draw))
    elif kind == "vocabulary":
        (folder / VOCABULARY).write_bytes(draw.choice(BYTES)((folder / VOCABULARY).read_bytes(), draw))
    else:
        tensors = load_file(folder / WEIGHTS)
        name = draw.choice([EMBEDDING, *tensors])
        if kind == "values":
            with np.errstate(over="ignore"):
                tensors[name].ravel()[:: draw.choice([1, 7])] = draw.choice(EXTREME_WEIGHTS)
        else:
            tensors[name] = draw.choice([tensors[name][:1], tensors[name].ravel(), tensors[name][..., None]]).copy()
        save_file(tensors, folder / WEIGHTS)
    seal(folder)
    return kind
