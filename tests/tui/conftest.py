"""The app in a world that is the same on every machine: see :mod:`tests.builders.app`."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.message_pump import MessagePump
from textual.pilot import Pilot

from gendertui.runs.folder import RunFolder
from gendertui.subprocesses import probe
from gendertui.tui.app import GendertuiApp
from gendertui.tui.configure import timing
from gendertui.tui.train.machine_strip import MachineStrip
from tests.builders import app as world
from tests.builders.app import LOOK_SECONDS


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run ``async def`` tests, each on an event loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture(scope="session", autouse=True)
def parsed_styles() -> Iterator[None]:
    """Parse each style sheet once in a process, not once for every app: a stylesheet's own cache, shared by all."""
    parse, parsed = Stylesheet._parse_rules, dict[Any, list[RuleSet]]()

    def parse_once(self: Stylesheet, *source: Any, **options: Any) -> list[RuleSet]:
        key = (frozenset(self._variables.items()), source, frozenset(options.items()))
        if key not in parsed:
            parsed[key] = parse(self, *source, **options)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


async def _wait_for_those_at_work(pilot: Pilot[Any], timeout: float = 30.0) -> bool:
    app: Any = pilot.app
    if not app.screen_stack:
        return False
    nodes = [app, *app.screen.walk_children(with_self=True)]
    passed = [mark.wait() for node in nodes if not _rests(node) and node.call_later((mark := asyncio.Event()).set)]
    async with asyncio.timeout(timeout):
        everything, crash = asyncio.gather(*passed), asyncio.create_task(app._exception_event.wait())
        await asyncio.wait([everything, crash], return_when=asyncio.FIRST_COMPLETED)
    everything.cancel()
    crash.cancel()
    return not app._exception_event.is_set()


def _rests(node: MessagePump) -> bool:
    """Whether it has no message, and waits for one."""
    queue: Any = node._message_queue
    return queue.empty() and any(not waiter.done() for waiter in queue.ready_event._waiters)


@pytest.fixture(scope="session", autouse=True)
def short_waits() -> Iterator[None]:
    """Let a pilot wait for those that are at work: Textual's has every widget answer, a sixth of all that tests do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pilot, "_wait_for_screen", _wait_for_those_at_work)
        yield


@pytest.fixture(autouse=True)
def devices(monkeypatch: pytest.MonkeyPatch) -> None:
    """The probe would tell this machine's devices and speed, which no picture may depend on."""
    monkeypatch.setattr(probe, "devices", world.fake_devices)
    monkeypatch.setattr(probe, "speed", lambda config, vocabulary, *, started=None: world.TOKENS_PER_SECOND)
    monkeypatch.setattr(timing, "STILL_SECONDS", LOOK_SECONDS)


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """How busy this machine is no picture may depend on either: a sample is taken when a test asks for it."""
    monkeypatch.setattr(MachineStrip, "SECONDS", 1e6)


@pytest.fixture
def model() -> str:
    """A published model's name."""
    world.make_model()
    return world.MODEL


@pytest.fixture
def alive() -> Iterator[Callable[[RunFolder], RunFolder]]:
    """Hold a run's lock, as its worker would, until the test is over."""
    with ExitStack() as stack:

        def hold(run: RunFolder) -> RunFolder:
            lock = run.lock()
            lock.acquire()
            stack.callback(lock.release)
            return run

        yield hold


@pytest.fixture
def make_app() -> Callable[..., GendertuiApp]:
    """An app whose clock stands still."""

    def make(corpus: str | None = None, attach: str | None = None) -> GendertuiApp:
        return GendertuiApp(corpus, attach, clock=lambda: world.NOW)

    return make
