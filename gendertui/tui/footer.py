"""The keys that act now, on the last line."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import ActiveBinding
from textual.widgets import Footer


class KeyFooter(Footer):
    """Textual's footer, made anew only where it would show other keys.

    Textual takes all of it away and lays the screen out again whenever the focus moves, most often for the same keys.
    """

    _made: list[tuple[object, ...]] | None = None

    def compose(self) -> ComposeResult:
        self._made = self._keys() if self._bindings_ready else None
        yield from super().compose()

    async def recompose(self) -> None:
        if self._made != self._keys():
            await super().recompose()

    def _keys(self) -> list[tuple[object, ...]]:
        """All that Textual makes the footer of."""

        def shown(active: ActiveBinding) -> tuple[object, ...]:
            return active.binding, active.enabled, active.tooltip

        return [shown(active) for active in self.screen.active_bindings.values() if active.binding.show]
