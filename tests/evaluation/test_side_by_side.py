"""Runs side by side: paired where they held out the same lines, apart where not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from gendertui.corpus.units import FILM_UNITS
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.compare.runs import Candidate, side_by_side, side_by_side_lines
from gendertui.evaluation.metrics import point
from gendertui.evaluation.report.build import build_report
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.read import Report
from gendertui.evaluation.report.scores import Scores

META = Meta(
    labels=("m", "f"), protocol="by-group", requested="auto", unit="group", units=FILM_UNITS, epochs=3, majority=0
)
ROWS, FILMS = 3000, 60


def candidate(
    name: str, signal: float, *, noise: int = 1, left_out: int = 0, held_out: tuple[str, str] = ("data", "split")
) -> Candidate:
    """A run on shared lines; ``left_out`` lines at the end have no token for it."""
    shared, own = np.random.default_rng(0), np.random.default_rng(noise)
    label = (shared.random(ROWS) < 0.3).astype(np.int8)
    film = np.sort(shared.integers(0, FILMS, ROWS)).astype(np.int32)
    common = shared.normal(size=ROWS)
    logit = (common + 0.1 * own.normal(size=ROWS) + signal * label - 0.5).astype(np.float32)
    order = own.permutation(ROWS)
    order = order[order < ROWS - left_out]
    scores = Scores(
        row=10 * order,
        set=np.ones(len(order), np.int8),
        label=label[order],
        group=film[order],
        character=np.full(len(order), -1, np.int32),
        length=np.ones(len(order), np.int32),
        logit=logit[order],
        baseline_logit=np.zeros(len(order), np.float32),
        epoch=1,
    )
    return Candidate(name, held_out, Report.from_json(build_report(scores, META)), scores, held_out[0])


def test_a_pair_is_measured_on_the_lines_both_have() -> None:
    ours, theirs = candidate("ours", 0.8), candidate("theirs", 0.4, noise=2, left_out=100)
    first, second = side_by_side([ours, theirs])
    assert (first.rows, second.rows, first.groups) == (ROWS - 100, ROWS - 100, second.groups)
    both = ours.scores.row < 10 * (ROWS - 100)
    assert first.figures["auc"].value == pytest.approx(point.auc(ours.scores.logit[both], ours.scores.label[both]))
    assert second.figures["auc"].value == pytest.approx(point.auc(theirs.scores.logit, theirs.scores.label))
    assert first.paired is None
    assert second.paired is not None
    difference = second.paired["auc"]
    assert difference.value == pytest.approx(first.figures["auc"].value - second.figures["auc"].value)
    assert difference.low is not None
    assert difference.high is not None
    # What both have in common falls out of the difference: its interval is far narrower than either run's.
    alone = first.figures["auc"]
    assert alone.low is not None
    assert alone.high is not None
    assert difference.high - difference.low < (alone.high - alone.low) / 3
    assert 0 < difference.low < difference.value < difference.high
    assert second.sentence.startswith("A is better than B: balanced accuracy +")


def test_turned_round_the_difference_is_turned_round() -> None:
    ours, theirs = candidate("ours", 0.8), candidate("theirs", 0.4, noise=2)
    (_, one), (_, other) = side_by_side([ours, theirs]), side_by_side([theirs, ours])
    assert one.paired is not None
    assert other.paired is not None
    for metric, figure in one.paired.items():
        assert figure.value == pytest.approx(-other.paired[metric].value)
    assert other.sentence.startswith("A is worse than B")


def test_what_differs_by_noise_alone_is_not_told_apart() -> None:
    _, second = side_by_side([candidate("ours", 0.6), candidate("theirs", 0.6, noise=2)])
    assert second.sentence.startswith("A and B cannot be told apart")


@pytest.mark.parametrize(("held_out", "said"), [(("data", "s2"), "another split"), (("d2", "split"), "another corpus")])
def test_other_lines_are_not_paired(held_out: tuple[str, str], said: str) -> None:
    apart = candidate("apart", 0.6, held_out=held_out)
    entries = side_by_side([candidate("ours", 0.6), candidate("theirs", 0.4, noise=2), apart])
    assert [entry.paired is not None for entry in entries] == [False, True, False]
    assert said in entries[2].sentence
    assert entries[2].figures == apart.report.sets["validation"].model


def test_runs_with_other_labels_changed_by_hand_are_paired_on_what_both_label_alike() -> None:
    ours = dataclasses.replace(candidate("ours", 0.8), content="corpus")
    theirs = candidate("theirs", 0.4, noise=2, held_out=("mended", "of mended"))
    changed = theirs.scores.row < 500
    flipped = np.where(changed, 1 - theirs.scores.label, theirs.scores.label).astype(np.int8)
    theirs = dataclasses.replace(theirs, scores=dataclasses.replace(theirs.scores, label=flipped), content="corpus")
    first, second = side_by_side([ours, theirs])
    assert (first.rows, second.rows) == (ROWS - 50, ROWS - 50)
    assert second.paired is not None
    assert "differ in labels changed by hand" in second.sentence
    ours = dataclasses.replace(ours, content="another corpus")
    assert side_by_side([ours, theirs])[1].paired is None


def test_the_table_fits_a_terminal() -> None:
    name = "20250101-120000-" + "long-" * 8
    runs = [candidate(f"{name}{number}", 0.2 * number, noise=number) for number in range(1, 5)]
    runs.append(candidate("apart", 0.6, held_out=("data", "other")))
    lines = side_by_side_lines(side_by_side(runs))
    table = lines[: lines.index("", lines.index("") + 1)]
    assert max(map(len, table)) <= 78
    assert any(line.startswith("A − D") for line in table)
    assert "−0." in "".join(table)


def test_a_run_beside_itself_is_refused() -> None:
    run = candidate("ours", 0.6)
    with pytest.raises(GendertuiError) as caught:
        side_by_side([run, run])
    assert caught.value.code is ExitCode.USAGE
