"""The two plain answers of a report, as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from gendertui.model.answers import Answer, Word

WORDS: dict[Word, tuple[str, str]] = {
    "yes": ("✓", "$text-success"),
    "no": ("✗", "$text-error"),
    "cannot tell": ("?", "$text-warning"),
}
"""Answer → its sign and its colour."""


def answers_text(answers: Sequence[Answer]) -> Content:
    """A line each, its word in a colour and behind a sign."""
    width = max((len(answer.question) for answer in answers), default=0)
    lines = []
    for answer in answers:
        sign, style = WORDS[answer.word]
        lines.append(
            Content.assemble(
                (f"{sign} ", style),
                f"{answer.question:<{width}}  ",
                (answer.short, f"{style} bold"),
                (f"  {answer.reason}", "dim"),
            )
        )
    return Content("\n").join(lines)
