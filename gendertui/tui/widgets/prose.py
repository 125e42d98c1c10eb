"""Sentences that are wrapped between words, but never inside a figure with its unit or an interval in brackets."""

from __future__ import annotations

import re

from rich._wrap import divide_line
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

_PARTS = re.compile(r"\([^()]{1,32}\)|[\d–.,]+ %|AUC [+−]?[\d.]+")
_TOGETHER = re.compile(rf"(?:AUC )?[+−]?[\d.]+(?: %)? \([^()]{{1,32}}\)|{_PARTS.pattern}")
"""What stays on one line where a line has room for it; else its parts do."""
_JOINT = "_"


class Prose(Static):
    """A Static whose text is :func:`wrapped` to its width.

    :param indent: before every line but the first of a paragraph.
    """

    def __init__(self, *, indent: int = 0, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._indent = indent

    def get_content_width(self, container: Size, viewport: Size) -> int:
        text = self.visual
        return max(line.cell_length for line in text.split("\n", allow_blank=True)) if isinstance(text, Content) else 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._wrapped(width).plain.count("\n") + 1

    def render(self) -> RenderResult:
        return self._wrapped(self.content_size.width)

    def _wrapped(self, width: int) -> Content:
        return wrapped(self.visual, width, self._indent) if isinstance(self.visual, Content) and width else Content("")


def wrapped(text: Content, width: int, indent: int = 0) -> Content:
    """The text in lines of at most ``width`` cells.

    :param indent: before every line but the first of a paragraph; less than the width.
    """
    paragraphs = text.split("\n", allow_blank=True)
    return Content("\n").join(line for each in paragraphs for line in _lines(each, width - indent, " " * indent))


def _lines(text: Content, width: int, indent: str) -> list[Content]:

    def joined(match: re.Match[str]) -> str:
        whole = match[0].replace(" ", _JOINT)
        # One cell more for a comma.
        return whole if len(whole) < width or match.re is _PARTS else _PARTS.sub(joined, match[0])

    whole = _TOGETHER.sub(joined, text.plain)
    first, *others = text.divide(divide_line(whole, width)) or [text]
    return [first.rstrip(), *(Content.assemble(indent, line.rstrip()) for line in others)]
