"""Text from outside (a corpus, a file's name, a person), made harmless for a terminal."""

from __future__ import annotations

_CONTROL = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
# C1 controls, and the marks that turn text around or hide in it: none of them may act on a terminal.
_HIDDEN = dict.fromkeys((*range(128, 160), 1564, 8206, 8207, *range(8232, 8239), *range(8294, 8298), 65279), 65533)
_VISIBLE = _CONTROL | _HIDDEN


def escape_control(text: str) -> str:
    """``text`` with its control characters as visible signs (``␛`` for an escape): shown, never obeyed."""
    return text if text.isprintable() else text.translate(_VISIBLE)
