from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gendertui import paths
from gendertui.corpus.units import FILM_UNITS
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle, write_bundle
from gendertui.model.bundle.manifest import EMBEDDING, WEIGHTS
from gendertui.model.calibration import Calibration
from gendertui.model.listing import ModelInfo
from gendertui.text.vocabulary import SPECIALS, Vocabulary


def report(
    auc: float = 0.5961, half: float | None = 0.01, *, data_hash: str = "", protocol: str = "by-group"
) -> dict[str, Any]:
    """One with the figures that decide who answers; ``half`` is half the interval of the AUC."""
    low, high = (None, None) if half is None else (auc - half, auc + half)
    figures = {"balanced_accuracy": {"value": 0.568}, "auc": {"value": auc, "low": low, "high": high}}
    return {
        "data_hash": data_hash,
        "protocol": protocol,
        "units": FILM_UNITS.to_json(),
        "sets": {"validation": {"unit": "group", "model": figures}},
    }


REPORT = report()
RULES: dict[str, Any] = {
    "format": 1,
    "spacy_version": "3.8.0",
    **dict.fromkeys(("prefix", "suffix", "infix"), "x"),
    **dict.fromkeys(("token_match", "url_match")),
    "special_cases": {},
    "phrases": {},
    "plain_letters": False,
    "whitespace_tokens": "keep",
    "lowercase": False,
}


def bundle(folder: Path, name: str, report: dict[str, Any] = REPORT, *, run: str | None = "a run") -> Path:
    write_bundle(
        folder,
        name=name,
        network="pooled-bilstm",
        config={},
        labels=("m", "f"),
        units=FILM_UNITS,
        calibration=Calibration(),
        vocabulary=Vocabulary(SPECIALS),
        tokenizer_rules=RULES,
        tensors={EMBEDDING: np.zeros((2, 3), dtype=np.float32)},
        report=report,
        card="",
        run=run,
    )
    return folder


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = bundle(tmp_path / "package" / "shipped", "comes-along")
    monkeypatch.setattr(store, "shipped_folder", lambda: folder)
    return folder


def publish(tmp_path: Path, *names: str) -> None:
    for name in names:
        store.publish(bundle(tmp_path / "runs" / name / "model", name), name)


def test_before_anything_is_trained_the_shipped_one_answers(shipped: Path) -> None:
    assert store.resolve(None) == shipped
    [only] = store.list_models()
    assert (only.name, only.shipped, only.chosen) == ("comes-along", True, False)
    assert store.resolve("comes-along") == shipped


def test_then_the_newest_run_answers(tmp_path: Path) -> None:
    publish(tmp_path, "b", "a")
    assert store.resolve(None) == paths.models_dir() / "a"
    assert [model.name for model in store.list_models()] == ["a", "b", "comes-along"]
    first = store.list_models()[0]
    assert first.headline == "balanced accuracy 56.8 %, AUC 0.596"
    assert (first.labels, first.network, first.run) == (("m", "f"), "pooled-bilstm", "a run")


def test_unless_another_is_chosen(tmp_path: Path, shipped: Path) -> None:
    publish(tmp_path, "b", "a")
    store.use("b")
    assert store.resolve(None) == paths.models_dir() / "b"
    assert [model.name for model in store.list_models() if model.chosen] == ["b"]
    store.use("comes-along")
    assert store.resolve(None) == shipped
    assert [model.name for model in store.list_models() if model.chosen] == ["comes-along"]


def test_what_is_asked_for_goes_first(tmp_path: Path) -> None:
    publish(tmp_path, "b", "a")
    store.use("a")
    assert store.resolve("b") == paths.models_dir() / "b"
    elsewhere = bundle(tmp_path / "elsewhere", "e")
    assert store.resolve(str(elsewhere)) == elsewhere
    store.use(str(elsewhere))
    assert store.resolve(None) == elsewhere


def test_a_part_of_a_name_is_enough_where_it_is_of_one_model(tmp_path: Path) -> None:
    publish(tmp_path, "late-films", "late-mails", "films")
    assert store.resolve("mails") == paths.models_dir() / "late-mails"
    assert store.resolve("films") == paths.models_dir() / "films"
    assert store.use("comes") == "comes-along"
    assert store.use("mails") == "late-mails"
    assert store.resolve(None) == paths.models_dir() / "late-mails"
    with pytest.raises(GendertuiError, match="2 models have 'late' in their name") as caught:
        store.resolve("late")
    assert {"late-films", "late-mails"} <= set((caught.value.hint or "").replace(",", "").split())
    # What deletes and renames wants the whole name.
    with pytest.raises(GendertuiError, match="there is no model 'mails'"):
        store.remove("mails")
    (paths.models_dir() / "late-mails").rename(tmp_path / "gone")
    with pytest.raises(GendertuiError, match="no longer there"):
        store.resolve(None)


