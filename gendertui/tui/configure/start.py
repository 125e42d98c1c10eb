"""From the Start button to a worker: word vectors that can be used, a corpus; what is missing is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gendertui.errors import ExitCode, GendertuiError
from gendertui.training.config import TrainingConfig, with_changes
from gendertui.tui.configure.missing import BY_HAND, DOWNLOAD, ways_out
from gendertui.tui.dialogs.choice import Choice

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus
    from gendertui.tui.session import Session


class Starter:
    """One start.

    :param take: called with fields that an answer changed, so that the form shows them.
    """

    def __init__(self, session: Session, take: Callable[[dict[str, Any]], object]) -> None:
        self._session = session
        self._take = take
        self._preset = ""
        self._config = TrainingConfig()

    def start(self, config: TrainingConfig, preset: str) -> None:
        """Look for the vectors in a thread, then start."""
        self._config, self._preset = config, preset
        corpus = self._session.corpus
        self._session.background(
            lambda: _checked(config, corpus),
            self._vectors_found,
            group="start",
            failed=self._vectors_missing,
            awaited=True,
        )

    def _vectors_found(self, config: TrainingConfig) -> None:
        if config.embedding_dim != self._config.embedding_dim:
            self._take({"embedding_dim": config.embedding_dim})
            self._session.say(f"{config.vectors} has {config.embedding_dim} dimensions; embedding_dim is set to that.")
        self._session.with_corpus(lambda corpus: self._session.start_run(config, corpus, self._preset))

    def _vectors_missing(self, error: Exception) -> None:
        if not isinstance(error, GendertuiError) or error.code != ExitCode.MODEL:
            self._session.show_error(error)
            return

        def answered(answer: str | None) -> None:
            if answer == BY_HAND:
                self._session.show_error(error)
            else:
                self._answered(answer)

        question = f"{error.what[:1].upper()}{error.what[1:]}."
        dialog = Choice("These word vectors cannot be used", question, ways_out(self._config.vectors))
        self._session.push_screen(dialog, answered)

    def _answered(self, answer: str | None) -> None:
        if answer == DOWNLOAD:
            self._session.download_vectors(lambda: self.start(self._config, self._preset))
        elif answer is not None:
            self._take({"vectors": answer})
            self.start(with_changes(self._config, {"vectors": answer}), self._preset)


def _checked(config: TrainingConfig, corpus: Corpus | None) -> TrainingConfig:
    from gendertui.training.pretrained import with_vectors

    return with_vectors(config, corpus)
