"""Whether a regular expression can match inside a word of ASCII letters only.

spaCy's patterns take 50 ms to compile, and a typed line of plain words has no use for them: they split off punctuation,
digits, currencies, addresses. This proves so for the given patterns when they are exported.

It reads the parser of :mod:`re`, which is private to the standard library. Where it is missing the answer is ``False``,
which costs those 50 ms and nothing else; the tests fail there, and CI runs them on every supported Python.
"""

from __future__ import annotations

import string
from typing import Any

_LETTERS = frozenset(map(ord, string.ascii_letters))


def ignores_letters(pattern: str) -> bool:
    """Whether no word of ASCII letters can match ``pattern`` anywhere.

    ``False`` when in doubt, also on a Python whose pattern parser has moved.
    """
    try:
        from re import _constants, _parser  # type: ignore[attr-defined]
    except ImportError:
        return False
    return _needs_other(_parser.parse(pattern), _constants)


def _needs_other(parts: Any, c: Any) -> bool:
    """Whether every match of these parts contains, or looks at, a character that is not a letter."""
    return any(_part_needs_other(operation, value, c) for operation, value in parts)


def _part_needs_other(operation: Any, value: Any, c: Any) -> bool:
    if operation is c.LITERAL:
        return value not in _LETTERS
    if operation is c.IN:
        return all(_item_has_no_letter(kind, item, c) for kind, item in value)
    if operation is c.BRANCH:
        return all(_needs_other(branch, c) for branch in value[1])
    if operation is c.SUBPATTERN:
        return _needs_other(value[-1], c)
    if operation in (c.MAX_REPEAT, c.MIN_REPEAT):
        return value[0] > 0 and _needs_other(value[2], c)
    if operation is c.ASSERT:
        return _needs_other(value[1], c)
    return False  # It may match the empty string, or anything.


def _item_has_no_letter(kind: Any, item: Any, c: Any) -> bool:
    if kind is c.LITERAL:
        return item not in _LETTERS
    if kind is c.RANGE:
        return not any(item[0] <= letter <= item[1] for letter in _LETTERS)
    if kind is c.CATEGORY:
        return item in (c.CATEGORY_DIGIT, c.CATEGORY_SPACE)
    return False  # A negated set, or something unknown.
