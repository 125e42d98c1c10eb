"""Textual's driver, which also gives the tab back with the terminal, and takes answers of the terminal out of the keys.

The tab: at the end, in a crash, while it is suspended.
"""

from __future__ import annotations

import os
import time
from codecs import getincrementaldecoder
from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from textual._xterm_parser import XTermParser
from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

if TYPE_CHECKING:
    from gendertui.tui.background_colour import Question
    from gendertui.tui.calling import Calling


class Driver(LinuxDriver):
    """Writes what :class:`gendertui.notices.notices.Notices` says when the terminal is taken and given back."""

    _has_tab = False
    _is_to_stop = False

    @property
    def _owner(self) -> Calling:
        return cast("Calling", self._app)

    def start_application_mode(self) -> None:
        if (question := self._owner.question) is not None:
            question.let_go(self.fileno)
        if self._is_in_background():
            # It stops here, and goes on as after any stop.
            self._must_signal_resume = True
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # In the background (``bg``) Textual has not taken it, and nothing takes what is written; it takes it once more
        # within this call where ``fg`` follows.
        if not self._has_tab and self._has_terminal():
            self._has_tab = True
            self.write(self._owner.notices.enter())

    def _has_terminal(self) -> bool:
        return self._writer_thread is not None and self._writer_thread.is_alive()

    def _is_in_background(self) -> bool:
        # What is no terminal has no foreground.
        return os.isatty(self.fileno) and os.tcgetpgrp(self.fileno) != os.getpgrp()

    def stop_application_mode(self) -> None:
        self._has_tab = False
        self.write(self._owner.notices.leave())
        super().stop_application_mode()

    def disable_input(self) -> None:
        """Stop reading keys, once: Textual does so again after the terminal was given back, and drops the shell's."""
        if self._key_thread is not None:
            super().disable_input()
            self._key_thread = None

    def _sigtstp_application(self, *_: object) -> None:
        """Stop as another process asks for it, but between two pieces of the app's work.

        Python handles a signal between any two instructions: in the midst of a write, too, whose lock the end of the
        application mode would wait for in vain. Suspended already, the app writes nothing, and is to stop here.
        """
        if self._auto_restart and not self._loop.is_closed():
            self._is_to_stop = True
            self._loop.call_soon_threadsafe(self._stop)
        else:
            super()._sigtstp_application()

    def _stop(self) -> None:
        if self._is_to_stop:
            self._is_to_stop = False
            super()._sigtstp_application()

    def _sigcont_application(self, *_: object) -> None:
        """Go on. Where it has not stopped, or goes on already, the terminal is not taken again."""
        if self._is_to_stop:
            self._is_to_stop = False
        elif self._must_signal_resume and not self._has_terminal():
            super()._sigcont_application()

    def run_input_thread(self) -> None:
        """Before Textual reads keys: what came since the terminal was asked for its colour."""
        question, self._owner.question = self._owner.question, None
        if question is not None:
            self._take_answer(question)
        super().run_input_thread()

    def _take_answer(self, question: Question) -> None:
        known, came = question.dark, False
        parser, decode = XTermParser(self._debug), getincrementaldecoder("utf-8")("replace").decode
        for typed in question.rest(self.fileno, self.exit_event.is_set):
            # To the parser an empty text is the end.
            if text := decode(typed):
                came = True
                self._process(parser.feed(text))
            self._process(parser.tick())
        if came:
            # A single escape is known by what does not follow it.
            time.sleep(ESCAPE_DELAY)
            self._process(parser.tick())
        if question.dark is not None and known is None:
            self._app.call_later(self._owner.colour_found, question.dark)

    def _process(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.process_message(message)