def test_a_chosen_one_that_is_gone_is_said(tmp_path: Path) -> None:
    publish(tmp_path, "a", "b")
    store.use("a")
    (paths.models_dir() / "a").rename(tmp_path / "gone")
    with pytest.raises(GendertuiError, match="no longer there") as caught:
        store.resolve(None)
    assert "b" in (caught.value.hint or "")


def train(tmp_path: Path, name: str, **figures: Any) -> ModelInfo:
    """Publish a run's model with these figures."""
    store.publish(bundle(tmp_path / "runs" / name / "model", name, report(**figures)), name)
    found = store.info(name)
    assert found is not None
    return found


def answering() -> str:
    (one,) = [model.name for model in store.list_models() if model.answers]
    assert one == store.answering()
    return one


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        ({"auc": 0.478, "half": 0.04}, "cannot be told from guessing"),
        ({"auc": 0.52, "half": 0.02}, "cannot be told from guessing"),
        ({"auc": 0.42, "half": 0.04}, "cannot be told from guessing"),
        ({"auc": 0.7, "half": None}, "too few films to tell it from guessing"),
    ],
)
def test_a_run_that_cannot_be_told_from_guessing_waits_to_be_asked(
    tmp_path: Path, figures: dict[str, Any], why: str
) -> None:
    found = train(tmp_path, "poor", **figures)
    assert answering() == "comes-along"
    assert found.evidence is not None
    assert (found.answers, found.evidence.guessing, found.why) == (False, why, f"newest, but {why}")
    store.use("poor")
    assert answering() == "poor"
    assert [model.why for model in store.list_models()] == ["chosen", "comes with the program; poor is chosen"]


def test_a_report_without_a_figure_tells_nothing_from_guessing(tmp_path: Path) -> None:
    store.publish(bundle(tmp_path / "model", "old", {}), "old")
    assert answering() == "comes-along"
    found = store.info("old")
    assert found is not None and found.why == "newest, but no figure tells it from guessing"


def test_a_run_that_is_worse_on_the_same_corpus_waits_to_be_asked(tmp_path: Path) -> None:
    train(tmp_path, "good", auc=0.61, data_hash="x")
    worse = train(tmp_path, "worse", auc=0.6, data_hash="x")
    assert (answering(), worse.why) == ("good", "newest, but worse than good on the same corpus")
    # What is newer still is held against the one that answers.
    train(tmp_path, "between", auc=0.605, data_hash="x")
    assert answering() == "good"
    train(tmp_path, "better", auc=0.62, data_hash="x")
    assert answering() == "better"
    whys = {model.name: model.why for model in store.list_models()}
    assert whys == {
        "better": "newest",
        "between": "worse than good on the same corpus",
        "worse": "worse than good on the same corpus",
        "good": "better came after it",
        "comes-along": "comes with the program; good came after it",
    }
    store.remove("better")
    assert answering() == "good"


@pytest.mark.parametrize("other", [{"data_hash": "y"}, {"data_hash": ""}, {"data_hash": "x", "protocol": "random"}])
def test_figures_of_another_corpus_or_protocol_are_not_compared(tmp_path: Path, other: dict[str, Any]) -> None:
    train(tmp_path, "good", auc=0.61, data_hash="x")
    train(tmp_path, "other", auc=0.55, **other)
    assert answering() == "other"


def test_an_equal_figure_is_not_worse(tmp_path: Path) -> None:
    train(tmp_path, "good", data_hash="x")
    train(tmp_path, "again", data_hash="x")
    assert answering() == "again"


def test_what_was_imported_waits_to_be_asked(tmp_path: Path) -> None:
    store.publish(bundle(tmp_path / "model", "guest", run=None), "guest")
    found = store.info("guest")
    assert answering() == "comes-along"
    assert found is not None and found.why == "newest, but imported: it answers once it is chosen"


def test_where_there_is_no_other_any_model_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "shipped_folder", lambda: tmp_path / "nowhere")
    train(tmp_path, "poor", auc=0.48)
    assert answering() == "poor"
    train(tmp_path, "poorer", auc=0.47)
    assert answering() == "poor"


def test_the_figure_stands_beside_the_name(tmp_path: Path) -> None:
    assert train(tmp_path, "a").shown == "a · 56.8 %"


@pytest.mark.parametrize("name", ["unknown", "", "../models", ".hidden", "."])
def test_no_such_model(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, "a")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GendertuiError) as caught:
        Bundle.load(store.resolve(name))
    assert caught.value.code == ExitCode.MODEL


