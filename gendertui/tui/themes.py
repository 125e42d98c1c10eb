"""The program's own theme, dark and light, beside Textual's; and what each colour means.

A colour has one meaning, listed in :data:`ROLES`, and styles and widgets name the meaning. Colours are told apart by
every kind of colour vision, and words or signs always stand beside them.
"""

from __future__ import annotations

import os

from textual.theme import BUILTIN_THEMES, Theme

from gendertui.settings import SETTINGS
from gendertui.tui.background_colour import by_environment

ROLES: dict[str, str] = {
    "label-first": "secondary",
    "label-second": "accent",
    "train": "primary",
    "model": "accent",
    "baseline": "primary",
    "run-a": "primary",
    "run-b": "accent",
    "run-c": "success",
    "run-d": "error",
    "run-e": "secondary",
    "run-f": "foreground",
    "run-g": "warning",
    "run-h": "foreground",
}
"""Variable of the styles that stands for a meaning → the theme's colour for it in Textual's themes, which have no more.

The labels of the corpus; the lines trained on; the model on lines it has not seen, which validation is, and what it is
held against; up to eight runs side by side, whose letters stand beside their colours. Beside these ``$warning``,
``$error``, ``$success`` mean what they say, and ``$primary`` is where the keys act: focus, the names of keys.
"""

DARK = Theme(
    name="gendertui-dark",
    primary="#8fb4d8",
    secondary="#4fb3a5",
    accent="#e5a84b",
    warning="#d9cc4e",
    error="#e8705f",
    success="#8fbf6b",
    foreground="#d9dde3",
    background="#14171c",
    surface="#1a1e25",
    panel="#232932",
    dark=True,
    variables={
        "label-first": "#4fb3a5",
        "label-second": "#e5a84b",
        "train": "#7f9cf5",
        "model": "#bb9bea",
        "baseline": "#a3adba",
        "run-a": "#5aa9f5",
        "run-b": "#f0925c",
        "run-c": "#5fca86",
        "run-d": "#f283b6",
        "run-e": "#4cc4d4",
        "run-f": "#c5b03a",
        "run-g": "#b08af0",
        "run-h": "#b59a82",
        "border": "#667285",
        "border-blurred": "#667285",
        "block-cursor-foreground": "#14171c",
        "block-cursor-background": "#8fb4d8",
        "footer-background": "#1a1e25",
        "footer-key-foreground": "#8fb4d8",
        "footer-description-foreground": "#9aa5b3",
        "foreground-muted": "#9aa5b3",
        "input-selection-background": "#8fb4d8 35%",
    },
)

LIGHT = Theme(
    name="gendertui-light",
    primary="#2c5f93",
    secondary="#0f7266",
    accent="#8f5408",
    warning="#7a6400",
    error="#b3362a",
    success="#416e1d",
    foreground="#22272e",
    background="#f6f4ef",
    surface="#fbfaf7",
    panel="#e9e5dc",
    dark=False,
    variables={
        "label-first": "#0f7266",
        "label-second": "#8f5408",
        "train": "#3a4fb8",
        "model": "#6b3fa0",
        "baseline": "#59616b",
        "run-a": "#1f5fae",
        "run-b": "#a8481a",
        "run-c": "#1d7044",
        "run-d": "#a52f6d",
        "run-e": "#0b6a78",
        "run-f": "#6b5d00",
        "run-g": "#6a3fb0",
        "run-h": "#6f5540",
        "border": "#857d6e",
        "border-blurred": "#857d6e",
        "block-cursor-foreground": "#fbfaf7",
        "block-cursor-background": "#2c5f93",
        "footer-background": "#e9e5dc",
        "footer-key-foreground": "#2c5f93",
        "footer-description-foreground": "#4c545e",
        "foreground-muted": "#4c545e",
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


def roles(theme: Theme) -> dict[str, str]:
    """Every meaning's colour in a theme that has no variable for it."""
    return {role: getattr(theme, colour) or theme.primary for role, colour in ROLES.items()}
