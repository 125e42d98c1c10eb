"""The keys that act now, on the last line: as many as fit, the way on always among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.widgets import Button, Footer, Input, OptionList, Select, TextArea
from textual.widgets._footer import FooterKey

from gendertui.tui.keymap import ACTIONS, span
from gendertui.tui.keys import Key
from gendertui.tui.panes import DIGITS, FUNCTION_KEYS
from gendertui.tui.session import session_of

_ORDER = {name: place for place, name in enumerate(ACTIONS)}
_ENTER = {OptionList: "Choose", Select: "Choose", Button: "Press"}
"""What Enter does in Textual's widgets; the program's own say it by an attribute ``enter``."""


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


class KeyFooter(Footer):
    """Made anew only where it would show other keys.

    Textual takes all of it away and lays the screen out again whenever the focus moves, most often for the same keys.
    """

    _made: list[Entry] | None = None

    def compose(self) -> ComposeResult:
        self._made = fitting(self._entries(), self.app.size.width) if self._bindings_ready else []
        for entry in self._made:
            yield FooterKey(
                entry.key,
                entry.shown,
                entry.label,
                entry.action,
                disabled=not entry.enabled,
                tooltip=entry.tooltip,
            ).data_bind(compact=Footer.compact)

    def on_mount(self) -> None:
        self.watch(self.screen, "stack_updates", self._uncovered, init=False)

    def _uncovered(self) -> None:
        if self._bindings_ready:
            self.call_after_refresh(self.recompose)

    async def recompose(self) -> None:
        # Under a dialog it stays as it is: its keys do not act, and would change only to change back.
        if self.app.screen is self.screen and self._made != fitting(self._entries(), self.app.size.width):
            await super().recompose()

    def on_resize(self, event: events.Resize) -> None:
        """Another width has room for other keys."""
        if self._bindings_ready:
            self.call_later(self.recompose)

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
            entry = Entry(
                binding.key, shown, binding.description, binding.action, each.enabled, each.tooltip or "", rank
            )
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
        keys = FUNCTION_KEYS if isinstance(self.screen.focused, Input | TextArea) else DIGITS
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
