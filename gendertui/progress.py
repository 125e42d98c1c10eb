"""How long work tells whoever waits for it where it stands."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage, how much of it is done and how much there is (0: not known).

It may raise, to stop the work: nothing half-done is left then.
"""
Count = Callable[[int, int], None]
"""The same for work of one stage: how much is done and how much there is."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Progress that nobody follows."""
