"""Settings from the command line, and the one table behind them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gendertui import files, paths, settings
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.tui.themes import names
from tests.builders import spoil
from tests.builders.command import answer, gendertui


def test_every_default_is_one_that_could_be_set() -> None:
    for name, setting in settings.SETTINGS.items():
        assert settings.value(name) == setting.default
        assert setting.default is None or isinstance(setting.default, setting.kind)
    assert sorted(settings.SETTINGS["theme"].choices) == sorted([settings.AUTO, *names()])
    assert settings.SETTINGS["theme"].default in names()


def test_list_shows_what_holds_and_what_was_set() -> None:
    settings.write_setting("history", False)
    settings.write_setting("pane", "train")
    listed = {each["name"]: each for each in json.loads(gendertui("config", "list", "--json").stdout)}
    assert set(listed) == set(settings.SETTINGS)
    assert (listed["history"]["value"], listed["history"]["set"]) == (False, True)
    assert (listed["model"]["value"], listed["model"]["set"]) == (None, False)
    text = gendertui("config").stdout
    assert re.search(r"^history +off", text, re.MULTILINE)
    assert "default" in text
    assert gendertui("config", "path").stdout == f"{paths.settings_file()}\n"


@pytest.mark.parametrize(("text", "value"), [("off", False), ("FALSE", False), ("yes", True)])
def test_what_is_on_or_off(text: str, value: bool) -> None:
    assert settings.parse("history", text) is value


def test_a_setting_is_set_got_and_unset() -> None:
    assert gendertui("config", "set", "history", "off").returncode == 0
    assert settings.value("history") is False
    assert gendertui("config", "get", "history").stdout == "off\n"
    assert gendertui("config", "unset", "history").returncode == 0
    assert gendertui("config", "get", "history").stdout == "on\n"
    assert settings.read_settings() == {}


def test_the_model_is_chosen_as_by_models_use(bundle: Path) -> None:
    store.publish(bundle, "mine")
    assert gendertui("config", "set", "model", "nobody").returncode == 4
    assert gendertui("config", "set", "model", "mine").returncode == 0
    assert [model.name for model in store.list_models() if model.chosen] == ["mine"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("get", "colour"), "Settings: model, theme, history"),
        (("set", "history", "maybe"), "history is on or off, not 'maybe'"),
        (("set", "theme", "plaid"), "gendertui-light"),
        (("unset", "colour"), "colour"),
    ],
)
def test_what_cannot_be_set_is_2_and_says_what_can(words: tuple[str, ...], said: str) -> None:
    result = gendertui("config", *words)
    assert result.returncode == 2
    assert said in result.stderr
    assert not paths.settings_file().exists()


def test_a_value_of_another_kind_is_said_and_can_be_unset() -> None:
    settings.write_setting("history", "sometimes")
    with pytest.raises(GendertuiError, match="no true or false") as caught:
        settings.value("history")
    assert (caught.value.code, caught.value.where) == (ExitCode.USAGE, str(paths.settings_file()))
    assert gendertui("config", "unset", "history").returncode == 0
    assert settings.value("history") is True


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a link to a device", "deep", "a list", "10^30"])
def test_spoiled_settings_are_named_by_every_command_that_needs_them(
    kind: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files.ensure_dir(paths.config_dir())
    acts = {**spoil.kinds(tmp_path / "elsewhere"), **spoil.contents(), **dict(spoil.fields({"theme": "nord"}))}
    (acts[kind] if kind in acts else acts[f"theme: {kind}"])(paths.settings_file())
    for words in (["predict", "rain"], ["config"], ["models", "list"], ["config", "set", "theme", "nord"]):
        code, out, err = answer(words, capfd)
        assert (code, out) == (2, "")
        assert f"{paths.settings_file()}: the settings cannot be read" in err
    assert answer(["config", "path"], capfd)[1] == f"{paths.settings_file()}\n"


def test_settings_that_are_kept_elsewhere_are_read_through_their_link(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text('{"theme": "nord"}')
    files.ensure_dir(paths.config_dir())
    paths.settings_file().symlink_to(tmp_path / "mine.json")
    assert settings.value("theme") == "nord"
    settings.write_setting("history", False)
    assert json.loads((tmp_path / "mine.json").read_text()) == {"theme": "nord", "history": False}
    assert paths.settings_file().is_symlink()
