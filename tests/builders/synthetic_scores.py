"""Corpora of scores whose true figures are known: normal scores with effects of films and of characters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from gendertui.corpus.units import FILM_UNITS
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.scores import Names, Scores

META = Meta(
    labels=("m", "f"), protocol="by-group", requested="auto", unit="group", units=FILM_UNITS, epochs=3, majority=0
)


@dataclass(frozen=True)
class World:
    """A line's score is ``±signal/2`` by label, plus what its film, its character and the line itself add."""

    signal: float = 0.35
    """Mean distance of the two labels."""
    films_differ: float = 0.15
    """Standard deviation of that distance over films."""
    # Standard deviations of what each adds, to lines of either label.
    film: float = 0.25
    character: float = 0.3
    line: float = 1.0

    @property
    def auc(self) -> float:
        """Of lines of any two films."""
        spread = 2 * (self.film**2 + self.character**2 + self.line**2) + self.films_differ**2 / 2
        return float(norm.cdf(self.signal / np.sqrt(spread)))

    @property
    def auc_within(self) -> float:
        """Of lines of one film; those of different labels are of different characters."""
        spread = 2 * (self.character**2 + self.line**2) + self.films_differ**2
        return float(norm.cdf(self.signal / np.sqrt(spread)))

    @property
    def balanced_accuracy(self) -> float:
        """Where a score above zero says the positive label."""
        spread = self.film**2 + self.character**2 + self.line**2 + self.films_differ**2 / 4
        return float(norm.cdf(self.signal / 2 / np.sqrt(spread)))

    @property
    def rival(self) -> World:
        """The world of a second scorer that sees less of the signal; most of what errs it shares with the first."""
        return replace(self, signal=0.85 * self.signal, films_differ=0.85 * self.films_differ)


def draw(
    generator: np.random.Generator, films: int, world: World | None = None, *, lines_a_character: float = 18
) -> Scores:
    """Validation lines of ``films`` films of unequal size, 3 to 9 characters each; ``baseline_logit`` is the rival's.

    Characters have a label; the share of positive ones differs from film to film.
    """
    world = world or World()
    in_film = generator.integers(3, 10, films)
    film_of = np.repeat(np.arange(films), in_film)
    labels = (generator.random(len(film_of)) < generator.beta(1.6, 3.2, films)[film_of]).astype(np.int8)
    size = np.exp(generator.normal(-0.125, 0.5, films))[film_of] * np.exp(generator.normal(-0.3, 0.8, len(film_of)))
    lines = np.maximum(1, np.round(lines_a_character * size)).astype(int)
    character = np.repeat(np.arange(len(film_of)), lines)
    film, label = film_of[character], labels[character]

    def normal(number: int) -> np.ndarray:
        """Two columns, one a scorer, each of variance one and of correlation 0.8."""
        shared, own = generator.normal(size=(number, 1)), generator.normal(size=(number, 2))
        return np.asarray(np.sqrt(0.8) * shared + np.sqrt(0.2) * own)

    noise = (
        world.film * normal(films)[film]
        + world.character * normal(len(film_of))[character]
        + world.line * normal(len(label))
    )
    differ = generator.normal(size=films)[film]
    side = label - 0.5
    both = [side * (each.signal + each.films_differ * differ) for each in (world, world.rival)]
    scores = np.stack(both, axis=1) + noise
    return Scores(
        row=np.arange(len(label)) * 3,
        set=np.ones(len(label), np.int8),
        label=label,
        group=film.astype(np.int32),
        character=character.astype(np.int32),
        length=generator.integers(1, 60, len(label)).astype(np.int32),
        logit=scores[:, 0].astype(np.float32),
        baseline_logit=scores[:, 1].astype(np.float32),
        epoch=2,
        names=Names(
            groups=np.array([f"m{number}" for number in range(films)]),
            year=generator.integers(1950, 2010, films).astype(np.int16),
            genres=generator.choice(["drama", "drama,crime", "comedy", ""], films),
            characters=np.array([f"u{number}" for number in range(len(film_of))]),
            credit=generator.choice(["1", "2", "3", "5", "1000", ""], len(film_of)),
        ),
    )
