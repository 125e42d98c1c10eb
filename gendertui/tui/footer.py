"""The keys that act now, on the last line: as many as fit, the way on always among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import ActiveBinding
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, OptionList, Select

from gendertui.tui.focus import is_text_field
from gendertui.tui.keymap import ACTIONS, span
from gendertui.tui.keys import Key
from gendertui.tui.panes import DIGITS, FUNCTION_KEYS
from gendertui.tui.session import session_of

_ORDER = {name: place for place, name in enumerate(ACTIONS)}
_ENTER = {OptionList: "Choose", Select: "Choose", Button: "Press"}
"""What Enter does in Textual's widgets; the program's own say it by an attribute ``enter``."""
_CANNOT = Style(dim=True)


@dataclass(frozen=True)
class Entry:
    """A key as the footer shows it."""

    key: str
    shown: str
    label: str
    action: str
    enabled: bool
    tooltip: str
    rank: int

    @property
    def cells(self) -> int:
        """Its width: a blank on both sides of the key, one behind the label."""
        return cell_len(self.shown) + cell_len(self.label) + 3


class KeyFooter(Widget):
    """One line that is drawn, not a widget for each key as in Textual's footer.

    The focus moves with every other key: to make widgets anew each time, and to lay the screen out for them, is what
    most of the answer to a key would be spent on.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-footer--key", "key-footer--label", "key-footer--pointed"}

    entries: reactive[tuple[Entry, ...]] = reactive(())
    """What is shown, from left to right."""
    pointed: reactive[Entry | None] = reactive(None)
    """The entry under the mouse."""

    _looking = False
    """Whether it is about to look which keys act."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._look)
        self.watch(self.screen, "stack_updates", self._uncovered, init=False)

    def _uncovered(self) -> None:
        # Not at once: a dialog that goes gives its place to another, or the focus back, before the next key.
        self.call_after_refresh(self._look)

    def on_resize(self) -> None:
        """Another width has room for other keys."""
        self._look()

    def _look(self, _screen: Screen[Any] | None = None) -> None:
        # Once for all that a key has changed: to ask what every key does now takes a while.
        if not self._looking:
            self._looking = True
            self.call_next(self._show)

    def _show(self) -> None:
        self._looking = False
        # Under a dialog it stays as it is: its keys do not act, and would change only to change back.
        if self.is_mounted and self.app.screen is self.screen:
            self.entries = tuple(fitting(self._entries(), self.app.size.width))
            self.pointed = None

    def render(self) -> Text:
        text = Text(no_wrap=True, overflow="crop", end="")
        for entry in self.entries:
            for part, words in (("key", f" {entry.shown} "), ("label", f"{entry.label} ")):
                style = self.get_component_rich_style(f"key-footer--{part}", partial=True)
                if entry == self.pointed:
                    style += self.get_component_rich_style("key-footer--pointed", partial=True)
                text.append(words, style if entry.enabled else style + _CANNOT)
        return text

    def entry_at(self, cell: int) -> Entry | None:
        """The entry that is shown there.

        :param cell: from the left end of the line, in cells.
        """
        start = 0
        for entry in self.entries:
            if start <= cell < start + entry.cells:
                return entry
            start += entry.cells
        return None

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self.pointed = self.entry_at(event.x)
        self.tooltip = None if self.pointed is None else self.pointed.tooltip or None

    def on_leave(self) -> None:
        self.pointed = None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        entry = self.entry_at(event.x)
        if entry is None:
            return
        if entry.enabled:
            self.app.simulate_key(entry.key)
        else:
            self.app.bell()

    def _entries(self) -> list[Entry]:
        """All that could be shown: what the pane does, then what acts everywhere."""
        keymap = session_of(self).keymap
        found: dict[str, tuple[int, int, Entry]] = {}
        active = self.screen.active_bindings
        for each in active.values():
            binding = each.binding
            if not binding.show or binding.action in found:
                continue
            record = ACTIONS.get(binding.id or "")
            shown = self.app.get_key_display(binding) if record is None else keymap.key(record).shown
            rank = Key.rank if record is None else record.rank
            tooltip = each.tooltip if record is None else keymap.key(record).help
            entry = Entry(binding.key, shown, binding.description, binding.action, each.enabled, tooltip, rank)
            # Keys that act everywhere come behind those of the pane.
            behind = int(record is not None and record.place == "app")
            found[binding.action] = (behind, _ORDER.get(binding.id or "", -1), entry)
        entries = [entry for _, _, entry in sorted(found.values(), key=lambda each: each[:2])]
        at = sum(behind == 0 for behind, _, _ in found.values())
        return [*entries[:at], *self._enter(active), *self._ways(active), *entries[at:]]

    def _enter(self, active: Mapping[str, ActiveBinding]) -> list[Entry]:
        """What Enter does to what has the focus."""
        focused = self.screen.focused
        usual = next((words for kind, words in _ENTER.items() if isinstance(focused, kind)), "")
        label = getattr(focused, "enter", usual)
        if not label or "enter" not in active:
            return []
        return [Entry("enter", "⏎", label, "", True, "", 0)]

    def _ways(self, active: Mapping[str, ActiveBinding]) -> list[Entry]:
        """The keys that show the panes."""
        keys = FUNCTION_KEYS if is_text_field(self.screen.focused) else DIGITS
        keys = session_of(self).keymap.keys(keys)
        if not any(key.keys in active for key in keys):
            return []
        jump = session_of(self).keymap.key(ACTIONS["app.jump"]).keys
        return [Entry(jump, span(keys), "Panes", "", True, ", ".join(f"{key.shown} {key.label}" for key in keys), 0)]


def fitting(entries: Sequence[Entry], cells: int) -> list[Entry]:
    """The entries there is room for; of those left out first the rank is the highest, and the place the last."""
    kept = list(entries)
    while sum(entry.cells for entry in kept) > cells and any(entry.rank for entry in kept):
        kept.remove(max(reversed(kept), key=lambda entry: entry.rank))
    return kept
