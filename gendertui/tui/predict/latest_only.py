"""Live answers: the newest question only, one at a time, never on the event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from gendertui.tui.background import Background

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class LatestOnly(Generic[Question, Answer]):
    """Puts questions to ``answer`` in a thread.

    While one is being answered only the newest of those asked meanwhile waits: however fast somebody types, there is
    one thread, and the last answer shown is that to the last question.

    :param group: name of the app's group of workers, of which nothing else may make use.
    :param show: gets question and answer on the event loop.
    :param failed: gets the exception there instead.
    :param awaited: whether keys wait for the answer, as :meth:`Background.background` has it.
    """

    def __init__(
        self,
        app: Background,
        group: str,
        answer: Callable[[Question], Answer],
        show: Callable[[Question, Answer], object],
        failed: Callable[[Question, Exception], object],
        *,
        awaited: bool = False,
    ) -> None:
        self._app = app
        self._group = group
        self._answer = answer
        self._show = show
        self._failed = failed
        self._awaited = awaited
        self._waiting: Question | None = None
        self._busy = False

    def ask(self, question: Question) -> None:
        """Ask, now or when the question under way is answered."""
        self._waiting = question
        if not self._busy:
            self._next()

    def forget(self) -> None:
        """Drop the question that waits."""
        self._waiting = None

    def _next(self) -> None:
        question, self._waiting = self._waiting, None
        if question is None:
            return
        self._busy = True

        def answered(answer: Answer) -> None:
            self._busy = False
            self._show(question, answer)
            self._next()

        def failed(error: Exception) -> None:
            self._busy = False
            self._failed(question, error)
            self._next()

        self._app.background(
            lambda: self._answer(question), answered, group=self._group, failed=failed, awaited=self._awaited
        )
