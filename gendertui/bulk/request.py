"""What is asked for: everything that the scores depend on, beside the input itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.model.bundle.manifest import TOKENIZER, VOCABULARY
from gendertui.model.calibration import EVEN

if TYPE_CHECKING:
    from gendertui.model.bundle.bundle import Bundle

FORMATS = ("parquet", "csv", "jsonl")
"""Of the output, which are the suffixes of its files, too."""
PART_BYTES = 16 * 10**6
"""Of text in a part, where nothing else is asked for: some ten seconds of work for a process."""
NUMPY = "numpy"


@dataclass(frozen=True)
class Request:
    """What the scores depend on."""

    model: str
    """The folder of the bundle."""
    model_name: str
    model_hash: str
    """See :func:`model_hash`."""
    prior: float = EVEN
    engine: str = NUMPY
    """:data:`NUMPY`, or the device on which torch computes: their results agree to about 1e-5."""
    form: str = FORMATS[0]
    with_text: bool = False
    part_bytes: int = PART_BYTES
    reading: ReadingOptions = NO_OPTIONS

    def to_json(self) -> dict[str, Any]:
        """For the manifest, and to be compared: the folder of a model may change."""
        return {
            "model": {"name": self.model_name, "sha256": self.model_hash},
            "options": {
                "prior": self.prior,
                "engine": self.engine,
                "format": self.form,
                "text in the output": self.with_text,
                "part size": self.part_bytes,
                "reading": self.reading.to_json(),
            },
        }


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What another request differs in, in words; see :meth:`Request.to_json`."""
    found = []
    if before["model"]["sha256"] != now["model"]["sha256"]:
        names = before["model"]["name"], now["model"]["name"]
        same = " (another model of that name)" if names[0] == names[1] else ""
        found.append(f"the model was {names[0]}, now it is {names[1]}{same}")
    for name, value in now["options"].items():
        if before["options"].get(name) != value:
            found.append(f"{name} was {_shown(before['options'].get(name))}, now it is {_shown(value)}")
    return found


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ReadingOptions.from_json(dict(value)).words or "left to be found out"
    return {True: "on", False: "off"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def model_hash(bundle: Bundle) -> str:
    """A hash of all that a line's probability depends on, whatever the model is called."""
    manifest = bundle.manifest
    content = {
        "network": manifest.network,
        "config": manifest.config,
        "labels": manifest.labels,
        "calibration": [manifest.calibration.slope, manifest.calibration.intercept],
        "files": [manifest.files[name][1] for name in (VOCABULARY, TOKENIZER)],
        "tensors": {name: tensor.hashes for name, tensor in manifest.tensors.items()},
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
