"""Followers see every whole line once, whatever instant they look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendertui.errors import GendertuiError
from gendertui.runs import follow as following
from gendertui.runs.folder import RunFolder
from gendertui.runs.follow import Follower, Position, Unrepeated, Update, follow
from gendertui.runs.records import Status
from gendertui.training import events
from tests.builders.processes import end, hold, wait_for

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40)
times = st.floats(0, 4e9)
any_event = st.one_of(
    st.builds(events.Stage, time=times, name=texts, done=st.integers(0, 9), total=st.integers(0, 9), unit=texts),
    st.builds(events.Warning, time=times, text=texts),
    st.builds(events.Checkpoint, time=times, epoch=st.integers(0, 99), batch=st.integers(0, 99)),
    st.builds(events.Error, time=times, text=texts, hint=texts),
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def drain(follower: Follower) -> list[events.Event]:
    got = follower.poll()
    while follower.behind:
        got += follower.poll()
    return got


@quick
@given(st.lists(any_event, max_size=12), st.data())
def test_bytes_may_come_in_any_pieces(tmp_path: Path, written: list[events.Event], data: st.DataObject) -> None:
    run = RunFolder(tmp_path)
    run.events_file.unlink(missing_ok=True)
    whole = b"".join(event.to_json().encode() + b"\n" for event in written)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    follower, got = Follower(run), []
    with run.events_file.open("ab", buffering=0) as stream:
        for begin, stop in zip([0, *cuts], [*cuts, len(whole)], strict=True):
            stream.write(whole[begin:stop])
            got += follower.poll()
    assert got == written
    assert follower.generation == 0
    assert follower.poll() == []


@quick
@given(st.lists(any_event, min_size=1, max_size=8), st.lists(any_event, max_size=8), st.data())
def test_a_file_that_was_cut_is_read_again(
    tmp_path: Path, before: list[events.Event], after: list[events.Event], data: st.DataObject
) -> None:
    run = RunFolder(tmp_path)
    lines = [event.to_json().encode() + b"\n" for event in before]
    run.events_file.write_bytes(b"".join(lines) + b'{"v": 1, "type": "warn')
    follower = Follower(run)
    assert drain(follower) == before
    kept = data.draw(st.integers(0, len(before) - 1))
    with run.events_file.open("r+b") as stream:
        stream.truncate(sum(map(len, lines[:kept])))
        stream.seek(0, 2)
        # Grown again, perhaps beyond where the follower was, before it looks the next time.
        stream.write(b"".join(event.to_json().encode() + b"\n" for event in after))
    expected = [*before[:kept], *after]
    got = drain(follower)
    if follower.generation == 1:
        assert got == expected
    else:
        assert [*before, *got] == expected


@quick
@given(st.lists(any_event, max_size=8), st.lists(any_event, max_size=8), st.integers(0, 8))
def test_another_follower_goes_on_from_a_position(
    tmp_path: Path, before: list[events.Event], after: list[events.Event], kept: int
) -> None:
    run = RunFolder(tmp_path)
    lines = [event.to_json().encode() + b"\n" for event in before]
    run.events_file.write_bytes(b"".join(lines))
    first = Follower(run)
    assert drain(first) == before
    # Meanwhile the file is cut, or only grows, perhaps beyond the position.
    run.events_file.write_bytes(b"".join([*lines[:kept], *(event.to_json().encode() + b"\n" for event in after)]))
    second = Follower(run, start=Position.parse(str(first.position)))
    got, expected = drain(second), [*before[:kept], *after]
    assert got == expected if second.generation else [*before, *got] == expected
    # Nothing that an uncut file has is read twice.
    assert second.generation == 0 or expected[: len(before)] != before


@pytest.mark.parametrize("text", ["", "x", "-1-ab", "١-ab", "1" * 30])
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(GendertuiError):
        Position.parse(text)


@quick
@given(st.binary(max_size=300))
def test_rubbish_is_passed_over(tmp_path: Path, rubbish: bytes) -> None:
    run = RunFolder(tmp_path)
    known = events.Warning(text="whole")
    run.events_file.write_bytes(rubbish + b"\n" + known.to_json().encode() + b"\n")
    assert drain(Follower(run))[-1] == known


def test_newer_schemas_and_unknown_types_are_passed_over(run: RunFolder) -> None:
    line = json.loads(events.Warning(text="x").to_json())
    lines = [{**line, "v": 2}, {**line, "type": "song"}]
    run.events_file.write_text("".join(json.dumps(each) + "\n" for each in lines))
    assert Follower(run).poll() == []


def test_a_long_file_comes_in_pieces(run: RunFolder) -> None:
    written = [events.Checkpoint(epoch=1, batch=number) for number in range(8000)]
    data = "".join(event.to_json() + "\n" for event in written)
    assert len(data) > 2 * following.CHUNK_BYTES
    run.events_file.write_text(data)
    follower = Follower(run)
    first = follower.poll()
    assert follower.behind
    assert 0 < len(first) < len(written)
    assert first + drain(follower) == written
    assert not follower.behind


def test_a_long_past_is_thinned_to_a_few_batch_events_and_keeps_all_else(run: RunFolder) -> None:
    def batch(epoch: int, number: int) -> events.Batch:
        return events.Batch(
            epoch=epoch, batch=number, batches=50, loss=0.5, lines_per_second=1, tokens_per_second=1, learning_rate=1e-3
        )

    written: list[events.Event] = []
    for epoch in range(1, 101):
        written += [batch(epoch, number) for number in range(1, 51)]
        written.append(events.Checkpoint(epoch=epoch, batch=50))
    run.events_file.write_text("".join(event.to_json() + "\n" for event in written))
    got = drain(Follower(run, thin=True))
    batches = [event for event in got if isinstance(event, events.Batch)]
    assert [event for event in got if event not in batches] == [e for e in written if isinstance(e, events.Checkpoint)]
    # The last of each epoch is there, and of each look a few more.
    assert {event.epoch for event in batches if event.batch == 50} == set(range(1, 101))
    assert len(batches) < 100 + 2 * following.MOST_BATCHES * (
        run.events_file.stat().st_size // following.CHUNK_BYTES + 1
    )
    assert [written.index(event) for event in got] == sorted(written.index(event) for event in got)
    follower = Follower(run, thin=True)
    drain(follower)
    few = [batch(101, number) for number in range(1, following.MOST_BATCHES)]
    with run.events_file.open("a") as stream:
        stream.write("".join(event.to_json() + "\n" for event in few))
    assert follower.poll() == few


def test_a_line_longer_than_a_look_is_one_event(run: RunFolder) -> None:
    long = events.Warning(text="x" * (2 * following.CHUNK_BYTES + 7))
    last = events.Warning(text="last")
    run.events_file.write_text(long.to_json() + "\n" + last.to_json() + "\n")
    assert drain(Follower(run)) == [long, last]


def events_of(updates: Iterable[Update]) -> Iterator[events.Event]:
    return (event for update in updates for event in update.events)


def test_following_ends_with_the_worker_and_misses_nothing(run: RunFolder) -> None:
    run.write_status(Status(state="training"))
    worker = hold(run)
    written = [events.Warning(text=str(number)) for number in range(3)]
    updates = list[Update]()
    stream = (updates.append(update) or update for update in follow(run, poll=0.01))  # type: ignore[func-returns-value]
    with run.events_file.open("a") as file:
        file.write(written[0].to_json() + "\n")
    assert next(events_of(stream)) == written[0]
    assert (updates[-1].info.shown, updates[-1].info.over) == ("training", False)
    with run.events_file.open("a") as file:
        file.write(written[1].to_json() + "\n" + written[2].to_json() + "\n" + '{"v": 1, "ty')
    end(worker)
    assert list(events_of(stream)) == written[1:]
    assert (updates[-1].info.shown, updates[-1].info.over) == ("died", True)


def test_whoever_follows_has_a_turn_at_every_look_and_can_stop(run: RunFolder) -> None:
    worker = hold(run)
    looks = 0

    def enough() -> bool:
        return looks == 3

    for update in follow(run, poll=0.001, stop=enough):
        assert update.events == []
        looks += 1
    assert looks == 3
    wait_for(lambda: run.alive() == "alive")
    end(worker)


def test_a_run_that_is_over_is_told_once_and_one_that_cannot_be_read_says_why(run: RunFolder) -> None:
    run.write_status(Status(state="finished"))
    done = events.Done(run=run.name, model="m", seconds=1.0)
    run.events_file.write_text(done.to_json() + "\n")
    (update,) = follow(run)
    assert (update.info.shown, update.events) == ("finished", [done])
    run.config_file.write_text("{")
    (update,) = follow(run)
    assert update.info.shown == "unreadable"
    assert str(run.config_file) in update.info.why


def test_what_a_resumed_run_s_shorter_file_repeats_is_passed_on_once(run: RunFolder) -> None:
    first, second, third = (events.Warning(text=text) for text in ("first", "second", "third"))
    info, once = run.info(), Unrepeated()
    assert list(once(Update(info, [first, second]))) == [first, second]
    assert list(once(Update(info, [first], restarted=True))) == []
    assert list(once(Update(info, [third]))) == [third]
    assert list(once(Update(info, [first, third, second], restarted=True))) == [second]


def test_a_file_without_a_whole_line_has_no_events_thinned_or_not(run: RunFolder) -> None:
    for content in (b"", b'{"v": 1, "type": "stage"', b"\n\n"):
        run.events_file.write_bytes(content)
        assert Follower(run, thin=True).poll() == Follower(run).poll() == []
