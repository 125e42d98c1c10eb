"""A text file of word vectors, plain or in a zip: a word and its numbers on every line, separated by spaces.

Tolerated: a byte order mark, word2vec's header line (``400000 200``), spaces at a line's end, and words with spaces in
them, as GloVe 840B has. Every line's count of numbers is checked, the numbers themselves where the word is wanted.
"""

from __future__ import annotations

import codecs
import io
import math
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np
from numpy.typing import NDArray

from gendertui.arrays import Bools
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

_SAMPLE_LINES = 50
_LINES_A_REPORT = 5_000
_LONGEST_LINE = 1 << 20
_LINE_END = b" \r\n"
_HEADER = re.compile(rb"\d+ (\d+)")
# No word vector has a number this large; arbitrary bytes, read as numbers, soon have one.
_LARGEST = 1e4


@dataclass(frozen=True)
class VectorFile:
    """Where the text is: a file, or a member of a zip."""

    path: Path
    member: str | None

    @classmethod
    def at(cls, path: Path, member: str | None) -> VectorFile:
        """The text at ``path``; in a zip the member asked for, or the only ``.txt`` there is.

        :raises GendertuiError: the zip is broken, or which member is meant is not clear.
        """
        if not zipfile.is_zipfile(path):
            if path.suffix.lower() == ".zip":
                raise GendertuiError(
                    "this is not a zip file, or the end of it is missing",
                    where=str(path),
                    hint="Delete it and fetch it again.",
                    code=ExitCode.MODEL,
                )
            return cls(path, None)
        with zipfile.ZipFile(path) as archive:
            names = [
                name
                for name in archive.namelist()
                if name.lower().endswith((".txt", ".vec")) and not name.startswith("__MACOSX")
            ]
        if member is None and len(names) == 1:
            return cls(path, names[0])
        if member in names:
            return cls(path, member)
        listed = ", ".join(f"{path}:{name}" for name in names)
        raise GendertuiError(
            f"the zip has {len(names)} text files in it" if member is None else f"the zip has no {member} in it",
            where=str(path),
            hint=f"Name one of them: {listed}." if names else "Word vectors come as a .txt file in it.",
            code=ExitCode.MODEL,
        )

    def dimension(self) -> int:
        """Dimension of the vectors.

        :raises GendertuiError: the file holds no vectors, or not in this format; the message says what is wrong.
        """
        with self._open() as (stream, _):
            return self._layout(stream)[1]

    def any_word(self, words: Set[str], most_bytes: int) -> bool | None:
        """Whether one of ``words`` has a line; ``None`` where none was in the first ``most_bytes`` and there is more.

        :raises GendertuiError: the file cannot be read.
        """
        wanted = {word.encode("utf-8", "surrogatepass") for word in words}
        done = 0
        with self._open() as (stream, _):
            for raw in _short_lines(stream):
                if raw.partition(b" ")[0] in wanted:
                    return True
                done += len(raw)
                if done > most_bytes:
                    return None
        return False

    def rows(
        self, wanted: Mapping[str, int], size: int, progress: Progress | None = None
    ) -> tuple[NDArray[np.float32], Bools, list[tuple[int, str]]]:
        """The vectors of the wanted words, each in its row; for a repeated word the first.

        :param wanted: word → row of the result.
        :param size: rows of the result.
        :returns: float32 [size, dimension], zeros for words without one; bool [size], which words have one; (line, what
            is wrong with it) of every line skipped.
        :raises GendertuiError: the file holds no vectors, or a zip turns out broken on the way.
        """
        with self._open() as (stream, _):
            header, dim = self._layout(stream)
        places = {word.encode("utf-8", "surrogatepass"): place for word, place in wanted.items()}
        matrix = np.zeros((size, dim), dtype=np.float32)
        found = np.zeros(size, dtype=np.bool_)
        problems: list[tuple[int, str]] = []
        with self._open() as (stream, total):
            done = 0
            for number, raw in enumerate(_short_lines(stream), 1):
                done += len(raw)
                if progress is not None and number % _LINES_A_REPORT == 0:
                    progress("vectors", done, total)
                if number == 1 and header:
                    continue
                line = raw.rstrip(_LINE_END)
                if line.count(b" ") == dim:
                    word, _, numbers = line.partition(b" ")
                    place = places.get(word)
                    values = _floats(numbers) if place is not None else None
                else:
                    word, values, problem = _odd_line(line, dim)
                    if problem:
                        problems.append((number, problem))
                        continue
                    place = places.get(word)
                if place is None:
                    continue
                if values is None:
                    problems.append((number, "not all numbers"))
                elif found[place]:
                    problems.append((number, "a repeated word"))
                else:
                    matrix[place] = values
                    found[place] = True
            if progress is not None:
                progress("vectors", total, total)
        return matrix, found, problems

    def _layout(self, stream: BinaryIO) -> tuple[bool, int]:
        """Whether there is a header line, and the dimension, judged from the first lines."""
        raw = list(islice(_short_lines(stream), _SAMPLE_LINES))
        lines = [line.rstrip(_LINE_END) for line in raw]
        header = _HEADER.fullmatch(lines[0]) if lines else None
        counts = Counter(count for line in lines[1 if header else 0 :] if (count := _numbers(line)))
        if header is None and counts:
            self._check_tabs(lines)
            return False, max(counts, key=lambda count: (counts[count], -count))
        if header is not None and int(header[1]) in counts:
            return True, int(header[1])
        if header is not None and _is_binary(b"".join(raw[1:]), int(header[1])):
            raise self._refused(
                "this is word2vec's binary format",
                "Save the vectors as text, with gensim: KeyedVectors.load_word2vec_format(FILE, binary=True)"
                ".save_word2vec_format(NEW, binary=False).",
            )
        self._check_tabs(lines)
        if header is not None and counts:
            raise self._refused(
                f"the header says {int(header[1])}, the lines have {counts.most_common(1)[0][0]} numbers",
                "The header is the first line: how many words, and how many numbers each has. Correct or delete it, "
                "or fetch the file again.",
            )
        raise self._refused(
            "this is not a text file of word vectors (a word and its numbers on every line)",
            "GloVe's .txt files, word2vec's text format and zips with one of them inside can be read.",
        )

    def _check_tabs(self, lines: list[bytes]) -> None:
        """Reject lines that would be read as words with a tab in them."""
        tabbed = sum(b"\t" in line and _numbers(line.replace(b"\t", b" ")) > 0 for line in lines)
        if 2 * tabbed > len(lines):
            raise self._refused(
                "a tab stands after each word, where the format has a space",
                f"Put spaces there: tr '\\t' ' ' < {self.path.name} > NEW.txt",
            )

    def _refused(self, what: str, hint: str) -> GendertuiError:
        return GendertuiError(what, where=self._where(), hint=hint, code=ExitCode.MODEL)

    def _where(self) -> str:
        return str(self.path) if self.member is None else f"{self.path}:{self.member}"

    @contextmanager
    def _open(self) -> Iterator[tuple[BinaryIO, int]]:
        """The text and its length in bytes."""
        try:
            if self.member is None:
                with self.path.open("rb") as stream:
                    yield stream, self.path.stat().st_size
            else:
                with (
                    zipfile.ZipFile(self.path) as archive,
                    _open_member(archive, self.member) as member,
                    # zipfile's readline is Python, this one is C.
                    io.BufferedReader(member, 1 << 20) as stream,  # type: ignore[type-var]
                ):
                    yield stream, archive.getinfo(self.member).file_size
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise GendertuiError(
                f"the word vectors cannot be read: {error}",
                where=self._where(),
                hint="Fetch the file again, or choose other vectors.",
                code=ExitCode.MODEL,
            ) from error


