"""What a run said of characters of the bundled sample, with invented scores: the same on every machine."""

from __future__ import annotations

import numpy as np

from gendertui.corpus.load import load
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.scores import Names, Scores
from gendertui.runs.folder import RunFolder
from tests.builders.reports import sample_lines


def make(run: RunFolder, most: int = 12) -> None:
    """Keep in the run what it said of so many characters, the last without a label, and of the first in a scene."""
    corpus, draw = load("sample"), np.random.default_rng(7)
    first = {line["character"]: line for line in reversed(sample_lines(corpus))}
    lines = sorted(first.values(), key=lambda line: line["row"])[:most]
    n = len(lines) + 1
    which = [*range(len(lines)), 0]
    parts = {name: draw.normal(0, 1.2, n).astype(np.float32) for name in ("lines", "own-words", "said-to", "company")}
    total = np.sum(list(parts.values()), axis=0) + np.float32(0.2)
    label = np.array([("m", "f").index(lines[each]["label"]) for each in which], np.int8)
    label[len(lines) - 1] = -1
    films = sorted({line["group"] for line in lines})
    group = np.array([films.index(lines[each]["group"]) for each in which], np.int32)
    CharacterScores(
        set=np.ones(n, np.int8),
        whole=np.array([True] * len(lines) + [False]),
        character=np.array(which, np.int32),
        row=np.array([lines[each]["row"] for each in which]),
        group=group,
        label=label,
        lines=np.array([*(3 + 7 * place % 90 for place in range(len(lines))), 2], np.int32),
        weight=np.ones(n, np.float32),
        log_odds=total,
        masked=total,
        text_baseline=total,
        parts=parts,
        contributions=parts,
        without=parts,
    ).save(run.character_scores_file)
    count = len(lines)
    Scores(
        row=np.array([line["row"] for line in lines]),
        set=np.ones(count, np.int8),
        label=np.maximum(label[:count], 0),
        group=group[:count],
        character=np.arange(count, dtype=np.int32),
        length=np.full(count, 8, np.int32),
        logit=total[:count],
        baseline_logit=total[:count],
        epoch=2,
        names=Names(
            groups=np.array(films),
            year=np.zeros(len(films), np.int16),
            genres=np.array([""] * len(films)),
            characters=np.array([line["character"] for line in lines]),
            credit=np.array([""] * count),
        ),
    ).save(run.scores_file)
