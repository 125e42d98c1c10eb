"""Sentences that are wrapped between words, but never inside a figure with its unit or an interval in brackets."""

from __future__ import annotations

import re

from rich._wrap import divide_line
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Static

_TOGETHER = re.compile(r"\([^()]{1,32}\)|[\d–.,]+ %|AUC [+−]?[\d.]+")
"""What stays on one line, where a line has room for it."""
_JOINT = "_"


class Prose(Static):
    """A Static whose text is :func:`wrapped` to its width."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._wrapped(width).plain.count("\n") + 1

    def render(self) -> RenderResult:
        return self._wrapped(self.content_size.width)

    def _wrapped(self, width: int) -> Content:
        return wrapped(self.visual, width) if isinstance(self.visual, Content) and width else Content("")


def wrapped(text: Content, width: int) -> Content:
    """The text in lines of at most ``width`` cells."""
    return Content("\n").join(line for part in text.split("\n", allow_blank=True) for line in _lines(part, width))


def _lines(text: Content, width: int) -> list[Content]:
    whole = _TOGETHER.sub(lambda match: match[0].replace(" ", _JOINT), text.plain)
    return [line.rstrip() for line in text.divide(divide_line(whole, width))] or [text]