def test_no_model_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(store, "shipped_folder", lambda: tmp_path / "nowhere")
    assert store.list_models() == []
    with pytest.raises(GendertuiError, match="there is no model"):
        store.resolve(None)


def test_a_broken_one_is_listed_and_does_not_answer(tmp_path: Path) -> None:
    publish(tmp_path, "a", "b")
    (paths.models_dir() / "b" / "bundle.json").write_text("{")
    assert store.resolve(None) == paths.models_dir() / "a"
    broken = next(model for model in store.list_models() if model.name == "b")
    assert broken.broken
    assert "not JSON" in broken.headline
    with pytest.raises(GendertuiError, match="not JSON"):
        store.use("b")


@pytest.mark.parametrize("report", [{"sets": []}, {"sets": {"validation": {"model": {"auc": {"value": "high"}}}}}])
def test_one_whose_report_is_none_is_listed_as_broken(tmp_path: Path, report: dict[str, Any]) -> None:
    publish(tmp_path, "a")
    store.publish(bundle(tmp_path / "odd", "odd", report), "odd")
    odd = next(model for model in store.list_models() if model.name == "odd")
    assert (odd.broken, odd.headline) == (True, "report.json is not a report")
    assert store.resolve(None) == paths.models_dir() / "a"


def test_a_broken_one_is_not_published(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "model", "a")
    data = bytearray((folder / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (folder / WEIGHTS).write_bytes(data)
    with pytest.raises(GendertuiError):
        store.publish(folder, "a")
    assert [model.name for model in store.list_models()] == ["comes-along"]


@pytest.mark.parametrize("name", ["", ".", "a/b", "..", ".part"])
def test_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(GendertuiError, match="name"):
        store.publish(bundle(tmp_path / "model", "a"), name)


def test_publishing_again_replaces(tmp_path: Path) -> None:
    publish(tmp_path, "a", "b", "a")
    assert store.resolve(None) == paths.models_dir() / "a"
    assert Bundle.load(store.path() / "a").name == "a"
    assert sorted(folder.name for folder in store.path().iterdir()) == ["a", "b"]


def test_a_new_name_is_the_models_own_everywhere(tmp_path: Path) -> None:
    publish(tmp_path, "a", "b")
    store.use("a")
    assert store.rename("a", "c") == paths.models_dir() / "c"
    assert Bundle.load(store.resolve(None)).name == "c"
    assert [model.name for model in store.list_models()] == ["b", "c", "comes-along"]
    store.rename("b", "a")
    assert Bundle.load(store.resolve(None)).name == "c"


@pytest.mark.parametrize("name", ["b", "comes-along"])
def test_a_name_that_another_model_has_is_not_given_again(tmp_path: Path, name: str) -> None:
    publish(tmp_path, "a", "b")
    with pytest.raises(GendertuiError, match="already"):
        store.rename("a", name)
    assert [model.name for model in store.list_models()] == ["b", "a", "comes-along"]


def test_a_model_that_is_removed_is_no_longer_chosen(tmp_path: Path) -> None:
    publish(tmp_path, "a", "b")
    store.use("a")
    store.remove("b")
    assert store.resolve(None) == paths.models_dir() / "a"
    store.remove("a")
    assert Bundle.load(store.resolve(None)).name == "comes-along"
    assert list(paths.models_dir().iterdir()) == []


def test_a_removal_that_was_killed_is_finished_by_the_next_process(tmp_path: Path) -> None:
    publish(tmp_path, "a", "b")
    killed = (
        "import os, shutil, signal\n"
        "from gendertui.model import store\n"
        "shutil.rmtree = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
        "store.remove('a')\n"
    )
    assert subprocess.run([sys.executable, "-c", killed], check=False).returncode == -signal.SIGKILL
    assert [model.name for model in store.list_models()] == ["b", "comes-along"]
    assert len(list(paths.models_dir().iterdir())) == 2
    subprocess.run([sys.executable, "-c", "from gendertui.model import store; store.remove('b')"], check=True)
    assert list(paths.models_dir().iterdir()) == []


def test_only_what_is_in_the_store_is_renamed_and_removed(tmp_path: Path) -> None:
    elsewhere = bundle(tmp_path / "elsewhere", "e")
    for act in (lambda name: store.rename(name, "new"), store.remove):
        with pytest.raises(GendertuiError, match="not in the store"):
            act(str(elsewhere))
        with pytest.raises(GendertuiError, match="comes with the program"):
            act("comes-along")
    assert elsewhere.is_dir()
