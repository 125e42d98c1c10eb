"""The search for ``character-lstm``: cross-validation over films of the networks below, beside the character model.

    python -m tests.benchmarks.search_character_lstm --corpus PATH --out FILE.jsonl [--variant NAME] [--folds 1 2]

trains what FILE.jsonl does not hold yet, one row a variant and fold, and prints the table that stands in
``RESULTS.md``. Rows hold scores by number of character; no line of the corpus.

In each fold a network learns from the fold's train films, and the fold's validation films say when to stop and
calibrate it; the program's own stack of linear texts is fitted on train and validation films together. The two are
stacked by logistic regression on scores that are out of fold: the films outside the fold are halved, both are fitted on
one half once more, and what they say of the other is what the regression learns from. The network of a half trains as
many rounds as validation chose for the fold.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from gendertui.arrays import Floats, Ints
from gendertui.corpus.load import load
from gendertui.corpus.splits.split import TEST, VALIDATION
from gendertui.evaluation.metrics import calibration
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.comparison import System, compare
from gendertui.evaluation.metrics.point import auc
from gendertui.scoring.parts import part_scores
from gendertui.training.characters.fit import fit_characters
from gendertui.training.crossvalidation import fold_splits
from tests.benchmarks.character_lstm import Data, Variant, train

FOLDS = 5

VARIANTS: dict[str, Variant] = {
    "word vectors": Variant(encoder="words", rounds=24, patience=6),
    "LSTM": Variant(),
    "LSTM, attention": Variant(pooling="attention"),
    "LSTM, frozen after lines": Variant(frozen=True),
    "LSTM, not pretrained on lines": Variant(line_rounds=0, rounds=16),
}
STACKED = ("word vectors", "LSTM")
"""Tried on all folds and stacked with the linear stack; the others by themselves, on :data:`SCREENED`."""
SCREENED = (1,)
WEIGHTS = tuple(step / 20 for step in range(21))
"""Weights of a network's log-odds beside the stack's that :func:`most_to_gain` looks at."""
LINEAR = "linear stack"
"""The program's character model, under which it stands in FILE.jsonl."""


@dataclass(frozen=True, eq=False)
class Fold:
    """The films of a fold, by number."""

    number: int
    train: Ints
    validation: Ints
    test: Ints
    half: Ints
    """One half of the films outside the fold, from which the scores of the other half are learnt."""
    other: Ints

    @property
    def rest(self) -> Ints:
        return np.concatenate((self.train, self.validation))


def folds_of(data: Data) -> list[Fold]:
    """Those of ``search.py``."""
    speech, found = data.sides.speech, []
    for number, split in enumerate(fold_splits(data.material.corpus, FOLDS, seed=0), 1):
        test, validation = (
            np.unique(speech.group[split.assignment[speech.line] == side]) for side in (TEST, VALIDATION)
        )
        rest = np.setdiff1d(np.arange(speech.groups), test)
        shuffled = np.random.default_rng(number).permutation(rest)
        half, other = np.sort(shuffled[::2]), np.sort(shuffled[1::2])
        found.append(Fold(number, np.setdiff1d(rest, validation), validation, test, half, other))
    return found


@dataclass
class Tried:
    """What FILE.jsonl holds."""

    path: Path
    rows: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:  # Torn off by a kill.
                continue
            self.rows[row["key"], row["fold"]] = row

    def add(self, key: str, name: str, fold: Fold, **row: Any) -> None:
        """:param row: JSON-able; ``log_odds`` of the labelled characters of the fold's test films, ``inner`` of those
        of its other half.
        """
        whole = {"key": key, "name": name, "fold": fold.number, **row}
        self.rows[key, fold.number] = whole
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(whole) + "\n")

    def folds(self, key: str) -> list[int]:
        return sorted(fold for other, fold in self.rows if other == key)


def key_of(variant: Variant) -> str:
    """What tells variants apart."""
    return hashlib.sha256(json.dumps(dataclasses.asdict(variant), sort_keys=True).encode()).hexdigest()[:12]


