"""A folder of classes: a folder for each label, a file for each text (``pos/*.txt``, ``neg/*.txt``).

The folders of classes may lie in folders of sets (``train/pos``, ``test/pos``), or deeper (``txt_sentoken/pos``).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from gendertui.corpus.problems import Problem, Problems
from gendertui.corpus.readers.encoding import decide_encoding, survey
from gendertui.corpus.readers.source import Source
from gendertui.corpus.readers.text import Text
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import Records
from gendertui.corpus.set_names import SET_NAMES
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

COLUMNS = ("label", "text", "id")
WITH_SETS = (*COLUMNS, "split")
SAID = ReadingOptions(text="text", label="label", id="id")
UNLABELLED = ("unsup", "unlabeled", "unlabelled", "unknown")
"""Folders whose texts have no label."""
BATCH_FILES = 1_000
MOST_FOLDERS = 100
"""Folders of classes that are looked for in a folder."""
DEPTH = 4
"""Folders with nothing but one folder in them that are gone into."""
_SNIFFED = 20
_TEXT_SUFFIXES = ("", ".txt", ".text", ".eml")
_NUMBERS = re.compile(r"\d+")
CANNOT_READ = "file that cannot be read"


@dataclass(frozen=True)
class ClassFolder:
    path: Path
    label: str | None
    split: str | None


def sniff(path: Path) -> bool:
    """Whether a folder has two folders or more of text files in it."""
    return path.is_dir() and len({each.label for each in find(path) if each.label is not None}) >= 2


def files(path: Path) -> list[Path]:
    """Every text."""
    return [file for folder in find(path) for file in _texts(folder.path)]


def find(path: Path, depth: int = DEPTH) -> list[ClassFolder]:
    """The folders of classes, by set and label; none where there are not two of them together."""
    inside = _folders(path) if path.is_dir() else []
    sets = [folder for folder in inside if folder.name.casefold() in SET_NAMES]
    by_set = [each for folder in sets for each in _classes(folder, folder.name)]
    if by_set:
        return by_set
    if inside and (found := _classes(path, None)):
        return found
    return find(inside[0], depth - 1) if len(inside) == 1 and depth else []


def _folders(path: Path) -> list[Path]:
    """The folders in a folder, in order; none where they are too many to be classes."""
    with os.scandir(path) as entries:
        found = sorted(each.name for each in entries if each.is_dir() and not each.name.startswith((".", "__")))
    return [path / name for name in found] if len(found) <= MOST_FOLDERS else []


def _classes(path: Path, split: str | None) -> list[ClassFolder]:
    holding = [folder for folder in _folders(path) if _has_texts(folder)]
    if len(holding) < 2:
        return []
    return [ClassFolder(each, None if each.name.casefold() in UNLABELLED else each.name, split) for each in holding]


def _has_texts(folder: Path) -> bool:
    """Whether most of the first things in a folder are texts, two at least."""
    with os.scandir(folder) as entries:
        first = list(itertools.islice((each for each in entries if not each.name.startswith(".")), _SNIFFED))
        texts = sum(map(_is_text, first))
    return texts >= 2 and 2 * texts > len(first)


def _is_text(entry: os.DirEntry[str]) -> bool:
    # Texts of an old collection are called 10056 or 0001.2002-08-22.
    named = Path(entry.name).suffix.lower() in _TEXT_SUFFIXES or entry.name[:1].isdigit()
    return named and entry.is_file() and not entry.name.startswith(".")


def _texts(folder: Path) -> list[Path]:
    """The texts in a folder: 9 before 10."""
    with os.scandir(folder) as entries:
        names = [each.name for each in entries if _is_text(each)]
    names.sort(key=lambda name: (_NUMBERS.sub(lambda digits: digits[0].zfill(20), name), name))
    return [folder / name for name in names]


def _bytes(paths: list[Path], progress: Progress | None) -> Iterator[bytes]:
    """What is in the files, one after another; one that cannot be read is passed over until it is read."""
    for number, path in enumerate(paths, 1):
        with contextlib.suppress(GendertuiError, OSError):
            yield from Source(path).blocks()
            yield b"\n"
        if progress and number % BATCH_FILES == 0:
            progress("reading", number, len(paths))


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read every file as one text, whose id is its place in the folder.

    :raises GendertuiError: there are no folders of classes.
    """
    folders = find(path)
    if not folders:
        raise GendertuiError(
            "there are no two folders of text files here whose names say two labels",
            where=str(path),
            hint="Put the texts of each label into a folder of its name, and those into one folder.",
            code=ExitCode.DATA,
        )
    listed = [(folder, file) for folder in folders for file in _texts(folder.path)]
    seen = survey(_bytes([file for _, file in listed], progress))
    encoding, decision = decide_encoding(seen, options)
    columns = WITH_SETS if any(folder.split for folder in folders) else COLUMNS
    found = Records(columns, iter(()), Problems(), said=SAID, decisions=[decision], encoding=encoding)
    skipped = sum(1 for folder in folders for _ in folder.path.iterdir()) - len(listed)
    if skipped:
        found.notes.append(f"{skipped:,} {'file is' if skipped == 1 else 'files are'} no text and not read.")

    def text_of(file: Path) -> str:
        text = Text(Source(file), seen, encoding, decision)
        data = b"".join(block.data for block in text.blocks(found.problems, found.digest))
        return data.decode().replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")

    def rows() -> Iterator[tuple[str | None, ...]]:
        for number, (folder, file) in enumerate(listed, 1):
            name = file.relative_to(path).as_posix()
            # Names say labels, so they are part of what was read.
            found.digest.update(f"{name}\0".encode("utf-8", "surrogateescape"))
            try:
                row = (folder.label, text_of(file), name, folder.split)
            except (GendertuiError, OSError) as error:
                found.problems.add(Problem(name, 0, CANNOT_READ, str(error)))
                continue
            yield row[: len(columns)]
            if progress and number % BATCH_FILES == 0:
                progress("reading", number, len(listed))

    found.batches = _batches(rows(), columns)
    return found


def _batches(rows: Iterator[tuple[str | None, ...]], columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    while taken := list(itertools.islice(rows, BATCH_FILES)):
        arrays = [pa.array(values, pa.string()) for values in zip(*taken, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, list(columns))
