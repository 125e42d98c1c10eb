"""The app on a terminal of its own, a real pty: keys go in as bytes, and the bytes that come out are kept."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIET_SECONDS = 0.6
# A blinking cursor writes about this much in a second of quiet.
QUIET_BYTES = 2_000
_ESCAPE = re.compile(
    rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_^X][^\x1b]*\x1b\\|\x1b[@-~]"
)


class Screen:
    """The app on a terminal of its own, whose bytes are counted."""

    def __init__(self, controller: int, process: subprocess.Popen[bytes]) -> None:
        self._controller = controller
        self.process = process
        self.seen = bytearray()

    def press(self, keys: bytes) -> None:
        os.write(self._controller, keys)

    def read(self, seconds: float) -> int:
        """Take what is written for so long; the number of bytes."""
        before, until = len(self.seen), time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select.select([self._controller], [], [], left)[0]:
                try:
                    self.seen += os.read(self._controller, 65536)
                except OSError:  # Linux says EIO when the last writer is gone.
                    raise AssertionError(self.seen[-4000:].decode(errors="replace")) from None
        return len(self.seen) - before

    def text(self) -> str:
        """All that was written, in the order of writing, without escape sequences."""
        return _ESCAPE.sub(b"", bytes(self.seen)).decode(errors="replace")

    def wait_for(self, words: str, seconds: float = 60.0) -> None:
        """Until the words have been written."""
        deadline = time.monotonic() + seconds
        while words not in self.text():
            assert time.monotonic() < deadline, f"waited in vain for {words!r}: {self.text()[-2000:]}"
            self.read(0.1)

    def wait_for_state(self, holds: Callable[[], object], seconds: float = 60.0) -> None:
        """Until something holds; what is written meanwhile is taken, as a terminal does."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"waited in vain: {self.text()[-2000:]}"
            self.read(0.05)

    def rest(self, seconds: float = 60.0) -> str:
        """What is written until the app is gone, without escape sequences."""
        before, deadline = len(self.text()), time.monotonic() + seconds
        while time.monotonic() < deadline:
            if select.select([self._controller], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self._controller, 65536)
                except OSError:  # Linux says EIO when the last writer is gone.
                    self.process.wait()
                    return self.text()[before:]
        raise AssertionError(f"the app does not end: {self.text()[-2000:]}")

    def settle(self, *, awaited: bytes = b"", drawn: int = 0) -> None:
        """Until ``awaited`` and ``drawn`` bytes have been written from now on, and there is nothing more to draw."""
        before, deadline = len(self.seen), time.monotonic() + 120
        while self.read(QUIET_SECONDS) > QUIET_BYTES or awaited not in self.seen or len(self.seen) - before < drawn:
            assert time.monotonic() < deadline, f"never quiet, or never {awaited!r}"


@contextmanager
def open_app(*words: str, size: tuple[int, int]) -> Iterator[Screen]:
    """``gendertui`` on a pty with true colour."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    # As a person has it: cursors blink.
    environment = {name: value for name, value in os.environ.items() if name != "TEXTUAL_ANIMATIONS"}
    process = subprocess.Popen(
        [sys.executable, "-m", "gendertui", *words],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        env=environment,
    )
    os.close(terminal)
    try:
        yield Screen(controller, process)
    finally:
        process.kill()
        process.wait()
        os.close(controller)
