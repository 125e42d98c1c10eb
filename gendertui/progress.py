"""How long-running work reports its progress."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage, the amount done and the total (0 if unknown).

It may raise to stop the work, which then leaves nothing half-finished.
"""
Count = Callable[[int, int], None]
"""The same for work of a single stage: the amount done and the total."""


def silent(_stage: str, _done: int, _total: int) -> None:
    """Progress callback that does nothing."""
