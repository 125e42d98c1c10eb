from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gendertui import paths
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle, write_bundle
from gendertui.model.bundle.manifest import EMBEDDING, WEIGHTS
from gendertui.model.calibration import Calibration
from gendertui.text.vocabulary import SPECIALS, Vocabulary

REPORT: dict[str, Any] = {
    "sets": {"validation": {"model": {"balanced_accuracy": {"value": 0.568}, "auc": {"value": 0.5961}}}}
}
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


def bundle(folder: Path, name: str, report: dict[str, Any] = REPORT) -> Path:
    write_bundle(
        folder,
        name=name,
        network="pooled-bilstm",
        config={},
        labels=("m", "f"),
        calibration=Calibration(),
        vocabulary=Vocabulary(SPECIALS),
        tokenizer_rules=RULES,
        tensors={EMBEDDING: np.zeros((2, 3), dtype=np.float32)},
        report=report,
        card="",
        run=f"run of {name}",
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
    assert (first.labels, first.network, first.run) == (("m", "f"), "pooled-bilstm", "run of a")


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


def test_a_chosen_one_that_is_gone_is_said(tmp_path: Path) -> None:
    publish(tmp_path, "a", "b")
    store.use("a")
    (paths.models_dir() / "a").rename(tmp_path / "gone")
    with pytest.raises(GendertuiError, match="no longer there") as caught:
        store.resolve(None)
    assert "b" in (caught.value.hint or "")


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


def test_a_removal_that_was_interrupted_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, "a", "b")
    with monkeypatch.context() as interrupted:
        interrupted.setattr("shutil.rmtree", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            store.remove("a")
    assert [model.name for model in store.list_models()] == ["b", "comes-along"]
    assert len(list(paths.models_dir().iterdir())) == 2
    store.remove("b")
    assert list(paths.models_dir().iterdir()) == []


def test_only_what_is_in_the_store_is_renamed_and_removed(tmp_path: Path) -> None:
    elsewhere = bundle(tmp_path / "elsewhere", "e")
    for act in (lambda name: store.rename(name, "new"), store.remove):
        with pytest.raises(GendertuiError, match="not in the store"):
            act(str(elsewhere))
        with pytest.raises(GendertuiError, match="comes with the program"):
            act("comes-along")
    assert elsewhere.is_dir()
