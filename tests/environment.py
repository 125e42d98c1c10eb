"""The environment every test runs in, whoever started it and from whichever shell: set in this one place.

A pytest plugin (``-p tests.environment`` in ``pyproject.toml``), because it has to come before the plugins that read
the environment when they are imported (Textual by pytest-textual-snapshot, hypothesis), before the processes of xdist,
and before any ``conftest.py``.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping

KEPT = frozenset({"HOME", "LOGNAME", "PATH", "TMPDIR", "USER", "VIRTUAL_ENV"})
"""Where programs, the person's folder and temporary files are. Everything else a shell may hold is dropped."""
KEPT_PREFIXES = ("DYLD_", "LD_", "PYTEST_", "TEXTUAL_SNAPSHOT_")

FIXED: Mapping[str, str] = {
    # hypothesis draws the same examples each time; `make test-long` asks for new ones.
    "CI": "true",
    "COLORTERM": "truecolor",
    "LANG": "C.UTF-8",
    # Two test processes on two cores: more threads than one in each only get in each other's way.
    "OMP_NUM_THREADS": "1",
    "TERM": "xterm-256color",
    # Nothing on the screen may depend on when a picture is taken.
    "TEXTUAL_ANIMATIONS": "none",
    "TZ": "UTC",
}


def clean(inherited: Mapping[str, str]) -> dict[str, str]:
    """The environment of the tests, made from that of whoever started them."""
    kept = {name: value for name, value in inherited.items() if name in KEPT or name.startswith(KEPT_PREFIXES)}
    return {**kept, **FIXED}


def reset_signals() -> None:
    """Let no signal be ignored or blocked: ``nohup`` and a shell's background jobs hand both down."""
    for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGTERM, signal.SIGTSTP, signal.SIGUSR1):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _apply() -> None:
    cleaned = clean(os.environ)
    os.environ.clear()
    os.environ.update(cleaned)
    time.tzset()
    os.umask(0o022)
    reset_signals()


_apply()
