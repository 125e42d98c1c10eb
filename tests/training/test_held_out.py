"""A finished run taken up again gives the figures that the run itself would have given."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from gendertui.corpus.load import load
from gendertui.corpus.splits.split import TEST, UNUSED, VALIDATION, Split
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.metrics import point
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.scores import Scores
from gendertui.model.bundle.bundle import Bundle, write_manifest
from gendertui.model.bundle.manifest import read_manifest
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.config import TrainingConfig
from gendertui.training.finish import finish
from gendertui.training.loop import Trainer
from gendertui.training.prepare import Prepared, prepare
from gendertui.training.rescoring import Rescorer
from tests.builders.corpora import collated

Config = Callable[..., TrainingConfig]


def finished(prepared: Prepared, folder: Path) -> Rescorer:
    """A run to its end, and what is taken up of it."""
    trainer = Trainer(prepared, checkpoints=Checkpoints(folder / "checkpoint"))
    list(trainer.run())
    bundle = finish(prepared, trainer.result(), folder, name="tiny").bundle
    scores = Scores.load(folder / "scores.npz")
    characters = CharacterScores.load(folder / "characters.npz")
    return Rescorer(Bundle.load(bundle), prepared.corpus, prepared.split, prepared.config, scores, characters)


def replaced(corpus: Corpus, columns: dict[str, pa.Array]) -> Corpus:
    """The corpus with some of its columns replaced."""
    table = corpus.table
    for name, values in columns.items():
        place = table.column_names.index(name)
        table = table.set_column(place, table.schema.field(name), values)
    return dataclasses.replace(corpus, table=table)


def without_films(corpus: Corpus) -> Corpus:
    unknown = pa.nulls(len(corpus), pa.string())
    return replaced(corpus, dict.fromkeys(("group_id", "speaker_id", "speaker"), unknown))


@pytest.mark.parametrize("films", [True, False])
def test_the_bundle_scores_lines_as_the_run_did(corpus: Corpus, config: Config, tmp_path: Path, films: bool) -> None:
    lines = prepare(
        config(max_length=6, split="by-group" if films else "random"), corpus if films else without_films(corpus)
    )
    held = finished(lines, tmp_path)
    opened = held.with_test()
    np.testing.assert_array_equal(opened.row[opened.set == TEST], held.split.rows(TEST))
    np.testing.assert_array_equal(opened.label, lines.encoded.labels[opened.row])
    kept = opened.of(VALIDATION)
    for name in ("row", "label", "group", "character", "length", "logit", "baseline_logit"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(held.scores, name))
    assert (len(np.unique(opened.of(TEST).group)) < len(opened.of(TEST).row)) == films
    # With validation and test exchanged the rows it scores are those that the run scored.
    exchanged = np.array([0, TEST, VALIDATION, -1], np.int8)[lines.split.assignment]
    again = dataclasses.replace(held, split=dataclasses.replace(held.split, assignment=exchanged))
    np.testing.assert_allclose(again.with_test().of(TEST).logit, held.scores.logit, atol=1e-6)


def test_the_bundle_scores_characters_as_the_run_did(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "more.txt"
    path.write_text(collated(films=80, lines=12), encoding="utf-8")
    lines = prepare(config(epochs=1), load(path))
    held = finished(lines, tmp_path)
    assert held.characters is not None
    opened = held.characters_with_test()
    assert opened is not None
    kept, test = opened.of(VALIDATION), opened.of(TEST)
    np.testing.assert_array_equal(kept.log_odds, held.characters.log_odds)
    assert set(lines.split.assignment[test.row]) <= {TEST, UNUSED}
    assert len(test.row[test.whole]) > 10
    # With validation and test exchanged the characters it scores are those that the run scored; weights are halves.
    exchanged = np.array([0, TEST, VALIDATION, -1], np.int8)[lines.split.assignment]
    split = dataclasses.replace(lines.split, assignment=exchanged)
    again = dataclasses.replace(held, split=split).characters_with_test()
    assert again is not None
    ours, theirs = (found.where(found.whole) for found in (held.characters, again.of(TEST)))
    np.testing.assert_array_equal(theirs.character, ours.character)
    for name in ("log_odds", "masked"):
        np.testing.assert_allclose(getattr(theirs, name), getattr(ours, name), atol=0.02)
    # It is the bundle's model that is judged, not one that is fitted anew.
    other = tmp_path / "other"
    shutil.copytree(held.bundle.folder, other)
    manifest = read_manifest(other)
    assert manifest.stack is not None
    write_manifest(other, dataclasses.replace(manifest, stack={**manifest.stack, "intercept": 9.0}))
    found = dataclasses.replace(held, bundle=Bundle.load(other)).characters_with_test()
    assert found is not None
    np.testing.assert_allclose(found.of(TEST).log_odds - 9.0, test.log_odds - manifest.stack["intercept"], atol=1e-4)


def test_baselines_know_nothing_of_the_test_lines(corpus: Corpus, config: Config, tmp_path: Path) -> None:
    lines = prepare(config(), corpus)
    held = finished(lines, tmp_path)
    opened = held.with_strong_baseline(held.with_test())
    assert opened.strong_baseline_logit is not None
    for logits in (opened.baseline_logit, opened.strong_baseline_logit):
        # Two words tell the labels apart three times out of four, on any lines.
        assert 0.65 < point.auc(logits[opened.set == TEST], opened.label[opened.set == TEST]) < 0.85
    labels = corpus.column("label").to_pylist()
    for row in lines.split.rows(TEST):
        labels[row] = "m" if labels[row] == "f" else "f"
    turned = dataclasses.replace(held, corpus=replaced(corpus, {"label": pa.array(labels)})).with_test()
    np.testing.assert_array_equal(turned.baseline_logit, opened.baseline_logit)
    assert not (turned.label == opened.label)[opened.set == TEST].any()


def test_a_test_set_without_a_label_is_not_judged(corpus: Corpus, config: Config, tmp_path: Path) -> None:
    lines = prepare(config(), corpus)
    held = finished(lines, tmp_path)
    assignment = lines.split.assignment.copy()
    assignment[(assignment == TEST) & (corpus.label_codes() == 1)] = -1
    narrow: Split = dataclasses.replace(lines.split, assignment=assignment)
    with pytest.raises(GendertuiError, match="no line of the test set is labelled f") as caught:
        dataclasses.replace(held, split=narrow).with_test()
    assert caught.value.code is ExitCode.DATA
