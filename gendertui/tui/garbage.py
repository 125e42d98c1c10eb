"""When Python's collector of cycles looks through all objects: while nobody presses a key.

It takes a twentieth of a second and more, in which no key acts; by its own count it would do so in every sixth switch
from one tab to another, since each drawing leaves many objects behind.
"""

from __future__ import annotations

import gc
import weakref

from gendertui.tui.rest import Rest

SELDOM = 20
"""By count it comes so many times more rarely: a run that is watched leaves objects behind, too."""


class Garbage:
    """Collects at rest, and from :meth:`begin` on seldom by count."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._outdated: weakref.WeakSet[object] = weakref.WeakSet()
        rest.add(self._collect)

    def begin(self) -> None:
        """For a process that is an app's alone."""
        young, middle, old = gc.get_threshold()
        gc.set_threshold(young, middle, old * SELDOM)

    def outdated(self, thing: object) -> None:
        """Something large that had come to stay, which the collector passes by, is no longer used: until it is gone,
        look through all that it passes by, too. Called on the event loop."""
        self._outdated.add(thing)
        self._rest.disturbed()

    def _collect(self) -> None:
        thorough = bool(self._outdated)
        if thorough:
            gc.unfreeze()
        gc.collect()
        if thorough:
            gc.freeze()
