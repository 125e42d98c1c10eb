"""The two models that are measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle, write_bundle
from gendertui.model.bundle.manifest import TOKENIZER
from gendertui.model.calibration import Calibration


@pytest.fixture(scope="session")
def tutorial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of the article's size, untrained, with the shipped model's words."""
    from gendertui.training.config import preset
    from gendertui.training.learner import build_network

    shipped = Bundle.load(store.shipped_folder())
    config = {**shipped.config, **preset("tutorial").model_dump(), "max_length": None}
    network = build_network("tutorial-lstm", config, len(shipped.vocabulary))
    folder = tmp_path_factory.mktemp("model") / "tutorial"
    write_bundle(
        folder,
        name="tutorial",
        network="tutorial-lstm",
        config=config,
        labels=shipped.labels,
        units=shipped.units,
        calibration=Calibration(),
        vocabulary=shipped.vocabulary,
        tokenizer_rules=json.loads((shipped.folder / TOKENIZER).read_bytes()),
        tensors={name: value.numpy() for name, value in network.state_dict().items()},
        report=shipped.report(),
        card="",
    )
    return folder


@pytest.fixture(params=["shipped", "tutorial"])
def model(request: pytest.FixtureRequest) -> tuple[str, Path]:
    folder = store.shipped_folder() if request.param == "shipped" else request.getfixturevalue("tutorial")
    return request.param, folder
