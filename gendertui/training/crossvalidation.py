"""Cross-validation over groups (films, authors, threads): every labelled line is scored once, by a model that has seen
nothing of its group.

The groups are divided into folds. In each fold its groups are the test set, validation groups are drawn from the rest
(they choose the epoch and the calibration), and what remains is trained on.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.corpus.splits import BY_GROUP
from gendertui.corpus.splits.by_group import FRACTIONS, assign_groups, lines_by_label, usable
from gendertui.corpus.splits.split import TEST, UNUSED, VALIDATION, Split, set_counts, set_shares
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Units
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.metrics import point
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.schema import MINIMUM_LINES, too_few_lines
from gendertui.evaluation.report.scores import Scores
from gendertui.evaluation.report.units import scores_of
from gendertui.progress import Progress, silent
from gendertui.training import bulk, events
from gendertui.training.characters.judge import learn
from gendertui.training.characters.judge import score as score_characters
from gendertui.training.characters.material import Material
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.config import TrainingConfig
from gendertui.training.epochs import Control
from gendertui.training.loop import Result, Trainer
from gendertui.training.prepare import Prepared, prepare

VALIDATION_SHARE = FRACTIONS[1] / (FRACTIONS[0] + FRACTIONS[1])
"""Share of the lines outside the fold; the same ratio of validation to train as in a single split."""


class FoldsStopped(Exception):  # noqa: N818
    """The cross-validation was asked to stop; finished folds are kept."""


@dataclass(frozen=True, eq=False)
class Fold:
    """One finished fold."""

    number: int
    """Number of the fold, from 1."""
    scores: Scores
    """Its validation rows (set 1) and its test rows (set 2), which are in no other fold's test set."""
    characters: CharacterScores | None
    """Those of the same sets; ``None`` where the corpus has nobody who says its lines, or too few."""
    epoch: int
    """The epoch chosen on validation."""
    epochs: int
    """Epochs trained."""
    baseline: dict[str, Any]
    """The settings of TF-IDF with logistic regression, fitted on the same train rows."""
    seconds: float
    units: Units
    """What the corpus calls its groups."""

    def row(self) -> dict[str, Any]:
        """Its row in the table of folds, JSON-able: sizes, the epoch, and the test AUC of model and baseline (``None``
        if a label has too few lines).
        """
        test = self.scores.of(TEST)
        enough = np.bincount(test.label, minlength=2).min() >= MINIMUM_LINES
        return {
            "rows": len(test.row),
            self.units.count_keys[0]: len(np.unique(test.group)),
            "epoch": self.epoch,
            "epochs": self.epochs,
            "auc": point.auc(test.logit, test.label) if enough else None,
            "baseline_auc": point.auc(test.baseline_logit, test.label) if enough else None,
            "baseline": self.baseline,
            "seconds": round(self.seconds, 1),
        }


def fold_splits(corpus: Corpus, folds: int, seed: int) -> list[Split]:
    """The split of each fold, drawn from ``seed``: whole groups, with folds of about equally many labelled lines.

    Every row with a label and a text is in the test set of exactly one of them.

    :raises GendertuiError: the corpus has no groups or too few, or a set would lack a label.
    """
    if folds < 2:
        raise GendertuiError(f"{folds} is too few folds", hint="Give at least 2.", code=ExitCode.USAGE)
    noun = corpus.units.noun("group")
    if not corpus.has("group_id"):
        raise GendertuiError(
            f"the corpus has no {noun.many}, so it cannot be cross-validated over them",
            where=str(corpus.path),
            hint="Say which column names what a line belongs to: --group COLUMN",
            code=ExitCode.DATA,
        )
    rows = np.flatnonzero(usable(corpus))
    groups, members = np.unique(corpus.groups("group_id")[rows], return_inverse=True)
    if len(groups) < folds + 2:
        raise GendertuiError(
            f"{noun.counted(len(groups))} with labelled lines are too few for {folds} folds",
            where=str(corpus.path),
            hint=f"Give at most {len(groups) - 2} folds."
            if len(groups) > 3
            else f"Give a corpus with more {noun.many}.",
            code=ExitCode.DATA,
        )
    lines = lines_by_label(members, corpus.label_codes()[rows], len(groups))
    too_few = too_few_lines(f"all {noun.many}", dict(zip(corpus.labels, lines.sum(axis=1).tolist(), strict=True)))
    if too_few:
        raise GendertuiError(
            too_few, where=str(corpus.path), hint="Cross-validate on a larger corpus.", code=ExitCode.DATA
        )
    for label, number in zip(corpus.labels, (lines > 0).sum(axis=1).tolist(), strict=True):
        if number < folds:
            have = "has" if number == 1 else "have"
            raise GendertuiError(
                f"only {noun.counted(number)} {have} lines labelled {label}, and each of {folds} folds needs one",
                where=str(corpus.path),
                hint=f"Give at most {number} folds." if number > 2 else f"Add {noun.many} with lines labelled {label}.",
                code=ExitCode.DATA,
            )
    generator = np.random.default_rng((seed, folds))
    fold_of = assign_groups(lines, [1 / folds] * folds, generator)
    splits = []
    for fold in range(folds):
        rest = np.flatnonzero(fold_of != fold)
        side = np.full(len(groups), TEST, np.int8)
        side[rest] = assign_groups(lines[:, rest], (1 - VALIDATION_SHARE, VALIDATION_SHARE), generator)
        assignment = np.full(len(corpus), UNUSED, np.int8)
        assignment[rows] = side[members]
        splits.append(_split(corpus, assignment, seed, f"fold {fold + 1} of {folds}"))
    return splits


