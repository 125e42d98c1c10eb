"""``python -m gendertui.subprocesses.rescore RUN_FOLDER --test`` (or ``--strong-baseline``): a run judged again.

It is an errand (see :mod:`gendertui.subprocesses.task`) of :mod:`gendertui.subprocesses.rescore_client`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gendertui.corpus.load import Progress
from gendertui.runs.folder import RunFolder
from gendertui.runs.results.rescore import add_strong_baseline, open_test
from gendertui.subprocesses import task


def main(arguments: list[str] | None = None) -> int:
    """Do it as an errand of :mod:`gendertui.subprocesses.rescore_client`; return the process's exit code."""
    parser = argparse.ArgumentParser(prog="python -m gendertui.subprocesses.rescore", description=__doc__)
    parser.add_argument("folder", type=Path, help="the run's folder")
    parser.add_argument("--test", action="store_true", help="open the test set")
    parser.add_argument("--strong-baseline", action="store_true", help="fit the stronger baseline")
    parser.add_argument("--corpus", metavar="PATH", help="where the run's corpus is now")
    options = parser.parse_args(arguments)

    def work(progress: Progress) -> task.Answer:
        run = RunFolder(options.folder)
        if options.strong_baseline:
            add_strong_baseline(run, progress, corpus=options.corpus)
        if options.test:
            open_test(run, progress, corpus=options.corpus)
        return {"rescored": run.name}

    return task.run(work)


if __name__ == "__main__":
    sys.exit(main())
