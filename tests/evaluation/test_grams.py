"""TF-IDF vectors are scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from gendertui.evaluation.baselines.ngrams import CHARACTERS, CharacterGrams, Lines, TfIdf, WordGrams
from tests.builders.encoded_lines import encoded, made_up_texts

MINIMUM = 3
TRAIN, REST = np.arange(200), np.arange(200, 300)


def words_of(text: str) -> list[str]:
    return [word.lower() for word in text.split("|") if word.strip()]


def reference(kind: str, minimum: int) -> TfidfVectorizer:
    """scikit-learn's vectors of the same words."""
    if kind == "words":
        return TfidfVectorizer(ngram_range=(1, 2), min_df=minimum, tokenizer=words_of, token_pattern=None)
    return TfidfVectorizer(
        ngram_range=CHARACTERS, min_df=minimum, analyzer="char_wb", preprocessor=lambda text: " ".join(words_of(text))
    )


def counts_of(kind: str, lines: Lines) -> WordGrams | CharacterGrams:
    return WordGrams(lines, TRAIN) if kind == "words" else CharacterGrams(lines)


@pytest.mark.parametrize("kind", ["words", "characters"])
def test_vectors_equal_scikit_learns(kind: str) -> None:
    texts = made_up_texts()
    tfidf, train = TfIdf.fit(counts_of(kind, encoded(texts)), TRAIN, minimum=MINIMUM)
    theirs = reference(kind, MINIMUM)
    expected = [theirs.fit_transform(texts[:200]), theirs.transform(texts[200:])]
    for ours, other in zip((train, tfidf(REST)), expected, strict=True):
        assert ours.shape == other.shape
        # The columns are in another order, so the products between lines are compared.
        np.testing.assert_allclose((ours @ ours.T).toarray(), (other @ other.T).toarray(), atol=1e-12)


@pytest.mark.parametrize("kind", ["words", "characters"])
def test_copies_count_as_rows_do(kind: str) -> None:
    texts = made_up_texts()
    generator = np.random.default_rng(6)
    rows, copies = TRAIN[::2], generator.integers(1, 4, 100)
    counts = counts_of(kind, encoded(texts))
    once, train = TfIdf.fit(counts, rows, minimum=MINIMUM, copies=copies)
    often, _ = TfIdf.fit(counts, np.repeat(rows, copies), minimum=MINIMUM)
    np.testing.assert_allclose(once(REST).toarray(), often(REST).toarray(), rtol=1e-12)
    np.testing.assert_allclose(train.toarray(), often(rows).toarray(), rtol=1e-12)
