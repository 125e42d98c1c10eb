"""``python -m gendertui.runs.audit CORPUS``: an audit in a process of its own, for the app.

On stdout a JSON object a line: ``{"stage": …, "done": …, "total": …}`` while it works, then ``{"audit": {…}}``. It
ends when nobody reads it any more.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from gendertui.corpus.load import load
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.audit import audit


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; what a user can cause is printed as ``{"error": …}`` and is the exit code."""
    parser = argparse.ArgumentParser(prog="python -m gendertui.runs.audit", description=__doc__)
    parser.add_argument("corpus", metavar="CORPUS")
    parser.add_argument("--split", default="auto")
    parser.add_argument("--split-seed", type=int, default=0, metavar="N")
    options = parser.parse_args(arguments)
    try:
        measured = audit(load(options.corpus, progress=_progress), options.split, options.split_seed, _progress)
        _say({"audit": measured.to_json()})
    except GendertuiError as error:
        _say({"error": {"what": error.what, "where": error.where, "hint": error.hint}})
        return error.code
    except BrokenPipeError:
        # Whoever asked is gone: the interpreter's last flush has nothing to say either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.UNEXPECTED
    return ExitCode.OK


def _progress(stage: str, done: int, total: int) -> None:
    _say({"stage": stage, "done": done, "total": total})


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
