"""The lines of a part of ``predict``'s input, scored or explained."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gendertui.errors import ExitCode, GendertuiError

if TYPE_CHECKING:
    from gendertui.cli.predict.inputs import InputLine
    from gendertui.scoring.explain import Explained
    from gendertui.scoring.scorer import ScoredLine, Scorer

Answer = tuple["InputLine", "ScoredLine | str", "Explained | None"]
"""A line; its score, or the words that say why it has none; its explanation where that is wanted."""


def answers(scorer: Scorer, part: Sequence[InputLine], prior: float, *, explain: bool) -> Iterator[Answer]:
    """Each line with its answer, in order.

    :raises GendertuiError: the model cannot answer.
    """
    if explain:
        yield from (_explained(scorer, asked, prior) for asked in part)
        return
    found = iter(scorer.score_many([asked.text for asked in part if asked.error is None], prior))
    for asked in part:
        scored = asked.error or next(found)
        yield asked, scored.what if isinstance(scored, GendertuiError) else scored, None


def _explained(scorer: Scorer, asked: InputLine, prior: float) -> Answer:
    from gendertui.scoring.explain import explain

    if asked.error is not None:
        return asked, asked.error, None
    try:
        explained = explain(scorer, asked.text, prior)
    except GendertuiError as error:
        if error.code != ExitCode.DATA:
            raise
        return asked, error.what, None
    return asked, explained.scored, explained
