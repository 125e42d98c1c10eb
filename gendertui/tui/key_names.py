"""Names of keys: as Textual has them, and as a person reads and types them."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = {
    "escape": "esc",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "enter": "⏎",
}
_NAMED = (
    *("escape", "enter", "tab", "space", "backspace", "insert", "delete"),
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown"),
)
_FUNCTION_KEY = re.compile(r"f([1-9]|1[0-9]|2[0-4])")
_MODIFIED = re.compile(r"((?:(?:ctrl|alt|shift)\+)+)(.+)")
# Where Textual's name of a character is not Unicode's.
_OTHERWISE_NAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}


def of_character(character: str) -> str:
    """Textual's name of the key that types a character: ``question_mark``, or the letter itself."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _OTHERWISE_NAMED.get(name, name)


_CHARACTERS = {of_character(chr(code)): chr(code) for code in range(33, 127)}


def from_text(text: str) -> str | None:
    """Textual's name of the key a person means: ``p``, ``?``, ``F4``, ``^k``, ``ctrl+k``; ``None`` if there is none."""
    if len(text) == 1:
        return "space" if text == " " else of_character(text) if text.isprintable() else None
    if len(text) == 2 and text[0] == "^":
        text = f"ctrl+{text[1]}"
    text = text.lower()
    modified = _MODIFIED.fullmatch(text)
    if modified is None:
        named = text in _NAMED or text in _CHARACTERS or _FUNCTION_KEY.fullmatch(text)
        return text if named else {"esc": "escape", "return": "enter"}.get(text)
    rest = from_text(modified.group(2))
    if rest is None:
        return None
    # As terminals send them and Textual names them: one order.
    given = [each for each in modified.group(1).split("+") if each]
    if given == ["shift"] and len(rest) == 1:
        return rest.upper()
    return "".join(f"{each}+" for each in ("alt", "ctrl", "shift") if each in given) + rest


def shown(key: str) -> str:
    """A key by Textual's name as a person reads it: ``F1``, ``?``, ``esc``, ``^o``."""
    if key.startswith("ctrl+") and len(key) == len("ctrl+") + 1:
        return f"^{key[-1]}"
    if _FUNCTION_KEY.fullmatch(key):
        return key.upper()
    return _SIGNS.get(key) or _CHARACTERS.get(key, key)


def is_printable(key: str) -> bool:
    """Whether a text field takes the key as text."""
    return len(key) == 1 or key == "space" or key in _CHARACTERS
