"""Who answers one ``predict``: the model, what computes it, the prior it assumes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import click

from gendertui.model.bundle import Bundle
from gendertui.model.calibration import EVEN
from gendertui.scoring.engine import NumpyEngine, work_of
from gendertui.scoring.scorer import Scorer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gendertui.scoring.characters import CharacterScorer
    from gendertui.scoring.engine import Engine, Ids

TORCH_PAYS = 10**11
"""Multiplications from which on torch wins on a CPU: it saves a third of their time, and takes longer than a second to
import. Measured (tests/benchmarks/test_scoring.py): some 500,000 tokens of the shipped model, 18,000 of the article's
network."""

# Of English text with its spaces: how many tokens a file holds is known roughly before it is read.
_BYTES_A_TOKEN = 5

NATURAL = "natural"


@dataclass(frozen=True)
class Setup:
    """One call of ``predict``, as far as it is the same whatever is scored."""

    bundle: Bundle
    prior: str | float | None
    """:data:`NATURAL`, a rate of the positive label, or ``None`` for even odds."""
    form: str
    """``text``, ``json`` or ``csv``."""
    explain: bool
    device: str | None

    def scorer(self, expected_bytes: int = 0) -> Scorer:
        """A scorer on the device asked for, else on the CPU with whatever is quicker.

        :param expected_bytes: of text to be scored, as far as that is known.
        :raises GendertuiError: the device is not there, or the bundle is damaged.
        """
        engine = NumpyEngine(self.bundle)
        if self.device is None:
            return Scorer(self.bundle, _Quicker(self.bundle, engine, expected_bytes // _BYTES_A_TOKEN))
        from gendertui.training.engine import TorchEngine

        torch_engine = TorchEngine(self.bundle, self.device)
        click.echo(f"Computing on {torch_engine.device.id} ({torch_engine.device.name}).", err=True)
        return Scorer(self.bundle, torch_engine)

    def rate(self, scorer: Scorer, of: Literal["lines", "characters"] = "lines") -> float:
        """The prior as a number.

        :raises GendertuiError: it is the natural one, and the model's report does not say it.
        """
        if self.prior is None:
            return EVEN
        return scorer.record.rate(of) if self.prior == NATURAL else float(self.prior)

    def character_scorer(self, scorer: Scorer) -> CharacterScorer:
        """What makes one score of the scores of a character's lines.

        :raises GendertuiError: as :meth:`rate`.
        """
        from gendertui.scoring.characters import CharacterScorer

        line_prior = self.rate(scorer)
        calibrated = self.bundle.character_calibration is not None
        prior = self.rate(scorer, "characters") if calibrated else line_prior
        return CharacterScorer(self.bundle, scorer.record, prior, line_prior)


class _Quicker:
    """numpy until so much has been asked, or is to be expected, that torch pays; then torch."""

    def __init__(self, bundle: Bundle, engine: Engine, expected_tokens: int) -> None:
        self._bundle = bundle
        self._engine = engine
        self._work = work_of(bundle)
        self._tokens = 0
        self._expected = expected_tokens

    def __call__(self, encoded: Sequence[Ids]) -> NDArray[np.float32]:
        self._tokens += sum(map(len, encoded))
        if isinstance(self._engine, NumpyEngine) and max(self._tokens, self._expected) * self._work > TORCH_PAYS:
            from gendertui.training.engine import TorchEngine

            self._engine = TorchEngine(self._bundle)
        return self._engine(encoded)
