"""``python -m gendertui.runs.audit CORPUS``: an audit in a process of its own, for the app.

It is an errand (see :mod:`gendertui.runs.errand`) of :mod:`gendertui.runs.audit_client`; its answer is
``{"audit": {…}}``.
"""

from __future__ import annotations

import argparse
import sys

from gendertui.corpus.load import Progress, load
from gendertui.evaluation.audit import audit
from gendertui.runs import errand


def main(arguments: list[str] | None = None) -> int:
    """Measure and tell; return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m gendertui.runs.audit", description=__doc__)
    parser.add_argument("corpus", metavar="CORPUS")
    parser.add_argument("--split", default="auto")
    parser.add_argument("--split-seed", type=int, default=0, metavar="N")
    options = parser.parse_args(arguments)

    def work(progress: Progress) -> errand.Answer:
        corpus = load(options.corpus, progress=progress)
        return {"audit": audit(corpus, options.split, options.split_seed, progress).to_json()}

    return errand.run(work)


if __name__ == "__main__":
    sys.exit(main())
