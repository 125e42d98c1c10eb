"""Cross-fitted scores from another process: kept where the caller reads them, cancelled, refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.suspects.store import kept_scores
from gendertui.subprocesses.suspects import SuspectsTask
from gendertui.training.suspects import unit_scores
from tests.builders.corpora import collated


def test_the_scores_are_kept_where_the_caller_reads_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "films.txt"
    path.write_text(collated(films=12), encoding="utf-8")
    corpus = load(path)
    stages: list[str] = []
    assert SuspectsTask(path, corpus.data_hash, "speaker").wait(lambda stage, _done, _total: stages.append(stage))
    scores = kept_scores(corpus.data_hash, "speaker")
    assert scores is not None
    assert "characters" in stages
    monkeypatch.setenv("GENDERTUI_HOME", str(tmp_path / "elsewhere"))
    assert (unit_scores(corpus).log_odds == scores.log_odds).all()


def test_a_corpus_that_is_another_one_now_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "films.txt"
    path.write_text(collated(films=12), encoding="utf-8")
    with pytest.raises(GendertuiError, match="has changed") as caught:
        SuspectsTask(path, "another", "speaker").wait()
    assert caught.value.code == ExitCode.DATA


def test_a_cancelled_task_has_no_scores(tmp_path: Path) -> None:
    path = tmp_path / "films.txt"
    path.write_text(collated(films=12), encoding="utf-8")
    task = SuspectsTask(path, load(path).data_hash, "speaker")
    task.cancel()
    assert not task.wait()
