"""Pictures of the Evaluate pane's tabs: `make snapshots` makes them anew; look at each before committing it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gendertui.tui.app import GendertuiApp
from tests.builders import reports
from tests.builders.screens import SIZES, on

Snap = Callable[..., bool]
App = Callable[..., GendertuiApp]
TALL = (120, 40)


@pytest.mark.parametrize("size", SIZES)
def test_verdict(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app(), terminal_size=size, run_before=on("evaluate"))


@pytest.mark.parametrize("size", SIZES)
def test_characters(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app(), terminal_size=size, run_before=on("evaluate", "c"))


@pytest.mark.parametrize("size", SIZES)
def test_mistakes(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app("sample"), terminal_size=size, run_before=on("evaluate", "i", "down"))


@pytest.mark.parametrize("size", SIZES)
def test_curves(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app(), terminal_size=size, run_before=on("evaluate", "u", "n", "n"))


@pytest.mark.parametrize("size", SIZES)
def test_slices(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app("sample"), terminal_size=size, run_before=on("evaluate", "s", "n", "n"))


@pytest.mark.parametrize("size", SIZES)
def test_leaks(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    reports.keep_audit()
    assert snap_compare(make_app(), terminal_size=size, run_before=on("evaluate", "l"))


@pytest.mark.parametrize("size", SIZES)
def test_compare(size: tuple[int, int], snap_compare: Snap, make_app: App) -> None:
    reports.make_two_runs()
    assert snap_compare(make_app(), terminal_size=size, run_before=on("evaluate", "o", "enter"))


def test_why_not_70(snap_compare: Snap, make_app: App) -> None:
    reports.make_run(protocol="tutorial")
    reports.keep_audit("tutorial")
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=on("evaluate"))


def test_question_before_the_test_set(snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=on("evaluate", "t"))


def test_test_set_in_the_light(snap_compare: Snap, make_app: App) -> None:
    reports.make_run(test=True)
    act = on("evaluate", "t", theme="gendertui-light")
    assert snap_compare(make_app(), terminal_size=TALL, run_before=act)


def test_huge(snap_compare: Snap, make_app: App) -> None:
    reports.make_run()
    assert snap_compare(make_app(), terminal_size=(200, 60), run_before=on("evaluate", "c"))


def test_older_report(snap_compare: Snap, make_app: App, model: str) -> None:
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=on("evaluate"))
