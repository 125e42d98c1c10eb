"""The weather model with a report and a calibration for characters, and ``predict`` without a process of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from gendertui.corpus.units import FILM_UNITS
from gendertui.model.bundle.bundle import Bundle, write_bundle
from gendertui.model.bundle.manifest import EMBEDDING, TOKENIZER
from gendertui.model.calibration import Calibration, CharacterCalibration
from gendertui.scoring.forward import FORWARDS
from gendertui.text.spacy_rules import export_rules
from gendertui.text.vocabulary import Vocabulary
from gendertui.training.config import preset, with_changes

WORDS = ["rain", "snow", "the", "falls", "."]

REPORT: dict[str, Any] = {
    "sets": {
        "validation": {
            "counts": {"a": 30, "b": 10},
            "confidence": [
                {"lower": 0.5, "upper": 1.0, "n": 40, "groups": 4, "accuracy": 0.58, "low": None, "high": None}
            ],
            "characters": {
                "counts": {"a": 6, "b": 4},
                "by_lines": [
                    {"lower": 1, "upper": 1, "n": 9, "groups": 4, "auc": None, "balanced_accuracy": {"value": 0.55}},
                    {"lower": 2, "upper": 4, "n": 9, "groups": 4, "auc": None, "balanced_accuracy": {"value": 0.6}},
                    {"lower": 5, "upper": None, "n": 9, "groups": 4, "auc": None, "balanced_accuracy": {"value": 0.7}},
                ],
            },
        }
    }
}
for part in REPORT["sets"]["validation"]["characters"]["by_lines"]:
    part["balanced_accuracy"] |= {"low": None, "high": None}


def write_weather(folder: Path) -> Path:
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


def judged(bundle: Path, folder: Path) -> Path:
    """A copy of a bundle that knows how often it was right, and what a character's lines make."""
    source = Bundle.load(bundle)
    write_bundle(
        folder,
        name=source.name,
        network=source.network,
        config=source.config,
        labels=source.labels,
        units=FILM_UNITS,
        calibration=source.calibration,
        vocabulary=source.vocabulary,
        tokenizer_rules=json.loads((bundle / TOKENIZER).read_bytes()),
        tensors={**source.tensors(), EMBEDDING: source.embedding_rows(np.arange(len(source.vocabulary)))},
        report=REPORT,
        card="",
        character_calibration=CharacterCalibration(slope=2.0, half_lines=1.0, intercept=0.0),
    )
    return folder


class Answer(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def predict(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Answer:
    """``gendertui predict``, in this process."""
    from gendertui.cli.root import run
    from gendertui.cli.terminal.exit import run_command

    code = run_command(lambda: run(["predict", *map(str, words)]))
    out, err = capsys.readouterr()
    return Answer(code, out, err)
