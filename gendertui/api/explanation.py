"""Why a line scores as it does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """One line with its score, and what each of its words adds to it."""

    text: str
    label: str | None
    """The likelier label; ``None`` where the model can't tell: between 45 and 55 %, or without a known word."""
    probabilities: dict[str, float]
    """Label → calibrated probability at even odds."""
    tokens: tuple[str, ...]
    """As the model reads them: cut at the longest line that it reads."""
    attributions: tuple[float | None, ...]
    """[tokens] by how much the log-odds of :attr:`towards` are higher with the token than with an unknown word in its
    place; below zero it pulls to the other label. ``None`` beyond what there is time for, in very long lines. They do
    not sum to the whole: words act together."""
    towards: str
    """The label that attributions above zero pull to."""
    notes: tuple[str, ...]
    """What the score must not be read without: that no word is known, or that the line is read in part."""
