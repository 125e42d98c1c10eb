"""Work off the event loop, and errors as notices."""

from __future__ import annotations

import gc
import logging
import time
import traceback
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from textual.worker import Worker, WorkerFailed, WorkerState, get_current_worker

from gendertui.errors import GendertuiError
from gendertui.files import ensure_dir
from gendertui.paths import logs_dir
from gendertui.tui.focus import is_text_field
from gendertui.tui.formatting import literal
from gendertui.tui.garbage import Garbage
from gendertui.tui.keymap import Keymap
from gendertui.tui.messages.log import MessageLog
from gendertui.tui.narrow_updates import NarrowUpdates
from gendertui.tui.rest import Rest

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.actions import ActionParseResult
    from textual.dom import DOMNode
    from textual.notifications import SeverityLevel
    from textual.widget import Widget

Result = TypeVar("Result")
Value = TypeVar("Value")
log = logging.getLogger(__name__)

NOTICE_SECONDS = 15.0
INPUT_WAITS_SECONDS = 5.0
"""For longer than this no key waits for work that is under way."""


class Background(NarrowUpdates):
    """An app that owns its long work: workers of the app outlive the screens and panes that asked for them.

    Once it is being left, nothing is begun any more: what is mounted then never comes to stand.
    """

    keymap = Keymap()
    """Which key does what."""
    _leaving = False
    _by_name = False
    """Whether it is just asked if what was chosen by name can be done."""
    crash: Exception | None = None
    """What nobody caught, and the app was left for; whoever ran it raises it again."""

    def _handle_exception(self, error: Exception) -> None:
        # A worker's failure has no traceback; what it failed with has.
        cause = error.error if isinstance(error, WorkerFailed) else error
        self.crash = self.crash or (cause if isinstance(cause, Exception) else error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave without Textual's pages of source and locals: the command prints a line and logs the rest."""
        self.bell()
        self._close_messages_no_wait()

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self.clock = clock
        self.messages = MessageLog(clock)
        self.rest = Rest()
        self.garbage = Garbage(self.rest)
        self._awaited: dict[Worker[None], float] = {}
        """Work whose outcome the next key is meant for, and until when it waits."""

    @property
    def keeps_input_waiting(self) -> bool:
        """Whether work is under way whose outcome the next key is meant for.

        That is what letters wait for, too, and what a widget set going by itself: a suggestion, the palette's search.
        """
        return self.keeps_letters_waiting or any(
            work.node is not self and not work.is_finished for work in self.workers
        )

    @property
    def keeps_letters_waiting(self) -> bool:
        """Whether work begun with ``awaited`` is under way: what comes of it may be where letters are to go."""
        now = time.monotonic()
        self._awaited = {work: until for work, until in self._awaited.items() if not work.is_finished and now < until}
        return bool(self._awaited)

    @staticmethod
    def settle_objects() -> None:
        """Call once something large has come to stay (a pane, a library): the collector of cycles then passes by what
        there is so far. Looking through all of it takes a fifth of a second, in which no key acts.
        """
        gc.freeze()

    def exit(self, result: None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        self._leaving = True
        super().exit(result, return_code, message)

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        return True if self._leaving else await super().run_action(action, default_namespace, namespaces)

    def takes_letters(self, focused: Widget | None) -> bool:
        """Whether a letter is text; what was chosen by its name needs no key, and acts all the same."""
        return not self._by_name and is_text_field(focused)

    async def act(self, action: str, namespace: DOMNode | None = None) -> None:
        """Do what the key of an action does outside text fields; what cannot be done now is said.

        :param namespace: whose action it is; ``None``: the app's.
        """
        target, name, parameters = self._parse_action(action, namespace or self)
        self._by_name = True
        try:
            possible = target.check_action(name, parameters)
        finally:
            self._by_name = False
        if not possible:
            self.say("There is nothing to do that with now.", warning=True)
        elif not self._leaving:
            await self._dispatch_action(target, name, parameters)

    def background(
        self,
        job: Callable[[], Result],
        then: Callable[[Result], object] | None = None,
        *,
        group: str,
        failed: Callable[[Exception], object] | None = None,
        awaited: bool = False,
    ) -> Worker[None]:
        """Run ``job`` in a thread; afterwards ``then`` gets its result on the event loop.

        A newer job of the same ``group`` takes the place of an older one, whose result is then dropped. An
        exception goes to ``failed``, or becomes a notice.

        :param awaited: the keys pressed next are meant for what comes of it (a dialog, a filtered list), and wait for
            it, though not for longer than :data:`INPUT_WAITS_SECONDS`.
        """

        def run() -> None:
            nonlocal job, then, failed
            worker = get_current_worker()
            try:
                result = job()
            except Exception as error:
                if failed is None or worker.is_cancelled:
                    raise
                tell(failed, error)
            else:
                if then is not None and not worker.is_cancelled:
                    tell(then, result)
            finally:
                # Who keeps the worker does not keep what the work was about, as a whole corpus.
                del job, then, failed

        def tell(callback: Callable[[Value], object], value: Value) -> None:
            # call_later posts a message: unlike call_from_thread it cannot hang while the app is closing.
            self.call_later(lambda: None if self._leaving else callback(value))

        worker = self.run_worker(run, thread=True, group=group, exclusive=True, exit_on_error=False)
        if awaited:
            self.keep_input_waiting(worker)
        return worker

    def keep_input_waiting(self, work: Worker[None]) -> None:
        """Have the next key wait until the work is done, though not for longer than :data:`INPUT_WAITS_SECONDS`."""
        self._awaited[work] = time.monotonic() + INPUT_WAITS_SECONDS

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Show what a worker failed of."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            self.show_error(event.worker.error)

    def show_error(self, error: BaseException) -> None:
        """A notice with what happened, where, and what to do next; a defect is also written to the log."""
        if isinstance(error, GendertuiError):
            parts = [part for part in (error.where, error.hint) if part]
            self._notice(error.what, parts)
            return
        path = ensure_dir(logs_dir()) / "app.log"
        with path.open("a", encoding="utf-8") as stream:
            stream.write("".join(traceback.format_exception(error)) + "\n")
        self._notice(
            f"unexpected: {type(error).__name__}: {error}",
            [str(path), "This is a bug in the program; the file above has the details."],
        )

    def _notice(self, what: str, parts: list[str]) -> None:
        from gendertui.tui.messages.remedy_screen import too_long_for_notice

        title, words = what[:1].upper() + what[1:], "\n".join(parts)
        if too_long_for_notice(words):
            self.explain(title, words)
        else:
            self._toast(words, title=title, severity="error", timeout=NOTICE_SECONDS)

    def explain(self, what: str, words: str) -> None:
        """A screen with an error and what can be done about it, which stays until it is closed."""
        from gendertui.tui.messages.remedy_screen import RemedyScreen

        self.messages.add("error", what, words)
        top = self.screen
        if not isinstance(top, RemedyScreen) or (top.what, top.words) != (what, words):
            self.push_screen(RemedyScreen(what, words))

    def say(self, message: str, *, title: str = "", warning: bool = False) -> None:
        """A notice that is no error. The message is shown as it is written, never as markup."""
        severity: SeverityLevel = "warning" if warning else "information"
        self._toast(message, title=title, severity=severity)

    def _toast(self, message: str, *, title: str, severity: SeverityLevel, timeout: float | None = None) -> None:
        """What a notice says may come from a corpus or a file's name: no markup, nothing that a terminal obeys."""
        self.notify(
            literal(message).plain, title=literal(title).plain, severity=severity, timeout=timeout, markup=False
        )

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """As ever, and keep it: also what Textual itself says passes here."""
        self.messages.add(severity, title, message)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def action_messages(self) -> None:
        """Show everything that was said, or go back."""
        from gendertui.tui.messages.messages_screen import MessagesScreen

        if isinstance(self.screen, MessagesScreen):
            self.screen.dismiss(None)
        else:
            self.push_screen(MessagesScreen(self.messages))
