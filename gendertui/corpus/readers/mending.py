"""Text that was converted wrongly before it got here: its signs, and the way back where that is sure.

- U+0080–U+009F: Windows-1252 that was read as Latin-1. No text means these control characters, so they are mapped back.
- ``Ã©`` for ``é``: UTF-8 that was read as Windows-1252. Mapped back where every character outside ASCII is part of it.
- U+FFFD: a character that was lost. Nothing brings it back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.problems import Problem, Problems

MAPPED_BACK = "control characters mapped back to Windows-1252"
UNDOUBLED = "UTF-8 that had been read as Windows-1252, mapped back"
DOUBLED = "looks like UTF-8 that had been read as Windows-1252"
LOST = "replacement characters (U+FFFD) in place of lost ones"


def _windows_1252(code: int) -> str:
    return bytes([code]).decode("cp1252", "ignore") or chr(code)


_CONTROLS = {code: _windows_1252(code) for code in range(0x80, 0xA0)}
# 81, 8D, 8F, 90 and 9D are undefined in Windows-1252: they stay.
_CONTROL = re.compile(f"[{''.join(chr(code) for code, sign in _CONTROLS.items() if sign != chr(code))}]")
# The bytes 80-BF as Windows-1252 shows them, which stand behind the first one of a character in UTF-8.
_BEHIND = re.escape("".join(_windows_1252(code) for code in range(0x80, 0xC0)))
# Only Latin letters, signs and punctuation: of these the sequence is surely none that a person wrote. "Ã»" may be.
_DOUBLED = re.compile(f"(?!Ã»)[ÂÃ][{_BEHIND}]|â€[{_BEHIND}]")
_SIGNS_IN_TEXT = r"[\x{80}-\x{9f}\x{fffd}ÂÃ]|â€"


def suspicious(data: bytes) -> bool:
    """Whether UTF-8 may hold signs of a wrong conversion."""
    if data.isascii():
        return False
    signs = np.frombuffer(data, np.uint8)
    places = np.flatnonzero(signs[:-1] >= 0xC2)
    first, second = signs[places], signs[places + 1]
    controls = (first == 0xC2) & (second < 0xA0)
    # Â, Ã and â, which begins what a dash or quotation mark became.
    doubled = (first == 0xC3) & np.isin(second, (0x82, 0x83, 0xA2))
    lost = (first == 0xEF) & (second == 0xBF)
    return bool((controls | doubled | lost).any())


def mend(text: str) -> tuple[str, list[str]]:
    """A text with what is sure mapped back, and the kinds of remark on it."""
    remarks = []
    if _DOUBLED.search(text):
        once = _undoubled(text)
        remarks.append(DOUBLED if once is None else UNDOUBLED)
        text = text if once is None else once
    if _CONTROL.search(text):
        text = text.translate(_CONTROLS)
        remarks.append(MAPPED_BACK)
    if "\ufffd" in text:
        remarks.append(LOST)
    return text, remarks


def _undoubled(text: str) -> str | None:
    data = bytearray()
    for sign in text:
        try:
            data += sign.encode("cp1252")
        except UnicodeEncodeError:
            if ord(sign) > 0xFF:
                return None
            data.append(ord(sign))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def mended(texts: pa.Array) -> tuple[pa.Array, list[tuple[int, str]]]:
    """Texts with what is sure mapped back, and the remarks on them as (index, kind).

    :param texts: of type string; what is null stays null.
    """
    odd = pc.fill_null(pc.match_substring_regex(texts, _SIGNS_IN_TEXT), False)
    if not pc.any(odd).as_py():
        return texts, []
    remarks = []
    changed = texts.to_pylist()
    for index in pc.indices_nonzero(odd).to_pylist():
        changed[index], kinds = mend(changed[index])
        remarks += [(index, kind) for kind in kinds]
    return (pa.array(changed, pa.string()) if remarks else texts), remarks


def mended_column(texts: pa.Array, lines: Sequence[int], file: str, problems: Problems) -> pa.Array:
    """As :func:`mended`, the remarks being added to ``problems``.

    :param lines: the line of each text.
    """
    texts, remarks = mended(texts)
    for index, kind in remarks:
        problems.add(Problem(file, lines[index], kind, texts[index].as_py(), kept=True))
    return texts
