"""The objects of a JSON text, some MB at a time: one a line, in an array, or one after another.

An object that is not valid is a problem of its own and those after it are read. A text that is one object as a whole
is unwrapped: the list of objects in it, or its columns, are the rows.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import msgspec

from gendertui.corpus.problems import Problem, Problems
from gendertui.corpus.readers.source import Digest
from gendertui.corpus.readers.text import LINE_BYTES, Block, Text
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

INVALID = "not valid JSON"
HALF_PAIR = "half of a surrogate pair, shown as U+FFFD"
NO_OBJECT = "no JSON object"
NOT_CLOSED = "The array in this file is not closed: the file was cut short."
FIRST_TRIED = 5
"""Places at which the first object may begin, for those before it that are not valid."""
Object = dict[str, Any]
Objects = list[tuple[int, Object]]
"""Objects with the lines in which they begin, from 1; 0 for those of a text that was unwrapped."""
_BEGINNING = re.compile(r'\s*(\[\s*(\]\s*)?$|(\[\s*)?\{\s*("([^"\\]|\\.)*"\s*:|\}|$))', re.DOTALL)
_BETWEEN = re.compile(r"[\s,\[\]\x1e]*")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
# Lenient where the standard is not: control characters inside strings, NaN, halves of surrogate pairs.
_LENIENT = json.JSONDecoder(strict=False)
INVALID_ERRORS = (ValueError, RecursionError)
_strict = msgspec.json.Decoder().decode


def begins_json(head: str) -> bool:
    """Whether a text begins like an object, or an array of objects; a text that is cut off may."""
    return bool(head.strip()) and _BEGINNING.match(head) is not None


def first_object(head: str) -> Object | None:
    """The first object of a text, if the text begins like JSON and it is whole in this beginning."""
    if not begins_json(head):
        return None
    for begin in itertools.islice(re.finditer(r"^[\s\[]*\{", head, re.MULTILINE), FIRST_TRIED):
        try:
            value, _ = _LENIENT.raw_decode(head, begin.end() - 1)
        except INVALID_ERRORS:
            continue
        return value if isinstance(value, dict) else None
    return None


def objects(
    text: Text, problems: Problems, notes: list[str], digest: Digest, progress: Progress | None = None
) -> Iterator[Objects]:
    """All objects of a text, some MB of them at a time.

    :param problems: gets what is no object, a problem each.
    :param notes: gets a sentence if the text was cut short between two objects.
    :raises GendertuiError: as :meth:`Text.blocks`; or what one object holds is more than can be read at once.
    """
    blocks = text.blocks(problems, digest, progress, mend=False)
    first = next(blocks, None)
    if first is None:
        return
    blocks = chain([first], blocks)
    read: Iterator[Objects]
    if _one_a_line(first):
        read = (_lines(block, text.source.name, problems) for block in blocks)
    else:
        read = _Scanner(text, problems, notes).objects(blocks)
    filled = (each for each in read if each)
    beginning = list(islice(filled, 2))
    if len(beginning) == 1 and len(beginning[0]) == 1 and not problems.left_out:
        rows = _unwrapped(beginning[0][0][1])
        beginning = beginning if rows is None else [[(0, row) for row in rows]]
    yield from chain(beginning, filled)


def _one_a_line(block: Block) -> bool:
    """Whether the first line that is not blank holds more than an opening bracket."""
    line = next((line.strip() for _, line in block.numbered() if line.strip()), "")
    return line.startswith("{") and line != "{"


def _lines(block: Block, file: str, problems: Problems) -> Objects:
    found: Objects = []
    for number, line in block.numbered():
        if not line.strip():
            continue
        try:
            value = decode(line)
        except INVALID_ERRORS:
            problems.add(Problem(file, number, INVALID, line))
            continue
        if not isinstance(value, dict):
            problems.add(Problem(file, number, NO_OBJECT, line))
            continue
        found.append((number, _paired(value, line, file, number, problems)))
    return found


def decode(line: str) -> Any:
    """The value on a line, read leniently where the standard is not.

    :raises ValueError, RecursionError: it is not valid; see :data:`INVALID_ERRORS`.
    """
    try:
        return _strict(line)
    except msgspec.DecodeError:
        return _LENIENT.decode(line)


def _paired(value: Object, raw: str, file: str, line: int, problems: Problems) -> Object:
    """An object as :func:`with_whole_pairs` gives it."""
    whole: Object = with_whole_pairs(value, raw)
    if whole is not value and whole != value:
        problems.add(Problem(file, line, HALF_PAIR, raw, kept=True))
    return whole


def with_whole_pairs(value: Any, raw: str) -> Any:
    """A value in whose strings no half of a surrogate pair is left; only an escape can have written one.

    :param raw: the JSON it was read from.
    """
    return value if _ESCAPED_SURROGATE.search(raw) is None else _whole(value)


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return value


class _Scanner:
    """Takes objects from text that comes a block at a time, whatever lines they are on."""

    def __init__(self, text: Text, problems: Problems, notes: list[str]) -> None:
        self._text = text
        self._problems = problems
        self._notes = notes
        self._waiting = ""
        self._line = 1
        self._depth = 0
        self._next: re.Pattern[str] | None = None
        """Where the next object begins, for one that is not valid: at the first key of those before it."""

    def objects(self, blocks: Iterator[Block]) -> Iterator[Objects]:
        for block in blocks:
            self._waiting += block.data.decode()
            yield self._taken(final=False)
        yield self._taken(final=True)
        if self._depth > 0:
            self._notes.append(NOT_CLOSED)

    def _taken(self, *, final: bool) -> Objects:
        found: Objects = []
        place = 0
        while True:
            place = self._skip(place)
            if place == len(self._waiting):
                break
            try:
                value, end = _LENIENT.raw_decode(self._waiting, place)
            except INVALID_ERRORS:
                if not final and len(self._waiting) - place < LINE_BYTES:
                    break
                place = self._pass_over(place, final)
                continue
            if isinstance(value, dict):
                file, raw = self._text.source.name, self._waiting[place:end]
                found.append((self._line, _paired(value, raw, file, self._line, self._problems)))
                self._remember(value)
            elif not final and end == len(self._waiting):
                # A number may go on in the next block.
                break
            else:
                self._report(NO_OBJECT, place, end)
            place = self._advance(place, end)
        self._waiting = self._waiting[place:]
        return found

    def _skip(self, place: int) -> int:
        between = _BETWEEN.match(self._waiting, place)
        assert between is not None
        self._depth += between.group().count("[") - between.group().count("]")
        return self._advance(place, between.end())

    def _advance(self, start: int, end: int) -> int:
        self._line += self._waiting.count(self._text.ending, start, end)
        return end

    def _remember(self, value: Object) -> None:
        if self._next is None and value:
            key = json.dumps(next(iter(value)), ensure_ascii=False)
            self._next = re.compile(rf"\{{\s*{re.escape(key)}\s*:")

    def _pass_over(self, place: int, final: bool) -> int:
        """Report what begins at ``place``, and go to where the next object begins."""
        following = self._next.search(self._waiting, place + 1) if self._next else None
        if following is None and not final:
            raise GendertuiError(
                f"line {self._line:,} begins an object of more than {LINE_BYTES:,} bytes, or one that is not valid",
                where=self._text.where,
                hint="A file has one object a row: one on each line, or all in one array.",
                code=ExitCode.DATA,
            )
        end = following.start() if following else len(self._waiting)
        self._report(INVALID, place, end)
        return self._advance(place, end)

    def _report(self, kind: str, start: int, end: int) -> None:
        shown = self._waiting[start : min(end, start + 2_000)].rstrip()
        self._problems.add(Problem(self._text.source.name, self._line, kind, shown))


def _unwrapped(value: Object) -> list[Object] | None:
    """The rows in an object that is a whole text: its only list of objects, or its columns as lists or by index."""
    lists = [each for each in value.values() if isinstance(each, list) and len(each) > 1 and isinstance(each[0], dict)]
    if len(lists) == 1:
        return [each for each in lists[0] if isinstance(each, dict)]
    columns = list(value.values())
    if len(columns) < 2:
        return None
    if all(isinstance(each, list) and len(each) == len(columns[0]) > 1 for each in columns):
        return [dict(zip(value, row, strict=True)) for row in zip(*columns, strict=True)]
    if all(isinstance(each, dict) and each.keys() == columns[0].keys() and len(each) > 1 for each in columns):
        return [{name: column[index] for name, column in value.items()} for index in columns[0]]
    return None
