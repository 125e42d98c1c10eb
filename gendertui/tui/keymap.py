"""The keys as a person has set them: the setting ``keys`` gives an action, by its id, another key.

Nothing here imports Textual: the shell lists and sets keys by it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gendertui import paths
from gendertui.errors import ExitCode, GendertuiError
from gendertui.settings import read_settings, update_setting
from gendertui.tui.key_names import from_text, is_printable, shown
from gendertui.tui.keys import APP_KEYS, Key
from gendertui.tui.panes import DIGITS, FUNCTION_KEYS, PANES
from gendertui.tui.screen_keys import CLOSING, SCREEN_KEYS

SETTING = "keys"
PREFIX = f"{SETTING}."
"""Before an action's id, on the command line."""

PLACES: dict[str, tuple[Key, ...]] = {
    "app": (*DIGITS, *FUNCTION_KEYS, *APP_KEYS),
    **{pane.name: pane.keys for pane in PANES.values()},
    **{f"{pane.name}.{tab.name}": tab.own_keys for pane in PANES.values() for tab in pane.tabs if tab.own_keys},
    **SCREEN_KEYS,
}
"""Place → the keys that act there, as they are without the setting."""
ACTIONS: dict[str, Key] = {key.id: key for keys in PLACES.values() for key in keys}
"""Every action that has a key, by its id."""

_NAMED = re.compile(r"\[([a-z.-]+)\]")
_CURSOR = {"up", "down", "left", "right", "pageup", "pagedown", "home", "end", "j", "k", "g", "G"}
_BASIC = {"enter", "escape", "tab", "shift+tab", "backspace", "space", "ctrl+c"}
_FIXED = {"enter", "escape", "up", "down", "ctrl+c"}
_TAKEN: dict[str, str] = {
    **dict.fromkeys(("ctrl+a", "ctrl+b", "ctrl+q", "ctrl+s", "ctrl+z"), "is for multiplexers and the terminal itself"),
    **dict.fromkeys(("ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m"), "is another key for a terminal"),
    **dict.fromkeys(_CURSOR, "moves the cursor in lists and tables"),
    **dict.fromkeys(_BASIC, "means the same everywhere"),
}
"""Keys that no action can be given, and why."""
_EDITING = {f"ctrl+{letter}" for letter in "defkuvwx"} | {"delete", "insert"}
"""Keys that edit in a text field."""


@dataclass(frozen=True)
class Keymap:
    """Which key does what."""

    changed: Mapping[str, str] = field(default_factory=dict)
    """Id of an action → Textual's name of its key, where it is not the usual one."""

    def key(self, key: Key) -> Key:
        """A key of the tables as it is now, its sentence too."""
        now, words = self.changed.get(key.id, key.keys), self.named(key.help)
        return key if (now, words) == (key.keys, key.help) else replace(key, keys=now, help=words)

    def keys(self, keys: Iterable[Key]) -> tuple[Key, ...]:
        """Keys of the tables as they are now."""
        return tuple(map(self.key, keys))

    def acts_in_text(self, keys: Iterable[Key], action: str) -> bool:
        """Whether an action has a key that a text field would not swallow.

        One that acts outside text fields does so by any key.
        """
        named = [key for key in keys if key.action_name == action]
        return not named or any(key.always or not (key.printable or self.key(key).printable) for key in named)

    def shown(self, action: str) -> str:
        """The key of an action as a person reads it."""
        return shown(self.changed.get(action, ACTIONS[action].keys))

    def named(self, sentence: str) -> str:
        """A sentence in which ``[train.pause]`` stands for the key of that action, as a person reads it."""
        return _NAMED.sub(lambda found: self.shown(found[1]) if found[1] in ACTIONS else found[0], sentence)


def span(keys: Sequence[Key]) -> str:
    """Keys in a row as one word, ``F1–F5``; each of them where a person has given one of them another."""
    usual = all(ACTIONS[key.id].keys == key.keys for key in keys)
    return f"{keys[0].shown}–{keys[-1].shown}" if usual and len(keys) > 1 else " ".join(key.shown for key in keys)


def read_keymap() -> Keymap:
    """The keys as the settings have them.

    :raises GendertuiError: the settings cannot be read, or an entry cannot be followed: it says which, and why.
    """
    return checked(read_settings().get(SETTING))


def checked(given: object) -> Keymap:
    """The keymap that the content of the setting means: id of an action → key, as a person writes it.

    :raises GendertuiError: an entry cannot be followed, or two actions would be on one key in one place.
    """
    file = str(paths.settings_file())
    keymap = Keymap({action: _checked_entry(action, text, file) for action, text in _entries(given).items()})
    _refuse_clashes(keymap, file)
    return keymap


