"""``gendertui evaluate``: how good a run's model is; test set, cross-validation and comparison with other runs."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click
import msgspec

from gendertui import state_files
from gendertui.cli.terminal.completion import complete_corpus, complete_run
from gendertui.cli.terminal.output import ProgressLine, json_text
from gendertui.errors import GendertuiError
from gendertui.sanitize import escape_control

if TYPE_CHECKING:
    from gendertui.corpus.units import Units
    from gendertui.evaluation.report.read import Report
    from gendertui.runs.folder import RunFolder

Step = Callable[[str, int, int], None]

EPILOG = """
\b
Examples:
  gendertui evaluate                              the newest finished run
  gendertui evaluate my-run --test                open its test set
  gendertui evaluate my-run --folds 5             cross-validate over groups
  gendertui evaluate my-run --learning-curve      would more lines help?
  gendertui evaluate my-run --characters          whom does it get wrong?
  gendertui evaluate my-run --against other --against third
  gendertui evaluate --json | jq .report.sets.validation.model.auc

\b
The validation set chose the epoch and the calibration; the test set chose
nothing, as long as it is used once. Each evaluation on it is counted over all
runs on the same split, and the count is shown with the figures. Printing a
report whose test set is open already does not count again.

\b
Cross-validation trains the run's configuration again for each of K folds and
takes K times as long as the run. Ctrl-C keeps the finished folds, and the
same command continues with the others. It scores every group, including those
of the test set: for a configuration that was chosen by cross-validation, the
test figures are too optimistic.

