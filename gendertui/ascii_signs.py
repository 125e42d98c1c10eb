"""Signs for terminals that show nothing but ASCII: each character as one that stands in as many cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

SIGNS: dict[str, str] = {
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼╔╗╚╝┏┓┗┛┣┫", "+"),
    **dict.fromkeys("─━═╌╴╶╸╺╾╼–—−‐‑▔▁▂▃⎯", "-"),
    **dict.fromkeys("│┃║▏▕▎▍╵╷┆", "|"),
    **dict.fromkeys("┊┋╎", ":"),
    **dict.fromkeys("█▉▊▋▌▐▀▄▅▆▇■▓▒▮", "#"),
    **dict.fromkeys("●•◆★", "*"),
    **dict.fromkeys("○◦◇", "o"),
    **dict.fromkeys("▶▸›»→⏵", ">"),
    **dict.fromkeys("◀◂‹«←⏴", "<"),
    **dict.fromkeys("▲△↑", "^"),
    **dict.fromkeys("▼▽↓", "v"),
    **dict.fromkeys("‘’‚′", "'"),
    **dict.fromkeys("“”„″", '"'),
    **dict.fromkeys("✓✔", "+"),
    **dict.fromkeys("✗✘×", "x"),
    "░": ".",
    "·": "-",
    "…": "~",
    "⏎": "J",
    "±": "~",
    "≤": "<",
    "≥": ">",
    "≈": "~",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
}
"""The program's own signs. ``⏎`` is ctrl+J's letter, which does the same."""
UNKNOWN = "?"
_BRAILLE = range(0x2800, 0x2900)
_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python itself sets LC_CTYPE to where the locale is C (PEP 538)."""
_UPPER, _LOWER = 0x1B, 0xE4
"""The bits of the dots in the upper two and in the lower two rows."""


def wanted(environment: Mapping[str, str], setting: str) -> bool:
    """Whether only ASCII is to be written.

    :param setting: ``on``, ``off``, or ``auto``: where the terminal is Linux's own console, whose font has few signs,
        or the locale is C, POSIX or one of another encoding than UTF-8. A locale that is not set says nothing.
    """
    if setting != "auto":
        return setting == "on"
    if environment.get("TERM") == "linux":
        return True
    name, _, encoding = locale(environment)[1].partition(".")
    encoding = encoding.partition("@")[0].lower().replace("-", "")
    return encoding != "utf8" if encoding else name in ("C", "POSIX")


def locale(environment: Mapping[str, str]) -> tuple[str, str]:
    """The variable that says which letters there are, and its value; both empty where none does."""
    for variable in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = environment.get(variable, "")
        if value and not (variable == "LC_CTYPE" and value in _COERCED):
            return variable, value
    return "", ""


def to_ascii(text: str) -> str:
    """``text`` in as many cells: a letter with an accent without it, another script's as ``?``."""
    return text if text.isascii() else "".join(map(_sign, text))


@lru_cache(4096)
def _sign(character: str) -> str:
    if character.isascii():
        return character
    if character in SIGNS:
        return SIGNS[character]
    if ord(character) in _BRAILLE:
        return _dots(ord(character) - _BRAILLE.start)
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return ""
    wide = unicodedata.east_asian_width(character) in ("W", "F")
    base = unicodedata.normalize("NFKD", character)[:1]
    return base if base.isascii() and base.isalnum() and not wide else UNKNOWN * (1 + wide)


def _dots(bits: int) -> str:
    """Dots of a curve: high, low, or both."""
    if not bits:
        return " "
    return ":" if bits & _UPPER and bits & _LOWER else "'" if bits & _UPPER else "."
