"""Which corpus and which split an audit is of, and the audit itself: made in a process of its own, then kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gendertui.errors import ExitCode, GendertuiError
from gendertui.sanitize import escape_control
from gendertui.tui.evaluate.tab import Measurement

if TYPE_CHECKING:
    from gendertui.corpus.reading.options import ReadingOptions
    from gendertui.corpus.table import Corpus
    from gendertui.corpus.units import Units
    from gendertui.evaluation.audit.store import Audit
    from gendertui.tui.evaluate.job import Task
    from gendertui.tui.evaluate.subject import Shown

NO_CORPUS = "The corpus is not open: open it in 1 Corpus."


@dataclass(frozen=True)
class Target:
    """A corpus, and a split of it."""

    name: str
    source: str | None
    """What opens the corpus; ``None`` where nobody knows."""
    reading: ReadingOptions
    """How it is read."""
    data_hash: str
    split: str
    seed: int
    units: Units
    """What the corpus calls its groups and speakers."""

    @property
    def words(self) -> str:
        """The corpus and its split: ``sample, split by film``."""
        from gendertui.corpus.splits import described

        return f"{escape_control(self.name)}, {described(self.split, self.units)}"


def of_run(shown: Shown, corpus: Corpus | None) -> Target | None:
    """The corpus and the split that figures are of."""
    if not shown.data_hash:
        return None
    source, reading = shown.corpus_source, shown.reading
    if source is None and corpus is not None and corpus.data_hash == shown.data_hash:
        source, reading = str(corpus.path), corpus.reading.options
    seed = int(shown.record.get("config", {}).get("split_seed", 0))
    return Target(shown.corpus_name, source, reading, shown.data_hash, shown.report.protocol, seed, shown.report.units)


def at_hand(shown: Shown, corpus: Corpus | None) -> Target | None:
    """The corpus that is open, with the split of the figures where they are of that corpus; else the figures' own."""
    if corpus is None or corpus.data_hash == shown.data_hash:
        return of_run(shown, corpus)
    return Target(corpus.name, str(corpus.path), corpus.reading.options, corpus.data_hash, "auto", 0, corpus.units)


def how_to(target: Target) -> str:
    """How it comes to be measured, with the key by its id."""
    return NO_CORPUS if target.source is None else "[evaluate.measure] measures it: under a minute on 100,000 lines."


def known(target: Target) -> Audit | None:
    """The audit, where it was made before. For a thread."""
    from gendertui.evaluation.audit.store import measured

    return measured(target.data_hash, target.split, target.seed)


def measurement(target: Target) -> Measurement:
    """The audit as what a tab waits for."""
    return Measurement(f"Measuring {target.name}", lambda task: measure(target, task))


def measure(target: Target, task: Task) -> None:
    """Make the audit; it is kept where :func:`known` finds it. For a thread.

    :raises GendertuiError: the corpus cannot be audited, or is not what it was.
    """
    from gendertui.subprocesses.audit import AuditTask

    if target.source is None:
        raise GendertuiError("the corpus is not open", hint="Open it in the Corpus pane.", code=ExitCode.DATA)
    auditing = AuditTask(target.source, target.split, target.seed, options=target.reading, data_hash=target.data_hash)
    task.on_cancel(auditing.cancel)
    audit = auditing.result(task.progress)
    if audit is not None and audit.data_hash != target.data_hash:
        raise GendertuiError(
            "the corpus has changed since the run began",
            where=target.source,
            hint="Put the old one back, and measure again.",
            code=ExitCode.DATA,
        )
