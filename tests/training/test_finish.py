"""What follows the last epoch: the same figures in scores, report and bundle, and a bundle that answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from gendertui.corpus.load import load
from gendertui.evaluation.report.build import build_report
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.read import read_report
from gendertui.evaluation.report.scores import Scores
from gendertui.model.bundle.bundle import Bundle
from gendertui.scoring.scorer import Scorer
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.config import TrainingConfig
from gendertui.training.finish import Finished, finish, meta
from gendertui.training.loop import Trainer
from gendertui.training.prepare import Prepared, prepare
from tests.builders.corpora import collated

Make = Callable[..., Prepared]


def run(prepared: Prepared, folder: Path, stop_after: int | None = None) -> tuple[Trainer, Finished]:
    polls = iter(range(1, 100_000))
    trainer = Trainer(
        prepared,
        checkpoints=Checkpoints(folder / "checkpoint"),
        control=lambda: "stop" if next(polls) == stop_after else None,
    )
    list(trainer.run())
    return trainer, finish(prepared, trainer.result(), folder, name="tiny", run="tiny-run")


@pytest.mark.parametrize("network", ["pooled-bilstm", "tutorial-lstm", "bag-of-ngrams", "ensemble"])
def test_the_bundle_gives_the_scores(prepared: Make, tmp_path: Path, network: str) -> None:
    lines = prepared(network=network, num_layers=2, max_length=7)
    _, finished = run(lines, tmp_path)
    scores = Scores.load(tmp_path / "scores.npz")
    np.testing.assert_array_equal(scores.row, lines.validation_rows)
    texts = lines.corpus.column("text").to_pylist()
    bundle = Bundle.load(finished.bundle)
    scorer = Scorer(bundle)
    logits = scorer.engine([scorer.encode(texts[row]).ids for row in scores.row])
    np.testing.assert_allclose(logits, scores.logit, atol=1e-5)
    assert bundle.labels == ("m", "f")
    assert bundle.calibration.slope == finished.report["calibration"]["slope"]
    assert bundle.report() == finished.report
    assert "gendertui train --corpus lines.txt" in bundle.card()
    assert finished.report["sentence"] in bundle.card()


def test_report_derives_from_what_is_in_the_folder(prepared: Make, tmp_path: Path) -> None:
    lines = prepared()
    trainer, finished = run(lines, tmp_path)
    derived = build_report(
        Scores.load(tmp_path / "scores.npz"),
        meta(lines, trainer.result()),
        CharacterScores.load(tmp_path / "characters.npz"),
    )
    assert json.loads((tmp_path / "report.json").read_text()) == json.loads(json.dumps(derived)) == finished.report
    report = read_report(tmp_path / "report.json")
    assert report.epoch == trainer.result().epoch
    part = report.sets["validation"]
    # Natural rows, each once, whatever balancing did to train.
    assert part.rows == len(lines.validation_rows) == sum(part.counts.values())


def test_scores_know_characters_and_lengths_and_the_bundle_scores_characters(prepared: Make, tmp_path: Path) -> None:
    lines = prepared()
    _, finished = run(lines, tmp_path)
    scores = Scores.load(tmp_path / "scores.npz")
    rows = lines.corpus.table.take(scores.row).to_pydict()
    ids = [scores.names.character(number) for number in scores.character]
    assert ids == rows["speaker_id"]
    assert [scores.names.group(number) for number in scores.group] == rows["group_id"]
    np.testing.assert_array_equal(scores.length, lines.encoded.lengths[scores.row])
    # Four films in validation, one character of each label in each: too few for a score of characters.
    assert Bundle.load(finished.bundle).character_calibration is None
    assert finished.report["character_calibration"] is None
    assert finished.report["article"] is None


def test_enough_characters_make_a_score_of_characters(config: Callable[..., TrainingConfig], tmp_path: Path) -> None:
    path = tmp_path / "more.txt"
    path.write_text(collated(films=80, lines=12), encoding="utf-8")
    _, finished = run(prepare(config(epochs=1), load(path)), tmp_path)
    bundle = Bundle.load(finished.bundle)
    assert bundle.character_calibration is not None
    assert asdict(bundle.character_calibration) == finished.report["character_calibration"]
    model, part = bundle.characters(), read_report(tmp_path / "report.json").sets["validation"]
    assert model is not None
    assert part.characters is not None
    assert part.characters.calibration == asdict(model.calibration) == finished.report["stack_calibration"]
    assert part.characters.rows == 24


def test_the_articles_figures_are_those_of_its_epoch(prepared: Make, tmp_path: Path) -> None:
    trainer, finished = run(prepared(split="tutorial", balance="oversample", selection_metric="last"), tmp_path)
    last = trainer.result().history[-1]["validation"]
    assert finished.report["article"] == {"accuracy": last["accuracy"], "loss": last["loss"]}


def test_nothing_of_the_machine_or_of_a_line_is_in_report_and_bundle(prepared: Make, tmp_path: Path) -> None:
    lines = prepared()
    _, finished = run(lines, tmp_path)
    texts = [text for text in lines.corpus.column("text").to_pylist() if len(text.split()) > 5]
    written = b"".join(path.read_bytes() for path in [tmp_path / "report.json", *finished.bundle.iterdir()])
    assert str(tmp_path).encode() not in written
    assert not any(text.encode() in written for text in texts)
    assert not {"device", "threads"} & set(Bundle.load(finished.bundle).config)


def test_a_run_stopped_inside_its_first_epoch_says_so(prepared: Make, tmp_path: Path) -> None:
    _, finished = run(prepared(), tmp_path, stop_after=3)
    assert finished.report["epoch"] == 0
    assert any("within its first epoch" in note for note in finished.report["notes"])


def test_a_run_stopped_later_keeps_its_best_epoch_and_says_so(prepared: Make, tmp_path: Path) -> None:
    lines = prepared()
    polls = 0

    def count() -> None:
        nonlocal polls
        polls += 1

    list(Trainer(lines, checkpoints=Checkpoints(tmp_path / "whole"), control=count).run())
    trainer, finished = run(lines, tmp_path, stop_after=polls // 2)
    assert trainer.result().epochs == 1
    assert finished.report["epoch"] == 1
    assert "Training was stopped by hand after epoch 1." in finished.report["notes"]
