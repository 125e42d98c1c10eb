"""A file's text: its lines in UTF-8, some MB at a time, whatever encoding they are in on disk.

Lines end at LF, CR LF, or CR where the file has no LF at all. No other character ends a line: not U+0085, U+2028, VT or
FF.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from gendertui.corpus.problems import Problem, Problems
from gendertui.corpus.readers import mending
from gendertui.corpus.readers.encoding import UTF8, WESTERN, Survey, decide_encoding, occurrences, survey
from gendertui.corpus.readers.source import HEAD_BYTES, Digest, Source, head
from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

_ONE_BYTE = ("cp125", "iso8859")
"""How the names of encodings begin that have one byte for each character."""
LINE_BYTES = 64 * 2**20
"""The longest line that is read."""
NOT_UTF8 = "bytes that are not UTF-8, read as Windows-1252"
UNDEFINED = "byte undefined in Windows-1252"
LOST = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class Block:
    """Some lines of a text."""

    first: int
    """Number of the first line, from 1."""
    data: bytes
    """UTF-8; whole lines with their ends as in the file, of the last line of the file perhaps none."""
    ending: str

    def lines(self) -> pa.Array:
        """The lines without their ends; of type string."""
        if not self.data:
            return pa.array([], pa.string())
        data = self.data
        if b"\r" in data:
            data = data.replace(b"\r\n" if self.ending == "\n" else b"\r", b"\n")
        if not data.endswith(b"\n"):
            data += b"\n"
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
        # Arrow wants strings that follow one another without gaps.
        offsets = np.zeros(len(ends) + 1, np.int32)
        offsets[1:] = ends - np.arange(len(ends))
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data.replace(b"\n", b""))]
        return pa.Array.from_buffers(pa.string(), len(ends), buffers)

    def numbered(self) -> Iterator[tuple[int, str]]:
        """The lines with their numbers, without their ends."""
        text = self.data.decode().replace("\r\n" if self.ending == "\n" else "\r", "\n")
        return enumerate(text.removesuffix("\n").split("\n"), self.first) if text else iter(())


class Text:
    """A file's text. It may be read more than once."""

    def __init__(self, source: Source, found: Survey, codec: str, decision: Decision) -> None:
        self.source = source
        self.survey = found
        self.encoding = codec
        self.decision = decision

    @property
    def where(self) -> str:
        return self.source.where

    @property
    def ending(self) -> str:
        """``\\n`` or ``\\r``."""
        return self.survey.ending

    def blocks(
        self,
        problems: Problems | None = None,
        digest: Digest | None = None,
        progress: Progress | None = None,
        *,
        mend: bool = True,
    ) -> Iterator[Block]:
        """All lines.

        :param problems: gets a remark on each line that was not all as its encoding wants it, or that an earlier
            conversion had spoiled; see :mod:`~gendertui.corpus.readers.mending`.
        :param mend: whether spoiled text is mended; what comes escaped, as in JSON, is mended when it is no longer.
        :raises GendertuiError: as :meth:`Source.blocks`; or a line is longer than :data:`LINE_BYTES`.
        """
        problems = problems if problems is not None else Problems()
        first = 1
        for data in self._utf8(problems, digest, progress):
            if mend and mending.suspicious(data):
                data = self._mended(data, first, problems)
            yield Block(first, data, self.ending)
            first += occurrences(data, self.ending.encode())

    def _utf8(self, problems: Problems, digest: Digest | None, progress: Progress | None) -> Iterator[bytes]:
        blocks = self.source.blocks(digest, progress)
        if not _ascii_compatible(self.encoding):
            decoder = codecs.getincrementaldecoder(self.encoding)("replace")
            yield from self._cut(_transcoded(blocks, decoder))
            return
        first = 1
        for data in self._cut(_without_mark(blocks)):
            yield self._decoded(data, first, problems)
            first += occurrences(data, self.ending.encode())

    def _cut(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """Blocks cut at line ends."""
        rest: list[bytes] = []
        waiting = 0
        ending = self.ending.encode()
        for block in blocks:
            place = block.rfind(ending) + 1
            if place:
                yield b"".join((*rest, block[:place]))
                rest, waiting = [], 0
            rest.append(block[place:])
            waiting += len(rest[-1])
            if waiting > LINE_BYTES:
                raise GendertuiError(
                    f"this has a line of more than {LINE_BYTES:,} bytes: it is no text of lines",
                    where=self.where,
                    hint="Give a file with one text per line or row.",
                    code=ExitCode.DATA,
                )
        if last := b"".join(rest):
            yield last

    def _decoded(self, data: bytes, first: int, problems: Problems) -> bytes:
        if data.isascii():
            return data
        try:
            if self.encoding == UTF8:
                data.decode()
                return data
            return _transcribed(data, self.encoding)
        except UnicodeError:
            lines = data.split(self.ending.encode())
            # All but the last line of a file without an end: what is cut short in a line is not cut by the file's end.
            whole = (line + self.ending.encode() for line in lines[:-1])
            return b"".join(
                self._line(line, number, problems) for number, line in enumerate((*whole, lines[-1]), first)
            )

    def _line(self, line: bytes, number: int, problems: Problems) -> bytes:
        try:
            return line.decode(self.encoding).encode()
        except UnicodeError:
            pass
        if self.encoding not in (UTF8, WESTERN):
            return _utf8(line.decode(self.encoding, "replace"))
        text = line.decode(self.encoding, _AS_WINDOWS_1252)
        if self.encoding == WESTERN or not text.endswith(LOST):
            kind = NOT_UTF8 if self.encoding == UTF8 else UNDEFINED
            problems.add(Problem(self.source.name, number, kind, text.rstrip("\r\n"), kept=True))
        return text.encode()

    def _mended(self, data: bytes, first: int, problems: Problems) -> bytes:
        lines = data.decode().split(self.ending)
        for place, line in enumerate(lines):
            if line.isascii():
                continue
            lines[place], kinds = mending.mend(line)
            for kind in kinds:
                problems.add(Problem(self.source.name, first + place, kind, lines[place].rstrip("\r"), kept=True))
        return self.ending.join(lines).encode()


def open_text(
    path: Path,
    options: ReadingOptions,
    *,
    member: str | None = None,
    known_default: str | None = None,
    progress: Progress | None = None,
) -> Text:
    """A file's text: all of it is looked at once, and its encoding decided.

    :param member: of a zip, as :func:`~gendertui.corpus.readers.source.members` lists it.
    :param known_default: the encoding of files of this format that are not UTF-8.
    :raises GendertuiError: the file cannot be unpacked, or the options name no encoding.
    """
    source = Source(path, member)
    found = survey(source.blocks(progress=progress and (lambda _, done, total: progress("looking", done, total))))
    return Text(source, found, *decide_encoding(found, options, known_default))


def _transcribed(data: bytes, codec: str) -> bytes:
    """Text of an encoding that holds ASCII, in UTF-8.

    :raises UnicodeError: a byte is undefined in it.
    """
    if not codec.startswith(_ONE_BYTE):
        return data.decode(codec).encode()
    places = np.flatnonzero(np.frombuffer(data, np.uint8) >= 0x80)
    if len(places) > len(data) // 32:
        return data.decode(codec).encode()
    # Nearly all is ASCII, and stays as it is.
    parts = []
    start = 0
    for place in places.tolist():
        parts += [data[start:place], data[place : place + 1].decode(codec).encode()]
        start = place + 1
    return b"".join((*parts, data[start:]))


def head_lines(path: Path) -> list[str]:
    """The first lines of a file as text, for a look at what it is: those in its first 64 kB (unpacked), without their
    ends; the last one may be cut. None of what is no text."""
    data = head(path)
    found = survey([data])
    codec, _ = decide_encoding(found, NO_OPTIONS, WESTERN)
    text = data.decode(codec, "replace").removeprefix("\ufeff")
    controls = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\r\f\x0b\x1b")
    if controls > len(text) / 20:
        return []
    lines = text.replace("\r\n", "\n").split(found.ending)
    return lines[:-1] if len(lines) > 1 and (len(data) >= HEAD_BYTES or not lines[-1]) else lines if text else []


def _ascii_compatible(codec: str) -> bool:
    ascii_signs = "\r\n\t,;|\"'aZ09"
    try:
        return ascii_signs.encode(codec) == ascii_signs.encode()
    except UnicodeError:
        return False


def _without_mark(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Without a UTF-8 byte order mark, whatever the encoding of the rest."""
    first = True
    for block in blocks:
        yield block.removeprefix(codecs.BOM_UTF8) if first else block
        first = False


def _transcoded(blocks: Iterator[bytes], decoder: codecs.IncrementalDecoder) -> Iterator[bytes]:
    first = True
    for block in blocks:
        text = decoder.decode(block)
        if first and text:
            text, first = text.removeprefix("\ufeff"), False
        yield _utf8(text)
    yield _utf8(decoder.decode(b"", final=True))


def _utf8(text: str) -> bytes:
    """Text in UTF-8, which holds no lone surrogates; some codecs decode to them."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


_AS_WINDOWS_1252 = "gendertui.windows-1252"


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 as Windows-1252, those undefined in it as control characters of the same number; the
    beginning of a character at the end of a file as U+FFFD."""
    assert isinstance(error, UnicodeDecodeError)
    if error.end == len(error.object) and error.reason == "unexpected end of data":
        return LOST, error.end
    odd = error.object[error.start : error.end]
    return "".join(bytes([byte]).decode(WESTERN, "ignore") or chr(byte) for byte in odd), error.end


codecs.register_error(_AS_WINDOWS_1252, _as_windows_1252)
