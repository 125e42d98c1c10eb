"""The text fields of the app: calm under SSH and under test, and in order however keys arrive."""

from __future__ import annotations

from textual import events
from textual.widgets import Input


class Field(Input):
    """An Input whose cursor does not blink where animations are off (``TEXTUAL_ANIMATIONS=none``)."""

    def on_mount(self) -> None:
        self.cursor_blink = self.app.animation_level != "none"

    async def on_key(self, event: events.Key) -> None:
        """Let the field's own keys act here and now.

        Textual takes a bound key up to the app first; letters that came in the same packet, from a slow line or a quick
        typist, would overtake it.
        """
        if event.is_printable:
            return
        bound = self.screen.active_bindings.get(event.key)
        if bound is not None and bound.node is self and bound.enabled:
            event.stop()
            event.prevent_default()
            await self.run_action(bound.binding.action)
