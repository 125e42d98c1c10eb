"""Ask up to how many epochs a run that is over is to be continued."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gendertui.runs import continuation
from gendertui.runs.folder import RunFolder
from gendertui.runs.records import Status
from gendertui.training.config import FIELDS, TrainingConfig
from gendertui.tui.dialogs.question import Question


@dataclass(frozen=True)
class Continuation:
    """A run that is over, with what an answer is checked against."""

    run: RunFolder
    config: TrainingConfig
    status: Status

    @classmethod
    def of(cls, folder: Path) -> Continuation:
        """Read a run's folder.

        :raises GendertuiError: it cannot be read.
        """
        run = RunFolder(folder)
        return cls(run, run.config(), run.status())

    def parse(self, text: str) -> int:
        """The number of epochs that a text asks for.

        :raises GendertuiError: it is no number, or not above those trained already.
        """
        epochs = FIELDS["epochs"].from_text(text)
        found: int = continuation.checked(self.config, self.status, {"epochs": epochs}).get(
            "epochs", self.config.epochs
        )
        return found


def question(found: Continuation) -> Question[int]:
    """The question; what it proposes is what nobody has to think about."""
    done = found.status.epoch
    words = f"Epochs in all; {done} {'is' if done == 1 else 'are'} done. It continues with its own settings."
    start = str(continuation.suggested_epochs(found.config, found.status))
    return Question("More epochs", words, found.parse, start=start)
