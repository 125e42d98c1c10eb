"""The keys of a screen, named on its lower edge as they are set, where a click does what the key does."""

from __future__ import annotations

from typing import Any, Protocol, cast

from textual.content import Content
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.style import Style

from gendertui.tui.keymap import ACTIONS, Keymap

CLOSES = ("esc", "closes", "dismiss(None)")
LEAVES = ("esc", "leaves", "dismiss(None)")


def hints(screen: Screen[Any], *parts: str | tuple[str, str] | tuple[str, str, str]) -> Content:
    """``y copies · esc closes``.

    :param parts: words as they are; or an action's id and what it does; or a key that cannot be set, what it does, and
        its action.
    """
    found: list[Content] = []
    for part in parts:
        if isinstance(part, str):
            found.append(Content(part))
        elif len(part) == 2:
            key = ACTIONS[part[0]]
            owner = "app" if key.place == "app" else "screen"
            found.append(_clickable(f"{keymap_of(screen).shown(part[0])} {part[1]}", f"{owner}.{key.action}"))
        else:
            found.append(_clickable(f"{part[0]} {part[1]}", f"screen.{part[2]}"))
    return Content(" · ").join(found)


def keymap_of(node: MessagePump) -> Keymap:
    """Which key does what in the app that a screen or widget is in."""
    return cast(_HasKeymap, node.app).keymap


def help_of(node: MessagePump, action: str) -> str:
    """The sentence on an action, by its id, with its key: for a tooltip."""
    key = keymap_of(node).key(ACTIONS[action])
    return f"{key.help} ({key.shown})"


class _HasKeymap(Protocol):
    """The app, as much of it as the screens below it may know."""

    keymap: Keymap


def _clickable(words: str, action: str) -> Content:
    return Content.styled(words, Style.from_meta({"@click": action}))
