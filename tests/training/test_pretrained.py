"""Word vectors are checked before anything is trained: in one place, which the front ends and the worker use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow.compute as pc
import pytest

from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs import launch
from gendertui.runs.folder import list_runs
from gendertui.training import pretrained
from gendertui.training.config import TrainingConfig, preset, with_changes
from gendertui.training.prepare import prepare
from gendertui.training.pretrained import with_vectors


def config(path: Path, content: str, **changes: object) -> TrainingConfig:
    path.write_text(content, encoding="utf-8")
    return with_changes(preset("quick"), {"vectors": str(path), **changes})


def test_the_dimension_is_that_of_the_vectors(tmp_path: Path, sample_corpus: Corpus) -> None:
    asked = config(tmp_path / "v.txt", "the 1 2 3\nzz 1 2 3\n", embedding_dim=50)
    assert with_vectors(asked).embedding_dim == 3
    assert with_vectors(asked, sample_corpus).embedding_dim == 3
    assert with_vectors(preset("quick"), sample_corpus) == preset("quick")


def test_vectors_of_other_words_start_no_worker(tmp_path: Path, sample_corpus: Corpus) -> None:
    asked = config(tmp_path / "v.txt", "".join(f"zz{number} 1 2\n" for number in range(99)))
    with pytest.raises(GendertuiError, match="no word of the corpus has a vector") as caught:
        launch.start(asked, sample_corpus)
    assert caught.value.code == ExitCode.MODEL
    assert str(tmp_path) in str(caught.value)
    assert not list_runs()


def test_vectors_of_lower_case_words_for_a_text_in_capitals_say_so(tmp_path: Path, sample_corpus: Corpus) -> None:
    table = sample_corpus.table
    text = pc.utf8_upper(table.column("text"))
    loud = replace(sample_corpus, table=table.set_column(table.schema.get_field_index("text"), "text", text))
    asked = config(tmp_path / "v.txt", "you 1 2\nhello 1 2\n", lowercase=False)
    with pytest.raises(GendertuiError, match="no word of the corpus has a vector") as caught:
        with_vectors(asked, loud)
    assert "--lowercase" in str(caught.value.hint)
    assert with_vectors(with_changes(asked, {"lowercase": True}), loud).embedding_dim == 2


def test_a_file_too_large_to_look_through_is_left_to_the_worker_which_refuses_before_a_batch(
    tmp_path: Path, sample_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = config(tmp_path / "v.txt", "".join(f"zz{number} 1 2\n" for number in range(99)))
    monkeypatch.setattr(pretrained, "_MOST_BYTES", 100)
    monkeypatch.setattr(pretrained, "_FIRST_BYTES", 100)
    assert with_vectors(asked, sample_corpus).embedding_dim == 2
    with pytest.raises(GendertuiError, match="no word of the corpus has a vector"):
        prepare(asked, sample_corpus)


def test_a_word_far_down_in_the_corpus_and_the_file_is_found(
    tmp_path: Path, sample_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pretrained, "_FIRST_ROWS", 1)
    monkeypatch.setattr(pretrained, "_FIRST_BYTES", 100)
    text = sample_corpus.column("text")
    late = next(word for word in text[len(text) - 1].as_py().lower().split() if word.isalpha())
    asked = config(tmp_path / "v.txt", "zz 1 2\n" * 1000 + f"{late} 1 2\n")
    assert with_vectors(asked, sample_corpus).embedding_dim == 2
