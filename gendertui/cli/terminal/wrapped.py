"""A stream that is a terminal: sentences wrapped on words, signs that it cannot show in ASCII.

Files and pipes get every line as it is.
"""

from __future__ import annotations

import shutil
import textwrap
from typing import Any, TextIO

from gendertui.ascii_signs import to_ascii

_DATA = ("{", "[")
"""How a line of JSON begins, which stays one line."""


class WrappedStream:
    """Stands for a text stream of a terminal. What is written without its line's end is data, and not wrapped.

    :param plain: whether only ASCII is written.
    """

    def __init__(self, stream: TextIO, *, plain: bool) -> None:
        self._stream = stream
        self._plain = plain

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        # Bytes are refused by the stream itself, which is how click finds out what it takes.
        if isinstance(text, str):
            if self._plain:
                text = to_ascii(text)
            if text.endswith("\n"):
                width = shutil.get_terminal_size().columns
                text = "\n".join(wrapped(line, width) for line in text.split("\n"))
        return self._stream.write(text)


def wrapped(line: str, width: int) -> str:
    """A line as lines of at most ``width`` cells, broken at spaces and indented like its beginning.

    A word that is longer, a path or a command, stays whole; so does a line of JSON, and one with control characters.
    """
    if len(line) <= width or not line.isprintable() or line.startswith(_DATA):
        return line
    indent = " " * min(len(line) - len(line.lstrip()), width // 2)
    broken = textwrap.wrap(
        line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return "\n".join(broken)
