"""The live view in the shell: what is drawn, how little is written for it, and what it leaves on the screen."""

from __future__ import annotations

import os
import pty
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from gendertui.cli.terminal.live import LiveBlock
from gendertui.cli.train.displays import LiveDisplay
from gendertui.cli.train.live_rows import ASCII_HEIGHTS, HEIGHTS, rows, sparkline
from gendertui.notices.notices import Notices
from gendertui.notices.sequences import Sequences
from gendertui.runs.folder import RunInfo
from gendertui.runs.follow import Follower, Update
from gendertui.runs.records import State
from gendertui.runs.view import RunView
from gendertui.training.events import Batch, Epoch, Event, Plan, Stage
from tests.builders.replay import EVENTS_PER_SECOND, ReplayedRun

SIZES = [(80, 24), (120, 40), (200, 60), (40, 12)]
HOSTILE = "evil\x1b[2J\u202e name 電影 a\u0301"


class Screen:
    """A terminal that nobody is at: what is written to it, as bytes and as a person would see it."""

    def __init__(self, columns: int, lines: int) -> None:
        controller, line = pty.openpty()
        self.stream = os.fdopen(line, "w", encoding="utf-8")
        self.written = b""
        self._controller = controller
        self._screen = pyte.Screen(columns, lines)
        self._seen = pyte.ByteStream(self._screen)
        self.size = os.terminal_size((columns, lines))

    def resize(self, columns: int) -> None:
        self.size = os.terminal_size((columns, self.size.lines))
        self._screen.resize(self.size.lines, columns)

    def read(self) -> None:
        os.set_blocking(self._controller, False)
        while True:
            try:
                block = os.read(self._controller, 65536)
            except OSError:
                return
            self.written += block
            self._seen.feed(block)

    @property
    def rows(self) -> list[str]:
        """As far as anything is on them."""
        self.read()
        shown = [row.rstrip() for row in self._screen.display]
        return shown[: max((place + 1 for place, row in enumerate(shown) if row), default=0)]

    @property
    def hides_cursor(self) -> bool:
        return bool(self._screen.cursor.hidden)

    def close(self) -> None:
        self.stream.close()
        os.close(self._controller)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def make_screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int, int], Screen]]:
    made: list[Screen] = []

    def make(columns: int, lines: int) -> Screen:
        made.append(screen := Screen(columns, lines))
        monkeypatch.setattr(os, "get_terminal_size", lambda _: screen.size)
        return screen

    yield make
    for screen in made:
        screen.close()


def block(screen: Screen, clock: Callable[[], float], environment: dict[str, str] | None = None) -> LiveBlock:
    return LiveBlock(screen.stream, Notices(Sequences.of(environment or {})), colours=True, clock=clock)


STEP = st.one_of(
    st.tuples(st.just("say"), st.text("ab c", max_size=50)),
    st.tuples(st.just("draw"), st.lists(st.sampled_from(["xx", "電" * 40, "y" * 50]), min_size=2, max_size=3)),
    st.tuples(st.just("wider"), st.integers(30, 60)),
)


@settings(max_examples=6)
@given(st.lists(STEP, min_size=2, max_size=8))
def test_above_the_block_stands_what_was_said_and_nothing_else(steps: Sequence[tuple[str, Any]]) -> None:
    check_what_stands_there(steps)


@pytest.mark.long
@settings(max_examples=500, deadline=None)
@given(st.lists(STEP, max_size=16))
def test_above_the_block_stands_what_was_said_however_long_it_goes_on(steps: Sequence[tuple[str, Any]]) -> None:
    check_what_stands_there(steps)


def check_what_stands_there(steps: Sequence[tuple[str, Any]]) -> None:
    """Whatever is said and drawn in whatever order, in a window that is made wider."""
    said: list[str] = []
    shown: list[str] = []
    screen = Screen(30, 50)
    with pytest.MonkeyPatch.context() as patch, closing(screen):
        patch.setattr(os, "get_terminal_size", lambda _: screen.size)
        with block(screen, Clock()) as drawn:
            for step, value in steps:
                match step:
                    case "say":
                        drawn.say(value)
                        said.append(value)
                    case "draw":
                        shown[:] = value
                    case _:
                        screen.resize(max(value, screen.size.columns))
                drawn.draw(lambda _: [[(text, "strong")] for text in shown], now=True)
                seen = screen.rows
                body, rest = seen[: len(seen) - len(shown)], seen[len(seen) - len(shown) :]
                assert [cut(text, screen.size.columns - 1) for text in shown] == rest
                assert unbroken(body) == unbroken(said)
                assert not screen.hides_cursor
        assert unbroken(screen.rows) == unbroken(said)


