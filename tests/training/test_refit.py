"""The refit: the same training on all labelled lines, without a validation set."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from gendertui.corpus.load import load
from gendertui.corpus.splits.split import TEST, TRAIN, UNUSED, VALIDATION
from gendertui.corpus.units import FILM_UNITS, NO_UNITS
from gendertui.evaluation.report.build import build_report
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.read import Report, read_report, verdict_lines
from gendertui.evaluation.report.scores import Scores
from gendertui.formatting import percent
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.refit import Refit, with_refit
from gendertui.model.standing import Evidence
from gendertui.progress import silent
from gendertui.training import epochs, events
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.config import PRESETS, TrainingConfig, preset
from gendertui.training.finish import finish, write_model
from gendertui.training.loop import Trainer
from gendertui.training.mixture import Mixed
from gendertui.training.prepare import Prepared, TrainingData, prepare
from gendertui.training.refit import RefitLoop, all_lines, learnt_from, stage
from tests.builders.corpora import collated
from tests.builders.training import NETWORKS, After

Make = Callable[..., Prepared]

REFIT = Refit(rows=1_074, groups=24, unit="group", share=0.65, epochs=2)


def loop(
    data: TrainingData, folder: Path, control: After | None = None, number: int = 2, mixed: Mixed | None = None
) -> RefitLoop:
    return RefitLoop(data, number, mixed, checkpoints=Checkpoints(folder), stage="all of it", control=control)


def equal(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in one.items())


def test_best_publishes_what_has_learnt_from_all_lines_and_the_other_presets_what_was_measured() -> None:
    assert {name: preset(name).refit for name in PRESETS} == {"quick": "none", "best": "all", "tutorial": "none"}
    assert TrainingConfig().refit == "none"


# What it learns from


@pytest.mark.parametrize("balance", ["class-weights", "oversample", "undersample", "none"])
def test_it_learns_from_the_lines_of_all_three_sets_each_balanced_as_configured(prepared: Make, balance: str) -> None:
    first = prepared(balance=balance)
    data = all_lines(first, silent)
    labels, split = data.encoded.labels, first.split
    np.testing.assert_array_equal(
        data.distinct_train_rows, np.sort(np.concatenate([split.rows(which) for which in (TRAIN, VALIDATION, TEST)]))
    )
    assert set(np.unique(labels[data.train_rows])) == {0, 1}
    assert (split.assignment == UNUSED).any()
    assert not (split.assignment[data.train_rows] == UNUSED).any()
    negative, positive = np.bincount(labels[data.train_rows])
    if balance in ("oversample", "undersample"):
        assert negative == positive
    # It is weighed by its own rates, not by those of the train set.
    assert data.class_weights != (1.0, 1.0) if balance == "class-weights" else data.class_weights == (1.0, 1.0)


def test_its_words_are_those_of_all_lines_within_the_limit_that_was_asked_for(
    config: Callable[..., TrainingConfig], tmp_path: Path
) -> None:
    rows = collated().splitlines()
    path = tmp_path / "lines.txt"
    # Every line has a word of its own.
    words = [
        f"{row.rsplit(' +++$+++ ', 1)[0]} own{'abcdefghij'[at % 10] * (at // 10 + 1)}" for at, row in enumerate(rows)
    ]
    path.write_text("\n".join(f"{row} +++$+++ ?" for row in words) + "\n", encoding="utf-8")
    corpus = load(path)
    # As many words as there are train rows, which was the limit: it is resolved again from more rows.
    first = prepare(config(), corpus)
    data = all_lines(first, silent)
    assert first.config.max_vocab_size == len(first.train_rows)
    assert data.config.max_vocab_size == len(data.train_rows) > len(first.train_rows)
    assert len(data.vocabulary) > len(first.vocabulary)
    assert data.config.model_copy(update={"max_vocab_size": None}) == first.recipe
    limited = prepare(config(max_vocab_size=20), corpus)
    assert all_lines(limited, silent).config == limited.config
    # The same after a resume, whose configuration is resolved already.
    resumed = prepare(first.config, corpus, split=first.split)
    assert all_lines(resumed, silent).vocabulary.to_bytes() == data.vocabulary.to_bytes()


def test_pretrained_vectors_are_looked_up_for_all_of_its_words(prepared: Make, tmp_path: Path) -> None:
    path = tmp_path / "vectors.txt"
    path.write_text("moon 1 2 3\nsun -1 -2 -3\n", encoding="utf-8")
    data = all_lines(prepared(vectors=str(path)), silent)
    assert data.vectors is not None
    assert len(data.vectors.matrix) == len(data.vocabulary)
    assert data.vectors.matrix[data.vocabulary.index["moon"]].tolist() == [1, 2, 3]


def test_under_the_articles_split_the_lines_that_were_held_out_are_stripped_as_its_train_lines_are(
    prepared: Make,
) -> None:
    first = prepared(split="tutorial", balance="oversample", batching="pooled")
    data = all_lines(first, silent)
    held = first.validation_rows
    # The token of the space in front, which the article's test lines have.
    np.testing.assert_array_equal(data.tokenised.lengths[held], first.tokenised.lengths[held] - 1)
    other = first.distinct_train_rows
    np.testing.assert_array_equal(data.tokenised.lengths[other], first.tokenised.lengths[other])


# How it is trained


@pytest.mark.parametrize("changes", NETWORKS.values(), ids=NETWORKS)
def test_on_the_same_lines_it_is_the_same_training(prepared: Make, tmp_path: Path, changes: dict[str, Any]) -> None:
    """Validation draws nothing at random, so without it the weights are those of the last epoch, bit for bit."""
    lines = prepared(**{**changes, "selection_metric": "last"})
    trainer = Trainer(lines, checkpoints=Checkpoints(tmp_path / "first"))
    list(trainer.run())
    mixed = trainer.result().mixture
    again = loop(lines, tmp_path / "again", number=lines.config.epochs, mixed=mixed)
    list(again.run())
    assert equal(again.weights(), trainer.result().weights)
    shorter = loop(lines, tmp_path / "shorter", number=lines.config.epochs - 1, mixed=mixed)
    list(shorter.run())
    assert not equal(shorter.weights(), again.weights())


@pytest.mark.parametrize("changes", NETWORKS.values(), ids=NETWORKS)
def test_stopped_anywhere_and_resumed(prepared: Make, tmp_path: Path, changes: dict[str, Any]) -> None:
    data = all_lines(prepared(**changes), silent)
    control = After(-1)
    whole = loop(data, tmp_path / "whole", control)
    list(whole.run())
    for share in (0.02, 0.5, 0.95):
        folder = tmp_path / f"broken off after {share}"
        broken = loop(data, folder, After(max(1, int(share * control.seen))))
        told = list(broken.run())
        assert broken.stopped, share
        assert isinstance(told[-1], events.Checkpoint), share
        assert told[-1].stage == "all of it"
        assert not equal(broken.weights(), whole.weights()), share
        resumed = loop(data, folder)
        torch.rand(17)
        first, *rest = resumed.run(resume=True)
        assert isinstance(first, events.Resumed), share
        assert (first.stage, first.bit_identical) == ("all of it", True), share
        assert (first.epoch, first.batch) == (told[-1].epoch, told[-1].batch), share
        assert equal(resumed.weights(), whole.weights()), share
        assert [event.done for event in rest if isinstance(event, events.Stage)][-1] == control.seen, share


def test_resumed_before_its_first_batch_it_is_the_same_training(prepared: Make, tmp_path: Path) -> None:
    data = all_lines(prepared(**NETWORKS["ensemble"]), silent)
    whole = loop(data, tmp_path / "whole")
    list(whole.run())
    for event in loop(data, tmp_path / "broken").run():
        if isinstance(event, events.Checkpoint):
            assert (event.epoch, event.batch) == (1, 0)
            break
    resumed = loop(data, tmp_path / "broken")
    torch.rand(17)
    list(resumed.run(resume=True))
    assert equal(resumed.weights(), whole.weights())


def test_a_pause_changes_nothing(prepared: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epochs, "PAUSE_POLL_SECONDS", 0.001)
    data = all_lines(prepared(), silent)
    whole = loop(data, tmp_path / "whole")
    list(whole.run())
    requests = iter([None] * 7 + ["pause"] * 5)
    paused = RefitLoop(
        data, 2, None, checkpoints=Checkpoints(tmp_path / "paused"), stage="", control=lambda: next(requests, None)
    )
    told = list(paused.run())
    assert equal(paused.weights(), whole.weights())
    saved = [(event.epoch, event.batch) for event in told if isinstance(event, events.Checkpoint)]
    assert (saved[0], saved[-1]) == ((1, 0), (3, 0)) and any(batch for _, batch in saved)


def test_it_tells_of_its_batches_and_of_the_time_left_and_of_no_epoch(
    prepared: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(epochs, "BATCH_EVENT_SECONDS", 0.0)
    told = list(loop(all_lines(prepared(), silent), tmp_path).run())
    assert {event.type for event in told} == {"stage", "checkpoint"}
    stages = [event for event in told if isinstance(event, events.Stage)]
    total = len(stages) - 1
    assert [event.done for event in stages] == list(range(total + 1))
    assert {(event.name, event.total, event.unit) for event in stages} == {("all of it", total, "batches")}
    assert stages[0].seconds_left is None
    left = [event.seconds_left for event in stages[1:]]
    assert all(seconds is not None and seconds > 0 for seconds in left[:-1])
    assert left[-1] == 0


@pytest.mark.parametrize(
    ("units", "name"), [(FILM_UNITS, "training on all films"), (NO_UNITS, "training on all lines")]
)
def test_its_name_is_in_the_corpuss_words(units: Any, name: str) -> None:
    assert stage(units) == name


# What is said of it


def test_report_and_bundle_say_whose_figures_they_are_and_the_figures_stay(prepared: Make, tmp_path: Path) -> None:
    lines = prepared(refit="all")
    trainer = Trainer(lines, checkpoints=Checkpoints(tmp_path / "checkpoint"))
    list(trainer.run())
    finished = finish(lines, trainer.result(), tmp_path, name="tiny", run="tiny-run")
    data = all_lines(lines, silent)
    again = loop(data, tmp_path / "refit-checkpoint")
    list(again.run())
    refit = learnt_from(data, lines, 2)
    assert refit.rows == sum(count for label, count in lines.corpus.counts().items() if label is not None)
    assert (refit.groups, refit.unit, refit.epochs) == (24, "group", 2)
    assert refit.share == pytest.approx(len(lines.split.rows(TRAIN)) / refit.rows)
    report = with_refit(finished.report, refit)
    write_model(tmp_path / "refitted", data, again.weights(), None, report, name="tiny", run="tiny-run")
    measured, published = Bundle.load(finished.bundle), Bundle.load(tmp_path / "refitted")
    published.verify()

    sentence = refit.sentence(lines.corpus.units)
    assert f"on all {refit.rows} of them (24 films)" in sentence
    assert f"sibling trained on {percent(refit.share, 0)} of the labelled lines" in sentence
    assert sentence in published.card()
    assert sentence not in measured.card()
    assert published.report()["refit"]["rows"] == refit.rows
    assert measured.report()["refit"] is None
    # The figures, the calibration and so the standing among models are the sibling's.
    assert published.report()["sets"] == measured.report()["sets"]
    assert published.calibration == measured.calibration
    assert Evidence.of(published.report()) == Evidence.of(measured.report())
    # Each names the command that trains it again.
    assert (measured.config["refit"], published.config["refit"]) == ("none", "all")
    assert "--refit all" in published.card()
    assert "--refit all" not in measured.card()
    assert not equal(
        {name: torch.from_numpy(value) for name, value in measured.tensors().items()},
        {name: torch.from_numpy(value) for name, value in published.tensors().items()},
    )


def test_what_was_measured_is_told_apart_and_told_once(prepared: Make, tmp_path: Path) -> None:
    lines = prepared(epochs=1)
    trainer = Trainer(lines, checkpoints=Checkpoints(tmp_path / "checkpoint"))
    list(trainer.run())
    finished = finish(lines, trainer.result(), tmp_path, name="tiny")
    once = with_refit(finished.report, REFIT)
    assert with_refit(once, REFIT) == once
    sentence = REFIT.sentence(lines.corpus.units)
    assert verdict_lines(once)[-1] == sentence
    assert verdict_lines(finished.report)[-1] != sentence
    # A report that is made anew from its scores, as when its test set is opened, says the same.
    (tmp_path / "report.json").write_text(json.dumps(once), encoding="utf-8")
    report = read_report(tmp_path / "report.json")
    assert json.loads(json.dumps(build_report(Scores.load(tmp_path / "scores.npz"), Meta.of(report)))) == json.loads(
        json.dumps(once)
    )


def test_reports_of_older_versions_know_of_no_refit(tiny_run: Any) -> None:
    value = json.loads(tiny_run.report_file.read_text())
    del value["refit"]
    assert Meta.of(Report.from_json(value)).refit is None


@pytest.mark.parametrize(
    ("refit", "words"),
    [
        (REFIT, "for 2 epochs, on all 1,074 of them (24 films), so"),
        (Refit(7, 7, "line", 0.7, 1), "for 1 epoch, on all 7 of them, so"),
    ],
)
def test_the_sentence(refit: Refit, words: str) -> None:
    assert words in refit.sentence(FILM_UNITS)
