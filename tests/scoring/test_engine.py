"""numpy and torch compute the same logits of one bundle, whatever its network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.networks.lengths import Lengths
from gendertui.scoring.engine import NumpyEngine, work_of
from gendertui.scoring.forward import FORWARDS
from gendertui.scoring.scorer import Scorer
from gendertui.training.engine import TorchEngine
from tests.builders.bundles import bundle, network

TEXTS = ["I love you, but I have to go.", "no", "Zanzibar!", "you you you", "I have to go. " * 40, "a  b", "no no"]
TOLERANCE = 1e-5


@pytest.mark.parametrize("name", list(FORWARDS))
def test_both_engines_equal_the_network_line_by_line(tmp_path: Path, rules: dict[str, Any], name: str) -> None:
    made = bundle(tmp_path / "model", rules, name)
    encoded = [Scorer(made).encode(text).ids for text in TEXTS]
    module = network(name)
    expected = []
    for ids in encoded:
        with torch.no_grad():
            expected.append(
                float(module(torch.from_numpy(ids.astype(np.int64))[None], Lengths.of(torch.tensor([len(ids)]))))
            )
    assert np.ptp(expected) > 0.1
    for engine in (NumpyEngine(made), TorchEngine(made)):
        # Together or alone, a line's logit is its own.
        for found in (engine(encoded), np.array([engine([ids])[0] for ids in encoded])):
            np.testing.assert_allclose(found, expected, atol=TOLERANCE, rtol=TOLERANCE)
            np.testing.assert_allclose(made.calibration.apply(found), made.calibration.apply(expected), atol=TOLERANCE)
        assert engine([]).shape == (0,)


@pytest.mark.parametrize("name", list(FORWARDS))
def test_probabilities_of_many_lengths_are_equal(tmp_path: Path, rules: dict[str, Any], name: str) -> None:
    made = bundle(tmp_path / "model", rules, name)
    generator = np.random.default_rng(3)
    lengths = [*generator.integers(1, 60, 300).tolist(), 5000]
    encoded = [generator.integers(0, len(made.vocabulary), length).astype(np.int32) for length in lengths]
    for ids in encoded:
        ids[ids == 1] = 0  # A line holds no padding.
    numpy, torched = (made.calibration.apply(engine(encoded)) for engine in (NumpyEngine(made), TorchEngine(made)))
    np.testing.assert_allclose(numpy, torched, atol=TOLERANCE)


def shipped_against_torch(texts: list[str]) -> None:
    made = Bundle.load(store.shipped_folder())
    scorer = Scorer(made)
    encoded = [scorer.encode(text).ids for text in texts if text.strip()]
    numpy, torched = (made.calibration.apply(engine(encoded)) for engine in (NumpyEngine(made), TorchEngine(made)))
    np.testing.assert_allclose(numpy, torched, atol=TOLERANCE)
    assert np.ptp(numpy) > 0.2


def test_the_shipped_model_answers_as_torch_does(sample_corpus: Any) -> None:
    shipped_against_torch(sample_corpus.column("text").to_pylist())


@pytest.mark.long
def test_the_shipped_model_answers_as_torch_does_on_every_real_line(shared_data: Path) -> None:
    from gendertui.corpus.load import load

    shipped_against_torch(load(shared_data / "collated_290_films.txt").column("text").to_pylist())


def test_the_work_of_a_token_is_its_weights_without_the_word_vectors(tmp_path: Path, rules: dict[str, Any]) -> None:
    shipped = Bundle.load(store.shipped_folder())
    hidden, width = int(shipped.config["hidden_size"]), int(shipped.config["embedding_dim"])
    lstm = 2 * (4 * hidden * (hidden + width) + 2 * 4 * hidden) + 4 * hidden + 1
    assert work_of(shipped) == lstm + 1  # and the intercept of the n-grams beside it
    assert work_of(bundle(tmp_path / "model", rules)) == 10_000
