"""Working time in seconds, without pauses and summed over resumed runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Stopwatch:
    """Starts when created.

    :param before: seconds worked earlier, by the process that is resumed.
    """

    def __init__(self, before: float = 0.0) -> None:
        self._since = time.monotonic() - before

    def seconds(self) -> float:
        """Seconds worked so far."""
        return time.monotonic() - self._since

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Context whose duration is not counted."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._since += time.monotonic() - began