def cut(text: str, cells: int) -> str:
    while cell_len(text) > cells:
        text = text[:-1]
    return text


def unbroken(rows: Sequence[str]) -> str:
    """Without the spaces, at some of which lines are broken."""
    return "".join(rows).replace(" ", "")


def test_a_window_made_narrower_loses_nothing_that_stands_above(make_screen: Callable[[int, int], Screen]) -> None:
    screen = make_screen(60, 20)
    with block(screen, Clock()) as drawn:
        drawn.say("epoch 1")
        for columns in (60, 40, 25):
            screen.resize(columns)
            drawn.draw(lambda columns: [[("x" * columns, "")], [("y" * columns, "")]])
            assert screen.rows == ["epoch 1", "x" * (columns - 1), "y" * (columns - 1)]


def test_what_has_no_room_in_a_low_window_is_left_out(make_screen: Callable[[int, int], Screen]) -> None:
    screen = make_screen(40, 5)
    with block(screen, Clock()) as drawn:
        for number in range(4):
            drawn.say(f"line {number}")
            drawn.draw(lambda _: [[(f"row {row}", "")] for row in range(8)], now=True)
        assert screen.rows == ["line 3", "row 0", "row 1", "row 2"]


@pytest.mark.parametrize(
    ("columns", "lines", "seconds"),
    [(80, 24, 12), *(pytest.param(*size, 60, marks=pytest.mark.long) for size in SIZES)],
)
def test_a_run_that_is_watched_writes_little(
    columns: int, lines: int, seconds: int, make_screen: Callable[[int, int], Screen]
) -> None:
    """As many seconds of its events, with an epoch every ten, in a terminal whose tab shows progress."""
    screen, clock, run = make_screen(columns, lines), Clock(), ReplayedRun()
    view, follower = RunView(run.folder.path), Follower(run.folder)
    notices = Notices(Sequences.of({"TERM_PROGRAM": "ghostty"}), clock=clock)
    with LiveBlock(screen.stream, notices, colours=True, clock=clock) as drawn:
        for _ in range(seconds * EVENTS_PER_SECOND):
            run.step()
            view.apply(Update(run.folder.info(), follower.poll()))
            drawn.tell(notices.show(view))
            drawn.draw(lambda columns: list(rows(view, columns, now=0.0, hint="hint", only_ascii=False)))
            screen.read()
            clock.now += 1 / EVENTS_PER_SECOND
        assert screen.rows[-1] == "hint"
    print(f"{columns}x{lines}: {len(screen.written) / seconds:.0f} bytes a second")
    assert 20 * seconds < len(screen.written) < 1_000 * seconds


