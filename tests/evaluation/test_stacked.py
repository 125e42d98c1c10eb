"""Characters judged by the model of characters: of one run, and over all folds, where the truth is known."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from gendertui.errors import GendertuiError
from gendertui.evaluation.compare.cross_fitted import characters_of
from gendertui.evaluation.report.build import build_report
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.read import Report, verdict_lines
from gendertui.evaluation.report.scores import Scores
from tests.builders.synthetic_scores import META, World, draw

WORLD = World(signal=0.6, films_differ=0, film=0, character=0.4)


def of_lines(scores: Scores, generator: np.random.Generator, signal: float = 1.5) -> CharacterScores:
    """Scores of the characters of some lines: log-odds that are right with ``signal`` standard deviations between the
    labels, parts that are noisier, and a scene of three lines of each."""
    number, first = np.unique(scores.character, return_index=True)
    number, first = number[number >= 0], first[number >= 0]
    lines = np.bincount(scores.character[scores.character >= 0])[number]
    label, group, row, which = (each[first] for each in (scores.label, scores.group, scores.row, scores.set))
    truth = np.where(label == 1, 0.5, -0.5)

    def noisy(much: float) -> np.ndarray:
        return (much * (much * truth + generator.standard_normal(len(truth)))).astype(np.float32)

    def twice(values: np.ndarray) -> np.ndarray:
        return np.concatenate((values, values))

    whole, scene = noisy(signal), noisy(signal / 3)
    part = noisy(signal / 2)
    return CharacterScores(
        set=twice(which),
        whole=np.repeat([True, False], len(number)),
        character=twice(number),
        row=twice(row),
        group=twice(group),
        label=twice(label),
        lines=np.concatenate((lines, np.full(len(number), 3))).astype(np.int32),
        weight=np.full(2 * len(number), 0.5, np.float32),
        log_odds=np.concatenate((whole, scene)),
        masked=np.concatenate((whole, scene)) * np.float32(0.9),
        text_baseline=twice(part),
        parts={"own-words": twice(part)},
        contributions={"own-words": np.concatenate((whole, scene))},
        without={},
    )


@pytest.fixture(scope="module")
def lines() -> Scores:
    return draw(np.random.default_rng(6), 60, WORLD, lines_a_character=12)


def test_the_report_has_a_row_for_all_that_a_score_can_read(lines: Scores) -> None:
    characters = of_lines(lines, np.random.default_rng(1))
    report = Report.from_json(build_report(lines, META, characters))
    part = report.sets["validation"].characters
    assert part is not None
    rows = {reading.name: reading for reading in part.readings}
    assert list(rows) == ["mean-of-lines", "own-words", "model", "names-masked", "tfidf-logistic", "tfidf-text"]
    assert rows["model"].auc.value == part.model["auc"].value
    assert rows["mean-of-lines"].auc.value == part.baselines["mean-of-lines"]["auc"].value
    assert rows["model"].difference["auc"].value == pytest.approx(
        rows["model"].auc.value - rows["mean-of-lines"].auc.value
    )
    assert not rows["mean-of-lines"].difference
    assert part.missing == ("lines", "said-to", "addressed-as", "company")
    whole, scenes = max(part.bands, key=lambda band: band.n), part.by_lines[2]
    assert sum(band.n for band in part.bands) == part.rows
    assert (scenes.lower, scenes.n) == (3, part.rows)
    assert whole.auc is not None
    assert scenes.auc is not None
    assert whole.auc.value > scenes.auc.value
    placed = part.lines_in_place
    assert placed is not None
    assert placed.rows == int((lines.character >= 0).sum())
    assert placed.in_place["auc"].value > placed.alone["auc"].value + 0.1
    assert placed.difference["auc"].value == pytest.approx(placed.in_place["auc"].value - placed.alone["auc"].value)
    words = verdict_lines(report)
    assert any(line.startswith("all of these, stacked") for line in words)
    assert any(line.startswith("Not read, since the corpus does not tell it: ") for line in words)
    # Sentences are not wrapped.
    assert max(len(line) for line in words if "  " in line) <= 78


def test_probabilities_of_characters_are_calibrated(lines: Scores) -> None:
    made = build_report(lines, META, of_lines(lines, np.random.default_rng(2)))
    assert made["stack_calibration"]["slope"] == pytest.approx(1, abs=0.3)
    assert made["sets"]["validation"]["characters"]["calibration"] == made["stack_calibration"]


def test_folds_are_pooled_each_calibrated_for_itself() -> None:
    generator = np.random.default_rng(3)
    folds = []
    for number in range(3):
        scores = draw(np.random.default_rng(10 + number), 60, WORLD, lines_a_character=12)
        half = scores.group >= 30
        scores = dataclasses.replace(
            scores,
            set=np.where(half, 2, 1).astype(np.int8),
            group=scores.group + 100 * number,
            character=np.where(scores.character >= 0, scores.character + 1000 * number, -1),
        )
        characters = of_lines(scores, generator)
        # A fold's model may speak ten times as loud.
        folds.append((scores, dataclasses.replace(characters, log_odds=characters.log_odds * np.float32(10**number))))
    found = characters_of(folds, META)
    assert found is not None
    whole = sum(int((each.whole & (each.set == 2)).sum()) for _, each in folds)
    assert found["rows"] == whole
    alike = characters_of([(scores, dataclasses.replace(each)) for scores, each in folds], META)
    assert alike is not None
    assert found["model"]["auc"] == alike["model"]["auc"]
    quiet = [
        (scores, dataclasses.replace(each, log_odds=each.log_odds / np.float32(10**number)))
        for number, (scores, each) in enumerate(folds)
    ]
    even = characters_of(quiet, META)
    assert even is not None
    assert found["model"]["auc"]["value"] == pytest.approx(even["model"]["auc"]["value"], abs=1e-3)
    assert characters_of([folds[0], (folds[1][0], None)], META) is None


def test_scores_of_characters_are_read_as_they_were_written(lines: Scores, tmp_path: Path) -> None:
    path = tmp_path / "characters.npz"
    assert CharacterScores.load(path) is None
    scores = of_lines(lines, np.random.default_rng(4))
    scores.save(path)
    read = CharacterScores.load(path)
    assert read is not None
    assert build_report(lines, META, read) == build_report(lines, META, scores)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(GendertuiError, match="cannot be read"):
        CharacterScores.load(path)
