"""``torchrun … -m gendertui.runs.worker RUN``: one of the processes that train a run together.

RUN is the run's folder, or its name. What was begun is continued from its last checkpoint.
"""

from __future__ import annotations

import argparse

from gendertui.errors import ExitCode, GendertuiError
from gendertui.immediate_exit import exit_immediately
from gendertui.runs.folder import find
from gendertui.runs.worker.log_line import write_line
from gendertui.runs.worker.main import main


def _main() -> int:
    parser = argparse.ArgumentParser(prog="python -m gendertui.runs.worker", description=__doc__)
    parser.add_argument("run", help="the run's folder, or its name")
    name = parser.parse_args().run
    try:
        run = find(name)
        if run.status().state == "finished":
            write_line(f"the run {run.name} is finished: there is nothing to do")
            return ExitCode.OK
    except GendertuiError as error:
        write_line(str(error))
        return error.code
    return main([str(run.path), *(["--resume"] if run.events_file.exists() else [])])


if __name__ == "__main__":
    exit_immediately(_main())
