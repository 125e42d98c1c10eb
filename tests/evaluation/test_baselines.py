"""The baselines against scikit-learn's own TF-IDF, and on words that were planted."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from gendertui.evaluation.baselines import MINIMUM_DOCUMENTS, Lines, _Grams, majority, tfidf_logistic


def encoded(texts: list[str]) -> Lines:
    words: dict[str, int] = {}
    lines = [[words.setdefault(word, len(words)) for word in text.split("|") if word] for text in texts]
    offsets = np.concatenate(([0], np.cumsum([len(line) for line in lines]))).astype(np.int64)
    return Lines(np.array([number for line in lines for number in line], np.int32), offsets, list(words))


@pytest.fixture(scope="module")
def texts() -> list[str]:
    generator = np.random.default_rng(1)
    words = np.array(["the", "The", "a", "blue", "Red", "?", "go", "went", "  ", "n't"])
    return ["|".join(generator.choice(words, generator.integers(0, 9))) for _ in range(300)]


def test_vectors_equal_scikit_learns(texts: list[str]) -> None:
    train, validation = np.arange(200), np.arange(200, 300)
    grams = _Grams(encoded(texts), train)
    reference = TfidfVectorizer(
        ngram_range=(1, 2),
        min_df=MINIMUM_DOCUMENTS,
        tokenizer=lambda text: [word for word in text.split("|") if word.strip()],
        token_pattern=None,
    )
    theirs = [reference.fit_transform(texts[:200]), reference.transform(texts[200:])]
    for ours, other in zip((grams.vectors(train), grams.vectors(validation)), theirs, strict=True):
        assert ours.shape == other.shape
        # The columns are in another order, so the products between lines are compared.
        np.testing.assert_allclose((ours @ ours.T).toarray(), (other @ other.T).toarray(), atol=1e-12)


def test_it_learns_a_planted_word_and_scores_rows_in_order(texts: list[str]) -> None:
    generator = np.random.default_rng(2)
    labels = generator.integers(0, 2, len(texts)).astype(np.int8)
    planted = [text + ("|moon" if label else "|sun") for text, label in zip(texts, labels, strict=True)]
    validation = generator.permutation(np.arange(200, 300))
    found = tfidf_logistic(encoded(planted), np.arange(200), labels[:200], validation, labels[validation])
    np.testing.assert_array_equal(found.validation_logits > 0, labels[validation] == 1)


def test_lines_without_a_known_word_still_get_a_score() -> None:
    lines = encoded(["a|b", "a|b", "a|b", "zzz", ""])
    labels = np.array([0, 1, 0, 1, 1], np.int8)
    found = tfidf_logistic(lines, np.arange(3), labels[:3], np.array([3, 4]), labels[3:])
    assert np.isfinite(found.validation_logits).all()


def test_no_gram_is_common_enough() -> None:
    lines = encoded(["a", "b", "c", "d"])
    labels = np.array([0, 1, 1, 1], np.int8)
    found = tfidf_logistic(lines, np.arange(3), labels[:3], np.array([3]), labels[3:])
    assert found.settings == {"features": 0}
    assert np.isfinite(found.validation_logits).all()


def test_majority_is_that_of_train() -> None:
    assert (majority(np.array([0, 0, 1], np.int8), 4).validation_logits < 0).all()
    assert (majority(np.array([1, 0, 1], np.int8), 4).validation_logits > 0).all()
