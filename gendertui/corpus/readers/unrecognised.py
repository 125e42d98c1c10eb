"""What to say of a path that no format recognises: what it looks like, and what would make a corpus of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from gendertui.corpus.readers.json_objects import beginning
from gendertui.corpus.readers.refused import refusal
from gendertui.corpus.readers.source import HEAD_BYTES, Source, packing_of
from gendertui.errors import GendertuiError
from gendertui.sanitize import escape_control

_SHOWN = 5
_SHOWN_CHARACTERS = 60
_FEW = 0.05
"""Share of characters, of text, that may be control characters."""
_MOST = 0.9
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_MARKUP = re.compile(r"\s*<(\?xml|!|[A-Za-z][\w:.-]*[\s>/])")
_VECTOR = re.compile(r"\S+(\s-?\d+(\.\d+)?(e-?\d+)?){20,}\s*", re.IGNORECASE)


def unrecognised(path: Path, formats: Sequence[str]) -> GendertuiError:
    """What to say of a path.

    :param formats: names of all formats.
    :raises GendertuiError: it is packed, and damaged or several files.
    :raises OSError: it cannot be opened.
    """
    if path.is_dir():
        what = f"this folder is in no corpus format the program reads: {_in_folder(path)}"
        return refusal(path, what, "Give a file in it, or the folder in it that holds the corpus.")
    if not path.stat().st_size:
        return refusal(path, "this file is empty", "Give a file with texts in it.")
    # Of a damaged file, and of a zip of several, that says what is wrong with it.
    next(Source(path).blocks(), None)
    seen, hint = _looks(beginning(path))
    if path.suffix.lower() == ".zip" and not packing_of(path):
        seen = f"{seen}, and not a zip file"
    hint = hint or f"It reads {', '.join(formats)}; --format NAME asks for one of them."
    return refusal(path, f"this is in no corpus format the program reads: it looks like {seen}", hint)


def _looks(text: str) -> tuple[str, str]:
    """What the beginning of a file looks like, and what to do; empty where that is not known."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or len(_CONTROL.findall(text)) > _FEW * len(text):
        return "binary data", ""
    if _MARKUP.match(text):
        return "XML", "Write its texts and labels as CSV or as JSON Lines, a row for each text."
    if sum(_VECTOR.fullmatch(line) is not None for line in lines[:100]) >= _MOST * len(lines[:100]):
        hint = "Train with them: gendertui train --corpus PATH --vectors FILE."
        return "word vectors, a word and its numbers on each line", hint
    many = f"{len(lines):,}" if len(text) < HEAD_BYTES / 2 else f"more than {len(lines):,}"
    shown = escape_control(lines[0][:_SHOWN_CHARACTERS]) + ("…" if len(lines[0]) > _SHOWN_CHARACTERS else "")
    return (
        f"plain text, {many} {'line' if many == '1' else 'lines'} without a label that could be told from them "
        f"(the first: {shown})",
        "Write each label before its text, parted by a tab; or put the texts of each label into a file of its name, "
        "NAME.pos and NAME.neg. Lines without labels are scored by gendertui predict --file PATH.",
    )


def _in_folder(folder: Path) -> str:
    names = Counter(
        "folders" if path.is_dir() else f"*{path.suffix.lower()}" if path.suffix else "files without a suffix"
        for path in folder.iterdir()
        if not path.name.startswith(".")
    )
    counted = (f"{escape_control(name)} ({count:,})" for name, count in names.most_common(_SHOWN))
    return ", ".join(counted) or "it is empty"
