"""What a configuration will mean on the open corpus: rows, words, parameters, memory. Called in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gendertui.arrays import Ints
    from gendertui.corpus.table import Corpus
    from gendertui.training.config import TrainingConfig

# spaCy makes more tokens than there are runs of letters: punctuation stands alone, contractions are cut.
TOKENS_A_WORD = 1.35


@dataclass(frozen=True)
class Summary:
    """Rows of each set, train after balancing; the rest is estimated, where it can be."""

    protocol: str
    """The protocol drawn, in the corpus's words: ``by film``."""
    train: int
    train_before: int
    validation: int
    test: int
    vocabulary: int
    """Words, approximately."""
    tokens: int
    """Tokens in one epoch, approximately."""
    parameters: int | None
    memory_bytes: int | None
    warnings: tuple[str, ...]

    def trainings(self, config: TrainingConfig) -> float:
        """How much is trained in all, as a multiple of the training that is validated: a refit adds at most as many
        epochs, over the lines of all sets."""
        from gendertui.training.config import REFIT_ALL

        every_set = self.train_before + self.validation + self.test
        return 1 + (every_set / max(self.train_before, 1) if config.refit == REFIT_ALL else 0)


def summarise(config: TrainingConfig, corpus: Corpus) -> Summary:
    """Draw the split and count.

    :raises GendertuiError: the corpus cannot be split as configured.
    """
    from gendertui.corpus.splits import title
    from gendertui.training import estimate

    rows, before, validation, test, protocol, warnings = _rows(corpus, config.split, config.split_seed)
    negative, positive = before
    train = {"oversample": 2 * max(before), "undersample": 2 * min(before)}.get(config.balance, negative + positive)
    counts, tokens = _words(corpus, rows, config.lowercase)
    known = int((counts >= config.min_frequency).sum())
    vocabulary = min(known, config.max_vocab_size or train) + 2
    return Summary(
        protocol=title(protocol, corpus.units),
        train=train,
        train_before=negative + positive,
        validation=validation,
        test=test,
        vocabulary=vocabulary,
        tokens=round(tokens * train / max(negative + positive, 1)),
        parameters=estimate.parameter_count(config, vocabulary),
        memory_bytes=estimate.memory_bytes(config, vocabulary),
        warnings=(*warnings, *leak_warnings(corpus, protocol)),
    )


def leak_warnings(corpus: Corpus, protocol: str) -> tuple[str, ...]:
    """That a split leaks, and by how much on this corpus once that was measured; nothing where it does not."""
    from gendertui.corpus.splits import PROTOCOLS
    from gendertui.evaluation.audit.store import measured
    from gendertui.evaluation.audit.text import MODEL_NAMES, phrase
    from gendertui.formatting import percent

    units = corpus.units
    leaks, name = PROTOCOLS[protocol].leaks(units), PROTOCOLS[protocol].described(units)
    if not leaks:
        return ()
    audit = measured(corpus.data_hash)
    trial = None if audit is None else audit.trial(protocol)
    if audit is None or trial is None or trial.excess is None:
        return (f"{name} leaks: {leaks}. How much: 4 Evaluate, Leaks",)
    here, strict = trial.balanced_accuracy.value, trial.balanced_accuracy.value - trial.excess.value
    beside = f"{'instead of' if here > strict else 'against'} {percent(strict)} {phrase(audit.strictest, units)}"
    return (f"{name}: {MODEL_NAMES[trial.model]} reads {percent(here)} {beside} on this corpus",)


class _Rows:
    """Row numbers that can be a cache's key: by what they were drawn from."""

    def __init__(self, rows: Ints, key: object) -> None:
        self.rows = rows
        self._key = key

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rows) and self._key == other._key


class _Source:
    """A corpus as a cache's key: by its content."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self._key = corpus.data_hash

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Source) and self._key == other._key


def _rows(corpus: Corpus, protocol: str, seed: int) -> tuple[_Rows, tuple[int, int], int, int, str, tuple[str, ...]]:
    return _drawn(_Source(corpus), protocol, seed)


@lru_cache(maxsize=16)
def _drawn(source: _Source, protocol: str, seed: int) -> tuple[_Rows, tuple[int, int], int, int, str, tuple[str, ...]]:
    import numpy as np

    from gendertui.corpus.splits.split import make_split

    split = make_split(source.corpus, protocol, seed)
    train = split.rows(0)
    counts = np.bincount(source.corpus.label_codes()[train], minlength=2)
    key = (source, protocol, seed)
    before = (int(counts[0]), int(counts[1]))
    return (
        _Rows(train, key),
        before,
        len(split.rows(1)),
        len(split.rows(2)),
        split.protocol,
        tuple(split.warnings),
    )


def _words(corpus: Corpus, rows: _Rows, lowercase: bool) -> tuple[Ints, int]:
    return _counted(_Source(corpus), rows, lowercase)


@lru_cache(maxsize=8)
def _counted(source: _Source, rows: _Rows, lowercase: bool) -> tuple[Ints, int]:
    """How often each run of letters occurs in the rows, and approximately how many tokens they have."""
    import numpy as np
    import pyarrow.compute as pc

    text = source.corpus.column("text").take(rows.rows)
    if lowercase:
        text = pc.utf8_lower(text)
    words = pc.list_flatten(pc.utf8_split_whitespace(pc.replace_substring_regex(text, r"[^\pL\pN']+", " ")))
    counts = np.asarray(pc.value_counts(words.combine_chunks()).field("counts"), dtype=np.int64)
    return counts, round(int(counts.sum()) * TOKENS_A_WORD)
