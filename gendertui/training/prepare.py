"""From a configuration and a corpus to arrays that can be trained on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Ints
from gendertui.corpus.balance import balance
from gendertui.corpus.splits.split import TRAIN, VALIDATION, Split, make_split
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.baselines.fit import Baseline, majority, tfidf_logistic
from gendertui.evaluation.baselines.ngrams import Lines
from gendertui.evaluation.report.schema import too_few_lines
from gendertui.progress import Progress, silent
from gendertui.text import vectors as text_vectors
from gendertui.text.corpus_tokens import WHITESPACE, cached_tokens, tokenise_corpus, tokens_key
from gendertui.text.corpus_vectors import corpus_vectors
from gendertui.text.encode import EncodedLines, TokenisedLines
from gendertui.text.rules import rules_for
from gendertui.text.vectors import Vectors
from gendertui.text.vocabulary import Vocabulary
from gendertui.training import devices
from gendertui.training.config import TrainingConfig
from gendertui.training.pretrained import no_word_found, with_vectors

LONG_ROW_TOKENS = 1000
"""If lines are not cut, warn about one with more tokens than this: time and memory grow with it."""


@dataclass(frozen=True, eq=False)
class TrainingData:
    """What a network is trained on. Row numbers refer to the corpus table."""

    config: TrainingConfig
    """The configuration with device, precision, threads, vocabulary size and dimension resolved."""
    device: devices.Device
    corpus: Corpus
    train_rows: Ints
    """int64; includes the copies made by balancing, without lines that have no token."""
    distinct_train_rows: Ints
    """Train rows before balancing, in source order, without lines that have no token."""
    averages_batches: bool
    """Whether an epoch's figures are means over batches, as in the article, and not over rows."""
    class_weights: tuple[float, float]
    """Weights of a negative and of a positive line in the loss."""
    rules: dict[str, Any]
    tokenised: TokenisedLines
    vocabulary: Vocabulary
    encoded: EncodedLines
    """All rows of the corpus, as word ids of the vocabulary."""
    vectors: Vectors | None
    """Pretrained vectors; ``None`` for random ones."""
    coverage: float | None
    """Share of the train tokens that have a pretrained vector."""
    balanced: dict[str, int]
    """Label → train rows after balancing, those without a token included."""

    @property
    def recipe(self) -> TrainingConfig:
        """The configuration without what was resolved from the number of train rows."""
        found_again = self.config.max_vocab_size == sum(self.balanced.values())
        return self.config.model_copy(update={"max_vocab_size": None}) if found_again else self.config


@dataclass(frozen=True, eq=False)
class Prepared(TrainingData):
    """Everything needed by the loop and what follows it."""

    split: Split
    validation_rows: Ints
    warnings: tuple[str, ...] = field(default=())

    @cached_property
    def baselines(self) -> tuple[Baseline, ...]:
        """Majority and TF-IDF with logistic regression, fitted on first use (a few seconds)."""
        labels, rows = self.encoded.labels, self.distinct_train_rows
        lines = Lines(self.tokenised.ids, self.tokenised.offsets, self.tokenised.words)
        held_out = self.validation_rows
        return (
            majority(labels[rows], len(held_out)),
            tfidf_logistic(lines, rows, labels[rows], held_out, labels[held_out]),
        )

    @cached_property
    def too_few(self) -> str:
        """A sentence naming the label that has too few validation lines for figures; empty if there are enough."""
        codes = self.encoded.labels[self.validation_rows]
        counts = {label: int((codes == code).sum()) for code, label in enumerate(self.corpus.labels)}
        return too_few_lines("validation", counts)

    def save_split(self, folder: Path) -> None:
        """Write ``split.npy`` and ``split.json`` into a run's folder."""
        self.split.save(folder, balanced=self.balanced)


def prepare(
    config: TrainingConfig, corpus: Corpus, progress: Progress | None = None, *, split: Split | None = None
) -> Prepared:
    """Split, balance, tokenise, count words, encode and look up vectors.

    :param progress: may raise to stop the preparation.
    :param split: the split of a resumed run; by default a new one is drawn.
    :raises GendertuiError: device or vectors are not available, or the corpus cannot be split this way.
    """
    report = progress or silent
    device = devices.resolve(config.device)
    config = with_vectors(config)
    report("split", 0, 0)
    if split is None:
        split = make_split(corpus, config.split, config.split_seed)
    elif len(split.assignment) != len(corpus):
        raise GendertuiError(
            f"the run's split is of {len(split.assignment):,} lines, the corpus has {len(corpus):,}",
            where=str(corpus.path),
            hint="The corpus has changed since the run began. Give it the old file, or start a new run.",
            code=ExitCode.DATA,
        )
    report("tokens", 0, len(corpus))
    data = training_data(config, device, corpus, split, report)
    prepared = Prepared(
        **vars(data),
        split=split,
        validation_rows=_with_tokens(split.rows(VALIDATION), data.encoded.lengths),
        warnings=(*split.warnings, *_warnings(data)),
    )
    if not prepared.too_few:
        return prepared
    chance = f"{prepared.too_few}: which epoch is kept is up to chance"
    return replace(prepared, warnings=(*prepared.warnings, chance))


