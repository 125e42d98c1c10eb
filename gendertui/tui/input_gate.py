"""One key at a time: each acts on what the one before it has brought about.

Textual hands a key to the app at once, while its consequences (a row highlighted, a field filled, the focus moved, a
pane or a dialog made) travel as messages between the widgets. Keys that arrive in one packet, as a slow line delivers
them, would overtake these messages.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from textual import events
from textual.message_pump import MessagePump

from gendertui.tui.focus import is_text_field

if TYPE_CHECKING:
    from gendertui.tui.background import Background

QUICK_LOOKS = 30
"""So many turns of the event loop a held event is looked at again in each of them, then every few milliseconds."""
LOOK_SECONDS = 0.002
EDITING = frozenset(("backspace", "delete", "left", "right", "home", "end", *(f"ctrl+{letter}" for letter in "kuw")))
"""Keys that change what is typed in a text field, or where it goes on, and nothing else."""


class InputGate:
    """Holds keys, pastes and the mouse back until the app has settled after the event before them.

    What is typed on in a text field waits for the widgets' messages only. All else also waits for the layout and for
    the work that keeps input waiting (see :meth:`Background.background`): the first letter after another key, too,
    since a dialog may be on its way.
    """

    def __init__(self, app: Background) -> None:
        self._app = app
        self._held: deque[events.Event] = deque()
        self._released: deque[events.Event] = deque()
        self._looks = 0
        self._busy: MessagePump | None = None
        """What was not done at the last look."""
        self._scheduled = False
        self._typing = False
        """Whether the last event that acted was a key, in a text field."""
        self.open = False
        """Whether there is anything yet for which input could be meant."""

    @property
    def waiting(self) -> bool:
        """Whether an event is held back."""
        return bool(self._held or self._released)

    def admits(self, event: events.Event) -> bool:
        """Whether the event may act now. If not it is kept, and posted to the app again as soon as it may."""
        if self._released and event is self._released[0]:
            self._released.popleft()
            return self._acts(event)
        if not self.waiting and (isinstance(event, events.MouseMove) or self._settled(event, arriving=True)):
            return self._acts(event)
        if isinstance(event, events.MouseMove) and self._held and isinstance(self._held[-1], events.MouseMove):
            self._held.pop()
        self._held.append(event)
        self._look_later()
        return False

    def _acts(self, event: events.Event) -> bool:
        if not isinstance(event, events.MouseMove):
            # No paste: it may be a scene, for which the field makes room.
            self._typing = isinstance(event, events.Key) and (
                self._is_text(event) or (event.key in EDITING and self._in_text())
            )
        return True

    def _look_later(self) -> None:
        if self._scheduled or not self._held:
            return
        self._scheduled = True
        loop = asyncio.get_running_loop()
        if self._looks < QUICK_LOOKS:
            loop.call_soon(self._look)
        else:
            loop.call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        self._scheduled = False
        self._looks += 1
        if not self._app.is_running:
            self._held.clear()
        elif not self._released and self._settled(self._held[0]):
            self._looks = 0
            self._release()
        self._look_later()

    def _release(self) -> None:
        """The event that waits longest; with a letter all the letters behind it, which the field takes in order."""
        letters = True
        while self._held and letters:
            event = self._held[0]
            letters = isinstance(event, events.Key) and self._is_text(event)
            if letters or not self._released:
                self._released.append(self._held.popleft())
                self._app.post_message(event)

    def _settled(self, event: events.Event, *, arriving: bool = False) -> bool:
        """Whether all that came before the event is done.

        :param arriving: the app is just handling it.
        """
        if not self.open or not (_is_done_but_for_this(self._app) if arriving else _is_idle(self._app)):
            return False
        # Most often it is not done yet: there are hundreds of others.
        if self._busy is not None and not _is_idle(self._busy):
            return False
        self._busy = None
        nodes = list[MessagePump](self._app.screen_stack)
        while nodes:
            node = nodes.pop()
            if not _is_idle(node):
                self._busy = node
                return False
            nodes.extend(node.children)  # type: ignore[attr-defined]
        text = self._is_text(event)
        if text and self._typing:
            return True
        waits = self._app.keeps_letters_waiting if text else self._app.keeps_input_waiting
        return not (waits or self._app.screen._layout_required)

    def _is_text(self, event: events.Event) -> bool:
        written = isinstance(event, events.Paste) or (isinstance(event, events.Key) and event.is_printable)
        return written and self._in_text()

    def _in_text(self) -> bool:
        return is_text_field(self._app.focused)


# Neither Textual nor asyncio has a public word for whether a task is done with its messages and waits for the next one.


def _is_idle(node: MessagePump) -> bool:
    """Whether a node has handled every message there is for it, or handles none."""
    ready: Any = node._message_queue.ready_event
    return (bool(ready._waiters) and not ready.is_set()) or not node._running


def _is_done_but_for_this(node: MessagePump) -> bool:
    """The same of a node that is just handling a message."""
    return not node.message_queue_size and node._pending_message is None