def find(action: str) -> Key:
    """The action of that id, with its usual key.

    :raises GendertuiError: there is none.
    """
    if action not in ACTIONS:
        raise _unknown(action, None)
    return ACTIONS[action]


def set_key(action: str, text: str) -> None:
    """Give an action a key, for good.

    :raises GendertuiError: it cannot be had, or the settings' other keys cannot be followed.
    """
    key = _checked_entry(action, text, None)

    def change(given: object) -> dict[str, Any]:
        _refuse_clashes(Keymap({**checked(given).changed, action: key}), None)
        return {**_entries(given), action: text}

    update_setting(SETTING, change)


def unset_key(action: str) -> None:
    """Give an action its usual key again; an entry that means none is taken out, too.

    :raises GendertuiError: there is neither such an action nor such an entry.
    """

    def change(given: object) -> dict[str, Any] | None:
        entries = dict(_entries(given))
        if action not in entries:
            find(action)
        entries.pop(action, None)
        return entries or None

    update_setting(SETTING, change)


def _entries(given: object) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise GendertuiError(
            f"the setting {SETTING} is {given!r}, where an action has a key each is wanted",
            where=str(paths.settings_file()),
            hint=f'As in {{"train.pause": "P"}}; back to the usual keys: gendertui config unset {SETTING}',
            code=ExitCode.USAGE,
        )
    return given


def _checked_entry(action: str, text: object, file: str | None) -> str:
    """Textual's name of the key that an entry means."""
    if action not in ACTIONS:
        raise _unknown(action, file)
    key = from_text(text) if isinstance(text, str) else None
    if key is None:
        raise _refused(
            f"{text!r} is no key, as {action} wants one",
            "Keys are a character, F1 to F24, or a name as in ctrl+k, alt+left, delete.",
            action,
            file,
        )
    record = ACTIONS[action]
    if key == record.keys:
        return key
    if record.keys in _FIXED:
        raise _refused(f"{action} stays on {record.shown}", "Other actions can be given another key.", action, file)
    if key in _TAKEN:
        raise _refused(f"{shown(key)} {_TAKEN[key]}: {action} cannot have it", "Choose another key.", action, file)
    if record.always and is_printable(key):
        raise _refused(
            f"{action} acts inside text fields, where {shown(key)} is text",
            "Choose a function key or one with ctrl or alt.",
            action,
            file,
        )
    if record.always and key in _EDITING:
        raise _refused(f"{shown(key)} edits in text fields, where {action} acts", "Choose another key.", action, file)
    return key


def _refuse_clashes(keymap: Keymap, file: str | None) -> None:
    """Two actions on one key in one place, of which one was given it."""
    for place in PLACES:
        held: dict[str, Key] = {}
        hidden = _hidden(place)
        for key in keymap.keys(_acting(place)):
            other = held.setdefault(key.keys, key)
            if other is key or keymap.changed.keys().isdisjoint((key.id, other.id)) or key.keys in hidden:
                continue
            mine, theirs = (key, other) if key.id in keymap.changed else (other, key)
            raise _refused(
                f"{theirs.id} and {mine.id} would both be on {key.shown}",
                f"Choose another key for one of them; gendertui {SETTING} lists those there are.",
                mine.id,
                file,
            )


def _acting(place: str) -> tuple[Key, ...]:
    """All keys that act in a place."""
    if place in SCREEN_KEYS:
        # What lies below does not act, but for what closes the screen.
        closes = CLOSING.get(place, ())
        return (*PLACES[place], *(key for key in PLACES["app"] if key.always or key.id in closes))
    pane = place.partition(".")[0]
    return tuple(key for name in dict.fromkeys(("app", pane, place)) for key in PLACES[name])


def _hidden(place: str) -> set[str]:
    """Keys of a pane that a tab means to hide: its own Undo comes before the pane's."""
    pane, _, tab = place.partition(".")
    return {key.keys for key in PLACES[place]} & {key.keys for key in PLACES[pane]} if tab else set()


def _unknown(action: str, file: str | None) -> GendertuiError:
    # The app starts without it.
    import difflib

    close = difflib.get_close_matches(action, ACTIONS, n=3, cutoff=0.5)
    nearest = f"Did you mean {' or '.join(close)}? " if close else ""
    return _refused(f"there is no action {action!r}", f"{nearest}All of them: gendertui {SETTING}", action, file)


def _refused(what: str, hint: str, action: str, file: str | None) -> GendertuiError:
    if file is None:
        return GendertuiError(what, hint=hint, code=ExitCode.USAGE)
    hint = f"{hint} Without the entry: gendertui config unset {PREFIX}{action}"
    return GendertuiError(what, where=f"{file}: {PREFIX}{action}", hint=hint, code=ExitCode.USAGE)
