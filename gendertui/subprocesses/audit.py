"""``python -m gendertui.subprocesses.audit CORPUS``: an audit in a process of its own, for the app.

It is an errand (see :mod:`gendertui.subprocesses.task`) of :mod:`gendertui.subprocesses.audit_client`; its answer is
``{"audit": {…}}``.
"""

from __future__ import annotations

import argparse
import sys

from gendertui.corpus.load import Progress, load
from gendertui.evaluation.audit.measure import audit
from gendertui.subprocesses import task


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell; return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m gendertui.subprocesses.audit", description=__doc__)
    parser.add_argument("corpus", metavar="CORPUS")
    parser.add_argument("--split", default="auto")
    parser.add_argument("--split-seed", type=int, default=0, metavar="N")
    options = parser.parse_args(arguments)

    def work(progress: Progress) -> task.Answer:
        corpus = load(options.corpus, progress=progress)
        return {"audit": audit(corpus, options.split, options.split_seed, progress).to_json()}

    return task.run(work)


if __name__ == "__main__":
    sys.exit(main())
