"""Keys as records, from which bindings, footer, command palette and the ``?`` screens are all made.

The keys of a pane are in its record in ``panes``, those of the screens over a pane in ``screen_keys``, those that act
everywhere are here.

A printable key acts only outside text fields, since a focused field takes it first; ``always`` makes a key act
inside them too. ctrl+a, ctrl+b, ctrl+q and ctrl+s stay free: terminal multiplexers and flow control take them.
ctrl+z is no multiplexer's: it suspends, as in other programs of the terminal, but in an editor of several lines,
where it undoes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendertui.tui.key_names import is_printable, shown

if TYPE_CHECKING:
    from textual.binding import Binding

# The one argument that says which of several things an action does: show_tab('verdict').
_WHICH = re.compile(r"\('([^']*)'\)$")


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
    """One sentence, for the ``?`` screen and the palette; names other keys by their ids: ``[train.pause]``."""
    footer: bool = True
    """Whether the footer shows it."""
    always: bool = False
    """Whether it acts inside text fields too."""
    palette: bool = True
    """Whether the command palette offers it."""
    rank: int = 2
    """How soon the footer leaves it out where not all fit: 0 as long as anything is shown, 3 first."""
    name: str = ""
    """What the settings call it, by default after its action."""
    place: str = "app"
    """Where it acts: the name of a pane or of a screen, ``app`` for everywhere."""

    @property
    def id(self) -> str:
        """Identifies it in the settings: ``train.pause``."""
        which = _WHICH.search(self.action)
        return f"{self.place}.{self.name or (which.group(1) if which else self.action_name.replace('_', '-'))}"

    @property
    def shown(self) -> str:
        """The key as a person reads it: ``F1``, ``?``, ``esc``."""
        return shown(self.keys)

    @property
    def printable(self) -> bool:
        """Whether a text field would take the key as text."""
        return is_printable(self.keys)

    @property
    def action_name(self) -> str:
        """The action without its arguments."""
        return self.action.partition("(")[0]


APP_KEYS: tuple[Key, ...] = (
    Key(
        "escape",
        "leave_field",
        "Leave field",
        "Leave the text field, so that the single keys act.",
        palette=False,
        rank=1,
    ),
    Key("question_mark", "help", "Help", "Show what this pane is for and its keys.", rank=0),
    Key("ctrl+p", "command_palette", "Commands", "Find any action by name.", always=True, palette=False, rank=1),
    Key(
        "ctrl+g",
        "jump",
        "Jump",
        "Label every control on the screen: typing its label goes there.",
        always=True,
        rank=3,
    ),
    Key("exclamation_mark", "doctor", "Doctor", "Check this installation: what works, what is missing.", footer=False),
    Key("f12", "messages", "Messages", "Show everything that was said, newest first.", footer=False, always=True),
    Key("f9", "change_theme", "Theme", "Choose another theme.", footer=False, always=True),
    Key("ctrl+z", "suspend", "Suspend", "Go back to the shell; its command fg brings the app back.", footer=False),
    Key("q", "quit", "Quit", "Leave. Training continues in the background."),
    Key("f10", "quit", "Quit", "Leave, from anywhere.", footer=False, always=True, palette=False, name="quit-anywhere"),
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


def bindings(keys: Iterable[Key]) -> list[Binding]:
    """Textual's bindings."""
    # The shell knows the keys without Textual.
    from textual.binding import Binding

    return [
        Binding(
            key.keys,
            key.action,
            key.label,
            show=key.footer,
            key_display=key.shown,
            priority=key.always,
            tooltip=key.help,
            id=key.id,
        )
        for key in keys
    ]
