"""The program's own theme, dark and light, beside Textual's.

Labels are drawn in ``$secondary`` (the first label) and ``$accent`` (the second): blue-green and amber, told
apart by every kind of colour vision, and always with words or signs beside them.
"""

from __future__ import annotations

import os

from textual.theme import BUILTIN_THEMES, Theme

from gendertui.settings import SETTINGS
from gendertui.tui.background_colour import by_environment

DARK = Theme(
    name="gendertui-dark",
    primary="#8fb4d8",
    secondary="#4fb3a5",
    accent="#e5a84b",
    warning="#e5a84b",
    error="#e8705f",
    success="#8fbf6b",
    foreground="#d9dde3",
    background="#14171c",
    surface="#1a1e25",
    panel="#232932",
    dark=True,
    variables={
        "border": "#3a4452",
        "border-blurred": "#3a4452",
        "block-cursor-foreground": "#14171c",
        "block-cursor-background": "#8fb4d8",
        "footer-background": "#1a1e25",
        "footer-key-foreground": "#e5a84b",
        "footer-description-foreground": "#9aa5b3",
        "input-selection-background": "#8fb4d8 35%",
    },
)

LIGHT = Theme(
    name="gendertui-light",
    primary="#2c5f93",
    secondary="#0f7266",
    accent="#98590a",
    warning="#98590a",
    error="#b3362a",
    success="#44731f",
    foreground="#22272e",
    background="#f6f4ef",
    surface="#fbfaf7",
    panel="#e9e5dc",
    dark=False,
    variables={
        "border": "#bdb6a8",
        "border-blurred": "#bdb6a8",
        "block-cursor-foreground": "#fbfaf7",
        "block-cursor-background": "#2c5f93",
        "footer-background": "#e9e5dc",
        "footer-key-foreground": "#98590a",
        "footer-description-foreground": "#4c545e",
        "input-selection-background": "#2c5f93 30%",
    },
)

OWN = (DARK, LIGHT)
DEFAULT = str(SETTINGS["theme"].default)


def names() -> list[str]:
    """All themes that the app knows."""
    return sorted({theme.name for theme in OWN} | BUILTIN_THEMES.keys())


def of_terminal(dark: bool | None) -> str:
    """The program's own theme for ``theme auto``: of a terminal that is dark, light, or has not said; dark then, unless
    its environment knows better."""
    if dark is None:
        dark = by_environment(os.environ)
    return LIGHT.name if dark is False else DARK.name
