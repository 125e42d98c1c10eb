"""Keys that a person has set in the settings file: what is checked, and that app, footer and help go by them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import format_key

from gendertui import paths, settings
from gendertui.errors import GendertuiError
from gendertui.tui import keymap
from gendertui.tui.app import GendertuiApp
from gendertui.tui.commands import Actions
from gendertui.tui.key_names import from_text, of_character, shown
from gendertui.tui.keymap import ACTIONS, PLACES, Keymap, checked
from tests.builders.app import settle
from tests.builders.command import gendertui
from tests.builders.screens import feet

App = Callable[..., GendertuiApp]


def test_each_action_has_a_name_of_its_own() -> None:
    names = [key.id for keys in PLACES.values() for key in keys]
    assert len(names) == len(set(names))
    assert "train.pause" in names


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        ({"train.puase": "P"}, "no action 'train.puase'", "train.pause"),
        ({"train.pause": "hello"}, "'hello' is no key", "ctrl+k"),
        ({"train.pause": 3}, "3 is no key", "character"),
        ({"train.pause": "x"}, "train.stop and train.pause would both be on x", "another key"),
        ({"app.help": "h"}, "evaluate.learning-curve and app.help would both be on h", "another key"),
        ({"train.pause": "d"}, "train.runs.delete", "another key"),
        ({"app.quit": "C", "doctor.copy": "C"}, "doctor.copy and app.quit would both be on C", "another key"),
        ({"app.quit": "Q", "suspects.right": "Q"}, "suspects.right and app.quit would both be on Q", "another key"),
        ({"configure.start": "S"}, "acts inside text fields, where S is text", "function key"),
        ({"configure.start": "ctrl+k"}, "^k edits in text fields", "another key"),
        ({"train.pause": "j"}, "j moves the cursor", "another key"),
        ({"train.pause": "ctrl+b"}, "multiplexers", "another key"),
        ({"train.pause": "enter"}, "means the same everywhere", "another key"),
        ({"app.leave-field": "ctrl+t"}, "stays on esc", "Other actions"),
    ],
)
def test_an_entry_that_cannot_be_followed_is_named_with_its_file(given: dict[str, Any], said: str, hint: str) -> None:
    with pytest.raises(GendertuiError) as caught:
        checked(given)
    assert said in caught.value.what
    assert hint in (caught.value.hint or "")
    assert caught.value.where == f"{paths.settings_file()}: keys.{next(iter(given))}"


def test_what_is_no_table_is_said() -> None:
    with pytest.raises(GendertuiError, match="the setting keys is 5") as caught:
        checked(5)
    assert "config unset keys" in (caught.value.hint or "")


def test_two_actions_can_change_places() -> None:
    swapped = checked({"train.pause": "x", "train.stop": "p"})
    assert (swapped.shown("train.pause"), swapped.shown("train.stop")) == ("x", "p")


@given(st.dictionaries(st.sampled_from(sorted(ACTIONS)), st.text("abzPQ?/;é", min_size=1, max_size=1), max_size=4))
def test_what_is_accepted_leaves_each_place_one_action_a_key(given: dict[str, str]) -> None:
    try:
        accepted = checked(given)
    except GendertuiError:
        return
    for place in PLACES:
        if "." not in place:
            seen = [key.keys for key in accepted.keys(keymap._acting(place))]
            assert len(seen) == len(set(seen))


@given(st.characters(min_codepoint=33, max_codepoint=126))
def test_a_character_s_key_is_what_textual_calls_it(character: str) -> None:
    key = from_text(character)
    assert key == of_character(character)
    assert format_key(key) == character == shown(key)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("F4", "f4"),
        ("^k", "ctrl+k"),
        ("Ctrl+K", "ctrl+k"),
        ("shift+p", "P"),
        ("esc", "escape"),
        ("alt+left", "alt+left"),
    ],
)
def test_keys_can_be_written_as_people_do(text: str, key: str) -> None:
    assert from_text(text) == key


async def test_the_app_its_footer_help_and_palette_go_by_the_keys_that_were_set(make_app: App, model: str) -> None:
    settings.write_setting("keys", {"corpus.filter": "F", "app.help": "f1", "app.corpus-anywhere": "f11"})
    app = make_app("sample")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await pilot.press("f11")
        await settle(pilot)
        assert app.pane is not None and app.pane.id == "corpus"
        assert (feet(app)["Filter"], feet(app)["Help"]) == ("F", "F1")
        focused = app.focused
        await pilot.press("slash")
        await settle(pilot)
        assert app.focused is focused
        await pilot.press("F")
        await settle(pilot)
        assert app.focused is not focused and feet(app)["Panes"] == "F11 F2 F3 F4 F5"
        names = [name for name, _, _ in Actions(app.screen).of_keys()]
        assert {"Corpus: filter (F)", "Help (F1)"} <= set(names)
        assert "Help" not in feet(app)
        await pilot.press("escape", "f1")
        await settle(pilot)
        assert type(app.screen).__name__ == "HelpScreen"


async def test_keys_that_cannot_be_followed_are_said_and_the_usual_ones_act(make_app: App, model: str) -> None:
    settings.write_setting("keys", {"corpus.filter": "j"})
    app = make_app("sample")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert app.keymap == Keymap()
        assert "J moves the cursor" in app.messages.matching()[0].title


def test_the_shell_sets_lists_and_unsets_a_key() -> None:
    assert gendertui("config", "set", "keys.train.pause", "P").returncode == 0
    assert gendertui("config", "get", "keys.train.pause").stdout == "P\n"
    listed = {each["id"]: each for each in json.loads(gendertui("keys", "--json").stdout)}
    assert not any("[" in each["help"] for each in listed.values()), "a sentence names a key by its action"
    assert set(listed) == set(ACTIONS)
    assert (listed["train.pause"]["key"], listed["train.pause"]["default"]) == ("P", "p")
    assert "keys.train.pause" in gendertui("config").stdout
    refused = gendertui("config", "set", "keys.train.stop", "P")
    assert refused.returncode == 2
    assert "train.pause and train.stop would both be on P" in refused.stderr
    assert gendertui("config", "unset", "keys.train.pause").returncode == 0
    assert settings.read_settings() == {}
