"""The command line. A command imports what it needs when it runs.

Modules: ``root`` (the command tree and its help), ``app`` (opens the app), one for each command or group of commands:
``predict``, ``train``, ``evaluate``, ``audit``, ``corpus``, ``vectors``, ``runs`` with ``runs_queue``, ``run_log``,
``run_export`` and ``run_compare``, ``sweep``, ``models``, ``glossary``, ``config``, ``keys``, ``completion``,
``doctor``; and ``terminal`` (what all of them share).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

COMPLETION_VARIABLE = "_GENDERTUI_COMPLETE"


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run one command line and leave the process with its exit code (the table in ``errors.EXIT_CODES``).

    :param args: the words; where left out, this process's own.
    """
    from gendertui.cli.terminal.exit import run_command

    words = list(sys.argv[1:] if args is None else args)
    code = run_command(lambda: _run(words))
    if args is None and words[:1] == ["predict"] and "concurrent.futures.process" not in sys.modules:
        # It has started no thread and no process, and keeps nothing open.
        from gendertui.immediate_exit import exit_immediately

        exit_immediately(code)
    sys.exit(code)


def _run(words: list[str]) -> int:
    if COMPLETION_VARIABLE not in os.environ:
        # Neither the app's first paint nor the answer to a typed line waits for the command tree.
        if not words:
            from gendertui.cli.app import open_app

            return open_app()
        if words[0] == "predict" and words[1:] and not any(word.startswith("-") for word in words):
            from gendertui.cli.predict.lines import predict_typed

            return predict_typed(words[1:])
    from gendertui.cli.root import run

    return run(words)
