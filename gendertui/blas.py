"""numpy with one thread of BLAS.

Its OpenBLAS starts a thread for each core as it is loaded and lets them spin between products. For the short products
of scoring that costs a third of a cold start, and on busy cores more than the second thread does.
"""

from __future__ import annotations

import os

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