def _open_member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    try:
        return archive.open(name)
    except RuntimeError as error:  # Encrypted, or compressed with a method that this Python does not support.
        raise zipfile.BadZipFile(str(error)) from error


def _short_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines of a stream that may not be text: a stream without line ends must not fill the memory."""
    first = stream.readline(_LONGEST_LINE).removeprefix(codecs.BOM_UTF8)
    if first:
        yield first
    while line := stream.readline(_LONGEST_LINE):
        yield line


def _numbers(line: bytes) -> int:
    """Number of numbers after a line's first space; 0 if anything else follows."""
    _, _, numbers = line.partition(b" ")
    return 0 if _floats(numbers) is None else numbers.count(b" ") + 1


def _is_binary(data: bytes, dim: int) -> bool:
    """Whether what follows a header is a word, a space, and ``dim`` floats of four bytes."""
    values = data.partition(b" ")[2][: 4 * dim]
    if len(values) < 4 * dim or values.isascii():
        return False
    with np.errstate(invalid="ignore"):
        return bool((np.abs(np.frombuffer(values, "<f4")) < _LARGEST).all())


def _floats(numbers: bytes) -> list[float] | None:
    """The numbers; ``None`` if one of them is not a finite number."""
    try:
        values = [float(part) for part in numbers.split(b" ")]
    except ValueError:
        return None
    return values if math.isfinite(sum(values)) else None


def _odd_line(line: bytes, dim: int) -> tuple[bytes, list[float] | None, str]:
    """Parse a line with an unusual number of fields: its word and numbers, or what is wrong with it."""
    if not line:
        return b"", None, "an empty line"
    if line.count(b" ") < dim:
        return b"", None, "too few numbers"
    word, *_ = fields = line.rsplit(b" ", dim)
    if _floats(word.partition(b" ")[2]) is not None:
        return b"", None, "too many numbers"
    values = _floats(b" ".join(fields[1:]))
    return word, values, "" if values is not None else "not all numbers"
