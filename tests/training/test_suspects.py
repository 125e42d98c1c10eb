"""Labels turned over are found; a unit's own label never reaches its own score; single lines work the same way."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from gendertui import paths
from gendertui.corpus.corrections.apply import with_history
from gendertui.corpus.corrections.entry import LABEL, LEAVE_OUT, Correction, Key
from gendertui.corpus.corrections.history import History
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.baselines.cross_fit import cross_fitted_lines
from gendertui.evaluation.suspects import store
from gendertui.evaluation.suspects.ranking import contradiction
from gendertui.evaluation.suspects.store import unit_of
from gendertui.training.suspects import unit_scores
from tests.builders.corpora import made_corpus
from tests.builders.flips import flipped, found
from tests.builders.planted_corpus import COMMON, made_up

SHARE = 0.05


def faint(films: int = 40, lines: int = 12, seed: int = 0) -> Corpus:
    """Characters whose lines now and then hold a word that goes with the label: a few lines say little, all some."""
    generator = np.random.default_rng(seed)
    columns: dict[str, list[str | None]] = {name: [] for name in ("line_id", "text", "label", "group_id", "speaker_id")}
    for film in range(films):
        for character in range(6):
            label = "mf"[int(generator.random() < 0.4)]
            for _ in range(lines):
                words = list(generator.choice(COMMON, 5))
                if generator.random() < 0.5:
                    sign = label if generator.random() < 0.75 else "fm"[label == "f"]
                    words.append(f"{sign}word{generator.integers(4)}")
                columns["line_id"].append(f"L{len(columns['text'])}")
                columns["text"].append(" ".join(words))
                columns["label"].append(label)
                columns["group_id"].append(f"m{film}")
                columns["speaker_id"].append(f"u{film}_{character}")
    return made_corpus(columns, name=f"faint-{films}-{lines}-{seed}")


def test_labels_turned_over_are_looked_at_first(capsys: pytest.CaptureFixture[str]) -> None:
    corpus = faint(films=30)
    scores = unit_scores(corpus)
    wrong, turned = flipped(corpus, scores, SHARE, seed=0)
    result = found(unit_scores(wrong), turned)
    print(result)
    assert "by chance 10 %" in capsys.readouterr().out
    assert (result.turned, result.looked_at) == (9, 18)
    assert result.share >= 0.5


def test_a_label_that_is_turned_over_leaves_the_score_of_its_unit_as_it_was() -> None:
    corpus = faint(films=12)
    scores = unit_scores(corpus)
    for place in (0, 17):
        key = Key("speaker", f"m{place // 6}", f"u{place // 6}_{place % 6}")
        own = corpus.labels[scores.label[place]]
        other = corpus.labels[1 - scores.label[place]]
        for act, after in ((LABEL, other), (LEAVE_OUT, None)):
            change = Correction(key, act, own, after, "2026-01-31T12:00:00Z", "test")
            changed = unit_scores(with_history(corpus, History((change,))))
            assert changed.label[place] != scores.label[place]
            if act == LABEL:
                # Which folds are drawn depends on which units have a label, not on which.
                assert changed.log_odds[place] == pytest.approx(scores.log_odds[place], abs=1e-9)
            others = np.delete(np.arange(len(scores)), place)
            assert (changed.log_odds[others] != scores.log_odds[others]).any()


def test_what_has_no_label_is_scored_and_what_has_both_is_left_out() -> None:
    corpus = faint(films=12)
    label = corpus.column("label").to_pylist()
    label[:12] = [None] * 12
    label[12] = "m"
    label[13] = "f"
    columns = {name: corpus.column(name).to_pylist() for name in corpus.table.column_names}
    scores = unit_scores(made_corpus({**columns, "label": label}, name="partly"))
    assert (len(scores), scores.mixed) == (12 * 6 - 1, 1)
    assert scores.row[0] == 0
    assert scores.label[0] == -1
    assert np.isfinite(scores.log_odds).all()
    assert contradiction(scores)[0] == -np.inf


@pytest.mark.parametrize("people", [True, False])
def test_single_lines_are_scored_by_models_that_have_not_seen_them(people: bool) -> None:
    corpus = made_up(16, signal="label", people=people)
    assert unit_of(corpus) == ("speaker" if people else "line")
    scores = unit_scores(corpus, "line")
    assert (scores.unit, scores.together, len(scores)) == ("line", "group" if people else "line", len(corpus))
    right = (scores.log_odds > 0) == (scores.label == 1)
    assert right.mean() > 0.8
    # A word of one film alone says nothing where films are held out whole.
    memorable = unit_scores(made_up(16, signal="film", people=people), "line")
    assert ((memorable.log_odds > 0) == (memorable.label == 1)).mean() < (0.65 if people else 1.1)
    wrong, turned = flipped(corpus, scores, SHARE, seed=1)
    assert found(unit_scores(wrong, "line"), turned).share >= 0.5


def test_what_was_computed_is_there_at_once_and_goes_by_the_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = made_up(16, signal="label", people=False)
    scores = unit_scores(corpus)
    monkeypatch.setattr("gendertui.training.suspects.cross_fitted_lines", _never)
    again = unit_scores(corpus)
    for name in ("row", "label", "lines", "log_odds"):
        assert (getattr(again, name) == getattr(scores, name)).all()
    assert (again.unit, again.together, again.mixed) == (scores.unit, scores.together, scores.mixed)
    with pytest.raises(AssertionError, match="computed"):
        unit_scores(dataclasses.replace(corpus, data_hash="with other labels"))
    (kept,) = paths.suspects_dir().iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert store.kept_scores(corpus.data_hash, "line") is None


def _never(*_: object, **__: object) -> None:
    raise AssertionError("computed once more")


def test_too_few_labels_are_refused_in_words() -> None:
    for corpus, hint in ((faint(films=1), "--unit line"), (made_corpus({"text": ["a", "b"], "label": ["m", "f"]}), "")):
        with pytest.raises(GendertuiError, match="too few") as caught:
            unit_scores(corpus)
        assert caught.value.code == ExitCode.DATA
        assert hint in (caught.value.hint or "")


def test_lines_without_any_known_word_get_a_score_too() -> None:
    from gendertui.evaluation.baselines.ngrams import Lines

    corpus = made_corpus({"text": ["x"] * 20, "label": ["m", "f"] * 10})
    lines = Lines(np.zeros(20, np.int32), np.arange(21), ["x"])
    assert np.isfinite(cross_fitted_lines(corpus, lines).log_odds).all()
