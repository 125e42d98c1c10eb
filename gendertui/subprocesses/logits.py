"""``python -m gendertui.subprocesses.logits BUNDLE``: logits, computed by torch for a process that must not import it.

The other end is :mod:`gendertui.subprocesses.logits_client`. A question is a line on stdin, a JSON list of lines as
token ids; its answer a line on stdout, ``{"logits": [lines]}`` or ``{"error": …}`` as :meth:`GendertuiError.to_json`
tells it. The first line answers no question: it says that the model is read, ``{"logits": []}``, or why it is not. The
process ends with its stdin.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import numpy as np

from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.bundle.bundle import Bundle
from gendertui.subprocesses import task


def main(arguments: list[str] | None = None) -> int:
    """Answer until nobody asks any more; return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m gendertui.subprocesses.logits", description=__doc__)
    parser.add_argument("bundle", type=Path, metavar="BUNDLE")
    options = parser.parse_args(arguments)
    # Threads that spin while they wait take the cores from the screen that asks.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from gendertui.training.engine import TorchEngine

    try:
        engine = TorchEngine(Bundle.load(options.bundle))
    except GendertuiError as error:
        task.say({"error": error.to_json()})
        return error.code
    task.say({"logits": []})
    for line in sys.stdin:
        try:
            logits = engine([np.array(ids, np.int32) for ids in json.loads(line)])
            task.say({"logits": logits.tolist()})
        except GendertuiError as error:
            task.say({"error": error.to_json()})
    return ExitCode.OK


if __name__ == "__main__":
    sys.exit(main())
