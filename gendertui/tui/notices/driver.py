"""Textual's driver, which also gives the tab back with the terminal: at the end, in a crash, while it is suspended."""

from __future__ import annotations

from typing import cast

from textual.drivers.linux_driver import LinuxDriver

from gendertui.tui.notices.notices import Notices


class Driver(LinuxDriver):
    """Writes what :class:`Notices` has to say when the terminal is taken and given back."""

    @property
    def _notices(self) -> Notices:
        return cast(Notices, self._app.notices)  # type: ignore[attr-defined]

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # In the background (``bg``) Textual has not taken it, and nothing takes what is written.
        if self._writer_thread is not None and self._writer_thread.is_alive():
            self.write(self._notices.enter())

    def stop_application_mode(self) -> None:
        self.write(self._notices.leave())
        super().stop_application_mode()
