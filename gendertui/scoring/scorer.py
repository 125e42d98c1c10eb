"""Typed lines in, calibrated probabilities out."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.bundle import Bundle
from gendertui.model.calibration import EVEN
from gendertui.scoring.forward import FORWARDS
from gendertui.text.vocabulary import PAD, UNK

CANT_TELL = 0.05
"""A probability this near to one half says nothing, and so does the program."""

# Tokens of one batch, padding included: enough to keep numpy busy, little enough memory.
_BATCH_TOKENS = 8192
_JSON_DIGITS = 6


@dataclass(frozen=True)
class ScoredLine:
    """What a model says of one line."""

    text: str
    tokens: list[str]
    """As the network read them: cut at the model's ``max_length``."""
    known: int
    """How many of the tokens are in the model's vocabulary."""
    probability: float
    """Of the positive label, calibrated, at :attr:`prior`."""
    label: str | None
    """The likelier label; ``None`` where the probability is within :data:`CANT_TELL` of one half."""
    probabilities: dict[str, float]
    """Of both labels, negative first."""
    prior: float
    """Rate of the positive label that the probability assumes; one half: both equally frequent."""
    model: str

    def to_json(self) -> dict[str, Any]:
        """The object that ``predict --json`` writes."""
        return {
            "text": self.text,
            "label": self.label,
            "probabilities": {name: round(value, _JSON_DIGITS) for name, value in self.probabilities.items()},
            "prior": self.prior,
            "model": self.model,
        }


class Scorer:
    """Scores lines with one bundle.

    :raises GendertuiError: the bundle is of a network this program does not know, its tensors do not fit its
        configuration, or they are damaged.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        module = _network(bundle.network)
        _check_shapes(bundle, module.shapes)
        self._forward: Callable[..., NDArray[np.float32]] = module.forward
        self._tensors = bundle.tensors()
        self._max_length: int | None = bundle.config.get("max_length")

    def tokens(self, text: str) -> list[str]:
        """The tokens of a line that the network reads."""
        return self.bundle.tokenizer(text)[: self._max_length]

    def logits(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """[texts] raw outputs of the network, before calibration.

        :raises GendertuiError: a text has no token.
        """
        encoded = []
        for text in texts:
            ids = self.bundle.vocabulary.encode(self.tokens(text))
            if not len(ids):
                raise _nothing_to_score()
            encoded.append(ids)
        return self._logits(encoded)

    def score(self, text: str, prior: float | None = None) -> ScoredLine:
        """One line's calibrated probability.

        :param prior: rate of the positive label to assume; even odds where left out.
        :raises GendertuiError: the line is empty, or the prior is no rate.
        """
        rate = EVEN if prior is None else prior
        if not 0 < rate < 1:
            raise GendertuiError(
                f"a prior of {rate:g} is no rate", hint="Give a number between 0 and 1.", code=ExitCode.USAGE
            )
        tokens = self.tokens(text) if text.strip() else []
        if not tokens:
            raise _nothing_to_score()
        ids = self.bundle.vocabulary.encode(tokens)
        probability = float(self.bundle.calibration.apply(self._logits([ids]), rate)[0])
        negative, positive = self.bundle.labels
        likelier = positive if probability >= EVEN else negative
        return ScoredLine(
            text=text,
            tokens=tokens,
            known=int(np.count_nonzero(ids != UNK)),
            probability=probability,
            label=None if abs(probability - EVEN) < CANT_TELL else likelier,
            probabilities={negative: 1 - probability, positive: probability},
            prior=rate,
            model=self.bundle.name,
        )

    def _logits(self, encoded: Sequence[NDArray[np.int32]]) -> NDArray[np.float32]:
        lengths = np.array([len(ids) for ids in encoded], dtype=np.int64)
        logits = np.empty(len(encoded), dtype=np.float32)
        for rows in _batches(lengths):
            tokens = np.full((len(rows), int(lengths[rows].max())), PAD, dtype=np.int32)
            for place, row in enumerate(rows):
                tokens[place, : lengths[row]] = encoded[row]
            logits[rows] = self._forward(self._tensors, tokens, self.bundle.embedding_rows(tokens), lengths[rows])
        if not np.isfinite(logits).all():
            raise GendertuiError(
                "the model cannot answer: its weights are so large that its output is not finite",
                where=str(self.bundle.folder),
                hint="Train it again, or choose another: gendertui models use NAME.",
                code=ExitCode.MODEL,
            )
        return logits


def _batches(lengths: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Rows of about one length, as many at a time as :data:`_BATCH_TOKENS` allows."""
    order = np.argsort(lengths, kind="stable")[::-1]
    start = 0
    while start < len(order):
        size = max(1, _BATCH_TOKENS // int(lengths[order[start]]))
        yield order[start : start + size]
        start += size


def _network(name: str) -> Any:
    if name not in FORWARDS:
        raise GendertuiError(
            f"the model's network {name!r} is not known to this gendertui",
            hint=f"Known: {', '.join(FORWARDS)}. A newer gendertui may know it.",
            code=ExitCode.MODEL,
        )
    return importlib.import_module(FORWARDS[name])


def _check_shapes(bundle: Bundle, shapes: Callable[[Mapping[str, Any], int], dict[str, tuple[int, ...]]]) -> None:
    try:
        expected = shapes(bundle.config, len(bundle.vocabulary))
    except (KeyError, TypeError, ValueError) as error:
        raise GendertuiError(
            f"the model's configuration is incomplete: {type(error).__name__}: {error}",
            where=str(bundle.folder),
            code=ExitCode.MODEL,
        ) from error
    for name in sorted(expected.keys() | bundle.shapes.keys()):
        if expected.get(name) != bundle.shapes.get(name):
            raise GendertuiError(
                f"the model does not fit its configuration: {name} is {bundle.shapes.get(name, 'missing')}, "
                f"expected {expected.get(name, 'none')}",
                where=str(bundle.folder),
                hint="Train it again, or fetch the bundle again from where it came from.",
                code=ExitCode.MODEL,
            )


def _nothing_to_score() -> GendertuiError:
    return GendertuiError("nothing to score: the line is empty", code=ExitCode.DATA)
