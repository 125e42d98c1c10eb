"""``bundle.json``: a model bundle's description, and the hashes that verify it."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from gendertui.corpus.units import FILM_UNITS, Units
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.calibration import Calibration, CharacterCalibration
from gendertui.model.networks import NETWORKS

FORMAT = "gendertui model"
VERSION = 1

MANIFEST = "bundle.json"
VOCABULARY = "vocab.txt"
TOKENIZER = "tokenizer.json"
WEIGHTS = "weights.safetensors"
REPORT = "report.json"
CARD = "MODEL_CARD.md"
CHARACTERS = "characters.safetensors"
"""Only in bundles that have a model of characters."""
SMALL_FILES = (VOCABULARY, TOKENIZER, REPORT, CARD)

EMBEDDING = "embedding.weight"
BLOCK_ROWS = 256
"""Rows of the embedding that are hashed together, so that a few can be read and verified."""

PRIOR = "even"
"""The prior for which the calibration is fitted: both labels equally frequent."""

MANIFEST_BYTES = 16 * 2**20
MOST_BYTES: dict[str, int] = {**dict.fromkeys((*SMALL_FILES, CHARACTERS), 2**28), WEIGHTS: 2**33 - 1}
"""File → maximum size in bytes: far more than any model needs (for the weights, a tar's largest entry), far less than
would fill memory or disk."""

DTYPE_BYTES: dict[str, int] = {"F32": 4, "F16": 2}
"""Data types allowed for a bundle's tensors, by safetensors' names → bytes per value."""

OPENING = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
"""How a bundle's files are opened: not waiting for the writer of a pipe."""

_MOST_SIDES = 8
_TOKENS = range(1, 2**63)

MADE_AGAIN = "Train it again, or fetch the bundle again from where it came from."
_SHA256 = re.compile(r"[0-9a-f]{64}")


def broken(what: str, where: str | Path, hint: str = MADE_AGAIN) -> GendertuiError:
    """The error for a bundle that cannot be used."""
    return GendertuiError(what, where=str(where), hint=hint, code=ExitCode.MODEL)


@dataclass(frozen=True)
class TensorEntry:
    """Entry of ``bundle.json`` for one tensor."""

    dtype: str
    """safetensors' name of it: F32 or F16."""
    shape: tuple[int, ...]
    hashes: tuple[str, ...]
    """One for the whole tensor; for the embedding one per block of :data:`BLOCK_ROWS` rows."""


@dataclass(frozen=True)
class Manifest:
    """``bundle.json``, read and checked."""

    name: str
    created: str
    """UTC, ISO 8601."""
    run: str | None
    network: str
    config: dict[str, Any]
    labels: tuple[str, str]
    prior: str
    calibration: Calibration
    files: dict[str, tuple[int, str | None]]
    """File → size and sha256; the weights are hashed tensor by tensor instead."""
    tensors: dict[str, TensorEntry]
    character_calibration: CharacterCalibration | None = None
    """``None`` if the corpus had too few speakers or none, and in bundles of version 0.1."""
    stack: dict[str, Any] | None = None
    """The numbers of the model of characters, whose tensors are in :data:`CHARACTERS`; ``None`` where there is none."""
    units: Units = FILM_UNITS
    """What the corpus calls its groups and speakers, and what its labels are about. Bundles of versions before 0.3 do
    not say it: theirs were films."""

    def to_json(self) -> dict[str, Any]:
        """The content of ``bundle.json``, including its own hash."""
        content: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "name": self.name,
            "created": self.created,
            "run": self.run,
            "network": self.network,
            "config": self.config,
            "labels": list(self.labels),
            "units": self.units.to_json(),
            "prior": self.prior,
            "calibration": asdict(self.calibration),
            "files": {name: {"bytes": size, "sha256": digest} for name, (size, digest) in self.files.items()},
            "tensors": {
                name: {"dtype": entry.dtype, "shape": list(entry.shape), "sha256": list(entry.hashes)}
                for name, entry in self.tensors.items()
            },
        }
        if self.character_calibration is not None:
            content["character_calibration"] = asdict(self.character_calibration)
        if self.stack is not None:
            content["stack"] = self.stack
        return {**content, "sha256": _own_hash(content)}

    @property
    def contents_hash(self) -> str:
        """sha256 of all that the model is, each of its files by its own hash; the same under any name, and whether its
        run is known or not."""
        return _own_hash({**self.to_json(), "name": None, "run": None, "sha256": None})

    def to_bytes(self) -> bytes:
        """``bundle.json``, byte by byte."""
        return (json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n").encode()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the bundle in ``folder``.

    :raises GendertuiError: it is missing, not ours, of a newer format, or damaged.
    """
    path = folder / MANIFEST
    try:
        if _regular_size(path) > MANIFEST_BYTES:
            raise broken(f"{MANIFEST} is not a model's: it has more than {MANIFEST_BYTES:,} bytes", path)
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        what = f"this is no model: there is no {MANIFEST} in it" if folder.is_dir() else "there is no such model folder"
        raise broken(what, folder, "A model is a folder that gendertui made at the end of a run.") from error
    except OSError as error:
        raise broken(f"the model cannot be read: {error.strerror}", path) from error
    return parse_manifest(data, str(path))


def parse_manifest(data: bytes, where: str) -> Manifest:
    """The manifest from the bytes of ``bundle.json``.

    :param where: their source, for the error.
    :raises GendertuiError: it is not ours, of a newer format, or damaged.
    """
    value = parse_json(data, MANIFEST, where)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise broken("this is not a gendertui model", where, "Another program made it, or its first lines are damaged.")
    version = value.get("version")
    if isinstance(version, int) and version > VERSION:
        raise broken(
            f"the model is of format {version}; this gendertui reads up to {VERSION}",
            where,
            "Install a newer gendertui.",
        )
    claimed = value.pop("sha256", None)
    try:
        if claimed != _own_hash(value):
            raise broken(f"{MANIFEST} is damaged or was edited: its hash is wrong", where)
        _check(value)
        return _from_json(value)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
        raise broken(f"{MANIFEST} is incomplete or damaged: {type(error).__name__}: {error}", where) from error


def parse_json(data: bytes, name: str, where: str | Path) -> Any:
    """The content of a bundle's JSON file.

    :raises GendertuiError: it is not JSON, or nested too deeply to be read.
    """
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise broken(f"{name} is cut short or damaged: it is not JSON ({error})", where) from error


def check_file(folder: Path, manifest: Manifest, name: str) -> Path:
    """The path of a bundle's file, after checking that it exists and has the right size.

    :raises GendertuiError: it is missing, truncated or too long.
    """
    path = folder / name
    try:
        size = _regular_size(path)
    except OSError as error:
        raise broken(f"{name} is missing from the model", folder) from error
    _check_size(path, size, manifest)
    return path


def read_checked(folder: Path, manifest: Manifest, name: str, opened: int | None = None) -> bytes:
    """The content of a bundle's small file, verified against the manifest's hash.

    :param opened: its descriptor, where it is open already.
    :raises GendertuiError: it is missing, truncated or damaged.
    """
    path = folder / name
    try:
        descriptor = os.open(path, OPENING) if opened is None else opened
    except OSError as error:
        missing = isinstance(error, FileNotFoundError)
        what = f"{name} is missing from the model" if missing else f"{name} cannot be read: {error.strerror}"
        raise broken(what, folder if missing else path) from error
    try:
        size = _regular_size(descriptor)
        _check_size(path, size, manifest)
        data = os.pread(descriptor, size, 0)
    except OSError as error:
        raise broken(f"{name} cannot be read: {error.strerror}", path) from error
    finally:
        if opened is None:
            os.close(descriptor)
    if sha256(data) != manifest.files[name][1]:
        raise broken(f"{name} is damaged: its hash is not the one in {MANIFEST}", path)
    return data


def read_json(folder: Path, manifest: Manifest, name: str) -> dict[str, Any]:
    """The JSON object in a bundle's small file, see :func:`read_checked`.

    :raises GendertuiError: it is missing, truncated, damaged or not a JSON object.
    """
    return json_object(read_checked(folder, manifest, name), folder / name)


def json_object(data: bytes, path: Path) -> dict[str, Any]:
    """The JSON object that is the content of a bundle's file.

    :raises GendertuiError: it is no JSON object.
    """
    value = parse_json(data, path.name, path)
    if not isinstance(value, dict):
        raise broken(f"{path.name} is not a JSON object", path)
    return value


def sha256(data: bytes | memoryview) -> str:
    return hashlib.sha256(data).hexdigest()


def _own_hash(content: Mapping[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=True, allow_nan=False).encode())


def _check_size(path: Path, size: int, manifest: Manifest) -> None:
    name = path.name
    expected, _ = manifest.files[name]
    if size < expected:
        raise broken(f"{name} is cut short: {size} of {expected} bytes are there", path)
    if size > expected:
        raise broken(f"{name} is not the model's: {size} bytes instead of {expected}", path)


def _regular_size(file: Path | int) -> int:
    """Bytes of a file, by its path or descriptor.

    :raises OSError: it is missing or not a regular file (reading a pipe would block).
    """
    found = os.fstat(file) if isinstance(file, int) else file.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(0, "it is not a file", str(file))
    return found.st_size


def _check(value: Mapping[str, Any]) -> None:
    """Reject values that reading the parts one by one would accept.

    :raises ValueError: a value cannot come from a model written by this program.
    """
    for name, kind in (("name", str), ("network", str), ("labels", list), ("config", dict)):
        if not isinstance(value[name], kind):
            raise ValueError(f"{name} is not a {kind.__name__}")
    if not (value["run"] is None or isinstance(value["run"], str)):
        raise ValueError("run is not a name")
    if value["version"] != VERSION:
        raise ValueError(f"format {value['version']!r} was never written")
    if value["prior"] != PRIOR:
        raise ValueError(f"probabilities at {value['prior']!r} odds are not known")
    datetime.fromisoformat(value["created"])
    _check_calibrations(value)
    sizes = NETWORKS[value["network"]].sizes if value["network"] in NETWORKS else {}
    for name, allowed in {"max_length": _TOKENS, **sizes}.items():
        # null if the configuration leaves it open.
        if value["config"].get(name) is not None:
            _check_whole(name, value["config"][name], allowed[0], allowed[-1])
    for name, entry in value["files"].items():
        _check_whole(f"{name}'s bytes", entry["bytes"], 0, MOST_BYTES[name])
    needed = 0
    for name, entry in value["tensors"].items():
        _check_whole(f"{name}'s sides", len(entry["shape"]), 1, _MOST_SIDES)
        for side in entry["shape"]:
            _check_whole(f"{name}'s shape", side, 1, MOST_BYTES[WEIGHTS])
        needed += math.prod(entry["shape"]) * DTYPE_BYTES[entry["dtype"]]
    if needed > value["files"][WEIGHTS]["bytes"]:
        raise ValueError(f"tensors of {needed} bytes in {value['files'][WEIGHTS]['bytes']}")


def _check_calibrations(value: Mapping[str, Any]) -> None:
    lines, characters = value["calibration"], value.get("character_calibration")
    for name in ("slope", "intercept"):
        _check_number(f"calibration's {name}", lines[name])
    if characters is not None:
        for name in ("slope", "half_lines", "intercept"):
            _check_number(f"character_calibration's {name}", characters[name])
        # A negative number could divide by zero or reverse the score.
        if characters["half_lines"] < 0:
            raise ValueError(f"character_calibration's half_lines: {characters['half_lines']!r} is below 0")


def _check_number(what: str, number: Any) -> None:
    if type(number) not in (int, float) or not math.isfinite(number):
        raise ValueError(f"{what}: {number!r} is not a finite number")


def _check_whole(what: str, number: Any, least: int, most: int) -> None:
    if type(number) is not int or not least <= number <= most:
        raise ValueError(f"{what}: {number!r} is not a whole number from {least} to {most}")


def _from_json(value: Mapping[str, Any]) -> Manifest:
    negative, positive = value["labels"]
    if not (isinstance(negative, str) and isinstance(positive, str)) or negative == positive:
        raise ValueError("labels are two different words")
    characters = value.get("character_calibration")
    stack = value.get("stack")
    expected = {*SMALL_FILES, WEIGHTS, *([] if stack is None else [CHARACTERS])}
    if set(value["files"]) != expected:
        raise ValueError(f"the files are not {', '.join(sorted(expected))}")
    return Manifest(
        name=str(value["name"]),
        created=str(value["created"]),
        run=value["run"],
        network=str(value["network"]),
        config=dict(value["config"]),
        labels=(negative, positive),
        prior=str(value["prior"]),
        calibration=Calibration(float(value["calibration"]["slope"]), float(value["calibration"]["intercept"])),
        files={str(name): (int(entry["bytes"]), entry["sha256"]) for name, entry in value["files"].items()},
        tensors={str(name): _tensor(entry) for name, entry in value["tensors"].items()},
        stack=stack,
        units=Units.from_json(value["units"]) if "units" in value else FILM_UNITS,
        character_calibration=None
        if characters is None
        else CharacterCalibration(
            float(characters["slope"]), float(characters["half_lines"]), float(characters["intercept"])
        ),
    )


def _tensor(entry: Mapping[str, Any]) -> TensorEntry:
    hashes = tuple(entry["sha256"])
    if not all(isinstance(digest, str) and _SHA256.fullmatch(digest) for digest in hashes):
        raise ValueError("a tensor's hash is not one")
    return TensorEntry(str(entry["dtype"]), tuple(int(side) for side in entry["shape"]), hashes)
