"""The audit of a corpus and a split: what leaks, and what each leak is worth to a linear model."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gendertui.corpus.leaks.count import count_leaks
from gendertui.corpus.leaks.facts import Leaks
from gendertui.corpus.splits.by_group import character_groups, usable
from gendertui.corpus.splits.split import make_split
from gendertui.corpus.table import Corpus
from gendertui.evaluation.audit_figures import Grouped, figures
from gendertui.evaluation.audit_io import Audit, Trial, keep, measured
from gendertui.evaluation.audit_trials import FOLDS, HeldOut, held_out
from gendertui.evaluation.grams import Lines
from gendertui.evaluation.intervals import Statistic
from gendertui.text.encode import tokenise_corpus, tokens_key
from gendertui.text.rules import rules_for

MOST_GROUPS = 1000
"""More films, characters or lines than this are dealt into as many groups at random, whole, before resampling."""

Progress = Callable[[str, int, int], None]


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
    made = _tried(corpus, leaks, report) if known is None else dataclasses.replace(known, leaks=leaks)
    keep(made)
    return made


def _tried(corpus: Corpus, leaks: Leaks, report: Progress) -> Audit:
    """The audit, its trials run afresh."""
    rules = rules_for("drop", lowercase=True)
    texts: list[str] = corpus.column("text").to_pylist()
    tokenised = tokenise_corpus(texts, rules, tokens_key(corpus.data_hash, rules), report)
    lines = Lines(tokenised.ids, tokenised.offsets, tokenised.words)
    said, left_out = held_out(corpus, lines, leaks.seed, report)
    report("intervals", 0, 0)
    codes = corpus.label_codes()
    groups, unit = _resampled(corpus)
    strictest = list(said)[-1]
    counts = np.bincount(codes[usable(corpus)], minlength=2)
    return Audit(
        corpus=Path(corpus.name).name,
        data_hash=corpus.data_hash,
        labels=corpus.labels,
        counts=(int(counts[0]), int(counts[1])),
        leaks=leaks,
        trials=tuple(
            _trial(protocol, model, said, strictest, codes, groups)
            for protocol, answers in said.items()
            for model in answers.scores
        ),
        strictest=strictest,
        folds=FOLDS,
        unit=unit,
        left_out=left_out,
    )


def _trial(
    protocol: str,
    model: str,
    said: Mapping[str, HeldOut],
    strictest: str,
    codes: npt.NDArray[np.int8],
    groups: npt.NDArray[Any],
) -> Trial:
    """Figures of one model under one protocol, beside the strictest protocol's on the same lines."""
    ours = said[protocol]
    names, members = np.unique(groups[ours.rows], return_inverse=True)
    grouped = Grouped(ours.scores[model], codes[ours.rows], ours.copies, members, len(names))
    statistics: dict[str, Statistic] = {
        "accuracy": grouped.accuracy,
        "balanced_accuracy": grouped.balanced_accuracy,
        "auc": grouped.auc,
    }
    if protocol != strictest:
        theirs = said[strictest].among(ours.rows)
        members = np.searchsorted(names, groups[theirs.rows])
        other = Grouped(theirs.scores[model], codes[theirs.rows], theirs.copies, members, len(names))
        statistics["excess"] = lambda weights: grouped.balanced_accuracy(weights) - other.balanced_accuracy(weights)
    found = figures(statistics, len(names))
    return Trial(protocol, model, lines=int(ours.copies.sum()), **found)


def _resampled(corpus: Corpus) -> tuple[npt.NDArray[Any], str]:
    """What is drawn again for the intervals: the group of each row, and what the groups are."""
    if corpus.has("movie_id"):
        groups, unit = corpus.groups("movie_id").astype(np.int64), "movie"
    elif corpus.has("character_id"):
        groups, unit = character_groups(corpus), "character"
    else:
        groups, unit = np.arange(len(corpus), dtype=np.int64), "line"
    names, members = np.unique(groups, return_inverse=True)
    if len(names) > MOST_GROUPS:
        members = (np.random.default_rng(0).permutation(len(names)) % MOST_GROUPS)[members]
    return members, unit
