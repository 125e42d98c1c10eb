"""When Python's collector of cycles looks through all objects: while nobody presses a key.

It takes a twentieth of a second and more, in which no key acts; by its own count it would do so in every sixth switch
from one tab to another, since each drawing leaves many objects behind.
"""

from __future__ import annotations

import asyncio
import gc
import weakref

SELDOM = 20
"""By count it comes so many times more rarely: a run that is watched leaves objects behind, too."""
REST_SECONDS = 1.0
"""So long after a key nobody is taken to be typing."""


class Garbage:
    """Collects once the keys have come to rest, from :meth:`begin` on."""

    def __init__(self) -> None:
        self._begun = False
        self._outdated: weakref.WeakSet[object] = weakref.WeakSet()
        self._at_rest: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """For a process that is an app's alone."""
        young, middle, old = gc.get_threshold()
        gc.set_threshold(young, middle, old * SELDOM)
        self._begun = True

    def key_pressed(self) -> None:
        """Wait for the keys to come to rest, from now on. Called on the event loop."""
        if self._begun:
            if self._at_rest is not None:
                self._at_rest.cancel()
            self._at_rest = asyncio.get_running_loop().call_later(REST_SECONDS, self._collect)

    def outdated(self, thing: object) -> None:
        """Something large that had come to stay, which the collector passes by, is no longer used: until it is gone,
        look through all that it passes by, too. Called on the event loop."""
        self._outdated.add(thing)
        self.key_pressed()

    def _collect(self) -> None:
        thorough = bool(self._outdated)
        if thorough:
            gc.unfreeze()
        gc.collect()
        if thorough:
            gc.freeze()