def linear_scores(data: Data, learn: Ints, score: Ints) -> Floats:
    """[characters of the corpus] what the program's stack, fitted on some films, says of those of others; 0 for the
    rest.
    """
    speech = data.sides.speech
    part, speakers, _ = speech.part(np.isin(speech.group, learn))
    fitted = fit_characters(part, data.material.spoken, data.sides.labels[speakers], data.material.unit)
    assert fitted is not None
    model = fitted.model
    held, speakers, _ = speech.part(np.isin(speech.group, score))
    found = np.zeros(speech.speakers)
    parts = part_scores(model.texts, model.keys, held, data.material.spoken, tuple(model.stack))
    found[speakers] = parts.log_odds(model)
    return found


def try_linear(tried: Tried, data: Data, fold: Fold) -> None:
    """The program's stack on the test films, and out of fold on the others."""
    if (LINEAR, fold.number) in tried.rows:
        return
    begun = time.process_time()
    test = linear_scores(data, fold.rest, fold.test)[data.inside(fold.test)]
    seconds = time.process_time() - begun
    inner = linear_scores(data, fold.half, fold.other)
    row = {"log_odds": test.tolist(), "inner": inner[data.inside(fold.other)].tolist()}
    tried.add(LINEAR, LINEAR, fold, seconds=round(seconds, 1), rounds=None, **row)


def try_network(tried: Tried, data: Data, fold: Fold, name: str) -> None:
    """A network on the test films, calibrated on the validation films; and out of fold on the others if it is to be
    stacked.
    """
    variant = VARIANTS[name]
    key = key_of(variant)
    if (key, fold.number) in tried.rows:
        return
    begun, characters = time.process_time(), data.sides.speech.speakers
    trained = train(variant, data, fold.train, held=fold.validation)
    seconds = time.process_time() - begun
    scores, judged = trained.scores(data.films, fold.rest, characters), data.inside(fold.validation)
    fitted = calibration.fit(scores[judged], data.sides.labels[judged])
    test = fitted.log_odds(trained.scores(data.films, fold.test, characters)[data.inside(fold.test)])
    row: dict[str, Any] = {"log_odds": test.tolist()}
    if name in STACKED:
        half = train(variant, data, fold.half, rounds=trained.rounds)
        row["inner"] = half.scores(data.films, fold.other, characters)[data.inside(fold.other)].tolist()
    tried.add(key, name, fold, seconds=round(seconds, 1), rounds=trained.rounds, **row)


@dataclass(frozen=True, eq=False)
class Pooled:
    """The test characters of some folds."""

    labels: npt.NDArray[np.int8]
    films: Ints
    scores: dict[str, Floats]


def pooled(tried: Tried, data: Data, folds: Sequence[Fold], names: Sequence[str]) -> Pooled:
    """Scores of networks, of the linear stack and, where there are scores out of fold, of both stacked."""
    masks = [data.inside(fold.test) for fold in folds]
    scores: dict[str, list[Floats]] = {}
    for fold in folds:
        linear = tried.rows[LINEAR, fold.number]
        rows = {name: tried.rows[key_of(VARIANTS[name]), fold.number] for name in names}
        for name, row in {LINEAR: linear, **rows}.items():
            scores.setdefault(name, []).append(np.array(row["log_odds"]))
        inner = {name: row for name, row in rows.items() if "inner" in row}
        stacks = {f"{LINEAR} and {name}": [row] for name, row in inner.items()}
        if len(inner) > 1:
            stacks[f"{LINEAR}, {' and '.join(inner)}"] = list(inner.values())
        for name, beside in stacks.items():
            scores.setdefault(name, []).append(stacked((linear, *beside), data.sides.labels[data.inside(fold.other)]))
    return Pooled(
        labels=np.concatenate([data.sides.labels[mask] for mask in masks]),
        films=np.concatenate([data.sides.speech.group_of[mask] for mask in masks]),
        scores={name: np.concatenate(parts) for name, parts in scores.items()},
    )


