"""Keys as records, from which bindings, footer, command palette and the ``?`` screens are all made.

The keys of a pane are in its record in ``panes``, those that act everywhere are here.

A printable key acts only outside text fields, since a focused field takes it first; ``always`` makes a key act
inside them too. ctrl+a, ctrl+b, ctrl+q and ctrl+s stay free: terminal multiplexers and flow control take them.
ctrl+z is no multiplexer's: it suspends, as in other programs of the terminal, but in an editor of several lines,
where it undoes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True)
class Key:
    """One thing a person can do by key."""

    keys: str
    """Textual's name of the key."""
    action: str
    """Name of the method ``action_<name>`` of the app or of the pane, with arguments as Textual takes them."""
    label: str
    """Two words at most, for the footer."""
    help: str
    """One sentence, for the ``?`` screen and the palette."""
    footer: bool = True
    """Whether the footer shows it."""
    always: bool = False
    """Whether it acts inside text fields too."""
    palette: bool = True
    """Whether the command palette offers it."""

    @property
    def shown(self) -> str:
        """The key as a person reads it: ``F1``, ``?``, ``esc``."""
        return _NAMES.get(self.keys, self.keys.upper() if _is_function_key(self.keys) else self.keys)

    @property
    def printable(self) -> bool:
        """Whether a text field would take the key as text."""
        return len(self.keys) == 1 or self.keys in ("question_mark", "slash", "space", "plus", "minus")

    @property
    def action_name(self) -> str:
        """The action without its arguments."""
        return self.action.partition("(")[0]


_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "escape": "esc",
    "plus": "+",
    "minus": "-",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "enter": "⏎",
    "ctrl+o": "^o",
    "ctrl+p": "^p",
    "ctrl+r": "^r",
    "ctrl+y": "^y",
    "ctrl+z": "^z",
}

APP_KEYS: tuple[Key, ...] = (
    Key("escape", "leave_field", "Leave field", "Leave the text field, so that the single keys act.", palette=False),
    Key("question_mark", "help", "Help", "Show what this pane is for and its keys."),
    Key("ctrl+p", "command_palette", "Commands", "Find any action by name.", always=True, palette=False),
    Key("f12", "messages", "Messages", "Show everything that was said, newest first.", footer=False, always=True),
    Key("f9", "change_theme", "Theme", "Choose another theme.", footer=False, always=True),
    Key("ctrl+z", "suspend", "Suspend", "Go back to the shell; its command fg brings the app back.", footer=False),
    Key("q", "quit", "Quit", "Leave. Training continues in the background."),
    Key("f10", "quit", "Quit", "Leave, from anywhere.", footer=False, always=True, palette=False),
    Key(
        "ctrl+c",
        "interrupt",
        "Quit",
        "Leave, when pressed twice. Training continues in the background.",
        footer=False,
        palette=False,
    ),
)
"""What acts in every pane, beside the keys that show one."""

SUSPECT_KEYS: tuple[Key, ...] = (
    Key("r", "decide('right')", "Right", "The label is right."),
    Key("o", "decide('other')", "Other label", "The other label is right."),
    Key("x", "decide('leave-out')", "Leave out", "Give it no label."),
    Key("u", "undo", "Undo", "Take back the decision about what the cursor is on, else the last one."),
    Key("1", "decide('first')", "1st label", "Give it the first label.", footer=False),
    Key("2", "decide('second')", "2nd label", "Give it the second label.", footer=False),
    Key("n", "next_list", "Next list", "Show unlabelled ones, or those decided about."),
    Key("c", "corrections", "Apply", "Read the corpus with what was decided, or without."),
    Key("escape", "leave", "Close", "Go back; what is being computed is ended."),
)
"""What acts among labels that look wrong, over the Evaluate pane."""


def _is_function_key(key: str) -> bool:
    return key[0] == "f" and key[1:].isdigit()


def bindings(keys: Iterable[Key]) -> list[Binding]:
    """Textual's bindings."""
    return [
        Binding(
            key.keys,
            key.action,
            key.label,
            show=key.footer,
            key_display=key.shown,
            priority=key.always,
            tooltip=key.help,
        )
        for key in keys
    ]


def acts_in_text(keys: Iterable[Key], action: str) -> bool:
    """Whether an action has a key that a text field would not swallow."""
    named = [key for key in keys if key.action_name == action]
    return not named or any(key.always or not key.printable for key in named)