\b
A learning curve trains small models on an eighth, a quarter, a half and all
of the training set, whole groups together, and judges them on the validation
set; with --network the run's own network too, in about four times the time
of the run. Ctrl-C keeps the finished models, and the same command continues.
"""


@click.command(epilog=EPILOG)
@click.argument("run", metavar="[RUN]", required=False, shell_complete=complete_run)
@click.option("--test", "open_test", is_flag=True, help="Open the run's test set; the evaluation is counted.")
@click.option(
    "--folds", type=click.IntRange(min=2), metavar="K", help="Cross-validate the run's configuration over K folds."
)
@click.option(
    "--learning-curve",
    is_flag=True,
    help="Measure how the figures grow with the training set, and forecast what twice as much would bring.",
)
@click.option("--network", is_flag=True, help="With --learning-curve: measure the run's own network, too.")
@click.option(
    "--characters", is_flag=True, help="List the characters, or authors, that were held out, the most wrong ones first."
)
@click.option(
    "--against",
    multiple=True,
    metavar="RUN",
    shell_complete=complete_run,
    help="Put another run beside it, paired where both held out the same lines. Repeatable.",
)
@click.option(
    "--strong-baseline", is_flag=True, help="Fit a stronger baseline, too: TF-IDF of words and of character n-grams."
)
@click.option(
    "--corpus", metavar="PATH", shell_complete=complete_corpus, help="Where the run's corpus is, if it has moved."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def evaluate(
    ctx: click.Context,
    /,
    run: str | None,
    open_test: bool,
    folds: int | None,
    learning_curve: bool,
    network: bool,
    characters: bool,
    against: Sequence[str],
    strong_baseline: bool,
    corpus: str | None,
    as_json: bool,
) -> None:
    """Print a run's verdict: figures with 95 % intervals beside baselines.

    RUN is a run's folder, its name, a part of it, or latest; without it the newest finished run. The figures are
    validation's; the test set's stand beside them once it has been opened.
    """
    if corpus is not None and not (open_test or folds or learning_curve or characters or strong_baseline):
        ctx.fail(
            "--corpus says where the run's corpus is now: it goes with --test, --folds, --learning-curve, --characters "
            "or --strong-baseline."
        )
    if network and not learning_curve:
        ctx.fail("--network goes with --learning-curve.")
    from gendertui.runs.results.reports import find_finished, report_of

    judged, others = find_finished(run), [find_finished(name) for name in against]
    progress = ProgressLine(quiet=as_json)
    with _steps(progress) as step:
        if strong_baseline:
            from gendertui.runs.results.rescore import add_strong_baseline

            add_strong_baseline(judged, step, corpus=corpus)
        if open_test:
            from gendertui.runs.results.rescore import open_test as read

            read(judged, step, corpus=corpus)
        answer = Answer(judged, report_of(judged), as_json, progress)
        answer.verdict()
        if characters:
            answer.characters(corpus)
        if others:
            answer.compare(others)
        if folds:
            answer.cross_validate(folds, step, corpus)
        if learning_curve:
            answer.learning_curve(network, step, corpus)
        answer.why_not_70()
        answer.end()


class Answer:
    """Output about a run, printed part by part; as JSON all at the end."""

    def __init__(self, run: RunFolder, report: Report, as_json: bool, progress: ProgressLine) -> None:
        self._run, self._report, self._as_json, self._progress = run, report, as_json, progress
        self._object: dict[str, Any] = {"run": run.name, "folder": str(run.path)}
        self._parts = 0

    def verdict(self) -> None:
        """The report in words; as it stands in the run's folder, the readings counted up to now."""
        from gendertui.evaluation.report.read import verdict_lines

        value = state_files.read_object(self._run.report_file)
        self._say(
            {"report": {**value, "test_readings": self._report.test_readings}},
            verdict_lines(self._report),
        )

    def characters(self, corpus: str | None) -> None:
        """Whom the run held out, by name where its corpus is at hand."""
        from gendertui.runs.results.characters import held_out, held_out_lines, known
        from gendertui.runs.results.corpus import corpus_of

        report = self._report
        found = {name: held_out(self._run, report, name) for name in report.sets}
        names = {}
        try:
            where = corpus_of(self._run.record(), path=corpus)
            names = known(where, [each for characters in found.values() for each in characters])
        except GendertuiError as error:
            # Ids do without the corpus, unless somebody says where it is.
            if corpus is not None:
                raise
            self._progress.clear()
            click.echo(f"Without names: {escape_control(error.what)}.", err=True)
        listed = {}
        lines: list[str] = []
        for which, characters in found.items():
            lines += ["", *held_out_lines(characters, names, report, which)]
            listed[which] = [
                {**each.to_json(), "name": names[each.row].name if each.row in names else None} for each in characters
            ]
        self._say({"characters": listed}, lines[1:])

    def compare(self, others: Sequence[RunFolder]) -> None:
        """The run beside others."""
        from gendertui.evaluation.compare.runs import side_by_side, side_by_side_lines
        from gendertui.runs.results.reports import candidate

        entries = side_by_side([candidate(run) for run in (self._run, *others)])
        self._say({"side_by_side": msgspec.to_builtins(entries)}, side_by_side_lines(entries))

    def cross_validate(self, folds: int, step: Step, corpus: str | None) -> None:
        """Fold by fold, and all of them together."""
        from gendertui.runs.results.folds import cross_validate, finished_folds

        try:
            result = cross_validate(self._run, folds, step, path=corpus)
        except KeyboardInterrupt:
            done = finished_folds(self._run, folds)
            click.echo(
                f"{done} of {folds} folds are finished and kept: the same command continues with the others.", err=True
            )
            raise
        self._say({"folds": result}, fold_lines(result, self._report.units))

    def learning_curve(self, network: bool, step: Step, corpus: str | None) -> None:
        """The figures at growing shares of the training set."""
        from gendertui.evaluation.learning_curve.text import learning_curve_lines
        from gendertui.runs.results.learning_curve import learning_curve

        try:
            found = learning_curve(self._run, step, network=network, path=corpus)
        except KeyboardInterrupt:
            click.echo("The finished models are kept: the same command continues with the others.", err=True)
            raise
        self._say({"learning_curve": found.to_json()}, learning_curve_lines(found))

    def why_not_70(self) -> None:
        """What stands between the article's figure and that of a run under its protocol."""
        if not self._report.parity or self._report.units.about != "films":
            return
        from gendertui.runs.results.why_not_70 import why

        found = why(self._report, self._run)
        lines = ["Why not 70 %?", *found.sentences, *found.missing]
        self._say({"why_not_70": dataclasses.asdict(found)}, lines)

    def end(self) -> None:
        """The closing lines."""
        if self._as_json:
            click.echo(json_text(self._object))
        elif self._report.test_readings is None and not self._report.parity:
            name = escape_control(self._run.name)
            click.echo(f"The test set is closed: gendertui evaluate {name} --test opens it.", err=True)

    def _say(self, part: Mapping[str, Any], lines: Sequence[str]) -> None:
        if self._as_json:
            self._object.update(part)
            return
        self._progress.clear()
        if self._parts:
            click.echo()
        self._parts += 1
        for line in lines:
            click.echo(escape_control(line))
        # The next step may take long.
        sys.stdout.flush()


