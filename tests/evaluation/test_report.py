"""The report: derived from scores, read back, put in words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from gendertui.corpus.units import FILM_UNITS, NO_UNITS
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.metrics import point
from gendertui.evaluation.report.build import Meta, build_report
from gendertui.evaluation.report.read import Estimate, Report, SetReport, read_report, verdict_lines
from gendertui.evaluation.report.scores import Names, Scores
from gendertui.model.report_schema import SCHEMA
from gendertui.model.store import shipped_folder
from tests.builders.synthetic_scores import META, World, draw

METRICS = {
    "balanced_accuracy",
    "auc",
    "auc_within",
    "average_precision",
    "accuracy",
    "f1_negative",
    "f1_positive",
    "log_loss",
    "log_loss_skill",
    "brier",
    "brier_skill",
    "ece",
}
SHIFT = 1.5
"""Raw outputs need not be calibrated; these would call most lines positive."""


def scores(films: int = 40, world: World | None = None) -> Scores:
    drawn = draw(np.random.default_rng(4), films, world or World(signal=0.9), lines_a_character=10)
    return replace(drawn, logit=drawn.logit + np.float32(SHIFT))


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return build_report(scores(), META)


@pytest.fixture(scope="module")
def part(made: dict[str, Any]) -> SetReport:
    return Report.from_json(json.loads(json.dumps(made))).sets["validation"]


def test_the_report_derives_from_the_scores_file_alone(made: dict[str, Any], tmp_path: Path) -> None:
    scores().save(tmp_path / "scores.npz")
    assert build_report(Scores.load(tmp_path / "scores.npz"), META) == made


def test_it_is_json_and_every_figure_has_an_interval(made: dict[str, Any], part: SetReport) -> None:
    # Without NaN, which JSON does not know.
    assert json.loads(json.dumps(made, allow_nan=False))["sets"] == made["sets"]
    assert (made["schema"], part.groups, part.unit) == (SCHEMA, 40, "group")
    assert part.rows == len(scores().row) == sum(part.counts.values()) == np.sum(part.confusion)
    assert set(part.baselines) == set(part.paired) == {"majority", "tfidf-logistic"}
    assert all(set(figures) == METRICS for figures in (part.model, *part.baselines.values()))
    # Two calibration errors differ by noise.
    assert all(set(figures) == METRICS - {"ece"} for figures in part.paired.values())
    for figures in (part.model, *part.baselines.values(), *part.paired.values()):
        for figure in figures.values():
            assert figure.low is not None
            assert figure.high is not None
            assert figure.low <= figure.high
    for metric in METRICS - {"ece"}:
        figure = part.model[metric]
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < figure.value < figure.high, metric


def test_figures_are_those_of_the_calibrated_scores(made: dict[str, Any], part: SetReport) -> None:
    drawn = scores()
    labels = drawn.label
    assert part.model["auc"].value == pytest.approx(point.auc(drawn.logit, labels))
    odds = made["calibration"]["slope"] * drawn.logit.astype(float) + made["calibration"]["intercept"]
    assert part.model["balanced_accuracy"].value == pytest.approx(point.balanced_accuracy(odds, labels))
    assert part.model["balanced_accuracy"].value > point.balanced_accuracy(drawn.logit, labels) + 0.05
    rate = labels.mean()
    natural = odds + np.log(rate / (1 - rate))
    assert part.model["log_loss"].value == pytest.approx(point.log_loss(natural, labels))
    base = point.log_loss(np.full(len(labels), np.log(rate / (1 - rate))), labels)
    assert part.model["log_loss_skill"].value == pytest.approx(1 - part.model["log_loss"].value / base)
    brier = ((point.sigmoid(natural) - labels) ** 2).mean()
    assert part.model["brier"].value == pytest.approx(brier)
    assert part.model["brier_skill"].value == pytest.approx(1 - brier / (rate * (1 - rate)))


def test_majority_knows_the_rate_and_nothing_else(part: SetReport) -> None:
    majority, rate = part.baselines["majority"], scores().label.mean()
    assert majority["balanced_accuracy"].text(percent=True) == "50.0 % (50.0–50.0)"
    assert majority["auc"].value == majority["auc_within"].value == 0.5
    assert majority["accuracy"].value == pytest.approx(1 - rate)
    assert majority["average_precision"].value == pytest.approx(rate)
    for metric in ("log_loss_skill", "brier_skill", "f1_positive", "ece"):
        assert majority[metric].value == pytest.approx(0), metric


def test_differences_are_of_the_figures(part: SetReport) -> None:
    for name, figures in part.paired.items():
        for metric, figure in figures.items():
            assert figure.value == pytest.approx(part.model[metric].value - part.baselines[name][metric].value)
    # Both scorers err alike: the difference is known better than either.
    ours, difference = part.model["auc"], part.paired["tfidf-logistic"]["auc"]
    assert ours.low is not None and ours.high is not None
    assert difference.low is not None and difference.high is not None
    assert difference.high - difference.low < 0.9 * (ours.high - ours.low)


def test_a_stronger_baseline_stands_beside_the_others() -> None:
    drawn = scores()
    stronger = build_report(replace(drawn, strong_baseline_logit=drawn.logit), META)
    part = Report.from_json(stronger).sets["validation"]
    assert set(part.baselines) == {"majority", "tfidf-logistic", "words-characters"}
    assert part.paired["words-characters"]["auc"].text() == "0.000 (0.000–0.000)"
    assert [(answer.question, answer.word) for answer in part.answers] == [
        ("Better than guessing?", "yes"),
        ("Better than TF-IDF?", "yes"),
        ("Better than TF-IDF of words + chars?", "no"),
    ]
    assert part.characters is not None
    assert part.characters.paired["words-characters"]["auc"].value == 0


def test_a_model_that_guesses_is_called_worse() -> None:
    drawn = scores()
    guesses = np.random.default_rng(1).normal(size=len(drawn.row)).astype(np.float32)
    part = Report.from_json(build_report(replace(drawn, logit=guesses), META)).sets["validation"]
    guessing, linear = part.answers
    assert guessing.word == linear.word == "no"
    assert "may be chance" in guessing.reason
    assert linear.reason.endswith("is worse")


def test_confidence_and_abstention(part: SetReport) -> None:
    assert sum(bucket["n"] for bucket in part.confidence) == part.rows
    shares = [bucket["accuracy"] for bucket in part.confidence if bucket["n"] > 500]
    assert shares == sorted(shares)
    assert 0 < part.abstained["share"] < 1


def test_without_films_lines_are_resampled() -> None:
    drawn = scores(10)
    alone = replace(drawn, group=np.arange(len(drawn.row), dtype=np.int32), character=np.full_like(drawn.character, -1))
    meta = replace(META, labels=("no", "yes"), unit="line", units=NO_UNITS)
    made = build_report(replace(alone, names=Names()), meta)
    part = Report.from_json(made).sets["validation"]
    assert part.groups == part.rows == len(drawn.row)
    assert part.model["auc"].low is not None
    assert "auc_within" not in part.model
    assert part.characters is None
    assert made["character_calibration"] is None
    assert set(part.slices) == {"length"}
    assert made["sentence"].startswith("On held-out lines, it puts ")
    assert any("so the split could only be at random" in note for note in made["notes"])


def test_a_test_set_is_reported_beside_the_validation_set_that_calibrates(made: dict[str, Any]) -> None:
    drawn = scores()
    test = draw(np.random.default_rng(8), 30, World(signal=0.9))
    both = Scores(
        **{
            name: np.concatenate([getattr(drawn, name), getattr(test, name)])
            for name in ("row", "label", "group", "character", "length", "logit", "baseline_logit")
        },
        set=np.repeat(np.array([1, 2], np.int8), (len(drawn.row), len(test.row))),
        epoch=2,
        names=drawn.names,
    )
    opened = build_report(both, replace(META, test_readings=3))
    assert set(opened["sets"]) == {"validation", "test"}
    for same in ("calibration", "character_calibration"):
        assert opened[same] == made[same]
    assert opened["sets"]["validation"] == made["sets"]["validation"]
    assert opened["sets"]["test"]["groups"] == 30
    report = Report.from_json(opened)
    assert report.test_readings == 3
    lines = verdict_lines(report)
    (heading,) = (number for number, line in enumerate(lines) if line.startswith("test: "))
    assert "has been read 3 times" in lines[heading + 1]
    once = verdict_lines(msgspec.structs.replace(report, test_readings=1))
    assert "has been read once" in once[heading + 1]


def test_verdict_in_words(made: dict[str, Any]) -> None:
    lines = verdict_lines({**made, "article": {"accuracy": 0.7123, "loss": 0.61}})
    text = "\n".join(lines)
    assert [line.split("?")[0] for line in lines[:2]] == ["Better than guessing", "Better than TF-IDF"]
    assert lines[2] == "" and lines[3].startswith("On films it has not seen, it puts ")
    assert f"validation: {len(scores().row):,} lines of 40 films, split by film" in text
    assert "majority" in text
    assert "TF-IDF + LR" in text
    assert "labelled f" in text
    assert "By all of a character's lines, it puts " in text
    assert "averaged over batches: accuracy 71.23 %, loss 0.610" in text
    assert "One split is one draw" in text
    tables = [line for line in lines if line.startswith(("  ", "this model", "majority", "TF-IDF", "labelled"))]
    assert len(tables) == 4 + 3 + 4
    assert max(len(line) for line in tables) <= 78
    assert all(line.count("(") == 3 for line in tables if line.startswith(("this model", "TF-IDF")))


def test_films_on_both_sides_are_said() -> None:
    meta = Meta(
        labels=("m", "f"),
        protocol="tutorial",
        requested="tutorial",
        unit="group",
        units=FILM_UNITS,
        epochs=3,
        majority=0,
        shared_groups=7,
    )
    text = "\n".join(verdict_lines(build_report(scores(), meta)))
    assert "\nOn held-out lines, it puts " in text
    assert "7 films have lines both in train and in validation" in text
    assert "plays validation's part" in text


def test_a_report_of_schema_1_is_read_with_what_it_lacks_empty() -> None:
    old = {
        "schema": 1,
        "labels": ["m", "f"],
        "protocol": "by-movie",
        "sentence": "It knows little.",
        "sets": {
            "validation": {
                "rows": 10,
                "groups": 2,
                "unit": "movie",
                "counts": {"m": 6, "f": 4},
                "model": {"auc": {"value": 0.6, "low": None, "high": None, "groups": 2, "note": "too few"}},
                "baselines": {"majority": {"auc": {"value": 0.5}}},
                "confusion": [[4, 2], [2, 2]],
            }
        },
    }
    report = Report.from_json(old)
    part = report.sets["validation"]
    assert part.model["auc"].value == 0.6
    assert (part.characters, part.slices, part.curves.roc) == (None, {}, ())
    assert [answer.short for answer in part.answers] == ["cannot tell from 2 films"]
    assert (report.protocol, part.unit, report.units) == ("by-group", "group", FILM_UNITS)
    assert (part.mistakes.worst, report.article, report.test_readings) == ((), None, None)
    assert "It knows little." in verdict_lines(report)


def test_slices_are_of_kinds_a_screen_knows(part: SetReport) -> None:
    assert list(part.slices) == ["length", "group", "genre", "year", "credit", "speaker"]


def test_a_report_of_schema_2_is_read_as_one_of_today() -> None:
    """As version 0.2 wrote it of the model that came with it; its longer lists are cut short."""
    path = Path(__file__).with_name("report_schema_2.json")
    old = json.loads(path.read_bytes())["sets"]["validation"]
    part = read_report(path).sets["validation"]
    assert [(each["lower"], each["upper"], each["accuracy"]) for each in part.confidence] == [
        (each["lo"], each["hi"], each["share_right"]) for each in old["confidence"]
    ]
    assert part.characters is not None
    assert [(each.lower, each.upper, each.balanced_accuracy) for each in part.characters.by_lines] == [
        (each["lo"], each["hi"], Estimate(**each["share_right"])) for each in old["characters"]["by_lines"]
    ]
    assert [(each.lower, each.upper, each.low) for each in part.curves.calibration] == [
        (each["lo"], each["hi"], each["low"]) for each in old["curves"]["calibration"]
    ]
    assert part.slices_omitted == {"speaker": old["slices_left_out"]["character"]}
    assert part.slices["group"][0].name == old["slices"]["film"][0]["name"]
    assert (part.unit, old["unit"]) == ("group", "movie")


def test_what_cannot_be_a_figure_is_refused_with_its_place() -> None:
    whole = json.loads((shipped_folder() / "report.json").read_bytes())
    for wrong, said in (("many", r"got `str` - at `\$.sets\[...\].rows`"), (-1, "rows"), (None, "rows"), (1.5, "rows")):
        damaged = {**whole, "sets": {"validation": {**whole["sets"]["validation"], "rows": wrong}}}
        with pytest.raises(GendertuiError, match=said):
            Report.from_json(damaged, where="report.json")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "has not finished"),
        (b'{"schema": 3, "epoch": NaN}', "no finite number"),
        (b'{"schema": 3, "epoch": 1e400}', "no finite number"),
        (b'{"schema": 3, "sets": ' + 100_000 * b"[", "nested"),
        (b'{"schema": 3, "sets": [], "labels": ["m", "f"]}', "incomplete"),
        (b'{"schema": 2, "sets": {"validation": 3}}', "incomplete"),
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"schema": 99}', "schema 99"),
        (b'{"schema": 1, "labels": ["m", "f"]}', "incomplete"),
    ],
)
def test_a_report_that_cannot_be_read_says_why(tmp_path: Path, content: bytes | None, said: str) -> None:
    path = tmp_path / "report.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GendertuiError, match=said) as caught:
        read_report(path)
    assert caught.value.code == ExitCode.RUN
