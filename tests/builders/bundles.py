"""Small bundles of every network there is, with weights large enough to say something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from gendertui.corpus.units import FILM_UNITS
from gendertui.model.bundle.bundle import Bundle, write_bundle
from gendertui.model.calibration import Calibration
from gendertui.text.vocabulary import SPECIALS, Vocabulary
from gendertui.training.config import preset, with_changes
from gendertui.training.learner import build_network

VOCABULARY = Vocabulary([*SPECIALS, "I", "love", "you", ",", "but", "have", "to", "go", ".", "no"])


def config_of(name: str) -> dict[str, Any]:
    """A network's configuration, as training resolves it, but small; tokens are the tokenizer's own."""
    changes = {"network": name, "num_layers": 2, "hidden_size": 6, "embedding_dim": 5, "max_length": None}
    return with_changes(preset("quick"), changes).model_dump()


def network(name: str) -> torch.nn.Module:
    torch.manual_seed(5)
    made = build_network(name, config_of(name), len(VOCABULARY))
    with torch.no_grad():
        for key, parameter in made.named_parameters():
            if "embedding" in key or parameter.dim() == 1:
                parameter.mul_(3)
            else:  # Some begin at zero.
                parameter.copy_(torch.randn_like(parameter))
    return made.eval()


def bundle(folder: Path, rules: dict[str, Any], name: str = "pooled-bilstm", **changes: Any) -> Bundle:
    """Write a bundle and read it back."""
    content: dict[str, Any] = {
        "name": "small",
        "network": name,
        "config": config_of(name),
        "labels": ("m", "f"),
        "units": FILM_UNITS,
        "calibration": Calibration(0.7, 0.2),
        "vocabulary": VOCABULARY,
        "tokenizer_rules": rules,
        "tensors": {key: tensor.numpy() for key, tensor in network(name).state_dict().items()},
        "report": {},
        "card": "",
    }
    write_bundle(folder, **{**content, **changes})
    return Bundle.load(folder)
