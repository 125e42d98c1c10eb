"""From a query as it is typed to the terms that a row has to match.

A term is words, a quoted phrase or a ``/regular expression/``; ``field:`` in front of it names the column, ``-`` in
front of that negates it. Quotes and slashes that are still open reach to the end: a query is looked for while it is
being typed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.query.fields import TEXT, Field
from gendertui.errors import ExitCode, GendertuiError

_TOKEN = re.compile(
    r"""(?P<minus>-)?
        (?:(?P<field>[^\W\d]\w*):)?
        (?: "(?P<quoted>[^"]*)"?
          | /(?P<regex>(?:\\.|[^\\/])*) (?:/|\\?\Z)
          | (?P<word>\S*) )""",
    re.VERBOSE | re.DOTALL,
)
_COMPARED = re.compile(r"(?P<sign>[<>]=?|=)?(?P<number>\d{1,18})")
_BETWEEN = re.compile(r"(?P<low>\d{1,18})-(?P<high>\d{1,18})?")
_UNFINISHED = re.compile(r"[<>]?=?")
_MISSING = "?"


@dataclass(frozen=True)
class Phrase:
    """Holds a phrase, ignoring case; or is it, in a label or an id."""

    value: str


@dataclass(frozen=True)
class Pattern:
    """Matches a regular expression (RE2) somewhere, ignoring case."""

    value: str


@dataclass(frozen=True)
class Between:
    """A number in a range, both ends included."""

    low: int
    high: int


@dataclass(frozen=True)
class Missing:
    """Has no value."""


@dataclass(frozen=True)
class Term:
    """One thing that a row has to match."""

    field: Field | None
    """``None``: the text or any name beside it."""
    condition: Phrase | Pattern | Between | Missing
    negated: bool = False

    def implies(self, other: Term) -> bool:
        """Whether every row that matches this one surely matches the other one."""
        if self == other:
            return True
        growing = self.field == other.field and (self.field is None or self.field.kind in ("text", "name"))
        mine, theirs = self.condition, other.condition
        if not growing or self.negated or other.negated:
            return False
        return isinstance(mine, Phrase) and isinstance(theirs, Phrase) and theirs.value in mine.value


def parse(query: str, fields: Mapping[str, Field]) -> tuple[Term, ...]:
    """The terms of a query, all of which a row has to match; those without a value (yet) are left out.

    :param fields: what may stand before a colon, in lower case.
    :raises GendertuiError: there is no such field, a number or a regular expression is not one (code USAGE).
    """
    terms = []
    for token in _TOKEN.finditer(query):
        field = None
        if (name := token["field"]) is not None:
            field = fields.get(name.casefold())
            if field is None:
                raise _unknown(name, query[token.start("field") :].split()[0], fields)
        condition = _condition(token, field)
        if condition is not None:
            terms.append(Term(field, condition, token["minus"] is not None))
    return tuple(terms)


def _condition(token: re.Match[str], field: Field | None) -> Phrase | Pattern | Between | Missing | None:
    kind = "text" if field is None else field.kind
    value = next((token[name] for name in ("quoted", "regex", "word") if token[name] is not None), "")
    if not value:
        return None
    if token["word"] == _MISSING and kind not in ("text", "length"):
        return Missing()
    if kind in ("number", "length"):
        return _between(token["field"], value if token["regex"] is None else f"/{value}/")
    if token["regex"] is not None:
        _check_pattern(value)
        return Pattern(value)
    return Phrase(value)


def _between(name: str, value: str) -> Between | None:
    if found := _BETWEEN.fullmatch(value):
        return Between(int(found["low"]), int(found["high"] or sys.maxsize))
    if found := _COMPARED.fullmatch(value):
        number = int(found["number"])
        low = {">": number + 1, ">=": number, "<": -sys.maxsize, "<=": -sys.maxsize}.get(found["sign"], number)
        high = {"<": number - 1, "<=": number, ">": sys.maxsize, ">=": sys.maxsize}.get(found["sign"], number)
        return Between(low, high)
    if _UNFINISHED.fullmatch(value):
        return None
    raise GendertuiError(
        f"{name}: takes a number, not {value!r}",
        hint=f"Such as {name}:40, {name}:>40, {name}:<=40 or {name}:10-20.",
        code=ExitCode.USAGE,
    )


def _check_pattern(pattern: str) -> None:
    try:
        pc.match_substring_regex(pa.nulls(1, pa.string()), pattern, ignore_case=True)
    except pa.ArrowInvalid as error:
        raise GendertuiError(
            f"/{pattern}/ is no regular expression: {str(error).partition(': ')[2] or error}",
            hint='Put what is to be found as it is in quotes: "…".',
            code=ExitCode.USAGE,
        ) from error


def _unknown(name: str, word: str, fields: Mapping[str, Field]) -> GendertuiError:
    return GendertuiError(
        f"there is no field {name!r}",
        hint=f'Fields: {", ".join(fields)}. Words with a colon go in quotes: "{word}".',
        code=ExitCode.USAGE,
    )


def in_text(term: Term) -> bool:
    """Whether a term has to be looked for in the texts themselves, which takes longest."""
    return term.field is None or term.field == TEXT
