"""Keys of the screens that lie over a pane, by the screen's name. They can be set like those of a pane.

What is the same on every screen is no entry of these tables, and stays as it is: esc leaves, ⏎ takes or closes, the
cursor keys move, tab goes to the next field.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gendertui.tui.keys import APP_KEYS, Key, bindings

if TYPE_CHECKING:
    from textual.binding import Binding

_DECISIONS = (
    Key("r", "decide('right')", "Right", "The label is right."),
    Key("o", "decide('other')", "Other label", "The other label is right."),
    Key("x", "decide('leave-out')", "Leave out", "Give it no label."),
    Key("1", "decide('first')", "1st label", "Give it the first label.", footer=False),
    Key("2", "decide('second')", "2nd label", "Give it the second label.", footer=False),
)

_SCREENS: dict[str, tuple[Key, ...]] = {
    "suspects": (
        *_DECISIONS[:3],
        Key("u", "undo", "Undo", "Take back the decision about what the cursor is on, else the last one."),
        *_DECISIONS[3:],
        Key("n", "next_list", "Next list", "Show unlabelled ones, or those decided about."),
        Key("c", "corrections", "Apply", "Read the corpus with what was decided, or without."),
        Key("escape", "leave", "Close", "Go back; what is being computed is ended.", rank=0),
    ),
    "doctor": (
        Key("y", "copy", "Copy", "Copy all that was found, as for a bug report."),
        Key("r", "again", "Look again", "Examine the installation once more."),
    ),
    "messages": (
        Key("slash", "filter", "Filter", "Filter the messages as you type."),
        Key("y", "copy", "Copy", "Copy the message under the cursor."),
        Key("ctrl+y", "copy", "Copy", "Copy it, from the filter too.", name="copy-anywhere"),
    ),
    "remedy": (
        Key("y", "copy", "Copy", "Copy what happened and what can be done."),
        Key("ctrl+y", "copy", "Copy", "Copy it, as elsewhere.", name="copy-anywhere"),
    ),
    "labels": (
        Key("1", "mean('NEGATIVE')", "Negative", "The value under the cursor is the first label."),
        Key("2", "mean('POSITIVE')", "Positive", "The value under the cursor is the second label."),
        Key("0", "mean('UNLABELLED')", "Unlabelled", "Rows with it have no label."),
        Key("x", "mean('LEFT_OUT')", "Left out", "Rows with it are left out.", name="left-out"),
        Key("r", "rest", "The rest", "Give all values without a meaning the one under the cursor."),
    ),
    "scene": (Key("ctrl+r", "score", "Score", "Score the scene that was typed.", always=True),),
}
SCREEN_KEYS: dict[str, tuple[Key, ...]] = {
    name: tuple(replace(key, place=name, name=key.name or key.id.partition(".")[2].lower()) for key in keys)
    for name, keys in _SCREENS.items()
}
"""Name of a screen → its keys."""

CLOSING: dict[str, tuple[str, ...]] = {
    "doctor": ("app.quit", "app.doctor"),
    "suspects": ("app.quit",),
    "passage": ("app.quit",),
    "help": ("app.help", "app.quit"),
}
"""Name of a screen → ids of the app's actions whose keys, as they are set, close it, or what lies over it."""


def decisions() -> list[Binding]:
    """The keys of ``suspects`` that decide about a label, for a screen that closes with the decision."""
    keys = (key for key in SCREEN_KEYS["suspects"] if key.action_name == "decide")
    return bindings(replace(key, action=key.action.replace("decide", "dismiss")) for key in keys)


def of_app(*actions: str) -> list[Binding]:
    """Keys that act everywhere, for a screen that lies over the app, where they would not."""
    keys = (key for key in APP_KEYS if key.action_name in actions)
    return bindings(replace(key, action=f"app.{key.action}", name=key.id.partition(".")[2]) for key in keys)


def closing(fixed: str, screen: str | None = None) -> list[Binding]:
    """What closes a screen without an answer.

    :param fixed: keys that nobody can set, as Textual names them. :param screen: its name in :data:`CLOSING`; ``None``
        where no other key closes it.
    """
    # The shell knows the keys without Textual.
    from textual.binding import Binding

    also = CLOSING[screen] if screen else ()
    return [
        Binding(fixed, "dismiss(None)", "Close"),
        *(Binding(key.keys, "dismiss(None)", "Close", id=key.id) for key in APP_KEYS if key.id in also),
    ]