def stacked(rows: Sequence[dict[str, Any]], labels: npt.NDArray[np.int8]) -> Floats:
    """Log-odds of the test characters by logistic regression on scores that are out of fold.

    :param labels: of the characters that the rows' inner scores are of.
    """
    from sklearn.linear_model import LogisticRegression

    # Test scores are calibrated log-odds, and so the regression learns from such.
    inner = [calibration.fit(row["inner"], labels).log_odds(np.array(row["inner"])) for row in rows]
    model = LogisticRegression(class_weight="balanced").fit(np.stack(inner, axis=1), labels)
    return np.asarray(model.decision_function(np.stack([row["log_odds"] for row in rows], axis=1)), np.float64)


def most_to_gain(found: Pooled, name: str) -> str:
    """What a network could add at best: with the one weight beside the linear stack that suits the test characters
    themselves.
    """
    linear, network = found.scores[LINEAR], found.scores[name]
    figures = {weight: auc(linear + weight * network, found.labels) for weight in WEIGHTS}
    best = max(WEIGHTS, key=lambda weight: figures[weight])
    return f"{name}: {figures[best] - figures[0.0]:+.4f} at weight {best:.2f}"


def table(tried: Tried, data: Data, folds: Sequence[Fold]) -> list[str]:
    """A row of Markdown for all that was tried, on the folds it was tried on."""
    lines = [
        "| what reads the character | folds | rounds | AUC | difference to the linear stack | balanced accuracy % | "
        "CPU s a fold |",
        "|---|---|---|---|---|---|---|",
    ]
    gains: list[str] = []
    complete = [name for name in STACKED if len(tried.folds(key_of(VARIANTS[name]))) == FOLDS]
    for names in (complete, *([name] for name in VARIANTS if name not in complete)):
        done = [fold for fold in folds if all((key_of(VARIANTS[name]), fold.number) in tried.rows for name in names)]
        if not done:
            continue
        found = pooled(tried, data, done, names)
        bootstrap = GroupBootstrap.of(found.films)
        for name, scores in found.scores.items():
            compared = compare(
                [System.scored("model", scores), System.scored(LINEAR, found.scores[LINEAR])], found.labels, bootstrap
            )
            key = key_of(VARIANTS[name]) if name in VARIANTS else name
            rows = [tried.rows[key, fold.number] for fold in done if (key, fold.number) in tried.rows]
            cells = [
                name,
                str(len(done)),
                " ".join(str(row["rounds"]) for row in rows if row["rounds"]),
                between(compared["model"]["auc"], 1, 3),
                "" if name == LINEAR else between(compared["paired"][LINEAR]["auc"], 1, 4, sign="+"),
                between(compared["model"]["balanced_accuracy"], 100, 1),
                f"{np.mean([row['seconds'] for row in rows]):.0f}" if rows else "",
            ]
            lines.append(f"| {' | '.join(cells)} |")
        gains += [most_to_gain(found, name) for name in names]
    return [*lines, "", "At best, with a weight chosen by the test characters:", *gains]


def between(figure: dict[str, float], factor: float, digits: int, sign: str = "") -> str:
    value, low, high = (f"{factor * figure[key]:{sign}.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl")
    parser.add_argument("--variant", choices=VARIANTS, action="append", help="only these; by default all")
    parser.add_argument("--folds", type=int, nargs="+", default=list(range(1, FOLDS + 1)))
    parser.add_argument("--table", action="store_true", help="print the table of what is there, train nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    tried, data = Tried(options.out), Data.of(load(options.corpus))
    folds = folds_of(data)
    if not options.table:
        for fold in folds:
            if fold.number in options.folds:
                try_linear(tried, data, fold)
        for name in options.variant or VARIANTS:
            for fold in folds:
                if fold.number in options.folds and (name in STACKED or fold.number in SCREENED):
                    try_network(tried, data, fold, name)
                    print(f"{name}: fold {fold.number} of {FOLDS}", flush=True)
    print("\n".join(table(tried, data, folds)))


if __name__ == "__main__":
    main()
