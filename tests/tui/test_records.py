"""The records of panes, tabs and keys fit one another, and the app that is made from them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from gendertui.tui.app import KEYS, GendertuiApp
from gendertui.tui.keys import APP_KEYS, Key
from gendertui.tui.panes import DIGITS, FUNCTION_KEYS, PANES, TabRecord
from gendertui.tui.panes.record import load
from gendertui.tui.predict.prompt import WALKS, Prompt

ROOT = Path(__file__).resolve().parents[2]
ALL: list[tuple[str, Key]] = [
    *(("app", key) for key in KEYS),
    *((pane.name, key) for pane in PANES.values() for key in pane.keys),
]

OF_TABS: list[tuple[TabRecord, Key]] = [
    (tab, key) for pane in PANES.values() for tab in pane.tabs for key in tab.own_keys
]


@pytest.mark.parametrize(("where", "key"), ALL, ids=lambda part: part.keys if isinstance(part, Key) else part)
def test_a_key_has_its_action(where: str, key: Key) -> None:
    owner: type = GendertuiApp if where == "app" else load(PANES[where])
    if key.action in WALKS:
        owner = Prompt
    assert hasattr(owner, f"action_{key.action_name}")


def test_a_tab_has_its_class() -> None:
    tabs = [tab for pane in PANES.values() for tab in pane.tabs]
    assert tabs
    assert len({load(tab) for tab in tabs}) == len(tabs)


def test_no_key_is_one_that_multiplexers_or_flow_control_take() -> None:
    assert not {"ctrl+a", "ctrl+b", "ctrl+q", "ctrl+s"} & {key.keys for _, key in (*ALL, *OF_TABS)}


@pytest.mark.parametrize(("tab", "key"), OF_TABS, ids=lambda part: part.keys if isinstance(part, Key) else part.name)
def test_a_key_of_a_tab_has_its_action_there(tab: TabRecord, key: Key) -> None:
    assert hasattr(load(tab), f"action_{key.action_name}")


@pytest.mark.parametrize("pane", PANES)
def test_no_two_actions_share_a_key_in_one_place(pane: str) -> None:
    places = [(*KEYS, *PANES[pane].keys), *(tab.own_keys for tab in PANES[pane].tabs)]
    for place in places:
        seen = [key.keys for key in place]
        assert len(seen) == len(set(seen))


def test_a_pane_has_its_place_as_digit_and_function_key() -> None:
    shows = [f"show_pane('{pane}')" for pane in PANES]
    assert [(key.keys, key.action) for key in DIGITS] == [(f"{at}", show) for at, show in enumerate(shows, 1)]
    assert [(key.keys, key.action) for key in FUNCTION_KEYS] == [(f"f{at}", show) for at, show in enumerate(shows, 1)]
    assert not {"f9", "f10"} - {key.keys for key in APP_KEYS}


def test_the_contract_that_panes_are_independent_names_each_of_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    independent = next(contract["modules"] for contract in contracts if contract["type"] == "independence")
    assert set(independent) == {pane.view.partition(":")[0].removesuffix(".pane") for pane in PANES.values()}
