"""The command line. A command imports what it needs when it runs.

Modules: ``root`` (the command tree and its help), ``app`` (opens the app), one for each command or group of commands:
``predict``, ``train``, ``evaluate``, ``audit``, ``corpus``, ``vectors``, ``runs``, ``models``, ``config``, ``doctor``;
and ``terminal`` (what all of them share).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

COMPLETION_VARIABLE = "_GENDERTUI_COMPLETE"


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run one command line and leave the process with its exit code (the table in ``errors.EXIT_CODES``)."""
    from gendertui.cli.terminal.exit import run_command

    words = list(sys.argv[1:] if args is None else args)
    sys.exit(run_command(lambda: _run(words)))


def _run(words: list[str]) -> int:
    if not words and COMPLETION_VARIABLE not in os.environ:
        # The plain app needs no command tree: its first paint does not wait for one.
        from gendertui.cli.app import open_app

        return open_app()
    from gendertui.cli.root import run

    return run(words)
