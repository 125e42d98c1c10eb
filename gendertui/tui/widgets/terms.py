"""What the words of a screen mean: as text, and as a box for screens that have room for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from gendertui.corpus.units import Units

if TYPE_CHECKING:
    from gendertui.evaluation.glossary import Term, Value

HEAD_CELLS = 80
"""What a term's name and the line after it are worth, in cells of text."""


def terms_text(keys: Iterable[str], units: Units, values: Mapping[str, Value] | None = None) -> Content:
    """Each term with its explanation below it, once.

    :param keys: of the terms in :mod:`gendertui.evaluation.glossary`, in the order to show them in.
    :param values: key → the figure on the screen, which the explanation then ends with.
    """
    return _text(explained(keys, units, values))


class Terms(Horizontal):
    """The explanations in columns about equally long.

    :param columns: how many.
    """

    def __init__(self, columns: int = 3, *, classes: str = "") -> None:
        super().__init__(classes=f"box terms {classes}")
        self._columns = columns
        self.border_title = "What it means"

    def compose(self) -> ComposeResult:
        for _ in range(self._columns):
            yield Static()

    def show(self, keys: Iterable[str], units: Units, values: Mapping[str, Value] | None = None) -> None:
        """Explain terms as :func:`terms_text` does; without any the box is empty and hidden (class ``-none``)."""
        terms = explained(keys, units, values)
        self.set_class(not terms, "-none")
        for column, part in zip(self.query(Static), divided(terms, self._columns), strict=True):
            column.update(_text(part))


def explained(keys: Iterable[str], units: Units, values: Mapping[str, Value] | None = None) -> list[Term]:
    """What :func:`terms_text` shows."""
    from gendertui.evaluation.glossary import explain

    return list(dict.fromkeys(explain(key, units, (values or {}).get(key)) for key in keys))


def _text(terms: Sequence[Term]) -> Content:
    return Content("\n\n").join(Content.assemble((term.name, "bold"), "\n", term.text) for term in terms)


def divided(terms: Sequence[Term], columns: int) -> list[list[Term]]:
    """In order; a term goes to the column in which the middle of its text falls, and none before it stays empty."""
    lengths = [len(term.text) + HEAD_CELLS for term in terms]
    whole, before, place = sum(lengths), 0, -1
    found: list[list[Term]] = [[] for _ in range(columns)]
    for term, length in zip(terms, lengths, strict=True):
        place = min((2 * before + length) * columns // (2 * whole), place + 1)
        found[place].append(term)
        before += length
    return found
