"""Cycles of objects are collected once the keys have come to rest."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable, Iterator

import pytest

from gendertui.corpus.samples import SAMPLES
from gendertui.tui import garbage, rest
from gendertui.tui.app import GendertuiApp
from gendertui.tui.garbage import Garbage
from gendertui.tui.rest import Rest
from tests.builders.app import settle


@pytest.fixture(autouse=True)
def _thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


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
    monkeypatch.setattr(rest, "REST_SECONDS", 0.0)
    keys = Rest()
    before = gc.get_threshold()
    collector = Garbage(keys)
    keys.disturbed()
    await asyncio.sleep(0)
    assert (times, gc.get_threshold()) == (0, before)
    collector.begin()
    keys.begin()
    for _ in range(3):
        keys.disturbed()
    await collected.wait()
    await asyncio.sleep(0)
    assert times == 1
    assert gc.get_threshold() == (*before[:2], before[2] * garbage.SELDOM)


async def test_the_corpus_before_does_not_stay_in_memory(
    make_app: Callable[..., GendertuiApp], model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rest, "REST_SECONDS", 0.0)
    app = make_app("sample")
    app.rest.begin()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = weakref.ref(app.corpus)
        app.settle_objects()
        app.open_corpus(str(SAMPLES["sample"].path))
        await settle(pilot)
        assert app.corpus is not before()
        for _ in range(10):
            # While something was still being drawn of it, the rest after the next key sees its end.
            if before() is not None:
                await pilot.press("down")
                await settle(pilot)
        assert before() is None


async def test_what_had_come_to_stay_and_is_outdated_is_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    class Thing:
        def __init__(self) -> None:
            self.itself = self

    monkeypatch.setattr(rest, "REST_SECONDS", 0.0)
    keys, thing = Rest(), Thing()
    keys.begin()
    collector = Garbage(keys)
    kept = weakref.ref(thing)
    gc.freeze()
    collector.outdated(thing)
    del thing
    await asyncio.sleep(0.001)
    await asyncio.sleep(0.001)
    assert kept() is None
    assert gc.get_freeze_count()
