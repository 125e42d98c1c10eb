"""Models from the command line: listed, shown, chosen, renamed, removed, and sent through a pipe."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from gendertui import settings
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.bundle.manifest import WEIGHTS
from tests.builders.command import COMMAND, gendertui, on_terminal


def test_models_are_listed_and_one_of_them_answers(bundle: Path) -> None:
    store.publish(bundle, "mine")
    listed = json.loads(gendertui("models", "list", "--json").stdout)
    mine = next(model for model in listed if model["name"] == "mine")
    assert mine["answers"]
    assert mine["labels"] == ["a", "b"]
    assert sum(model["answers"] for model in listed) == 1
    line, shipped = gendertui("models").stdout.splitlines()[1:]
    assert line.startswith("> ") and line.endswith("newest")
    assert shipped.startswith("  ") and shipped.endswith("comes with the program; mine came after it")
    assert gendertui("models", "path", "mine").stdout == f"{store.path() / 'mine'}\n"
    assert gendertui("models", "path").stdout == f"{store.path()}\n"


def test_a_model_that_is_not_there_is_4() -> None:
    for words in (
        ("use", "nobody"),
        ("path", "nobody"),
        ("show", "nobody"),
        ("rename", "nobody", "b"),
        ("remove", "nobody", "--yes"),
        ("export", "nobody", "-"),
    ):
        result = gendertui("models", *words)
        assert result.returncode == 4
        assert "nobody" in result.stderr


def test_a_chosen_model_that_is_gone_does_not_keep_the_list_away(bundle: Path) -> None:
    store.publish(bundle, "mine")
    settings.write_setting("model", "gone")
    result = gendertui("models")
    assert result.returncode == 0
    assert "mine" in result.stdout
    assert "gone" in result.stderr


def test_show_has_the_facts_and_the_verdict() -> None:
    shipped = Bundle.load(store.shipped_folder())
    result = gendertui("models", "show")
    assert result.returncode == 0
    for word in (shipped.name, shipped.network, f"{len(shipped.vocabulary):,}", "TF-IDF + LR", "predicted f"):
        assert word in result.stdout
    shown = json.loads(gendertui("models", "show", shipped.name, "--json").stdout)
    assert shown["labels"] == ["m", "f"]
    assert shown["report"] == shipped.report()
    assert shown["config"] == shipped.config


def test_a_model_is_renamed_and_stays_chosen(bundle: Path) -> None:
    store.publish(bundle, "mine")
    store.publish(bundle, "other")
    store.use("mine")
    assert gendertui("models", "rename", "mine", "ours").returncode == 0
    assert settings.read_settings()["model"] == "ours"
    assert json.loads(gendertui("predict", "--json", "rain").stdout)["model"] == "ours"
    taken = gendertui("models", "rename", "ours", "other")
    assert taken.returncode == 4
    assert "already" in taken.stderr
    odd = gendertui("models", "rename", "ours", "a b")
    assert odd.returncode == 2
    assert store.NAME_RULE in odd.stderr


def test_removing_asks_a_person_and_refuses_a_script(bundle: Path) -> None:
    for name in ("a", "b", "c"):
        store.publish(bundle, name)
    store.use("a")
    refused = gendertui("models", "remove", "a")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    code, seen = on_terminal("models", "remove", "a", "b", typed=b"\n")
    assert (code, "Nothing was removed" in seen) == (0, True)
    code, seen = on_terminal("models", "remove", "a", "b", typed=b"y\n")
    assert (code, "Removed b" in seen) == (0, True)
    assert [model.name for model in store.list_models() if not model.shipped] == ["c"]
    assert "model" not in settings.read_settings()
    last = gendertui("models", "remove", "c", "--yes")
    assert last.returncode == 0
    assert f"{Bundle.load(store.shipped_folder()).name} answers now." in last.stderr
    assert not list(store.path().iterdir())


def test_the_shipped_model_and_foreign_folders_stay(bundle: Path) -> None:
    shipped = Bundle.load(store.shipped_folder()).name
    store.publish(bundle, "mine")
    for words in (
        ("remove", shipped, "--yes"),
        ("remove", "mine", shipped, "--yes"),
        ("remove", str(bundle), "--yes"),
        ("rename", shipped, "x"),
    ):
        assert gendertui("models", *words).returncode == 2, words
    assert bundle.is_dir()
    assert (store.path() / "mine").is_dir()


def test_a_broken_model_can_be_removed(bundle: Path) -> None:
    store.publish(bundle, "mine")
    (store.path() / "mine" / "bundle.json").write_text("{")
    assert gendertui("models", "remove", "mine", "--yes").returncode == 0
    assert not (store.path() / "mine").exists()


def test_a_model_goes_through_a_pipe_to_another_home(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.publish(bundle, "mine")
    sent = subprocess.run([*COMMAND, "models", "export", "mine", "-"], capture_output=True, check=True)
    here = json.loads(gendertui("predict", "--model", "mine", "--json", "rain falls").stdout)
    monkeypatch.setenv("GENDERTUI_HOME", str(tmp_path / "far"))
    taken = gendertui("models", "import", "-", stdin=sent.stdout)
    assert (taken.returncode, taken.stdout) == (0, "mine\n")
    # It waits to be asked.
    assert json.loads(gendertui("predict", "--json", "rain falls").stdout)["model"] != "mine"
    assert gendertui("models", "use", "mine").returncode == 0
    assert json.loads(gendertui("predict", "--json", "rain falls").stdout) == here
    again = gendertui("models", "import", "-", stdin=sent.stdout)
    assert again.returncode == 4
    assert "already" in again.stderr
    assert "--name" in again.stderr
    assert gendertui("models", "import", "-", "--name", "second", stdin=sent.stdout).stdout == "second\n"


def test_a_model_goes_by_a_file(bundle: Path, tmp_path: Path) -> None:
    store.publish(bundle, "mine")
    file = tmp_path / "mine.tar"
    assert gendertui("models", "export", "mine", str(file)).stdout == f"{file}\n"
    assert file.stat().st_mode & 0o777 == 0o600
    over = gendertui("models", "export", "mine", str(file))
    assert over.returncode == 2
    assert "already" in over.stderr
    assert gendertui("models", "import", str(file), "--name", "second").stdout == "second\n"
    assert gendertui("models", "import", str(tmp_path / "none.tar")).returncode == 2


def test_a_stream_that_breaks_off_is_4_and_leaves_nothing(bundle: Path) -> None:
    store.publish(bundle, "mine")
    sent = subprocess.run([*COMMAND, "models", "export", "mine", "-"], capture_output=True, check=True).stdout
    for data in (b"", sent[: len(sent) // 2], b"Permission denied (publickey).\n"):
        result = gendertui("models", "import", "-", "--name", "second", stdin=data)
        assert result.returncode == 4
        assert "standard input" in result.stderr
        assert "Traceback" not in result.stderr
    assert [folder.name for folder in store.path().iterdir()] == ["mine"]


def test_an_archive_is_neither_typed_nor_read_off_a_screen(bundle: Path) -> None:
    store.publish(bundle, "mine")
    code, seen = on_terminal("models", "export", "mine", "-")
    assert (code, "ustar" in seen) == (2, False)
    assert "terminal" in seen
    code, seen = on_terminal("models", "import", "-")
    assert code == 2
    assert "terminal" in seen


def test_a_broken_model_is_not_exported(bundle: Path, tmp_path: Path) -> None:
    store.publish(bundle, "mine")
    weights = store.path() / "mine" / WEIGHTS
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    file = tmp_path / "mine.tar"
    result = gendertui("models", "export", "mine", str(file))
    assert result.returncode == 4
    assert "damaged" in result.stderr
    assert not list(tmp_path.glob("*mine.tar*"))