def cross_validate(
    config: TrainingConfig,
    corpus: Corpus,
    folds: int,
    *,
    done: Collection[int] = frozenset(),
    progress: Progress = silent,
    control: Control | None = None,
) -> Iterator[Fold]:
    """Train and score fold by fold, each from the configuration's seed; a fold is yielded when it is finished.

    :param config: its ``split`` is ignored; ``split_seed`` draws the folds.
    :param done: numbers of folds to skip; this does not change the others.
    :param progress: may raise to stop between two steps.
    :param control: polled between batches; any request stops.
    :raises Stopped: ``control`` requested it.
    :raises GendertuiError: as :func:`fold_splits` and :func:`gendertui.training.prepare.prepare`.
    """
    for number, split in enumerate(fold_splits(corpus, folds, config.split_seed), 1):
        if number in done:
            continue
        begun = time.monotonic()

        def report(name: str, amount: int, total: int, prefix: str = f"fold {number} of {folds}") -> None:
            progress(f"{prefix}: {name}", amount, total)

        prepared = prepare(config, corpus, report, split=split)
        result = train_once(prepared, report, control)
        report("scores", 0, 0)
        scores, baseline = _score(prepared, result)
        characters = _characters(prepared, report)
        yield Fold(
            number, scores, characters, result.epoch, result.epochs, baseline, time.monotonic() - begun, corpus.units
        )


def train_once(prepared: Prepared, report: Progress, control: Control | None = None) -> Result:
    """Train without a run's folder; nothing is left of the checkpoints.

    :param report: may raise to stop.
    :raises FoldsStopped: ``control`` requested it.
    """
    with tempfile.TemporaryDirectory(prefix="gendertui-fold-") as folder:
        trainer = Trainer(prepared, checkpoints=Checkpoints(Path(folder)), control=control)
        for event in trainer.run():
            if isinstance(event, events.Batch):
                done = (event.epoch - 1) * event.batches + event.batch
                report("training", done, event.batches * trainer.most_epochs)
        if trainer.stopped:
            raise FoldsStopped
        return trainer.result()


def _score(prepared: Prepared, result: Result) -> tuple[Scores, dict[str, Any]]:
    """Model and baseline on the validation and the test rows."""
    validation = prepared.validation_rows
    test = prepared.split.rows(TEST)
    test = test[prepared.encoded.lengths[test] > 0]
    linear = next(baseline for baseline in prepared.baselines if baseline.name == "tfidf-logistic")
    rows = np.concatenate((validation, test))
    scores = scores_of(
        prepared.corpus,
        {VALIDATION: validation, TEST: test},
        prepared.encoded.lengths,
        logit=bulk.logits_of_weights(prepared, result.weights, rows),
        baseline_logit=linear.logits(rows),
        epoch=result.epoch,
    )
    return scores, linear.settings


def _characters(prepared: Prepared, progress: Progress) -> CharacterScores | None:
    """The model of characters of a fold, on its validation and its test characters."""
    material = Material.of(prepared.corpus, prepared.tokenised)
    learned = None if material is None else learn(material, prepared.split, prepared.config.seed, progress)
    if material is None or learned is None:
        return None
    held, test = (score_characters(learned, material, prepared.split, which) for which in (VALIDATION, TEST))
    return CharacterScores.joined(held, test)


def _split(corpus: Corpus, assignment: npt.NDArray[np.int8], seed: int, name: str) -> Split:
    counts = set_counts(corpus, assignment)
    for part, by_label in counts.items():
        absent = [label for label, count in by_label.items() if not count]
        if absent:
            many = corpus.units.noun("group").many
            raise GendertuiError(
                f"{name} leaves the {part} set without a line labelled {' or '.join(absent)}",
                where=str(corpus.path),
                hint=f"Choose another number of folds, or add {many} with lines labelled {absent[0]}.",
                code=ExitCode.DATA,
            )
    return Split(assignment, BY_GROUP, BY_GROUP, seed, set_shares(assignment), counts)
