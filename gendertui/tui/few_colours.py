"""The program's own themes for terminals that have sixteen colours, where every other colour becomes the nearest.

The colours of :mod:`gendertui.tui.themes` are soft, and soft colours are all nearest to a grey.
"""

from __future__ import annotations

import dataclasses
import os

from textual.constants import COLOR_SYSTEM
from textual.theme import Theme

from gendertui.doctor.terminal import SIXTEEN, color_system
from gendertui.tui.themes import DARK, LIGHT, ROLES

BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE = (
    "#000000",
    "#aa0000",
    "#00aa00",
    "#aa5500",
    "#0000aa",
    "#aa00aa",
    "#00aaaa",
    "#aaaaaa",
)
GREY, BRIGHT_RED, BRIGHT_GREEN, BRIGHT_YELLOW, BRIGHT_BLUE, BRIGHT_MAGENTA, BRIGHT_CYAN, BRIGHT_WHITE = (
    "#555555",
    "#ff5555",
    "#55ff55",
    "#ffff55",
    "#5555ff",
    "#ff55ff",
    "#55ffff",
    "#ffffff",
)
"""As Rich has them, so that each is nearest to itself."""


def _variables(muted: str, border: str, cursor: tuple[str, str], keys: str, roles: str) -> dict[str, str]:
    """:param roles: the colours of :data:`ROLES`, in its order."""
    names = dict(zip(ROLES, roles.split(), strict=True))
    return {
        **names,
        "text-muted": muted,
        "text-disabled": muted,
        "foreground-muted": muted,
        "border": border,
        "border-blurred": border,
        "block-cursor-foreground": cursor[0],
        "block-cursor-background": cursor[1],
        "footer-key-foreground": keys,
        "footer-description-foreground": muted,
    }


_DARK = dataclasses.replace(
    DARK,
    primary=BRIGHT_CYAN,
    secondary=CYAN,
    accent=YELLOW,
    warning=BRIGHT_YELLOW,
    error=BRIGHT_RED,
    success=BRIGHT_GREEN,
    foreground=BRIGHT_WHITE,
    background=BLACK,
    surface=BLACK,
    panel=BLUE,
    variables={
        **_variables(
            WHITE,
            GREY,
            (BLACK, WHITE),
            BRIGHT_CYAN,
            f"{CYAN} {YELLOW} {BRIGHT_BLUE} {BRIGHT_MAGENTA} {WHITE} {BRIGHT_BLUE} {YELLOW} {BRIGHT_GREEN} "
            f"{BRIGHT_MAGENTA} {CYAN} {BRIGHT_RED} {MAGENTA} {WHITE}",
        ),
        "footer-background": BLUE,
        "input-selection-background": BLUE,
    },
)
_LIGHT = dataclasses.replace(
    LIGHT,
    primary=BLUE,
    secondary=CYAN,
    accent=YELLOW,
    warning=BRIGHT_RED,
    error=RED,
    success=GREEN,
    foreground=BLACK,
    background=BRIGHT_WHITE,
    surface=BRIGHT_WHITE,
    panel=WHITE,
    variables={
        **_variables(
            GREY,
            GREY,
            (BRIGHT_WHITE, BLUE),
            BLUE,
            f"{CYAN} {YELLOW} {BRIGHT_BLUE} {MAGENTA} {GREY} {BRIGHT_BLUE} {YELLOW} {GREEN} {MAGENTA} {CYAN} {RED} "
            f"{BLUE} {GREY}",
        ),
        "footer-background": WHITE,
        "input-selection-background": WHITE,
    },
)
THEMES: dict[str, Theme] = {theme.name: theme for theme in (_DARK, _LIGHT)}
"""Name of an own theme → the same with sixteen colours."""


def needed() -> bool:
    """Whether the terminal has sixteen colours, by what Textual itself goes by."""
    return color_system(os.environ, COLOR_SYSTEM or "auto") == SIXTEEN
