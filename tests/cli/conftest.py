from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gendertui.corpus.units import FILM_UNITS
from gendertui.model.bundle.bundle import write_bundle
from gendertui.model.calibration import Calibration
from gendertui.scoring.forward import FORWARDS
from gendertui.text.spacy_rules import export_rules
from gendertui.text.vocabulary import Vocabulary
from gendertui.training.config import preset, with_changes

WORDS = ["rain", "snow", "the", "falls", "."]


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny network that tells ``rain`` from ``snow``: the one is labelled b, the other a."""
    changes = {"network": "pooled-bilstm", "hidden_size": 2, "embedding_dim": 3}
    config = with_changes(preset("quick"), changes).model_dump()
    vocabulary = Vocabulary(["<unk>", "<pad>", *WORDS])
    shapes = FORWARDS[config["network"]].shapes(config, len(vocabulary))
    # Every gate open, every cell fed by the first dimension of a word's vector, where rain and snow differ.
    tensors = {name: np.zeros(shape, dtype=np.float32) for name, shape in shapes.items()}
    for name, tensor in tensors.items():
        if name.startswith("lstm.weight_ih"):
            tensor[4:6, 0] = 4.0
        elif name.startswith("lstm.bias_ih"):
            tensor[0:2] = tensor[6:8] = 4.0
    tensors["output.weight"][:] = 0.25
    embedding = np.zeros((len(vocabulary), 3), dtype=np.float32)
    embedding[vocabulary.index["rain"], 0], embedding[vocabulary.index["snow"], 0] = 1.0, -1.0
    folder = tmp_path_factory.mktemp("bundle") / "weather"
    write_bundle(
        folder,
        name="weather",
        network=config["network"],
        config=config,
        labels=("a", "b"),
        units=FILM_UNITS,
        calibration=Calibration(1.0, 0.0),
        vocabulary=vocabulary,
        tokenizer_rules={**export_rules(), "whitespace_tokens": "drop", "lowercase": True},
        tensors={**tensors, "embedding.weight": embedding},
        report={"sets": {"validation": {"model": {"auc": {"value": 0.7, "low": 0.65, "high": 0.75}}}}},
        run="weather run",
        card="# weather\n",
    )
    return folder
