"""Who answers one ``predict``: the model, what computes it, the prior it assumes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gendertui.cli.terminal.output import echo
from gendertui.formatting import probability
from gendertui.model.bundle.bundle import Bundle
from gendertui.sanitize import escape_control
from gendertui.scoring.engine import NumpyEngine, needs_torch, work_of
from gendertui.scoring.prior import Prior
from gendertui.scoring.scorer import Scorer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gendertui.scoring.characters import CharacterScorer
    from gendertui.scoring.engine import Ids
    from gendertui.training.engine import TorchEngine

TORCH_PAYS = 10**11
"""Multiplications from which on torch wins on a CPU: it saves a third or so of their time, and takes longer than a
second to import. Measured to break even between 0.5 and 1.7 times as many (tests/benchmarks/test_scoring.py). They are
some 1,700,000 tokens of the shipped model, 17,000 of the article's network."""

BYTES_A_TOKEN = 5
"""Of English text with its spaces: how many tokens a file holds is known roughly before it is read."""

# Of a line that is longer than a chapter torch keeps what numpy lets go, gigabytes of it, and is no quicker.
_LONG_TOKENS = 10_000


@dataclass(frozen=True)
class Setup:
    """One call of ``predict``, as far as it is the same whatever is scored."""

    bundle: Bundle
    prior: Prior
    form: str
    """``text``, ``json`` or ``csv``."""
    explain: bool
    device: str | None

    def scorer(self, expected_bytes: int = 0) -> Scorer:
        """A scorer on the device asked for, else on the CPU with whatever is quicker.

        :param expected_bytes: of text to be scored, as far as that is known.
        :raises GendertuiError: the device is not there, or the bundle is damaged.
        """
        engine = AutoEngine(self.bundle, expected_bytes // BYTES_A_TOKEN)
        if self.device is not None:
            device = engine.use_torch(self.device).device
            echo(f"Computing on {device.id} ({device.name}).", err=True)
        elif needs_torch(self.bundle):
            echo(f"Computing with torch: {self.bundle.network} has no numpy forward.", err=True)
        return Scorer(self.bundle, engine)

    def say_prior(self, scores: CharacterScorer) -> None:
        """Say which rates speakers and their lines are scored at, unless even odds."""
        if self.prior.kind != "even":
            speakers = self.bundle.units.noun("speaker").many
            rates = f"{probability(scores.line_prior)} of lines and {probability(scores.prior)} of {speakers}"
            echo(f"Where {rates} are {escape_control(self.bundle.labels[1])}.", err=True)


class AutoEngine:
    """numpy until so much has been asked, or is to be expected, that torch pays; then torch.

    A network without a numpy forward is torch's from the first line on.
    """

    def __init__(self, bundle: Bundle, expected_tokens: int) -> None:
        self._bundle = bundle
        self._numpy = None if needs_torch(bundle) else NumpyEngine(bundle)
        self._torch: TorchEngine | None = None
        self._work = work_of(bundle)
        self._tokens = 0
        self._expected = expected_tokens

    def use_torch(self, device: str = "cpu") -> TorchEngine:
        """From now on torch computes, on this device; no change if it does already."""
        if self._torch is None:
            from gendertui.training.engine import TorchEngine

            self._torch = TorchEngine(self._bundle, device)
        return self._torch

    def __call__(self, encoded: Sequence[Ids]) -> NDArray[np.float32]:
        self._tokens += sum(map(len, encoded))
        if self._numpy is None:
            return self.use_torch()(encoded)
        if self._torch is None and max(self._tokens, self._expected) * self._work <= TORCH_PAYS:
            return self._numpy(encoded)
        torch = self.use_torch()
        logits = np.empty(len(encoded), np.float32)
        long = np.array([len(ids) > _LONG_TOKENS for ids in encoded], bool)
        for engine, rows in ((self._numpy, np.flatnonzero(long)), (torch, np.flatnonzero(~long))):
            logits[rows] = engine([encoded[row] for row in rows.tolist()])
        return logits
