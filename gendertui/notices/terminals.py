"""Which terminal this is, by what it says of itself in the environment, and what that one takes.

Progress (OSC 9;4) goes only to a terminal that is known to show it: to others an OSC 9 is a notification, and each
change of the progress would be one. Known are those that always had it, and those whose variables say that their
version has it. kitty gets none: its versions before 0.38 show a notification, and its variables do not say which
version it is.

No terminal can be asked for this without a wait. One that is not known here gets a title, and at a run's end an OSC 9
and a bell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Notification = Literal["osc 99", "osc 777", "osc 9", ""]
Environment = Mapping[str, str]


def _always(_: Environment) -> bool:
    return True


def _never(_: Environment) -> bool:
    return False


def _iterm_progress(environment: Environment) -> bool:
    # It lists its features since the version (3.6.6) that has this one, P.
    return "P" in environment.get("TERM_FEATURES", "")


def _since(variable: str, version: int) -> Callable[[Environment], bool]:
    def has(environment: Environment) -> bool:
        value = environment.get(variable, "")
        return value.isdecimal() and int(value) >= version

    return has


@dataclass(frozen=True)
class Terminal:
    """One kind of terminal.

    ``signs``: variable → what its value begins with. ``bell``: whether a bell is rung beside the notification, since
    not every version shows that. ``titles``: whether a title can be set.
    """

    name: str
    signs: Environment
    notification: Notification
    bell: bool = False
    progress: Callable[[Environment], bool] = _never
    titles: bool = True


UNKNOWN = Terminal("unknown", {}, "osc 9", bell=True)
# What the program that runs in them sees of them is from their manuals:
# kitty       https://sw.kovidgoyal.net/kitty/desktop-notifications/
# Ghostty     https://ghostty.org/docs/vt/osc/conemu
# WezTerm     https://wezterm.org/escape-sequences.html
# iTerm2      https://iterm2.com/documentation-escape-codes.html, /feature-reporting/
# Windows     https://learn.microsoft.com/windows/terminal/tutorials/progress-bar-sequences
# ConEmu      https://conemu.github.io/en/AnsiEscapeCodes.html#ConEmu_specific_OSC
# VTE         https://blogs.gnome.org/chergert/2024/12/03/ptyxis-progress-support/ (notifications: distributors' patch)
# Konsole     https://invent.kde.org/utilities/konsole/-/merge_requests/1054 (in 26.04)
# foot, urxvt foot-ctlseqs(7), urxvtperl(3)
TERMINALS = (
    Terminal("linux", {"TERM": "linux"}, "", bell=True, titles=False),
    Terminal("kitty", {"TERM_PROGRAM": "kitty", "TERM": "xterm-kitty", "KITTY_WINDOW_ID": ""}, "osc 99"),
    Terminal("ghostty", {"TERM_PROGRAM": "ghostty", "TERM": "xterm-ghostty"}, "osc 777", progress=_always),
    Terminal("wezterm", {"TERM_PROGRAM": "WezTerm", "TERM": "wezterm"}, "osc 777", progress=_always),
    Terminal("iterm2", {"TERM_PROGRAM": "iTerm", "LC_TERMINAL": "iTerm2"}, "osc 9", progress=_iterm_progress),
    Terminal("vscode", {"TERM_PROGRAM": "vscode"}, "", bell=True, progress=_always),
    Terminal("apple", {"TERM_PROGRAM": "Apple_Terminal"}, "", bell=True),
    Terminal("foot", {"TERM": "foot"}, "osc 777"),
    Terminal("urxvt", {"TERM": "rxvt-unicode"}, "osc 777"),
    Terminal("windows", {"WT_SESSION": ""}, "osc 9", bell=True, progress=_always),
    Terminal("konsole", {"KONSOLE_VERSION": ""}, "osc 9", bell=True, progress=_since("KONSOLE_VERSION", 260400)),
    Terminal("conemu", {"ConEmuANSI": "ON"}, "", bell=True, progress=_always),
    Terminal("vte", {"VTE_VERSION": ""}, "osc 777", bell=True, progress=_since("VTE_VERSION", 7900)),
)
# The surest first: what a terminal inherits from the one it was started in stays in the later ones.
_VARIABLES = (
    "TERM_PROGRAM",
    "TERM",
    "LC_TERMINAL",
    "KITTY_WINDOW_ID",
    "WT_SESSION",
    "ConEmuANSI",
    "KONSOLE_VERSION",
    "VTE_VERSION",
)


def terminal_of(environment: Environment) -> Terminal:
    """The terminal that these variables speak of; behind tmux and screen the one those were started in."""
    for variable in _VARIABLES:
        value = environment.get(variable, "")
        for terminal in TERMINALS if value else ():
            if variable in terminal.signs and value.startswith(terminal.signs[variable]):
                return terminal
    return UNKNOWN
