"""What is fitted on the validation rows of a run: the calibrations of lines and of characters, each contender's own."""

from __future__ import annotations

from typing import Any

from gendertui.arrays import Floats
from gendertui.evaluation.metrics.calibration import fit
from gendertui.evaluation.report import characters as whole_characters
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.characters import CharacterLines
from gendertui.evaluation.report.scores import Scores
from gendertui.evaluation.report.stacked import JudgedCharacters, StackCalibrations
from gendertui.model.calibration import Calibration, CharacterCalibration

MODEL = "model"
VALIDATION = 1


class FittedCalibrations:
    """What is fitted on the validation rows: contender → calibration; of characters none where they are too few."""

    def __init__(self, validation: Scores, scored: CharacterScores | None) -> None:
        logits = logits_of(validation)
        self.lines: dict[str, Calibration] = {name: fit(each, validation.label) for name, each in logits.items()}
        characters = CharacterLines.of(validation)
        self.characters: dict[str, CharacterCalibration] = {}
        if characters.enough:
            self.characters = {
                name: whole_characters.calibrate(characters, self.lines[name].log_odds(each))
                for name, each in logits.items()
            }
        self.stack: StackCalibrations | None = None
        if self.characters and scored is not None:
            self.stack = StackCalibrations.of(scored.of(VALIDATION))

    def odds(self, scores: Scores) -> dict[str, Floats]:
        """Contender → calibrated log-odds of the lines at even odds."""
        return {name: self.lines[name].log_odds(each) for name, each in logits_of(scores).items()}

    def judged(self, scores: Scores, characters: CharacterScores | None) -> JudgedCharacters | None:
        """The characters of a set; ``None`` where they are too few, or there is no model of them."""
        lines = CharacterLines.of(scores)
        if self.stack is None or not lines.enough or characters is None or not len(characters):
            return None
        return JudgedCharacters.of(characters, self.stack, lines, self.odds(scores), self.characters)


def logits_of(scores: Scores) -> dict[str, Any]:
    """Contender → raw outputs."""
    found = {MODEL: scores.logit, "tfidf-logistic": scores.baseline_logit}
    if scores.strong_baseline_logit is not None:
        found["words-characters"] = scores.strong_baseline_logit
    return found
