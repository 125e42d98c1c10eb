"""What this installation is made of, what works, what is missing: the same as ``gendertui doctor`` says."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from gendertui.doctor.terminal import Terminal
from gendertui.tui.hints import CLOSES, hints
from gendertui.tui.keys import bindings
from gendertui.tui.probing import Probing
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import SCREEN_KEYS, closing
from gendertui.tui.session import session_of

if TYPE_CHECKING:
    from gendertui.doctor.words import Section

LOOKING = "Looking: another process asks torch for devices, which takes some seconds …"


class DoctorScreen(Dialog[None]):
    """Closes with esc, or the key that opened it. What is missing stands first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *closing("escape,enter", "doctor"),
        *bindings(SCREEN_KEYS["doctor"]),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Section] | None = None
        """``None`` while it is being looked for."""
        self._probing = Probing()

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog", id="doctor") as box:
            box.border_title = "Doctor"
            box.border_subtitle = self._hints()
            yield Static(LOOKING, classes="doctor-line")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()
        self._look()

    def on_unmount(self) -> None:
        """Nobody waits for the other process any more; leaving the app would."""
        self._probing.end()

    def _hints(self, copied: bool = False) -> Content:
        copy = "copied" if copied else ("doctor.copy", "copies")
        return hints(self, copy, ("doctor.again", "looks again"), CLOSES)

    def _look(self) -> None:
        size, stdout = self.app.size, sys.__stdout__
        terminal = Terminal(dict(os.environ), size.width, size.height, None if stdout is None else stdout.encoding)
        probing = self._probing = Probing()

        async def done(found: list[Section]) -> None:
            if self.is_attached and not probing.ended:
                self._found = found
                await self._show(_widgets([found[-1], *found[:-1]]))

        session_of(self).background(lambda: _examine(terminal, probing), done, group="doctor")

    async def _show(self, widgets: Iterable[Static]) -> None:
        box = self.query_one("#doctor", VerticalScroll)
        async with self.batch():
            await box.remove_children()
            await box.mount_all(widgets)

    async def action_again(self) -> None:
        self._probing.end()
        self._found = None
        self.query_one("#doctor", VerticalScroll).border_subtitle = self._hints()
        await self._show([Static(LOOKING, classes="doctor-line")])
        self._look()

    def action_copy(self) -> None:
        if self._found is not None:
            from gendertui.doctor.words import as_text

            self.app.copy_to_clipboard(as_text(self._found))
            self.query_one("#doctor").border_subtitle = self._hints(copied=True)


def _widgets(found: list[Section]) -> Iterator[Static]:
    for place, section in enumerate(found):
        yield Static(section.title, markup=False, classes="doctor-title" + " -below" * (place > 0))
        for line in section.lines:
            yield Static(Content.styled(line.text, "$text-error" if line.needed else ""), classes="doctor-line")
            if line.remedy:
                yield Static(line.remedy, markup=False, classes="doctor-remedy")


def _examine(terminal: Terminal, probing: Probing) -> list[Section]:
    """For a thread; what it imports is imported there."""
    from gendertui.doctor.examine import examine
    from gendertui.doctor.words import sections

    return sections(examine(terminal, started=probing.started))
