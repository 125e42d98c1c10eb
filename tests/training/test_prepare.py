"""Preparation: the tutorial's rules, the split's, and no way from train to validation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gendertui.corpus.load import load
from gendertui.corpus.splits.split import Split
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.training import devices
from gendertui.training.config import TrainingConfig
from gendertui.training.prepare import Prepared, prepare

Make = Callable[..., Prepared]


@pytest.mark.parametrize("balance", ["oversample", "undersample", "class-weights", "none"])
def test_sets_share_no_film_and_copies_stay_in_train(prepared: Make, balance: str) -> None:
    lines = prepared(balance=balance)
    assert lines.split.protocol == "by-group"
    films = lines.corpus.groups("group_id")
    assert not set(films[lines.train_rows]) & set(films[lines.validation_rows])
    labels = lines.encoded.labels
    counts = np.bincount(labels[lines.train_rows])
    assert (counts[0] == counts[1]) == (balance in ("oversample", "undersample"))
    assert len(set(lines.validation_rows)) == len(lines.validation_rows)
    assert (labels[lines.validation_rows] >= 0).all()
    assert (lines.class_weights == (1.0, 1.0)) == (balance != "class-weights")


def test_the_vocabulary_comes_from_train_alone(prepared: Make) -> None:
    lines = prepared()
    texts = lines.corpus.column("text").to_pylist()
    seen = {word for row in lines.train_rows for word in texts[row].split()}
    assert set(lines.vocabulary.words[2:]) <= seen | {"..."}


def test_the_articles_spaces(prepared: Make) -> None:
    """Lines to test on keep the separator's spaces, which makes a space token of each; lines to train on do not."""
    lines = prepared(split="tutorial", balance="oversample")
    words, offsets, ids = lines.tokenised.words, lines.tokenised.offsets, lines.tokenised.ids
    for row in lines.validation_rows[:20]:
        assert words[ids[offsets[row]]] == " "
    for row in lines.train_rows[:20]:
        assert words[ids[offsets[row]]].strip()


def test_the_articles_blank_lines_and_vocabulary_size(tmp_path: Path, home: Path, config: Make) -> None:
    """Blank lines count among the held-out ones and among the rows to balance, and are dropped from train then."""
    rows = [
        f"L{n} +++$+++ u{n % 3} +++$+++ m1 +++$+++ X +++$+++ {'mmf'[n % 3]} +++$+++ {{}} +++$+++ ?" for n in range(90)
    ]
    texts = ["" if n in (60, 61, 62) else f"word{n} again" for n in range(90)]
    path = tmp_path / "lines.txt"
    path.write_text("\n".join(row.format(text) for row, text in zip(rows, texts, strict=True)) + "\n")
    corpus = load(path)
    made: TrainingConfig = config(split="tutorial", balance="oversample", batching="pooled")  # type: ignore[assignment]
    lines = prepare(made, corpus)
    # 90 labelled lines of 242,023: the first round(10,000 * 90 / 242,023) = 4 of each label.
    assert len(lines.validation_rows) == 8
    assert lines.balanced == {"m": 56, "f": 56}
    assert lines.config.max_vocab_size == 112
    blanks = np.isin(lines.train_rows, [60, 61, 62])
    assert not blanks.any()
    assert len(lines.train_rows) < 112
    assert any("held out" in warning for warning in lines.warnings)


def test_everything_is_settled(prepared: Make) -> None:
    settled = prepared(device="auto", precision="auto", threads=None).config
    assert settled.device != "auto"
    assert settled.precision in ("float32", "bfloat16")
    assert settled.threads is not None
    assert settled.max_vocab_size is not None
    devices.set_threads(1)


def test_preparing_from_the_settled_configuration_changes_nothing(
    prepared: Make, corpus: Corpus, tmp_path: Path
) -> None:
    first = prepared(balance="oversample")
    first.save_split(tmp_path)
    second = prepare(first.config, corpus, split=Split.load(tmp_path))
    assert second.config == first.config
    assert second.vocabulary.words == first.vocabulary.words
    np.testing.assert_array_equal(second.train_rows, first.train_rows)
    np.testing.assert_array_equal(second.encoded.word_ids(), first.encoded.word_ids())


def test_a_split_of_another_corpus_is_refused(prepared: Make, sample_corpus: Corpus) -> None:
    lines = prepared()
    with pytest.raises(GendertuiError, match="the run's split is of") as caught:
        prepare(lines.config, sample_corpus, split=lines.split)
    assert caught.value.code == ExitCode.DATA


def test_vectors_that_are_not_there_are_an_error_before_anything_is_done(corpus: Corpus, config: Make) -> None:
    made: TrainingConfig = config(vectors="glove-6b-200d")  # type: ignore[assignment]
    stages: list[str] = []
    with pytest.raises(GendertuiError) as caught:
        prepare(made, corpus, lambda name, _done, _total: stages.append(name))
    assert caught.value.code == ExitCode.MODEL
    assert caught.value.hint
    assert not stages


def test_progress_may_stop_it(corpus: Corpus, config: Make) -> None:
    class StoppedError(Exception):
        pass

    def stop(name: str, _done: int, _total: int) -> None:
        if name == "tokens":
            raise StoppedError

    made: TrainingConfig = config()  # type: ignore[assignment]
    with pytest.raises(StoppedError):
        prepare(made, corpus, stop)


def test_a_device_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(GendertuiError, match="cuda:7") as caught:
        devices.resolve("cuda:7")
    assert caught.value.code == ExitCode.DEVICE
    assert "cpu" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("Intel(R) Xeon(R) Processor @ 2.50GHz", "Intel Xeon @ 2.50GHz"),
        ("Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", "Intel Core i7-8550U @ 1.80GHz"),
        ("AMD Ryzen 7 5800X 8-Core Processor", "AMD Ryzen 7 5800X"),
        ("AMD EPYC 7B13", "AMD EPYC 7B13"),
        ("Processor", "Processor"),
        ("", ""),
    ],
)
def test_a_cpu_is_named_without_trade_marks(given: str, plain: str) -> None:
    assert devices.plain_cpu_name(given) == plain


def test_auto_is_one_of_the_devices_and_the_cpu_is_always_there() -> None:
    listed = devices.list_devices()
    assert devices.resolve("auto") in listed or devices.resolve("auto").id.startswith("cuda")
    assert listed[-1].id == "cpu"
    assert listed[-1].name
