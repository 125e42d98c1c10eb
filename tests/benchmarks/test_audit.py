"""What an audit of the 290 films costs, beside scikit-learn doing one of its 21 folds the plain way.

CPU seconds, so that a busy machine tells the same story.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gendertui.corpus.leaks.count import count_leaks
from gendertui.corpus.load import load
from gendertui.corpus.splits.split import TRAIN, VALIDATION, make_split
from gendertui.evaluation.audit.measure import audit

pytestmark = pytest.mark.bench

PLAIN_FOLDS = 12
"""An audit may cost as much as this many folds done the plain way."""


def cpu_seconds(job: Callable[[], object]) -> float:
    begun = time.process_time()
    job()
    return time.process_time() - begun


def test_an_audit_costs_less_than_its_folds_done_plainly(shared_data: Path) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    corpus = load(shared_data / "collated_290_films.txt")
    split = make_split(corpus, "by-group", 0)
    texts, labels = np.array(corpus.column("text").to_pylist(), dtype=object), corpus.label_codes()

    def plain_fold() -> None:
        vectorizer = TfidfVectorizer(ngram_range=(1, 2))
        train = vectorizer.fit_transform(texts[split.rows(TRAIN)])
        held_out = vectorizer.transform(texts[split.rows(VALIDATION)])
        for model in (LogisticRegression(class_weight="balanced"), LinearSVC(class_weight="balanced")):
            model.fit(train, labels[split.rows(TRAIN)]).decision_function(held_out)

    plain = cpu_seconds(plain_fold)
    leaks = cpu_seconds(lambda: count_leaks(corpus, split))
    whole = cpu_seconds(lambda: audit(corpus))
    print(f"\nCPU s: leaks {leaks:.1f}, whole audit {whole:.1f}, one plain fold {plain:.1f}; ratio {whole / plain:.1f}")
    assert leaks < plain
    assert whole < PLAIN_FOLDS * plain
