"""A bundle takes another's place while it is read: whoever reads gets the one or the other, whole."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gendertui import files
from gendertui.errors import GendertuiError
from gendertui.model import store
from gendertui.model.bundle import manifest as m
from gendertui.model.bundle.bundle import Bundle
from tests.builders.bundles import bundle, network

# A reader that has not answered after so many seconds is waiting.
SOON = 0.3


def made(folder: Path, said: str) -> Path:
    """A model whose every file but the vocabulary and the rules is its own, of the same length as the others'."""
    shipped = store.shipped_folder()
    rules = m.read_json(shipped, m.read_manifest(shipped), m.TOKENIZER)
    scale = len(said)
    tensors = {key: (tensor * scale).numpy() for key, tensor in network("pooled-bilstm").state_dict().items()}
    report: dict[str, Any] = {"sets": {}, "said": f"{said:<9}"}
    bundle(folder, rules, report=report, card=f"{said:<9}", tensors=tensors)
    return folder


def said(model: Bundle) -> str:
    """Which of the models it is; all that it has must be of one."""
    model.verify()
    assert model.report()["said"] == model.card()
    return model.card().strip()


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """A model that is to replace the published ``one``."""
    store.publish(made(tmp_path / "first", "first"), "one")
    return made(tmp_path / "second", "second")


def chosen() -> str:
    store.use("one")
    return "second"


PUBLISH = """
import sys
from gendertui import paths
from gendertui.model import store
from tests.builders.faults import Fault, install
install(Fault(int(sys.argv[1]), sys.argv[2], sys.argv[3]), paths.models_dir())
store.publish(store.shipped_folder(), "one")
"""


READERS: dict[str, Callable[[], str]] = {
    "predict": lambda: said(store.opened("one")),
    "any": lambda: said(store.opened(None)),
    "by folder": lambda: said(Bundle.load(store.path() / "one")),
    "list": lambda: said(Bundle.load(store.list_models()[0].folder)),
    "figures": lambda: "broken" if store.list_models()[0].broken else "second",
    "use": chosen,
    "answering": lambda: {"one": "second"}.get(store.answering() or "", "another answers"),
}


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_where_names_cannot_be_exchanged_a_reader_waits_for_the_new_one(
    second: Path, monkeypatch: pytest.MonkeyPatch, reader: Callable[[], str]
) -> None:
    store.use("one")
    away, go_on = threading.Event(), threading.Event()
    put = files.rename_new

    def paused(aside: Path, folder: Path) -> bool:
        away.set()
        assert go_on.wait(60)
        return put(aside, folder)

    monkeypatch.setattr(files, "exchange", lambda *_: False)
    monkeypatch.setattr(files, "rename_new", paused)
    with ThreadPoolExecutor(2) as pool:
        publisher = pool.submit(store.publish, second, "one")
        assert away.wait(60)
        assert not (store.path() / "one").exists()
        asked = pool.submit(reader)
        try:
            with pytest.raises(TimeoutError):
                asked.result(SOON)
        finally:
            go_on.set()
        publisher.result()
        assert asked.result() == "second"
    assert [path.name for path in store.path().iterdir()] == ["one"]


@pytest.mark.parametrize("exchanged", [True, False])
@pytest.mark.parametrize("read", [m.VOCABULARY, m.TOKENIZER, m.WEIGHTS])
def test_no_half_of_one_and_half_of_the_other_is_opened(
    second: Path, monkeypatch: pytest.MonkeyPatch, exchanged: bool, read: str
) -> None:
    replaced = threading.Event()
    check = m.check_file if read == m.WEIGHTS else m.read_checked

    def slow(folder: Path, manifest: m.Manifest, name: str, *rest: Any) -> Any:
        if name == read and folder == store.path() / "one" and not replaced.is_set():
            replaced.set()
            store.publish(second, "one")
        return check(folder, manifest, name, *rest)

    if not exchanged:
        monkeypatch.setattr(files, "exchange", lambda *_: False)
    monkeypatch.setattr(m, check.__name__, slow)
    assert said(store.opened("one")) == "second"
    assert replaced.is_set()


def test_an_open_one_stays_what_it_was(second: Path) -> None:
    model = store.opened("one")
    store.publish(second, "one")
    assert said(model) == "first"
    assert said(store.opened("one")) == "second"
    store.remove("one")
    assert said(model) == "first"


def test_a_name_is_never_missing(second: Path, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    if not files.exchange(tmp_path / "a", tmp_path / "b"):
        pytest.skip("the file system of temporary files does not exchange names")
    place, over, missing = store.path() / "one", threading.Event(), 0
    with ThreadPoolExecutor(1) as pool:
        publishers = pool.submit(lambda: [store.publish(second, "one") for _ in range(10)])
        publishers.add_done_callback(lambda _: over.set())
        while not over.is_set():
            missing += not place.exists()
        publishers.result()
    assert missing == 0


def test_a_missing_model_is_said_at_once_though_its_neighbour_is_replaced(second: Path) -> None:
    with pytest.raises(GendertuiError, match="no model 'two'"):
        store.opened("two")
    store.remove("one")
    with pytest.raises(GendertuiError, match="no model 'one'"):
        store.opened("one")


@pytest.mark.long
@pytest.mark.parametrize("kind", ["kill", "torn", "full"])
def test_whatever_ends_a_publisher_the_name_answers_and_nothing_is_left(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    store.publish(store.shipped_folder(), "one")
    record = tmp_path / "operations"
    command = [sys.executable, "-c", PUBLISH]
    subprocess.run([*command, "0", "none", record], check=True)
    tried = len(record.read_text().splitlines())
    for at in range(1, tried + 1):
        ended = subprocess.run([*command, str(at), kind, record], stderr=subprocess.DEVNULL, check=False)
        assert ended.returncode != 0 or kind == "full"
        store.opened("one").verify()
        # The next start clears what is left.
        subprocess.run([*command, "0", "none", record], check=True)
        assert [path.name for path in store.path().iterdir()] == ["one"], at
    with capfd.disabled():
        print(f"\npublisher, {kind}: {tried} tried, {tried} survived")
