"""Prodigy's annotations: JSON Lines with an ``answer``.

What an answer says depends on what was asked. Where all rows have one label (is this an OFFER?), the answers are the
labels. Where there are two, a rejected one means the other. Where options were offered, the one that was picked is the
label.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from gendertui.corpus.readers.annotated import all_of, first_of
from gendertui.corpus.readers.json_stream import Object
from gendertui.corpus.readers.objects import Row, RowError, object_records, row_of, written
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import Records
from gendertui.progress import Progress

ACCEPT, REJECT, IGNORE = "accept", "reject", "ignore"
IGNORED = "ignored by the annotator"
NO_ANSWER = "no answer"
SAID = ReadingOptions(text="text", label="label")
_HANDLED = frozenset({"label", "answer", "accept", "options", "spans", "tokens", "html", "config"})


def sniff(path: Path) -> bool:
    """Whether the first object is a text with an answer."""
    first = first_of(path)
    return first.get("answer") in (ACCEPT, REJECT, IGNORE) and isinstance(first.get("text"), str)


def files(path: Path) -> list[Path]:
    """The file itself."""
    return [path]


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read the annotations; ignored ones are reported and left out."""
    asked: Counter[str] = Counter()
    offered = False
    for value in all_of(path, options):
        offered = offered or isinstance(value.get("options"), list)
        if isinstance(value.get("label"), str):
            asked[value["label"]] += 1

    def convert(value: Object) -> Row:
        answer = value.get("answer")
        if answer == IGNORE:
            raise RowError(IGNORED)
        if answer not in (ACCEPT, REJECT):
            raise RowError(NO_ANSWER)
        rest = {key: each for key, each in value.items() if key not in _HANDLED and not key.startswith("_")}
        label = _picked(value, answer) if offered else _answered(value.get("label"), answer, list(asked))
        return {**row_of(rest), "label": label}

    found = object_records(path, options, progress, convert)
    found.said = SAID
    found.notes.append(_note(list(asked), offered))
    return found


def _picked(value: Object, answer: Any) -> str | None:
    return written(value.get("accept")) if answer == ACCEPT else None


def _answered(label: Any, answer: str, asked: list[str]) -> str | None:
    if len(asked) < 2:
        return answer
    if answer == ACCEPT:
        return written(label)
    others = [each for each in asked if each != label]
    return others[0] if len(others) == 1 else None


def _note(asked: list[str], offered: bool) -> str:
    if offered:
        return "Prodigy: the option that was picked is the label; rejected rows have none."
    if len(asked) < 2:
        about = f" ({asked[0]})" if asked else ""
        return f"Prodigy: all rows were asked the same{about}, so that the answers are the labels."
    if len(asked) == 2:
        return f"Prodigy: where {asked[0]} was rejected the label is {asked[1]}, and the other way round."
    return "Prodigy: rows whose label was rejected have none."
