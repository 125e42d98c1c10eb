"""The audit of a corpus and a split: what leaks, and what each leak is worth to a linear model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from gendertui.corpus.leaks.count import count_leaks
from gendertui.corpus.leaks.schema import Leaks
from gendertui.corpus.splits.by_group import usable
from gendertui.corpus.splits.split import make_split
from gendertui.corpus.table import Corpus
from gendertui.evaluation.audit.store import Audit, Trial, keep, measured
from gendertui.evaluation.audit.trials import FOLDS, TrialScores, held_out
from gendertui.evaluation.baselines.ngrams import Lines
from gendertui.evaluation.metrics import resampled
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap, Limits, Members, Statistic
from gendertui.evaluation.metrics.comparison import figure_of
from gendertui.evaluation.metrics.point import predictions
from gendertui.evaluation.report.read import Estimate
from gendertui.evaluation.report.units import UnitNumbers
from gendertui.progress import Progress
from gendertui.text.corpus_tokens import tokenise_corpus, tokens_key
from gendertui.text.rules import rules_for


def audit(corpus: Corpus, split: str = "auto", split_seed: int = 0, progress: Progress | None = None) -> Audit:
    """Measure a corpus and a split, or what of it is not measured yet.

    What is measured is kept: the trials do not depend on the split, only on its seed.

    :param split: a split protocol, or ``auto``.
    :param progress: called with a stage, how much is done and how much there is; may raise to stop.
    :raises GendertuiError: the corpus cannot be split so, or a label has too few lines.
    """
    report = progress or (lambda _stage, _done, _total: None)
    drawn = make_split(corpus, split, split_seed)
    known = measured(corpus.data_hash, split_seed=split_seed)
    if known is not None and known.leaks.requested == split:
        return known
    leaks = count_leaks(corpus, drawn, report)
    made = _tried(corpus, leaks, report) if known is None else msgspec.structs.replace(known, leaks=leaks)
    keep(made)
    return made


def _tried(corpus: Corpus, leaks: Leaks, report: Progress) -> Audit:
    """The audit, its trials run afresh."""
    rules = rules_for("drop", lowercase=True)
    tokenised = tokenise_corpus(corpus.column("text"), rules, tokens_key(corpus.data_hash, rules), report)
    lines = Lines(tokenised.ids, tokenised.offsets, tokenised.words)
    said, omitted = held_out(corpus, lines, leaks.seed, report)
    report("intervals", 0, 0)
    codes, numbers = corpus.label_codes(), UnitNumbers.of(corpus)
    strictest = list(said)[-1]
    counts = np.bincount(codes[usable(corpus)], minlength=2)
    return Audit(
        corpus=Path(corpus.name).name,
        data_hash=corpus.data_hash,
        labels=corpus.labels,
        counts=(int(counts[0]), int(counts[1])),
        leaks=leaks,
        trials=tuple(
            _trial(protocol, model, said, strictest, codes, numbers.group)
            for protocol, answers in said.items()
            for model in answers.scores
        ),
        strictest=strictest,
        folds=FOLDS,
        unit=numbers.unit,
        units=corpus.units,
        omitted=omitted,
    )


def _trial(
    protocol: str,
    model: str,
    said: Mapping[str, TrialScores],
    strictest: str,
    codes: npt.NDArray[np.int8],
    groups: npt.NDArray[np.int32],
) -> Trial:
    """Figures of one model under one protocol, beside the strictest protocol's on the same lines."""
    ours = said[protocol]
    theirs = said[strictest].among(ours.rows)
    resamples = GroupBootstrap.of(groups[np.concatenate((ours.rows, theirs.rows))])
    sides = np.split(resamples.member, [len(ours.rows)])

    def balanced(held_out: TrialScores, member: Members) -> Statistic:
        positive = predictions(held_out.scores[model])
        return resampled.balanced_accuracy(positive, codes[held_out.rows] == 1, member)

    positive = codes[ours.rows] == 1
    right = predictions(ours.scores[model]) == positive
    excess = resampled.difference(balanced(ours, sides[0]), balanced(theirs, sides[1]))
    return Trial(
        protocol,
        model,
        lines=len(ours.rows),
        accuracy=_figure(resampled.mean(right, sides[0]), resamples),
        balanced_accuracy=_figure(balanced(ours, sides[0]), resamples),
        auc=_figure(resampled.auc(ours.scores[model], positive, sides[0]), resamples),
        excess=None if protocol == strictest else _figure(excess, resamples, (-1, 1)),
    )


def _figure(statistic: Statistic, resamples: GroupBootstrap, bounds: Limits = (0, 1)) -> Estimate:
    found = figure_of(statistic, resamples, bounds)
    assert found is not None  # Both labels are among the lines.
    return Estimate(**found)
