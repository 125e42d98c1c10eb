"""Cycles of objects are collected once the keys have come to rest."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest

from gendertui.tui import garbage
from gendertui.tui.garbage import Garbage


@pytest.fixture(autouse=True)
def _thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


async def test_it_is_collected_once_after_the_last_key_and_never_before_the_app_has_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    collected = asyncio.Event()
    times = 0

    def collect() -> None:
        nonlocal times
        times += 1
        collected.set()

    monkeypatch.setattr(gc, "collect", collect)
    monkeypatch.setattr(garbage, "REST_SECONDS", 0.0)
    rest = Garbage()
    before = gc.get_threshold()
    rest.key_pressed()
    await asyncio.sleep(0)
    assert (times, gc.get_threshold()) == (0, before)
    rest.begin()
    for _ in range(3):
        rest.key_pressed()
    await collected.wait()
    await asyncio.sleep(0)
    assert times == 1
    assert gc.get_threshold() == (*before[:2], before[2] * garbage.SELDOM)
