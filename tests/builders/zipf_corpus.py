"""A corpus whose learning curve is known: a line is told by one word, if that was seen often enough in training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import poisson

from gendertui.corpus.table import Corpus
from gendertui.evaluation.baselines.fit import MINIMUM_DOCUMENTS
from tests.builders.corpora import made_corpus

WORDS = 3000
EXPONENT = 1.2
RATES = np.arange(1, WORDS + 1) ** -EXPONENT / np.sum(np.arange(1, WORDS + 1) ** -EXPONENT)
"""Share of each word among those of its label: few are frequent, most are rare (Zipf)."""


def zipf_corpus(films: int, lines: int, seed: int = 0, *, grouped: bool = True) -> Corpus:
    """Films of as many lines each, half of either label; a line is ``so`` and a word of its label.

    :param grouped: whether films are known.
    """
    generator = np.random.default_rng(seed)
    number = films * lines
    label = generator.permuted(np.tile([0, 1], (films, lines // 2)), axis=1).ravel()
    word = generator.choice(WORDS, number, p=RATES)
    columns: dict[str, Sequence[str | None]] = {
        "line_id": [f"L{at}" for at in range(number)],
        "text": [f"so {'mf'[code]}{at}" for code, at in zip(label.tolist(), word.tolist(), strict=True)],
        "label": ["mf"[code] for code in label.tolist()],
        "group_id": [f"m{at // lines}" if grouped else None for at in range(number)],
    }
    return made_corpus(columns, name=f"zipf-{films}-{lines}-{seed}-{grouped}")


def auc_after(train_lines: float) -> float:
    """The expected AUC of TF-IDF with logistic regression that learnt from so many lines.

    Of two lines of different labels the right one scores higher if either word is known, and else they tie; a word is
    known if enough train lines have it.
    """
    known = float(np.sum(RATES * poisson.sf(MINIMUM_DOCUMENTS - 1, train_lines / 2 * RATES)))
    return 1 - (1 - known) ** 2 / 2