def fold_lines(result: Mapping[str, Any], units: Units) -> list[str]:
    """A cross-validation in words; the lines of its tables fit 78 cells."""
    import msgspec

    from gendertui.evaluation.report.character_lines import character_lines
    from gendertui.evaluation.report.schema import CharacterReport, Estimate
    from gendertui.formatting import number

    rows, figures, noun, key = result["folds"], result["figures"], units.noun("group"), units.count_keys[0]
    width = max(7, len(noun.many) + 1)
    lines = [
        f"cross-fitted over all {noun.many}: {result['rows']:,} lines of {noun.counted(result[key])} in {len(rows)} "
        "folds,",
        f"each line scored by a model that has seen nothing of its {noun.one}",
        "",
        f"{'fold':<6}{noun.many:>{width}}{'lines':>9}{'epoch':>8}{'AUC':>10}{'TF-IDF + LR':>14}",
    ]
    lines += [
        f"{row['fold']:<6}{row[key]:>{width},}{row['rows']:>9,}{row['epoch']:>8}"
        f"{number(row['auc']):>10}{number(row['baseline_auc']):>14}"
        for row in rows
    ]
    # Where every group has one label alone, there is no AUC within groups.
    inside = f"AUC within {noun.many}" if "auc_within" in figures["difference"] else ""
    lines += ["", f"{'':<14}{'balanced accuracy':<22}{'AUC':<22}{inside}".rstrip()]
    for name, key in (("this model", "model"), ("TF-IDF + LR", "tfidf-logistic")):
        balanced, area = (Estimate(**figures[key][metric]) for metric in ("balanced_accuracy", "auc"))
        within = Estimate(**figures[key]["auc_within"]).text() if inside else ""
        lines.append(f"{name:<14}{balanced.text(percent=True):<22}{area.text():<22}{within}".rstrip())
    balanced, area = (Estimate(**figures["difference"][metric]) for metric in ("balanced_accuracy", "auc"))
    within = f", within {noun.many} {Estimate(**figures['difference']['auc_within']).signed()}" if inside else ""
    whole = result["characters"]
    characters = []
    if whole is not None:
        part = msgspec.convert({"calibration": {}, **whole}, CharacterReport)
        characters = ["", part.sentence, "", *character_lines(part, units)]
    return [
        *lines,
        "",
        f"The model less TF-IDF + LR: balanced accuracy {balanced.signed(percent=True)} points, AUC {area.signed()}"
        f"{within}.",
        f"All {noun.many} are in it, those of the test set too.",
        *characters,
    ]


@contextmanager
def _steps(progress: ProgressLine) -> Iterator[Step]:
    """Stages on stderr: each announced once, its progress on a terminal only."""
    announced = ""

    def report(name: str, done: int, total: int) -> None:
        nonlocal announced
        if name != announced:
            announced = name
            progress.say(f"{escape_control(name)} …")
        if total:
            progress.show(f"{escape_control(name)}: {done:,} of {total:,} ({100 * done // total} %)")

    try:
        yield report
    finally:
        progress.clear()
