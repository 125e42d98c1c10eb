"""Reports of finished runs: by name, with current counts of test-set evaluations, and side by side."""

from __future__ import annotations

import msgspec

from gendertui.corpus.splits.split import Split, assignment_hash
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.compare.runs import Candidate
from gendertui.evaluation.report.read import Report, read_report
from gendertui.evaluation.report.scores import Scores
from gendertui.runs.folder import RunFolder, find, list_runs
from gendertui.runs.results import test_set_evaluations


def find_finished(name: str | None) -> RunFolder:
    """The run of that name (see :func:`gendertui.runs.folder.find`), or the newest one that has a report.

    :raises GendertuiError: there is none (code RUN).
    """
    if name is not None:
        return find(name)
    for info in list_runs():
        run = RunFolder(info.folder)
        if run.report_file.exists():
            return run
    raise GendertuiError("no run has finished yet", hint="Start one: gendertui train --corpus PATH", code=ExitCode.RUN)


def report_of(run: RunFolder) -> Report:
    """The run's report; if its test set is open, with the current number of evaluations over all runs.

    :raises GendertuiError: there is none yet, or a file of the run cannot be read (code RUN).
    """
    report = read_report(run.report_file)
    if report.test_readings is None:
        return report
    # Never fewer than stored in the report: the list of evaluations may have been lost.
    number = test_set_evaluations.count(str(report.meta["data_hash"]), Split.load(run.path))
    return msgspec.structs.replace(report, test_readings=max(number, report.test_readings))


def candidate(run: RunFolder) -> Candidate:
    """The run as one of those that :func:`gendertui.evaluation.compare.runs.side_by_side` puts side by side.

    :raises GendertuiError: it has no report, or a file of it cannot be read (code RUN).
    """
    report = read_report(run.report_file)
    split, data_hash = Split.load(run.path), str(report.meta["data_hash"])
    held_out = (data_hash, assignment_hash(split.assignment))
    content = split.without_corrections(data_hash)[0]
    return Candidate(run.name, held_out, report, Scores.load(run.scores_file), content)
