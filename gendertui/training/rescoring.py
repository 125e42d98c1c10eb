"""Add to a finished run's scores: its test lines, scored by its bundle, and the stronger baseline."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch

from gendertui.arrays import Ints
from gendertui.corpus.splits.split import TEST, TRAIN, VALIDATION, Split
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.baselines.fit import Baseline, tfidf_logistic, words_characters_logistic
from gendertui.evaluation.baselines.ngrams import Lines
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.scores import Scores
from gendertui.evaluation.report.units import scores_of
from gendertui.model.bundle import manifest
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.calibration import Calibration
from gendertui.progress import Progress, silent
from gendertui.text.encode import TokenisedLines
from gendertui.training import bulk, devices
from gendertui.training.characters.judge import learn, score
from gendertui.training.characters.material import Material
from gendertui.training.config import TrainingConfig
from gendertui.training.engine import network_of
from gendertui.training.prepare import tokenise
from gendertui.training.streamed_lines import lines_of


@dataclass(frozen=True, eq=False)
class Rescorer:
    """A finished run and the corpus it was trained on."""

    bundle: Bundle
    corpus: Corpus
    split: Split
    config: TrainingConfig
    """As resolved when it was trained."""
    scores: Scores
    """The scores its report was made from; at least the validation rows."""
    characters: CharacterScores | None = None
    """Those of its characters, where it has any."""
    progress: Progress = silent
    """May raise to stop."""

    def with_test(self) -> Scores:
        """The unchanged validation scores together with the test rows.

        :raises GendertuiError: a label is not in the test set (code DATA), or the bundle is damaged.
        """
        validation, rows = self.scores.of(VALIDATION), self._rows(TEST)
        labels = self.corpus.label_codes()
        absent = [label for code, label in enumerate(self.corpus.labels) if not (labels[rows] == code).any()]
        if absent:
            raise GendertuiError(
                f"no line of the test set is labelled {' or '.join(absent)}",
                where=str(self.corpus.path),
                code=ExitCode.DATA,
            )
        linear = self._fit("TF-IDF baseline", tfidf_logistic)
        logits = self._logits(rows)
        # Films and characters of the validation rows too: a run of version 0.1 stored less about them.
        return scores_of(
            self.corpus,
            {VALIDATION: validation.row, TEST: rows},
            self._tokenised.lengths,
            logit=np.concatenate((validation.logit, logits)),
            baseline_logit=np.concatenate((validation.baseline_logit, linear.logits(rows).astype(np.float32))),
            epoch=self.scores.epoch,
        )

    def characters_with_test(self) -> CharacterScores | None:
        """The unchanged scores of the validation characters together with those of the test set, by the bundle's model.

        What it has to beat, and what is left of it without a part, is not in the bundle: that is fitted on train again.

        :returns: ``None`` where the run has no model of characters.
        """
        model, material = self.bundle.characters(), Material.of(self.corpus, self._tokenised)
        if self.characters is None or model is None or material is None:
            return self.characters
        learned = learn(material, self.split, self.config.seed, self.progress)
        if learned is None:
            return self.characters
        fitted = dataclasses.replace(learned.fitted, model=model.calibrated(Calibration()))
        opened = score(dataclasses.replace(learned, fitted=fitted), material, self.split, TEST)
        return CharacterScores.joined(self.characters.of(VALIDATION), opened)

    def with_strong_baseline(self, scores: Scores) -> Scores:
        """``scores`` with the stronger baseline's logits added; fitted on the run's train rows."""
        strong = self._fit("stronger baseline", words_characters_logistic)
        return dataclasses.replace(scores, strong_baseline_logit=strong.logits(scores.row).astype(np.float32))

    @cached_property
    def _tokenised(self) -> TokenisedLines:
        """All lines of the corpus, tokenised by the bundle's own rules."""
        rules = json.loads(manifest.read_checked(self.bundle.folder, self.bundle.manifest, manifest.TOKENIZER))
        return tokenise(self.corpus, self.split, rules, self.progress)

    def _rows(self, which: int) -> Ints:
        """The rows of a set that have a token, in source order."""
        rows: Ints = self.split.rows(which)
        return rows[self._tokenised.lengths[rows] > 0]

    def _fit(self, name: str, baseline: Callable[..., Baseline]) -> Baseline:
        """A baseline fitted as for the run's first report: on its train rows without copies, chosen on validation."""
        lines = Lines(self._tokenised.ids, self._tokenised.offsets, self._tokenised.words)
        labels, train, validation = self.corpus.label_codes(), self._rows(TRAIN), self._rows(VALIDATION)

        def report(done: int, total: int) -> None:
            self.progress(name, done, total)

        return baseline(lines, train, labels[train], validation, labels[validation], progress=report)

    def _logits(self, rows: Ints) -> npt.NDArray[np.float32]:
        self.progress("weights", 0, 0)
        device = torch.device(_device(self.config.device))
        devices.set_threads(self.config.threads)
        encoded = self._tokenised.encode(self._tokenised.numbers(self.bundle.vocabulary))
        lines = lines_of(encoded, max_length=self.config.max_length, device=device)
        order = bulk.scoring_order(lines, rows, batch_size=None)
        parts = []
        for number, part in enumerate(bulk.logits_by_batch(network_of(self.bundle).to(device), lines, order)):
            self.progress("test lines", int(order.bounds[number]), len(rows))
            parts.append(part)
        return bulk.in_row_order(parts, order, rows)


def _device(resolved: str) -> str:
    """The device the run was trained on, or the best available one."""
    try:
        return devices.resolve(resolved).id
    except GendertuiError:
        return devices.resolve("auto").id
