"""What the Evaluate pane shows the figures of: a run, or a model whose run is not here. Called in threads."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.corpus.reading.options import ReadingOptions
    from gendertui.evaluation.compare.runs import Entry
    from gendertui.evaluation.report.read import Report, SetReport

VALIDATION = "validation"
TEST = "test"


@dataclass(frozen=True)
class Subject:
    """A model by its name, with the run it came from where that is on this machine."""

    name: str
    folder: Path
    """The run's folder, or without a run the bundle's: ``report.json`` is in either."""
    run: bool
    headline: str = ""
    """Its figures in a few words, and of which corpus they are, for a list."""

    @property
    def report_file(self) -> Path:
        return self.folder / "report.json"


@dataclass(frozen=True)
class Shown:
    """A subject with its report, and which set of it is looked at."""

    subject: Subject
    report: Report
    which: str = VALIDATION
    record: dict[str, Any] = field(default_factory=dict)
    """The run's ``config.json``; empty without a run."""

    @property
    def part(self) -> SetReport:
        """The figures of the set that is looked at."""
        return self.report.sets[self.which]

    def why_none(self, otherwise: str) -> str:
        """Why there is no figure: the set has too few lines of a label; else what the screen knows."""
        from gendertui.evaluation.report.schema import sentence

        return sentence(self.part.too_few) if self.part.too_few else otherwise

    @property
    def data_hash(self) -> str | None:
        """Of the corpus the rows are numbered in."""
        known = self.report.meta.get("data_hash") or self.record.get("corpus", {}).get("data_hash")
        return None if known is None else str(known)

    @property
    def corpus_name(self) -> str:
        return str(self.report.meta.get("corpus") or self.record.get("corpus", {}).get("name") or "")

    @property
    def corpus_source(self) -> str | None:
        """What opens the corpus again, where the run says it."""
        source = self.record.get("corpus", {}).get("path")
        return None if source is None else str(source)

    @property
    def reading(self) -> ReadingOptions:
        """How the corpus was read.

        :raises GendertuiError: a newer version wrote the run.
        """
        from gendertui.corpus.reading.options import NO_OPTIONS
        from gendertui.runs.results.corpus import reading_of

        return reading_of(self.record) if self.record else NO_OPTIONS


def of_model(name: str, folder: Path, run: str | None, headline: str = "") -> Subject:
    """The subject of a model: its run where that is here and has a report, which may hold the test set too."""
    from gendertui import paths

    if run is not None and (at := paths.runs_dir() / run / "report.json").is_file():
        return Subject(name, at.parent, True, headline)
    return Subject(name, folder, False, headline)


def subjects() -> list[Subject]:
    """All there is to look at: the models, then the runs whose model has gone."""
    from gendertui.model.store import list_models
    from gendertui.runs.folder import list_runs

    found = [
        of_model(model.name, model.folder, model.run, _of_corpus(model.headline, model.corpus))
        for model in list_models()
    ]
    known = {subject.folder for subject in found}
    for run in list_runs():
        if run.folder not in known and (run.folder / "report.json").is_file():
            found.append(Subject(run.name, run.folder, True, _of_corpus(run.headline, run.corpus)))
    return found


def _of_corpus(headline: str, corpus: str) -> str:
    """Figures with what they are of: those of two corpora cannot be compared."""
    return f"{headline} on {escape_control(corpus)}" if corpus else headline


def readings_of(subject: Subject) -> int:
    """How often the test set of a run's split has been read, over all runs.

    :raises GendertuiError: a file of the run cannot be read.
    """
    from gendertui.corpus.splits.split import Split
    from gendertui.evaluation.report.read import read_report
    from gendertui.runs.results import test_set_evaluations

    data_hash = str(read_report(subject.report_file).meta.get("data_hash", ""))
    return test_set_evaluations.count(data_hash, Split.load(subject.folder))


def read(subject: Subject) -> Shown:
    """Read the subject's report, and what its run was.

    :raises GendertuiError: there is none, or it cannot be read.
    """
    if subject.run:
        from gendertui.runs.folder import RunFolder
        from gendertui.runs.results.reports import report_of

        run = RunFolder(subject.folder)
        return Shown(subject, report_of(run), record=run.record())
    from gendertui.evaluation.report.read import read_report

    return Shown(subject, read_report(subject.report_file))


def beside(first: Subject, second: Subject) -> tuple[Entry, ...]:
    """Two runs side by side.

    :raises GendertuiError: a file of one of them cannot be read.
    """
    from gendertui.evaluation.compare.runs import side_by_side
    from gendertui.runs.folder import RunFolder
    from gendertui.runs.results.reports import candidate

    return side_by_side([candidate(RunFolder(subject.folder)) for subject in (first, second)])
