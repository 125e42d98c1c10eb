"""The report: derived from scores, read back, put in words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation import metrics
from gendertui.evaluation.report import Meta, build_report, report_from_scores
from gendertui.evaluation.report_io import FEW_GROUPS, Report, read_report, verdict_lines
from gendertui.evaluation.scores import Scores

META = Meta(labels=("m", "f"), protocol="by-movie", requested="auto", unit="movie", epochs=3, majority=0)


def scores(films: int = 40, rows: int = 1200) -> Scores:
    generator = np.random.default_rng(4)
    labels = (generator.random(rows) < 0.3).astype(np.int8)
    return Scores(
        row=np.arange(rows) * 2,
        set=np.ones(rows, np.int8),
        label=labels,
        group=generator.integers(0, films, rows).astype(np.int32),
        character=np.full(rows, -1, np.int32),
        length=np.ones(rows, np.int32),
        logit=(generator.normal(size=rows) + 0.6 * labels + 1.5).astype(np.float32),
        baseline_logit=(generator.normal(size=rows) + 0.3 * labels).astype(np.float32),
        epoch=2,
    )


def test_scores_come_back_as_they_were(tmp_path: Path) -> None:
    written = scores()
    written.save(tmp_path / "scores.npz")
    read = Scores.load(tmp_path / "scores.npz")
    for name in ("row", "set", "label", "group", "logit", "baseline_logit"):
        np.testing.assert_array_equal(getattr(read, name), getattr(written, name))
    assert read.epoch == 2


def test_the_report_derives_from_the_scores_file_alone(tmp_path: Path) -> None:
    scores().save(tmp_path / "scores.npz")
    assert report_from_scores(tmp_path / "scores.npz", META) == build_report(scores(), META)


def test_figures_and_intervals() -> None:
    made = build_report(scores(), META)
    assert json.loads(json.dumps(made)) == made
    part = Report.from_json(made).sets["validation"]
    assert (part.rows, part.groups, part.unit) == (1200, 40, "movie")
    assert part.model["auc"].value == pytest.approx(metrics.auc(scores().logit, scores().label))
    for figures in (part.model, part.baselines["tfidf-logistic"]):
        for metric in ("balanced_accuracy", "auc", "log_loss", "brier"):
            figure = figures[metric]
            assert figure.low is not None
            assert figure.high is not None
            assert figure.low < figure.value < figure.high
    assert part.baselines["majority"]["balanced_accuracy"].text(percent=True) == "50.0 % (50.0–50.0)"
    assert part.baselines["majority"]["auc"].value == 0.5
    assert part.baselines["majority"]["log_loss_skill"].value == pytest.approx(0)
    assert part.baselines["majority"]["accuracy"].value == pytest.approx((scores().label == 0).mean())
    # Calibrated: the raw logits, 1.5 too high, would call nearly every line positive.
    assert part.model["log_loss_skill"].value > 0
    assert 0.55 < part.model["balanced_accuracy"].value < 0.7
    assert part.paired["tfidf-logistic"]["auc"].value == pytest.approx(
        part.model["auc"].value - part.baselines["tfidf-logistic"]["auc"].value
    )
    assert np.sum(part.confusion) == 1200
    assert sum(bucket["n"] for bucket in part.confidence) == 1200
    assert 0 < part.abstained["share"] < 1


def test_few_films_get_no_interval() -> None:
    made = build_report(scores(films=20), META)
    figure = Report.from_json(made).sets["validation"].model["auc"]
    assert (figure.low, figure.high, figure.note) == (None, None, FEW_GROUPS)
    assert any(FEW_GROUPS in note for note in made["notes"])


def test_without_films_lines_are_resampled() -> None:
    meta = Meta(labels=("no", "yes"), protocol="random", requested="random", unit="line", epochs=3, majority=0)
    part = Report.from_json(build_report(scores(), meta)).sets["validation"]
    assert part.groups == 1200
    assert part.model["auc"].low is not None


def test_a_test_set_is_reported_beside_the_validation_set_that_calibrates() -> None:
    both = scores()
    both.set[600:] = 2
    made = build_report(both, META)
    assert set(made["sets"]) == {"validation", "test"}
    alone = build_report(both.of(1), META)
    assert made["calibration"] == alone["calibration"]
    assert made["sets"]["validation"] == alone["sets"]["validation"]


def test_verdict_in_words() -> None:
    lines = verdict_lines(build_report(scores(), META))
    text = "\n".join(lines)
    assert lines[0].startswith("On films it has not seen, it puts ")
    assert "validation: 1,200 lines of 40 films, split by-movie" in text
    assert "majority" in text
    assert "TF-IDF + LR" in text
    assert "labelled f" in text
    assert "One split is one draw" in text


def test_films_on_both_sides_are_said() -> None:
    meta = Meta(
        labels=("m", "f"),
        protocol="tutorial",
        requested="tutorial",
        unit="movie",
        epochs=3,
        majority=0,
        shared_groups=7,
    )
    text = "\n".join(verdict_lines(build_report(scores(), meta)))
    assert text.startswith("On held-out lines")
    assert "7 films have lines both in train and in validation" in text
    assert "plays validation's part" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "has not finished"),
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


@pytest.mark.parametrize("damage", ["missing", "text", "truncated"])
def test_scores_that_cannot_be_read_say_so(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "scores.npz"
    if damage != "missing":
        scores().save(path)
        data = path.read_bytes()
        path.write_bytes(b"no archive" if damage == "text" else data[: len(data) // 2])
    with pytest.raises(GendertuiError, match="scores cannot be read"):
        Scores.load(path)
