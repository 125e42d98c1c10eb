"""The baselines: on words that were planted, on rows they were not fitted on, and beside scikit-learn's own."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from gendertui.corpus.splits.split import TRAIN, VALIDATION, make_split
from gendertui.corpus.table import Corpus
from gendertui.evaluation.baselines.fit import (
    MINIMUM_DOCUMENTS,
    STRENGTHS,
    Baseline,
    majority,
    tfidf_logistic,
    words_characters_logistic,
)
from gendertui.evaluation.baselines.ngrams import Lines
from gendertui.evaluation.metrics.point import auc
from gendertui.text.rules import rules_for
from gendertui.text.tokenizer import Tokenizer
from tests.builders.encoded_lines import encoded, made_up_texts

LINEAR = pytest.mark.parametrize("fit", [tfidf_logistic, words_characters_logistic])
Fit = Callable[..., Baseline]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return made_up_texts()


@LINEAR
def test_it_learns_a_planted_word_and_scores_rows_in_order(fit: Fit, texts: list[str]) -> None:
    generator = np.random.default_rng(2)
    labels = generator.integers(0, 2, len(texts)).astype(np.int8)
    planted = [text + ("|moon" if label else "|sun") for text, label in zip(texts, labels, strict=True)]
    validation = generator.permutation(np.arange(200, 300))
    found = fit(encoded(planted), np.arange(200), labels[:200], validation, labels[validation])
    np.testing.assert_array_equal(found.validation_logits > 0, labels[validation] == 1)


@LINEAR
def test_any_rows_are_scored_as_the_validation_rows_were(fit: Fit, texts: list[str]) -> None:
    labels = np.random.default_rng(5).integers(0, 2, len(texts)).astype(np.int8)
    validation = np.arange(100, 200)
    found = fit(encoded(texts), np.arange(100), labels[:100], validation, labels[validation])
    np.testing.assert_allclose(found.logits(validation), found.validation_logits, rtol=1e-12)
    mixed = np.array([299, 150, 0, 150])
    each = [found.logits(np.array([row]))[0] for row in mixed]
    np.testing.assert_allclose(found.logits(mixed), each, rtol=1e-12)
    assert len(set(each)) == 3
    assert found.logits(np.zeros(0, np.int64)).shape == (0,)


@LINEAR
def test_lines_without_a_known_word_still_get_a_score(fit: Fit) -> None:
    lines = encoded(["a|b", "a|b", "a|b", "zzz", ""])
    labels = np.array([0, 1, 0, 1, 1], np.int8)
    found = fit(lines, np.arange(3), labels[:3], np.array([3, 4]), labels[3:])
    assert np.isfinite(found.validation_logits).all()


@LINEAR
def test_no_gram_is_common_enough(fit: Fit) -> None:
    lines = encoded(["a", "b", "c", "d"])
    labels = np.array([0, 1, 1, 1], np.int8)
    found = fit(lines, np.arange(3), labels[:3], np.array([3]), labels[3:])
    assert found.settings == {"features": 0}
    np.testing.assert_array_equal(found.logits(np.array([1, 3])), np.repeat(found.validation_logits, 2))
    assert np.isfinite(found.validation_logits).all()


def test_majority_is_that_of_train() -> None:
    assert (majority(np.array([0, 0, 1], np.int8), 4).validation_logits < 0).all()
    assert (majority(np.array([1, 0, 1], np.int8), 4).validation_logits > 0).all()
    np.testing.assert_array_equal(majority(np.array([1, 1], np.int8), 4).logits(np.array([7, 8])), [1.0, 1.0])


def test_the_letters_inside_words_tell_what_whole_words_cannot() -> None:
    generator = np.random.default_rng(3)
    labels = generator.integers(0, 2, 200).astype(np.int8)
    # Every line has a word of its own; only its ending goes with the label.
    texts = [f"x{number:03}{'ling' if label else 'tude'}" for number, label in enumerate(labels)]
    rows = np.arange(150), labels[:150], np.arange(150, 200), labels[150:]
    assert auc(tfidf_logistic(encoded(texts), *rows).validation_logits, labels[150:]) == 0.5
    assert auc(words_characters_logistic(encoded(texts), *rows).validation_logits, labels[150:]) == 1.0


def test_it_agrees_with_scikit_learn_on_the_sample(sample_corpus: Corpus) -> None:
    tokenizer = Tokenizer.from_rules(rules_for("drop", lowercase=True))
    tokens = [tokenizer(text) for text in sample_corpus.column("text").to_pylist()]
    numbers: dict[str, int] = {}
    ids = np.array([numbers.setdefault(word, len(numbers)) for line in tokens for word in line], np.int32)
    lines = Lines(ids, np.cumsum([0, *map(len, tokens)]), list(numbers))
    labels = sample_corpus.label_codes()
    split = make_split(sample_corpus, "by-group", 0)
    train, validation = split.rows(TRAIN), split.rows(VALIDATION)
    ours = tfidf_logistic(lines, train, labels[train], validation, labels[validation])

    vectorizer = TfidfVectorizer(min_df=MINIMUM_DOCUMENTS, analyzer=_words_and_pairs)
    vectors = vectorizer.fit_transform([tokens[row] for row in train])
    assert ours.settings["features"] == vectors.shape[1]
    figures = {}
    for strength in STRENGTHS:
        model = LogisticRegression(C=strength, class_weight="balanced", solver="liblinear", tol=1e-6)
        model.fit(vectors, labels[train])
        scores = model.decision_function(vectorizer.transform([tokens[row] for row in validation]))
        figures[strength] = auc(scores, labels[validation])
    assert auc(ours.validation_logits, labels[validation]) == pytest.approx(figures[ours.settings["C"]], abs=0.005)
    assert auc(ours.validation_logits, labels[validation]) == pytest.approx(max(figures.values()), abs=0.005)


def _words_and_pairs(line: list[str]) -> list[str]:
    return [*line, *(f"{first} {second}" for first, second in pairwise(line))]
