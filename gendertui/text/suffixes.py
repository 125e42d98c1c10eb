"""How long a word's suffix is, mostly without a search.

spaCy's pattern of suffixes has some eighty alternatives, each tried at every place of a word. Which of them can end
with a word's last character is read off the pattern: often there is one, that character itself. An alternative of
another form than those that are understood stays with all searches.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# Of a pattern's text: an escaped character, a set, the beginning of a group, or a character.
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\?<?[=!]|.", re.DOTALL)
_OPENING = ("(", "(?:", "(?=", "(?!", "(?<=", "(?<!")
_FLAGS = re.compile(r"\(\?[a-zA-Z]")
_SPECIAL = frozenset(".^$*+?{}[]|()")


class Suffixes:
    """The suffixes of words that have no white space in them.

    :param pattern: each of its alternatives ends at a word's end, or it is searched for as it is.
    :param compiled: compiles a pattern, on first use.
    """

    def __init__(self, pattern: str, compiled: Callable[[str], re.Pattern[str]]) -> None:
        self._compiled = compiled
        self._singles: set[str] = set()
        self._others = [(pattern, "")]
        """Alternatives, and a pattern of the last character that each may have, empty where it may be any."""
        alternatives = _alternatives(_PARTS.findall(pattern))
        if all(len(each) > 1 and each[-1] == "$" for each in alternatives) and not _FLAGS.match(pattern):
            self._singles = {_literal(each[0]) for each in alternatives if len(each) == 2} - {""}
            others = [each for each in alternatives if len(each) > 2 or not _literal(each[0])]
            self._others = [("".join(each), _last(each[:-1])) for each in others]
        self._ended_by: dict[str, tuple[int, re.Pattern[str] | None]] = {}
        self._patterns: dict[str, re.Pattern[str]] = {}

    def length(self, word: str) -> int:
        """Characters of the suffix, 0 where there is none."""
        last = word[-1:]
        known = self._ended_by.get(last)
        single, others = known or self._learn(last)
        if others is None:
            return single
        # All end at the word's end: of those found the first is the longest.
        found = others.search(word)
        return max(single, found.end() - found.start() if found else 0)

    def _learn(self, last: str) -> tuple[int, re.Pattern[str] | None]:
        """What is a suffix of a word with this last character: how much of it (1 or 0), and what else may be."""
        others = "|".join(
            each for each, end in self._others if not end or (last and self._pattern(end).fullmatch(last))
        )
        known = self._ended_by[last] = int(last in self._singles), self._pattern(others) if others else None
        return known

    def _pattern(self, text: str) -> re.Pattern[str]:
        if text not in self._patterns:
            self._patterns[text] = self._compiled(text)
        return self._patterns[text]


def _alternatives(parts: list[str]) -> list[list[str]]:
    """Cut at every ``|`` that is in no group."""
    found: list[list[str]] = [[]]
    depth = 0
    for part in parts:
        depth += (part in _OPENING) - (part == ")")
        if part == "|" and not depth:
            found.append([])
        else:
            found[-1].append(part)
    return found


def _literal(part: str) -> str:
    """The character that a part stands for; empty if it is no character."""
    if len(part) == 1:
        return "" if part in _SPECIAL or part.isspace() else part
    return part[1] if len(part) == 2 and part[0] == "\\" and not part[1].isalnum() and not part[1].isspace() else ""


def _last(parts: list[str]) -> str:
    """A pattern of the last character of what the parts match; empty where that cannot be told."""
    *before, last = parts
    if last == "+" and before:
        return _last(before)
    if last == ")":
        start = _opening(parts)
        inside = [_last(each) if each else "" for each in _alternatives(parts[start + 1 : -1])]
        return "|".join(inside) if parts[start] == "(?:" and all(inside) else ""
    return last if _literal(last) or last[0] == "[" else ""


def _opening(parts: list[str]) -> int:
    """The place of the bracket that the last part closes."""
    depth = 0
    for place in range(len(parts) - 1, -1, -1):
        depth += (parts[place] == ")") - (parts[place] in _OPENING)
        if not depth:
            return place
    return 0
