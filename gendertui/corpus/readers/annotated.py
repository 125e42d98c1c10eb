"""What the formats of annotation tools share: they are JSON, known by the keys of their objects."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from gendertui.corpus.problems import Problems
from gendertui.corpus.readers.json_objects import beginning
from gendertui.corpus.readers.json_stream import Object, first_object, objects
from gendertui.corpus.readers.text import open_text
from gendertui.corpus.reading.options import ReadingOptions


def first_of(path: Path) -> Object:
    """The first object of a JSON file, if it is near its beginning; else an empty one."""
    return (first_object(beginning(path)) if path.is_file() else None) or {}


def all_of(path: Path, options: ReadingOptions) -> Iterator[Object]:
    """Every object of a JSON file, for a look at all of them before they become records."""
    for block in objects(open_text(path, options), Problems(), [], hashlib.sha256()):
        for _, value in block:
            yield value
