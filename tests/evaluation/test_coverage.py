"""How often a 95 % interval holds the true figure, by simulation: unequal films, lines of a film and of a character
alike.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from gendertui.evaluation.metrics import FEW_GROUPS, point, resampled
from gendertui.evaluation.metrics.bootstrap import MINIMUM_GROUPS, GroupBootstrap, Statistic
from gendertui.evaluation.metrics.calibration_error import CalibrationError
from gendertui.evaluation.report.build import build_report
from gendertui.evaluation.report.read import Report
from gendertui.evaluation.report.scores import Scores
from tests.builders.synthetic_scores import META, World, draw

WORLD = World()
TRUTH = {
    "AUC": WORLD.auc,
    "AUC within films": WORLD.auc_within,
    "balanced accuracy": WORLD.balanced_accuracy,
    "difference in AUC": WORLD.auc - WORLD.rival.auc,
    "difference in balanced accuracy": WORLD.balanced_accuracy - WORLD.rival.balanced_accuracy,
}


def figures(scores: Scores, resamples: GroupBootstrap) -> dict[str, Statistic]:
    positive, member = scores.label == 1, resamples.member
    both = (scores.logit, scores.baseline_logit)
    area = [resampled.auc(column, positive, member) for column in both]
    balanced = [resampled.balanced_accuracy(point.predictions(column), positive, member) for column in both]
    return {
        "AUC": area[0],
        "AUC within films": resampled.auc_within(scores.logit, positive, resamples.group, member),
        "balanced accuracy": balanced[0],
        "difference in AUC": resampled.difference(*area),
        "difference in balanced accuracy": resampled.difference(*balanced),
    }


def coverage(
    films: int,
    times: int,
    *,
    draws: int,
    lines_a_character: float = 18,
    groups: Callable[[Scores], np.ndarray] = lambda scores: scores.group,
) -> dict[str, float]:
    """Figure → share of simulated corpora whose interval holds the truth."""
    generator = np.random.default_rng(films)
    held = dict.fromkeys(TRUTH, 0)
    for _ in range(times):
        scores = draw(generator, films, lines_a_character=lines_a_character)
        resamples = GroupBootstrap.of(groups(scores), draws=draws, seed=int(generator.integers(2**31)))
        for name, statistic in figures(scores, resamples).items():
            limits = resamples.percentiles(resamples.drawn(statistic))
            held[name] += limits is not None and limits[0] <= TRUTH[name] <= limits[1]
    return {name: count / times for name, count in held.items()}


@pytest.mark.parametrize("films", [MINIMUM_GROUPS, 30, 43, 100])
def test_intervals_hold_the_truth_about_95_times_in_100(films: int) -> None:
    for name, share in coverage(films, 60, draws=300, lines_a_character=6).items():
        # Three standard errors of a share of 60 that is 0.95.
        assert share > 0.865, name


def test_lines_drawn_one_by_one_would_not_hold_it() -> None:
    # What makes the check above able to fail: intervals that take the lines of a film for independent.
    found = coverage(30, 20, draws=200, groups=lambda scores: np.arange(len(scores.row)))
    assert found["AUC"] < 0.8
    assert found["balanced accuracy"] < 0.8


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("films", [MINIMUM_GROUPS, 20, 30, 43, 100])
def test_coverage_in_full(films: int) -> None:
    found = coverage(films, 2000, draws=1000)
    print(f"\n{films} films: " + ", ".join(f"{name} {100 * share:.1f} %" for name, share in found.items()))
    assert all(0.92 <= share <= 0.98 for share in found.values())


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("films", [MINIMUM_GROUPS, 30, 43, 100])
def test_coverage_of_the_calibration_error_in_full(films: int) -> None:
    # A perfectly calibrated model, and one that is surer than it should be.
    world = World(films_differ=0)
    slope = world.signal / (world.film**2 + world.character**2 + world.line**2)
    many = draw(np.random.default_rng(0), 5000, world)
    rate = many.label.mean()
    prior = float(np.log(rate / (1 - rate)))

    def error(scores: Scores, factor: float, member: np.ndarray) -> CalibrationError:
        probabilities = point.sigmoid(factor * slope * scores.logit.astype(float) + prior)
        return CalibrationError(probabilities, scores.label == 1, member)

    whole = np.zeros(len(many.row), np.intp)
    truths = {1.0: 0.0, 2.0: float(error(many, 2, whole).error(np.ones((1, 1)))[0])}
    generator, held, times = np.random.default_rng(films), dict.fromkeys(truths, 0), 1000
    for _ in range(times):
        scores = draw(generator, films, world)
        resamples = GroupBootstrap.of(scores.group)
        for factor, truth in truths.items():
            limits = error(scores, factor, resamples.member).limits(resamples)
            held[factor] += limits is not None and limits[0] <= truth <= limits[1]
    shares = {factor: count / times for factor, count in held.items()}
    print(f"\n{films} films, calibration error: exact {100 * shares[1]:.1f} %, twice as sure {100 * shares[2]:.1f} %")
    assert all(0.92 <= share <= 0.99 for share in shares.values())


def test_below_the_least_number_of_films_no_interval_is_shown() -> None:
    generator = np.random.default_rng(1)
    for films, shown in ((MINIMUM_GROUPS - 1, False), (MINIMUM_GROUPS, True)):
        made = build_report(draw(generator, films), META)
        part = Report.from_json(made).sets["validation"]
        every = [*part.model.values(), *part.baselines["tfidf-logistic"].values(), *part.paired["majority"].values()]
        for figure in every:
            assert (figure.low is not None) == (figure.high is not None) == shown
            assert figure.note == ("" if shown else FEW_GROUPS)
        assert any("films in the validation set: too few" in note for note in made["notes"]) == (not shown)
        assert {answer.word == "cannot tell" for answer in part.answers} == {not shown}
        assert ("95 %" in made["sentence"]) == shown


def inside(limits: tuple[float | None, float | None], truth: float) -> bool:
    low, high = limits
    assert low is not None
    assert high is not None
    return low <= truth <= high


def test_a_corpus_with_a_known_signal_is_scored_as_it_must_be() -> None:
    # Each interval of one corpus in twenty misses; this corpus is none of those.
    world = World(signal=0.8)
    drawn = draw(np.random.default_rng(5), 60, world, lines_a_character=8)
    part = Report.from_json(build_report(drawn, META)).sets["validation"]
    for metric, truth in (
        ("auc", world.auc),
        ("auc_within", world.auc_within),
        ("balanced_accuracy", world.balanced_accuracy),
    ):
        figure = part.model[metric]
        assert inside((figure.low, figure.high), truth), metric
        assert not inside((figure.low, figure.high), 0.5), metric
    difference = part.paired["tfidf-logistic"]["auc"]
    assert inside((difference.low, difference.high), world.auc - world.rival.auc)


def test_a_corpus_without_a_signal_gives_intervals_around_one_half() -> None:
    drawn = draw(np.random.default_rng(3), 60, World(signal=0), lines_a_character=8)
    part = Report.from_json(build_report(drawn, META)).sets["validation"]
    for metric in ("auc", "auc_within", "balanced_accuracy"):
        assert inside((part.model[metric].low, part.model[metric].high), 0.5), metric
    assert inside((part.model["log_loss_skill"].low, part.model["log_loss_skill"].high), 0)
    assert {answer.word for answer in part.answers} == {"no"}
    assert part.characters is not None
    assert inside((part.characters.model["auc"].low, part.characters.model["auc"].high), 0.5)
