"""Parse a pasted scene: who says which line.

Two formats are understood, also mixed:

* ``NAME: line``, one speech per line; indented lines below continue it.
* A screenplay: an upper-case name alone on an indented line, its speech below, which a blank line ends. However many
  lines it is broken into, it is one line of the character, as it is in a corpus.

Parentheticals (``(softly)``, ``RICK (V.O.)``) are directions and left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

# Up to five words, each beginning with a letter or a digit.
_WORD = r"(?:[^\W_][\w'’./-]*|&|#\d+)"
_NAME = re.compile(rf"{_WORD}(?: {_WORD}){{0,4}}")
_NAME_LENGTH = 40
_PARENTHETICAL = re.compile(r"\([^()]*\)")
# Columns from which a line counts as indented; a single leading space is taken for a slip.
_INDENT = 2


def parse_scene(text: str) -> list[tuple[str | None, str]]:
    """The lines of speech in ``text``, in order, each with its speaker.

    A line without a name in front has the speaker ``None``. Where there is a screenplay's indented name, such lines are
    headings and action, which nobody says, and are left out.
    """
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines: list[tuple[str | None, str]] = []
    screenplay = False
    for speaker, speech, centred in _speeches(rows):
        screenplay = screenplay or centred
        if speech:
            lines.append((speaker, speech))
    return [line for line in lines if line[0] is not None] if screenplay else lines


def _speeches(rows: list[str]) -> Iterator[tuple[str | None, str, bool]]:
    """Speaker, speech, and whether it came from a screenplay's indented name."""
    at = 0
    while at < len(rows):
        row = rows[at]
        at += 1
        if not row.strip():
            continue
        centred, named = _centred_name(rows, at - 1), _named_line(row)
        if centred is not None:
            speech, at = _collect(rows, at, _under_a_centred_name(rows, at))
            yield centred, speech, True
        elif named is None:
            yield None, row.strip(), False
        else:
            name, first = named
            rest, at = _collect(rows, at, _goes_on if first else _is_unnamed)
            yield name, _spoken(f"{first} {rest}"), False


def _collect(rows: list[str], at: int, belongs: Callable[[list[str], int], bool]) -> tuple[str, int]:
    """The speech that begins in row ``at``, and the row after it: a blank line or one that does not belong ends it."""
    start = at
    while at < len(rows) and rows[at].strip() and belongs(rows, at):
        at += 1
    return _spoken(" ".join(rows[start:at])), at


def _under_a_centred_name(rows: list[str], at: int) -> Callable[[list[str], int], bool]:
    name, speech = _indent(rows[at - 1]), _indent(rows[at])

    def belongs(rows: list[str], at: int) -> bool:
        # Where names are indented further than speech, the next name ends it even without a blank line.
        return not (speech < name <= _indent(rows[at]) and _centred_name(rows, at) is not None)

    return belongs


def _goes_on(rows: list[str], at: int) -> bool:
    """Whether a row continues the ``NAME: line`` above it."""
    return _indent(rows[at]) >= _INDENT and _is_unnamed(rows, at)


def _is_unnamed(rows: list[str], at: int) -> bool:
    return _named_line(rows[at]) is None and _centred_name(rows, at) is None


def _centred_name(rows: list[str], at: int) -> str | None:
    """The name in a row that is indented, holds an upper-case name and nothing else, and has speech right below."""
    if _indent(rows[at]) < _INDENT or at + 1 == len(rows) or not rows[at + 1].strip():
        return None
    name = _spoken(rows[at])
    return name if _is_name(name) and name == name.upper() and not name.endswith(".") else None


def _named_line(row: str) -> tuple[str, str] | None:
    """Name and speech of ``NAME: speech``; ``None`` for anything else, such as ``10:30`` or ``he said: no``."""
    before, colon, speech = row.partition(":")
    name = _spoken(before)
    if not colon or (speech and not speech[0].isspace()) or not _is_name(name):
        return None
    return name, speech.strip()


def _is_name(text: str) -> bool:
    if len(text) > _NAME_LENGTH or not _NAME.fullmatch(text):
        return False
    return any(letter.isalpha() for letter in text) and not any(word[0].islower() for word in text.split())


def _spoken(text: str) -> str:
    """Without parentheticals, and with single spaces."""
    return " ".join(_PARENTHETICAL.sub(" ", text).split())


def _indent(row: str) -> int:
    expanded = row.expandtabs(8)
    return len(expanded) - len(expanded.lstrip())
