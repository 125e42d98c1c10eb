"""What a person can set, in one table that the app and ``gendertui config`` both read.

Settings live in ``paths.settings_file()``, beside what the app remembers by itself (the pane that was open, recent
corpora), which is nobody's to set.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gendertui import paths, state_files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.files import ensure_dir, locked, write_json

# Many times what the settings need.
_LIMIT_BYTES = 2**20
_writing = threading.Lock()
_WORDS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


AUTO = "auto"
"""The theme that is dark or light as the terminal is."""
THEMES = (
    AUTO,
    "gendertui-dark",
    "gendertui-light",
    *("ansi-dark", "ansi-light", "atom-one-dark", "atom-one-light"),
    *("catppuccin-frappe", "catppuccin-latte", "catppuccin-macchiato", "catppuccin-mocha"),
    *("dracula", "flexoki", "gruvbox", "monokai", "nord", "rose-pine", "rose-pine-dawn", "rose-pine-moon"),
    *("solarized-dark", "solarized-light", "textual-dark", "textual-light", "tokyo-night"),
)
"""Beside it the program's themes and Textual's, by name: the shell knows them without importing Textual, and a test
compares them."""


@dataclass(frozen=True)
class Setting:
    """One setting: ``default`` is its value while nothing is set, ``kind`` the type of its values."""

    name: str
    kind: type[bool] | type[str]
    default: bool | str | None
    help: str
    choices: tuple[str, ...] = ()
    """The texts allowed; empty if any is."""
    is_path: bool = False
    """Whether the text is a path, which is kept as a whole one."""


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("model", str, None, "model that answers; without one the newest run's that can be told from guessing"),
        Setting("theme", str, "gendertui-dark", "colours of the app; auto: dark or light as the terminal is", THEMES),
        Setting("history", bool, True, "whether the lines typed into the prompt are kept between sessions"),
        Setting("title", bool, True, "whether the terminal's tab is named after the run that trains"),
        Setting("progress", bool, True, "whether the terminal's tab shows how far the run is"),
        Setting("on_end", str, None, "shell command run at every run's end; gendertui train --help says what it gets"),
        Setting(
            "notify", bool, True, "whether a run's end calls you if you look elsewhere; in the shell after a minute"
        ),
        Setting(
            "ascii", str, AUTO, "whether only ASCII is written; auto where the terminal needs it", (AUTO, "on", "off")
        ),
        Setting("give_way", bool, True, "whether a run goes behind other work where the processors are busy"),
        Setting("models_dir", str, None, "folder that models are kept in; without one the cache's", is_path=True),
    )
}


def find(name: str) -> Setting:
    """The setting of that name.

    :raises GendertuiError: there is none.
    """
    if name not in SETTINGS:
        raise GendertuiError(
            f"there is no setting {name!r}", hint=f"Settings: {', '.join(SETTINGS)}.", code=ExitCode.USAGE
        )
    return SETTINGS[name]


def value(name: str) -> Any:
    """What holds: the value that was set, else the default.

    :raises GendertuiError: the settings file cannot be read, or holds something else than the setting's kind.
    """
    setting = find(name)
    given = read_settings().get(name)
    if given is None:
        return setting.default
    if not isinstance(given, setting.kind):
        raise GendertuiError(
            f"the setting {name} is {given!r}, which is no {'true or false' if setting.kind is bool else 'text'}",
            where=str(paths.settings_file()),
            hint=f"Back to the default: gendertui config unset {name}",
            code=ExitCode.USAGE,
        )
    return given


def parse(name: str, text: str) -> bool | str:
    """The value that a text on the command line means.

    :raises GendertuiError: it is not of the setting's kind.
    """
    setting = find(name)
    if setting.choices and text not in setting.choices:
        raise GendertuiError(
            f"there is no {name} {text!r}", hint=f"Choices: {', '.join(setting.choices)}.", code=ExitCode.USAGE
        )
    if setting.is_path and text:
        return str(Path(text).expanduser().absolute())
    if setting.kind is str and text:
        return text
    if setting.kind is bool and text.lower() in _WORDS:
        return _WORDS[text.lower()]
    wanted = "on or off" if setting.kind is bool else "a text"
    raise GendertuiError(f"{name} is {wanted}, not {text!r}", code=ExitCode.USAGE)


def read_settings() -> dict[str, Any]:
    """The content of the settings file; empty if there is none.

    :raises GendertuiError: the file is not a JSON object.
    """
    path = paths.settings_file()
    try:
        return state_files.read_object(path, limit_bytes=_LIMIT_BYTES, follow_link=True)
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise GendertuiError(
            f"the settings cannot be read: {error}",
            where=str(path),
            hint="Correct the file, or delete it to go back to the defaults.",
            code=ExitCode.USAGE,
        ) from error


def write_setting(name: str, value: Any) -> None:
    """Change one setting; ``None`` removes it. What other processes change at the same time is kept."""
    update_setting(name, lambda _: value)


def update_setting(name: str, change: Callable[[Any], Any]) -> None:
    """Change one setting by what it is, ``None`` where it is not set; a change to ``None`` removes it.

    Nobody else changes a setting meanwhile.
    """
    folder = ensure_dir(paths.settings_file().parent)
    with _writing, locked(folder):
        settings = read_settings()
        value = change(settings.get(name))
        if value is None:
            settings.pop(name, None)
        else:
            settings[name] = value
        # Of settings that a person keeps elsewhere the link stays.
        write_json(paths.settings_file().resolve(), settings)
