"""A learning curve in a run's folder: stopped anywhere and continued, the figures are the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gendertui.corpus.load import load
from gendertui.corpus.splits.split import make_split
from gendertui.corpus.table import Corpus
from gendertui.errors import GendertuiError
from gendertui.evaluation.learning_curve.schema import CHARACTERS, LINEAR, NETWORK, LearningCurve
from gendertui.evaluation.learning_curve.text import learning_curve_lines
from gendertui.evaluation.report.read import read_report
from gendertui.runs.folder import RunFolder
from gendertui.runs.lock import RunLock
from gendertui.runs.results.corpus import described
from gendertui.runs.results.learning_curve import learning_curve, measured
from gendertui.training.config import TrainingConfig
from tests.builders.processes import copy_of

pytestmark = pytest.mark.xdist_group("tiny-run")


LINES = "lines by TF-IDF + LR"


class BrokenOff(Exception):  # noqa: N818
    pass


def rows_of(run: RunFolder) -> list[dict[str, Any]]:
    lines = (run.path / "learning-curve" / "fits.jsonl").read_text().splitlines()
    return [{key: value for key, value in json.loads(line).items() if key != "seconds"} for line in lines]


def figures_of(found: LearningCurve, model: str) -> Any:
    return next(curve for curve in found.curves if curve.model == model)


def test_all_of_the_training_set_has_the_figures_of_the_reports_baseline(tiny_run: RunFolder) -> None:
    assert measured(tiny_run) is None
    found = learning_curve(tiny_run)
    whole = figures_of(found, LINEAR).sizes[-1]
    baseline = read_report(tiny_run.report_file).sets["validation"].baselines["tfidf-logistic"]
    assert whole.divisor == 1 and whole.fits == 1
    assert whole.figures["auc"].value == pytest.approx(baseline["auc"].value, abs=1e-6)
    assert whole.figures["balanced_accuracy"].value == pytest.approx(baseline["balanced_accuracy"].value, abs=1e-6)
    assert measured(tiny_run) == found
    assert found.unit == "group" and not found.has_network


def test_stopped_and_continued_it_is_the_same(tiny_run: RunFolder) -> None:
    other = copy_of(tiny_run, "other")
    expected = learning_curve(tiny_run)

    def breaking_off(stage: str, done: int, total: int) -> None:
        # In the middle of the fourth model.
        if stage == LINES and total and 3 * total < done * len(rows_of(tiny_run)) < 4 * total:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        learning_curve(other, breaking_off)
    assert measured(other) is None
    assert rows_of(other) == rows_of(tiny_run)[:3]
    # Killed while it wrote a row: the line is torn; and one file is damaged.
    with (other.path / "learning-curve" / "fits.jsonl").open("a") as stream:
        stream.write('{"schema": 1, "model": "tfidf-log')
    damaged = other.path / "learning-curve" / f"{LINEAR}-{rows_of(tiny_run)[1]['part']}.npz"
    damaged.write_bytes(damaged.read_bytes()[:50])
    assert learning_curve(other) == expected
    lines = (other.path / "learning-curve" / "fits.jsonl").read_text().splitlines()
    # All of them, the one made again, and the torn line.
    assert len(lines) == len(rows_of(tiny_run)) + 2
    assert learning_curve(other, lambda *_: pytest.fail("measured again")) == expected


def test_the_network_is_measured_when_asked_for_and_then_stays(tiny_run: RunFolder) -> None:
    plain = learning_curve(tiny_run)
    told: list[str] = []
    both = learning_curve(tiny_run, lambda stage, _done, _total: told.append(stage), network=True)
    assert [curve.model for curve in both.curves] == [*(curve.model for curve in plain.curves), NETWORK]
    assert both.curves[:-1] == plain.curves
    assert "lines by the run's network" in told
    network = both.curves[-1]
    assert [size.fits for size in network.sizes] == [size.divisor for size in network.sizes]
    assert learning_curve(tiny_run, lambda *_: pytest.fail("measured again")) == both


def test_one_at_a_time_and_only_on_its_own_corpus(tiny_run: RunFolder, tmp_path: Path) -> None:
    folder = tiny_run.path / "learning-curve"
    folder.mkdir()
    with RunLock(folder / "lock"), pytest.raises(GendertuiError, match="another process measures"):
        learning_curve(tiny_run)
    with pytest.raises(GendertuiError, match="corpus is not there"):
        learning_curve(tiny_run, path=tmp_path / "gone.txt")
    assert measured(tiny_run) is None


def letters(folder: Path, *, authors: bool) -> Corpus:
    """1,200 lines of 120 authors, each of one label; two fifths of an author's lines hold a word of the label."""
    generator = np.random.default_rng(0)
    rows = ["text,label" + ",author" * authors]
    for number in range(1200):
        author = number // 10
        label = "xy"[author % 2]
        words = " ".join(generator.choice([f"w{each}" for each in range(30)], 5))
        mark = f" {label}{generator.integers(9)}" if generator.random() < 0.4 else ""
        rows.append(f"{words}{mark},{label}" + f",person{author}" * authors)
    path = folder / "letters.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return load(path)


def run_on(corpus: Corpus, protocol: str) -> RunFolder:
    """A run that has got no further than its split."""
    run = RunFolder.create(TrainingConfig(), described(corpus))
    make_split(corpus, protocol, 0).save(run.path)
    return run


def test_without_groups_lines_are_dealt_and_nobody_is_judged_as_a_whole(tmp_path: Path) -> None:
    found = learning_curve(run_on(letters(tmp_path, authors=False), "auto"))
    assert found.unit == "line"
    assert [curve.model for curve in found.curves] == [LINEAR]
    assert found.missing == "No curve of speakers: the corpus does not say who speaks."
    (lines,) = found.curves
    assert [size.units for size in lines.sizes] == [size.lines for size in lines.sizes]
    assert lines.last["auc"].value > 0


def test_authors_of_one_label_each_are_judged_as_a_whole(tmp_path: Path) -> None:
    corpus = letters(tmp_path, authors=True)
    few = learning_curve(run_on(corpus, "by-group"))
    assert few.unit == "group" and few.missing == "No curve of authors: validation has too few of one label."
    found = learning_curve(run_on(corpus, "random"))
    assert found.unit == "line" and not found.missing
    authors = figures_of(found, CHARACTERS)
    assert authors.subject == "group"
    printed = learning_curve_lines(found)
    assert f"authors by all of their lines, on {authors.rows} validation authors:" in printed


def test_nothing_of_it_holds_a_pickle_or_a_text(tiny_run: RunFolder) -> None:
    learning_curve(tiny_run)
    for path in (tiny_run.path / "learning-curve").glob("*.npz"):
        with np.load(path, allow_pickle=False) as archive:
            assert {name: archive[name].dtype for name in archive.files} == {"row": np.int64, "logit": np.float32}
