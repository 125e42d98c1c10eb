"""fastText's text files: ``__label__x`` at the beginning of a line (or anywhere in it), and the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from gendertui.corpus.problems import Problem, Problems
from gendertui.corpus.readers.json_objects import beginning
from gendertui.corpus.readers.text import Text, open_text
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import LINE, Records
from gendertui.progress import Progress

PREFIX = "__label__"
COLUMNS = ("label", "text")
SAID = ReadingOptions(text="text", label="label")
SEVERAL = "several labels"
MOST = 0.5
"""Share of the first lines that have a label."""
_LABELS = re.compile(rf"(?:(?<=\s)|^){PREFIX}(\S+)(?:[ \t]+|$)")


def sniff(path: Path) -> bool:
    """Whether the first line begins with a label, or most lines have one as a word."""
    if not path.is_file():
        return False
    lines = [line for line in re.split(r"[\r\n]+", beginning(path)) if line.strip()]
    labelled = sum(_LABELS.search(line) is not None for line in lines)
    return bool(lines) and (lines[0].startswith(PREFIX) or labelled > MOST * len(lines))


def files(path: Path) -> list[Path]:
    """The file itself."""
    return [path]


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read the lines; one with several labels is reported and left out, a blank one is no row."""
    text = open_text(path, options, progress=progress)
    found = Records(COLUMNS, iter(()), Problems(), said=SAID, decisions=[text.decision], encoding=text.encoding)
    found.batches = _batches(text, found, progress)
    return found


def _batches(text: Text, found: Records, progress: Progress | None) -> Iterator[pa.RecordBatch]:
    blank = 0
    for block in text.blocks(found.problems, found.digest, progress):
        labels: list[str | None] = []
        texts: list[str] = []
        numbers: list[int] = []
        for number, line in block.numbered():
            named = _LABELS.findall(line)
            if not line.strip():
                blank += 1
            elif len(set(named)) > 1:
                found.problems.add(Problem(text.source.name, number, SEVERAL, line, value=", ".join(named)))
            else:
                labels.append(named[0] if named else None)
                texts.append(_LABELS.sub("", line))
                numbers.append(number)
        arrays = [pa.array(labels, pa.string()), pa.array(texts, pa.string()), pa.array(numbers, pa.int64())]
        yield pa.RecordBatch.from_arrays(arrays, [*COLUMNS, LINE])
    if blank:
        found.notes.append(f"{blank:,} blank {'line is no row' if blank == 1 else 'lines are no rows'}.")
