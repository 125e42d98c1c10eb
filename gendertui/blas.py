"""BLAS on one thread: numpy's, and what scikit-learn's solvers call.

OpenBLAS starts a thread for each core as it is loaded and lets them spin between products. For the short products of
scoring that costs a third of a cold start, for those of a report's resamples two thirds of its time, and on busy cores
more than the second thread does. liblinear adds and multiplies vectors of all features at each of its steps: with a
second thread it took three to five times as much processor time, ten times as long on busy cores, and the last digits
of its weights were another's on another number of cores.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

THREADS = "OPENBLAS_NUM_THREADS"
_CHOSEN = (THREADS, "GOTO_NUM_THREADS", "OMP_NUM_THREADS")
"""What OpenBLAS reads; where a person has set one of these, it holds."""


def import_numpy() -> None:
    """Import numpy so; to be called before anything else has imported it, or it changes nothing.

    The environment is as it was afterwards: processes started later, and torch's libraries, are free to take more.
    """
    chosen = any(name in os.environ for name in _CHOSEN)
    if not chosen:
        os.environ[THREADS] = "1"
    try:
        import numpy  # noqa: F401 (loaded for what its library reads from the environment)
    finally:
        if not chosen:
            del os.environ[THREADS]


class _Limits:
    """What BLAS had before the first thread of this process came that wants one, while any is there."""

    def __init__(self) -> None:
        self._changing = Lock()
        self._inside = 0
        self._before: Any = None

    def enter(self) -> None:
        from threadpoolctl import threadpool_limits

        with self._changing:
            if self._inside == 0:
                self._before = threadpool_limits(limits=1, user_api="blas")
            self._inside += 1

    def leave(self) -> None:
        with self._changing:
            self._inside -= 1
            if self._inside == 0:
                self._before.restore_original_limits()


_limits = _Limits()


@contextmanager
def one_thread() -> Iterator[None]:
    """While any thread of this process has it entered, every BLAS that was loaded by then has one thread, for all of
    them."""
    _limits.enter()
    try:
        yield
    finally:
        _limits.leave()
