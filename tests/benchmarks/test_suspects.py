"""How many labels turned over on purpose are among the first that somebody looks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.training.suspects import unit_scores
from tests.builders.flips import flipped, found

SHARE = 0.05
SEEDS = (0, 1, 2)


@pytest.mark.bench
def test_flipped_characters_of_the_290_films_are_looked_at_first(shared_data: Path) -> None:
    corpus = load(shared_data / "collated_290_films.txt")
    scores = unit_scores(corpus)
    shares = []
    for seed in SEEDS:
        wrong, turned = flipped(corpus, scores, SHARE, seed)
        again = unit_scores(wrong)
        for lines in (1, 10, 30):
            print(f"seed {seed}, characters of at least {lines} lines: {found(again, turned, lines)}")
        shares.append(found(again, turned, 10).share)
    print(f"mean over {len(SEEDS)} draws, at least 10 lines: {100 * sum(shares) / len(shares):.0f} %")
    assert sum(shares) / len(shares) >= 0.5
