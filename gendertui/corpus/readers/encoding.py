"""Which encoding a file is in, judged by all of its bytes.

A byte order mark decides, then UTF-8 where it is valid throughout. One odd byte does not: where characters of several
bytes far outnumber what is not UTF-8, the file is UTF-8 and the odd bytes are Windows-1252. Else charset-normalizer
judges a sample of the lines outside ASCII; of western encodings, which it cannot tell apart in a few words,
Windows-1252 is preferred.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from gendertui.corpus.reading.decision import By, Decision
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control

UTF8 = "utf-8"
WESTERN = "cp1252"
FAR_OUTNUMBER = 3
"""UTF-8 with odd bytes is UTF-8 if it has at least this many characters of several bytes for each place that is not."""
_MARKS = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_LINES = 200
_SAMPLE_BYTES = 32 * 2**10
_LONG = 64 * 2**10
_SHOWN = 60
_RUNNERS_UP = 4
# Encodings that a text that is not UTF-8 may be in, apart from cp1252, whose family it stands for.
_OTHERS = (
    *("cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r", "koi8_u", "cp866", "mac_roman"),
    *("cp437", "cp850", "shift_jis", "cp932", "euc_jp", "gb18030", "big5", "cp949", "tis_620", "cp874"),
)
# Read as Windows-1252, central European text has signs inside words (ł, ą), or letters that no western language has
# together (ě and ř; ő and ű).
_CENTRAL_EUROPE = re.compile(r"[^\W\d_][³¹][^\W\d_]|ì.*ø|ø.*ì|õ.*û|û.*õ", re.DOTALL)
DENSE = 0.4
"""Share of bytes outside ASCII among letters from which a text is in another script than the Latin one."""


@dataclass
class Survey:
    """What all bytes of a file say of it."""

    size: int = 0
    """Unpacked, in bytes."""
    line_feeds: int = 0
    returns: int = 0
    """Carriage returns that no line feed follows."""
    quotes: int = 0
    """Quotation marks, byte 0x22."""
    sequences: int = 0
    """Valid UTF-8 characters of several bytes."""
    invalid: int = 0
    """Places that are not UTF-8."""
    first: int = 0
    """Line of the first of these, from 1."""
    sample: list[bytes] = field(default_factory=list)
    """Lines that are not UTF-8, the first ones."""
    head: bytes = b""
    sample_bytes: int = 0

    @property
    def ending(self) -> str:
        """What ends lines: LF (with a CR before it or without), or CR in a file that has no LF at all."""
        return "\r" if self.returns and not self.line_feeds else "\n"


def survey(blocks: Iterable[bytes]) -> Survey:
    """Look at every byte once."""
    found = Survey()
    rest = b""
    for block in blocks:
        found.head = found.head or block[:4096]
        found.size += len(block)
        found.quotes += occurrences(block, b'"')
        whole, rest = _cut(rest + block)
        _look(found, whole)
    _look(found, rest)
    return found


def occurrences(data: bytes, byte: bytes) -> int:
    """How often a byte occurs; where it is frequent numpy counts it several times faster than ``bytes.count``."""
    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == byte[0]))


def _cut(data: bytes) -> tuple[bytes, bytes]:
    """Data to its last line end, and what is left. A long part without one is cut anyway, before an ASCII character if
    there is one near its end: never inside a character of UTF-8."""
    place = data.rfind(b"\n") + 1
    if not place and len(data) > _LONG:
        place = len(data) - 1
        while data[place] >= 0x80 and len(data) - place < 64:
            place -= 1
    return data[:place], data[place:]


def _look(found: Survey, data: bytes) -> None:
    lines = occurrences(data, b"\n")
    if b"\r" in data:
        found.returns += occurrences(data, b"\r") - data.count(b"\r\n")
    if not data.isascii():
        _look_at_high_bytes(found, data)
    found.line_feeds += lines


def _look_at_high_bytes(found: Survey, data: bytes) -> None:
    plain = int(np.count_nonzero(np.frombuffer(data, np.uint8) < 128))
    try:
        found.sequences += len(data.decode()) - plain
        return
    except UnicodeDecodeError as error:
        if not found.invalid:
            found.first = found.line_feeds + data.count(b"\n", 0, error.start) + 1
    text = data.decode(errors="replace")
    invalid = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    found.invalid += invalid
    found.sequences += len(text) - plain - invalid
    if len(found.sample) < _SAMPLE_LINES and found.sample_bytes < _SAMPLE_BYTES:
        for line in _invalid_lines(data):
            found.sample.append(line[: _SAMPLE_BYTES - found.sample_bytes])
            found.sample_bytes += len(found.sample[-1])
            if len(found.sample) >= _SAMPLE_LINES or found.sample_bytes >= _SAMPLE_BYTES:
                break


def _invalid_lines(data: bytes) -> Iterator[bytes]:
    for line in data.split(b"\n") if b"\n" in data else data.split(b"\r"):
        if not line.isascii():
            try:
                line.decode()
            except UnicodeDecodeError:
                yield line.removesuffix(b"\r")


def decide_encoding(found: Survey, options: ReadingOptions, known_default: str | None = None) -> tuple[str, Decision]:
    """A file's encoding as a codec's name, and why.

    :param found: of :func:`survey`.
    :param known_default: what files of this format are in that are not UTF-8.
    :raises GendertuiError: the encoding that the options name is none (code USAGE).
    """
    if options.encoding is not None:
        ranked, why = [known_codec(options.encoding)], "as asked"
    else:
        ranked, why = _found(found, known_default)
    others = dict.fromkeys([*ranked[1:_RUNNERS_UP], UTF8, WESTERN, "cp1250", "utf-16"])
    by: By = "found" if options.encoding is None else "asked"
    return ranked[0], Decision("encoding", ranked[0], why, tuple(each for each in others if each != ranked[0]), by)


def known_codec(name: str) -> str:
    """A codec's name as Python spells it.

    :raises GendertuiError: there is no such text encoding.
    """
    try:
        b"".decode(name)
        return codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        raise GendertuiError(
            f"there is no encoding {name!r}",
            hint="Common ones are utf-8, cp1252 (western Europe), cp1250, cp1251, utf-16, shift_jis and gb18030: "
            "--encoding cp1252.",
            code=ExitCode.USAGE,
        ) from error


def _found(found: Survey, known_default: str | None) -> tuple[list[str], str]:
    """Encodings, likeliest first, and the reason for the first one."""
    marked = next((codec for mark, codec in _MARKS if found.head.startswith(mark)), None)
    if marked is not None and marked != UTF8:
        return [marked], "it begins with a byte order mark"
    if wide := _by_zeros(found.head):
        return [wide], "every other byte is zero"
    if not found.invalid:
        if marked:
            return [UTF8], "it begins with a byte order mark, and is valid throughout"
        return [UTF8], "it is valid throughout" if found.sequences else "it is ASCII throughout"
    if found.sequences >= FAR_OUTNUMBER * found.invalid:
        places = "1 place that is" if found.invalid == 1 else f"{found.invalid:,} places that are"
        read = "is" if found.invalid == 1 else "are"
        return [UTF8], (
            f"{found.sequences:,} characters of several bytes are valid; {places} not, the first in line "
            f"{found.first:,}, {read} read as Windows-1252"
        )
    ranked = [known_default] if known_default else _by_sample(b"\n".join(found.sample))
    shown = found.sample[0].decode(ranked[0], "replace") if found.sample else ""
    return ranked, f"not UTF-8; line {found.first:,} becomes: {_around(shown)}"


def _around(text: str) -> str:
    """A short part of a text about its first character outside ASCII."""
    place = next((index for index, sign in enumerate(text) if not sign.isascii()), 0)
    start = max(0, place - _SHOWN // 2)
    part = text[start : start + _SHOWN]
    return escape_control(f"{'…' if start else ''}{part}{'…' if start + _SHOWN < len(text) else ''}")


def _by_zeros(head: bytes) -> str | None:
    """UTF-16 without a byte order mark: of each pair one byte is nearly always zero, the other never."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half >= 2 and max(even, odd) > 0.7 * half and min(even, odd) < 0.05 * half:
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _by_sample(sample: bytes) -> list[str]:
    import charset_normalizer

    matches = list(charset_normalizer.from_bytes(sample, cp_isolation=[WESTERN, *_OTHERS]))
    ranked = [codecs.lookup(match.encoding).name for match in matches]
    letters = sum(byte >= 128 or chr(byte).isalpha() for byte in sample)
    if sum(byte >= 128 for byte in sample) >= DENSE * letters and ranked:
        return ranked
    central = "cp1250" in ranked and _CENTRAL_EUROPE.search(sample.decode(WESTERN, "replace"))
    first = "cp1250" if central else WESTERN
    return [first, *(each for each in ranked if each != first)]
