"""Texts to probabilities, many at a time: what :class:`gendertui.scoring.scorer.Scorer` says, without its words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.arrays import Bools, Floats, Ints
from gendertui.bulk.request import NUMPY
from gendertui.bulk.texts import EMPTY, Texts
from gendertui.model.bundle.bundle import Bundle
from gendertui.scoring.engine import Engine, NumpyEngine
from gendertui.scoring.scorer import WORD
from gendertui.scoring.table import DIGITS
from gendertui.scoring.verdict import ABSTAIN_MARGIN
from gendertui.text.corpus_tokens import WHITESPACE, tokenise
from gendertui.text.vocabulary import UNK

_BLANK = f"^[{WHITESPACE}]*$"


@dataclass(frozen=True)
class Scores:
    """What a model says of rows."""

    probabilities: pa.Array
    """[rows] of the positive label, rounded; null where the row has an error."""
    labels: pa.Array
    """[rows] the likelier label; null where none is said."""
    errors: pa.Array
    """[rows] why there is no score; null where there is one."""


class BulkScorer:
    """Scores rows with one bundle.

    :param prior: rate of the positive label to assume.
    """

    def __init__(self, bundle: Bundle, engine: Engine, prior: float) -> None:
        self._bundle = bundle
        self._engine = engine
        self._prior = prior

    def score(self, rows: Texts) -> Scores:
        """The scores of rows; the same for the same ones, to the last bit.

        :raises GendertuiError: the model cannot answer.
        """
        blank = pc.fill_null(pc.match_substring_regex(rows.texts, _BLANK), False)
        texts = pc.if_else(blank, pa.scalar(""), pc.fill_null(rows.texts, ""))
        lines = tokenise(pa.chunked_array([texts]), self._bundle.tokenizer)
        numbers = lines.numbers(self._bundle.vocabulary)
        encoded = lines.encode(numbers)
        maximum = self._bundle.config.get("max_length")
        ends = (
            encoded.offsets[1:] if maximum is None else np.minimum(encoded.offsets[1:], encoded.offsets[:-1] + maximum)
        )
        filled = np.flatnonzero(ends > encoded.offsets[:-1])
        known_word = np.array([WORD.search(word) is not None for word in lines.words], np.bool_) & (numbers != UNK)
        tokens = encoded.word_ids()
        bounds = [(int(encoded.offsets[row]), int(ends[row])) for row in filled]
        logits = self._engine([tokens[start:end] for start, end in bounds])
        probabilities = self._bundle.calibration.apply(logits, self._prior)
        known = known_word[lines.ids] if len(lines.words) else np.zeros(0, np.bool_)
        has_known = np.array([known[start:end].any() for start, end in bounds], np.bool_)
        return self._scores(rows, filled, probabilities, has_known)

    def _scores(self, rows: Texts, filled: Ints, probabilities: Floats, known: Bools) -> Scores:
        missing = np.ones(len(rows), np.bool_)
        missing[filled] = False
        found = np.zeros(len(rows))
        found[filled] = np.round(probabilities, DIGITS)
        said = known & (np.abs(probabilities - 0.5) >= ABSTAIN_MARGIN)
        silent = np.ones(len(rows), np.bool_)
        silent[filled] = ~said
        positive = np.zeros(len(rows), np.int64)
        positive[filled] = probabilities >= 0.5
        labels = pa.array(list(self._bundle.labels), pa.string()).take(pa.array(positive, mask=silent))
        reasons = pc.coalesce(rows.errors, pc.if_else(pa.array(missing), EMPTY, pa.scalar(None, pa.string())))
        return Scores(pa.array(found, mask=missing), labels, reasons)


def engine_of(bundle: Bundle, engine: str) -> Engine:
    """What computes a bundle's network in this process.

    :param engine: see :attr:`gendertui.bulk.request.Request.engine`.
    :raises GendertuiError: the device is not there, or the bundle is damaged.
    """
    if engine == NUMPY:
        return NumpyEngine(bundle)
    from gendertui.training.engine import TorchEngine

    return TorchEngine(bundle, engine)
