"""The worker's side of events.jsonl: whole lines, and back to what a checkpoint remembers."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendertui.runs.folder import RunFolder
from gendertui.runs.follow import Follower
from gendertui.runs.worker.event_log import EventLog
from gendertui.training.events import Checkpoint, Resumed, Warning

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_what_is_appended_is_read_and_any_text_is_one_line(run: RunFolder) -> None:
    log = EventLog(run.events_file)
    written = [Warning(text=text) for text in ("plain", "two\nlines\r\x1b[31m", "\ud800 lone", "ünï\u2028code")]
    for event in written:
        log.append(event)
    assert log.length() == run.events_file.stat().st_size
    log.close()
    assert Follower(run).poll()[0] == written[0]
    assert len(run.events_file.read_bytes().split(b"\n")) == len(written) + 1
    assert len(Follower(run).poll()) == len(written)


@quick
@given(st.integers(0, 8), st.integers(0, 8), st.binary(max_size=30).filter(lambda data: b"\n" not in data))
def test_a_resumed_log_is_the_checkpoints_and_then_the_rest(tmp_path: Path, kept: int, lost: int, torn: bytes) -> None:
    run = RunFolder(tmp_path)
    run.events_file.unlink(missing_ok=True)
    log = EventLog(run.events_file)
    before = [Checkpoint(epoch=1, batch=number) for number in range(kept)]
    for event in before:
        log.append(event)
    remembered = log.length()
    for number in range(lost):
        log.append(Warning(text=f"after the checkpoint {number}"))
    log.close()
    with run.events_file.open("ab") as stream:
        stream.write(torn)

    again = EventLog(run.events_file)
    again.cut(remembered)
    resumed = Resumed(epoch=1, batch=kept, bit_identical=True)
    again.append(resumed)
    again.close()
    assert Follower(run).poll() == [*before, resumed]


@quick
@given(st.integers(0, 400), st.integers(0, 400))
def test_cutting_never_grows_the_file_nor_leaves_half_a_line(tmp_path: Path, size: int, length: int) -> None:
    run = RunFolder(tmp_path)
    line = Checkpoint(epoch=1, batch=1, time=1.0).to_json().encode() + b"\n"
    run.events_file.write_bytes((line * (size // len(line) + 1))[:size])
    log = EventLog(run.events_file)
    log.cut(length)
    log.close()
    left = run.events_file.read_bytes()
    assert left == line * (min(size, length) // len(line))