def training_data(
    config: TrainingConfig, device: devices.Device, corpus: Corpus, split: Split, report: Progress
) -> TrainingData:
    """Balance the train rows of a split, tokenise, count their words, encode and look up vectors.

    :param config: with its vectors checked, see :func:`gendertui.training.pretrained.with_vectors`.
    :param report: may raise to stop.
    :raises GendertuiError: a label has no train row, or no word has a vector.
    """
    labels, original = corpus.label_codes(), split.rows(TRAIN)
    balanced = balance(original, labels[original], config.balance, config.seed)
    rules = rules_for(config.whitespace_tokens, config.lowercase)
    tokenised = tokenise(corpus, split, rules, report)
    report("vocabulary", 0, 0)
    train_rows = _with_tokens(balanced.rows, tokenised.lengths)
    # As in the article: as many words as balanced train rows, counted before those without text are dropped.
    max_words = len(balanced.rows) if config.max_vocab_size is None else config.max_vocab_size
    counts = tokenised.counts(train_rows)
    vocabulary = Vocabulary.from_counts(
        tokenised.words, counts, max_words, config.min_frequency, alphabetical=tokenised.alphabetical
    )
    numbers = tokenised.numbers(vocabulary)
    encoded = tokenised.encode(numbers, labels)
    vectors, coverage = None, None
    if config.vectors != text_vectors.RANDOM:
        report("vectors", 0, 0)
        vectors = corpus_vectors(config.vectors, tokenised.words, numbers, len(vocabulary), report)
        coverage = vectors.coverage(numbers, counts)
        if not coverage:
            raise no_word_found(config)
    resolved = config.model_copy(
        update={
            "device": device.id,
            "precision": devices.resolve_precision(config.precision, device),
            "threads": devices.set_threads(config.threads),
            "max_vocab_size": max_words,
        }
    )
    return TrainingData(
        config=resolved,
        device=device,
        corpus=corpus,
        train_rows=train_rows,
        distinct_train_rows=_with_tokens(original, tokenised.lengths),
        averages_batches=split.parity,
        class_weights=balanced.class_weights,
        rules=rules,
        tokenised=tokenised,
        vocabulary=vocabulary,
        encoded=encoded,
        vectors=vectors,
        coverage=coverage,
        balanced={label: int((labels[balanced.rows] == code).sum()) for code, label in enumerate(corpus.labels)},
    )


def tokenise(corpus: Corpus, split: Split, rules: dict[str, Any], report: Progress) -> TokenisedLines:
    """All lines of ``corpus`` tokenised by ``rules``, from the cache if possible."""
    texts = corpus.column("text")
    if not split.parity:
        # Texts are the same whatever labels were changed by hand.
        return tokenise_corpus(texts, rules, tokens_key(corpus.base_hash, rules), report)
    held_out = split.assignment == VALIDATION
    key = tokens_key(f"{corpus.data_hash} tutorial {held_out.sum()}", rules)
    cached = cached_tokens(key, len(corpus))
    if cached is not None:
        return cached
    # The article strips the lines it trains on and leaves the separator's spaces on those it tests on, which gives the
    # latter a space token each.
    spaced = pc.binary_join_element_wise(" ", texts, " ", "")
    texts = pc.if_else(pa.chunked_array([held_out]), spaced, pc.utf8_trim(texts, WHITESPACE))
    return tokenise_corpus(texts, rules, key, report)


def _with_tokens(rows: Ints, lengths: Ints) -> Ints:
    return rows[lengths[rows] > 0]


def _warnings(data: TrainingData) -> list[str]:
    warnings = []
    longest = int(data.encoded.lengths[data.train_rows].max(initial=0))
    if data.config.max_length is None and longest > LONG_ROW_TOKENS:
        warnings.append(f"the longest line has {longest:,} tokens, and lines are not cut: its batch is slow and large")
    if data.vectors is not None and data.vectors.problems:
        line, kind = data.vectors.problems[0]
        warnings.append(
            f"{len(data.vectors.problems):,} lines of the word vectors were skipped, the first: line {line}, {kind}"
        )
    return warnings