def test_epochs_that_come_in_great_numbers_do_not_flood_the_terminal(
    make_screen: Callable[[int, int], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    screen, run = make_screen(80, 40), ReplayedRun(epochs=200)
    monkeypatch.setattr(sys, "stderr", screen.stream)
    run.step()
    for epoch in range(1, 31):
        run.end_epoch(epoch)
    follower = Follower(run.folder)
    with LiveDisplay(run.folder, article=False, hints=("first", "second")) as shown:
        shown.show(Update(run.folder.info(), follower.poll()))
        assert screen.rows[-1] == "first"
        # A run that was resumed repeats what it had written before.
        again = Follower(run.folder).poll()
        shown.show(Update(run.folder.info(), again, restarted=True))
        shown.say("stopping")
        said = screen.rows
    place = said.index("epochs 1 to 20 are listed by: gendertui runs export 20260921-091500-quick-films")
    assert [row[: row.index("/")] for row in said[place + 1 : place + 11]] == [f"epoch {at}" for at in range(21, 31)]
    assert (said[place + 11], said[-1]) == ("stopping", "second")
    assert screen.rows == said[: place + 12]


def viewed(
    state: State = "training", *events: Event, name: str = "20260921-091500-quick-films", why: str = ""
) -> RunView:
    view = RunView(Path("/runs") / name)
    info = RunInfo(name, view.folder, state, "alive", why, 0, 4, "quick", "rnn", "films", 0.0, "")
    view.apply(Update(info, list(events)))
    return view


def trained(steps: int) -> RunView:
    run = ReplayedRun()
    for _ in range(steps):
        run.step(lambda epoch: epoch == 1)
    return viewed("training", *Follower(run.folder).poll())


def text(view: RunView, columns: int = 78, *, only_ascii: bool = False) -> list[str]:
    blank, *shown = rows(view, columns, now=130.0, hint="Ctrl-C leaves it running", only_ascii=only_ascii)
    assert not blank
    return ["".join(part for part, _ in row) for row in shown]


def test_a_training_run_says_how_far_how_good_and_how_to_leave() -> None:
    name, bar, far, loss, validation, best, hint = text(trained(231))
    assert re.fullmatch(r"20260921-091500-quick-films +training 3/40", name)
    assert re.fullmatch(r"━{4}─{68}   5 %", bar)
    assert far.startswith("0:23 so far · about 6:")
    assert "batch 31 of 100" in far
    assert re.fullmatch(rf"loss 0\.7\d\d [{HEIGHTS}]{{40,70}} 0\.6\d\d", loss)
    assert validation == "validation balanced accuracy 52.2 %, AUC 0.522 · loss 0.646"
    assert best == "best: epoch 1, AUC 0.512 (0.50–0.53) · validation has not improved since"
    assert hint == "Ctrl-C leaves it running"


def test_before_training_it_says_what_is_prepared_and_since_when() -> None:
    began = Stage(time=100.0, name="starting")
    stage = Stage(time=101.0, name="reading the corpus", done=250, total=1_000, unit="lines", seconds_left=90.0)
    name, bar, far, _ = text(viewed("preparing", began, stage))
    assert name.endswith("preparing")
    assert bar.endswith(" 25 %")
    assert far == "0:30 so far · reading the corpus · 250 of 1,000 lines · 1:30 left"
    assert text(viewed("queued", why="2nd, behind quick"))[1] == "in the queue: 2nd, behind quick"
    assert "gendertui runs resume 20260921-091500-quick-films continues it" in text(viewed("paused"))[1]


PREPARED = Stage(name=HOSTILE, done=1, total=2, unit=HOSTILE)
IN_TRAINING = (
    Plan(epochs=3, batches=9, parameters=1, device=HOSTILE, train_rows=1, validation_rows=1, vocabulary=1),
    Batch(epoch=1, batch=2, batches=9, loss=0.6, lines_per_second=1, tokens_per_second=1, learning_rate=0.1),
)
AFTER = (*IN_TRAINING, Epoch(epoch=1, epochs=3, train={}, validation={}, seconds=1, best=True), PREPARED)


@pytest.mark.parametrize(
    ("state", "events"),
    [
        ("preparing", (PREPARED,)),
        ("preparing", (Stage(name=HOSTILE),)),
        ("queued", ()),
        ("paused", IN_TRAINING),
        ("training", IN_TRAINING),
        ("training", AFTER),
        ("failed", AFTER),
    ],
)
def test_nothing_of_a_run_is_obeyed_by_the_terminal(
    state: State, events: Sequence[Event], make_screen: Callable[[int, int], Screen]
) -> None:
    view = viewed(state, *events, name=HOSTILE, why=HOSTILE)
    for columns in (11, 40, 80):
        screen = make_screen(columns, 24)
        # Behind GNU screen no title is set: nothing else is written.
        with LiveBlock(screen.stream, Notices(Sequences.of({"STY": "1"})), colours=False) as drawn:
            drawn.draw(lambda columns: list(rows(view, columns, now=0.0, hint="hint", only_ascii=False)))
            screen.read()
        written = re.sub(r"\x1b\[\?(2026|25)[hl]", "", screen.written.decode())
        assert "evil␛[" in written
        assert all(row.isprintable() for row in written.split("\r\n"))


def test_only_ascii_where_the_terminal_has_no_more() -> None:
    _, bar, _, loss, *_ = text(trained(231), only_ascii=True)
    assert re.fullmatch(r"#{4}-{68}   5 %", bar)
    assert re.fullmatch(rf"loss [\d.]+ [{re.escape(ASCII_HEIGHTS)}]+ [\d.]+", loss)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(-1e6, 1e6)), min_size=1, max_size=100), st.integers(1, 80))
def test_a_sparkline_has_its_lowest_and_its_highest_sign(points: list[tuple[float, float]], cells: int) -> None:
    x, y = sorted(x for x, _ in points), [y for _, y in points]
    drawn = sparkline(x, y, cells, HEIGHTS)
    assert len(drawn) == min(cells, len(points))
    assert HEIGHTS[0] in drawn
    assert (HEIGHTS[-1] in drawn) or len(set(drawn)) == 1


def test_a_sparkline_gives_as_much_room_to_what_was_seen_seldom() -> None:
    """The past of a run that was long at work is read in few points, and what comes then in many."""
    x = [0.0, 1.0, 2.0, 3.0, *(3 + step / 100 for step in range(1, 101))]
    assert sparkline(x, [4 - at for at in x], 8, HEIGHTS) == "██▆▆▄▄▂▁"
