"""The end of a worker's log is read as untrusted text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.runs.log_tail import LINE_LETTERS, TAIL_BYTES, LogTail, read_tail


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (b"", ()),
        (b"one\ntwo\n", ("one", "two")),
        (b"one\ntwo", ("one", "two")),
        (b"one\r\ntwo\r\n", ("one", "two")),
        (b"\x1b[31;1mred\x1b[0m\n", ("red",)),
        (b"\x1b]0;title\x07shown\n", ("shown",)),
        (b"10 %\r20 %\r30 %\n", ("30 %",)),
        (b"\xff bytes\n", ("� bytes",)),
        (b"a\n\nb\n", ("a", "", "b")),
    ],
)
def test_lines(tmp_path: Path, written: bytes, lines: tuple[str, ...]) -> None:
    log = tmp_path / "worker.log"
    log.write_bytes(written)
    assert read_tail(log) == LogTail(lines, 0)


def test_of_a_long_log_only_the_end_is_read_from_a_whole_line_on(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    data = b"".join(b"line %d\n" % number for number in range(100_000))
    log.write_bytes(data)
    tail = read_tail(log)
    assert tail.lines[-1] == "line 99999"
    rest = "".join(f"{line}\n" for line in tail.lines).encode()
    assert data == data[: tail.omitted_bytes] + rest
    assert len(rest) <= TAIL_BYTES


def test_a_line_without_end_is_cut(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    log.write_bytes(b"x" * 100_000)
    assert read_tail(log).lines == ("x" * LINE_LETTERS,)


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    assert read_tail(tmp_path / "none") == LogTail()
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "worker.log").symlink_to(tmp_path / "secret")
    with pytest.raises(ValueError, match="link"):
        read_tail(tmp_path / "worker.log")


@given(st.binary(max_size=200))
def test_any_bytes_are_lines(tmp_path_factory: pytest.TempPathFactory, written: bytes) -> None:
    log = tmp_path_factory.mktemp("log") / "worker.log"
    log.write_bytes(written)
    assert not any("\n" in line for line in read_tail(log).lines)
