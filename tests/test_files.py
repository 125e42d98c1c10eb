"""Files and folders that appear in one step, and files that are appended to."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gendertui import files, paths, processes, state_files
from gendertui.tui.predict import history_file
from tests.builders.processes import end


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"3", b"\xff", b'{"a": ' + 100_000 * b"["],
    ids=["empty", "cut", "list", "number", "binary", "deep"],
)
def test_a_file_without_a_json_object_is_a_value_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "value.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"."):
        state_files.read_object(path)
    with pytest.raises(FileNotFoundError):
        state_files.read_object(tmp_path / "none.json")


@pytest.mark.parametrize("torn", [b"", b'{"a": 1}\n{"a"', b'{"a": 1}\n[]\n\xff\n' + 100_000 * b"["])
def test_a_line_after_a_torn_one_is_kept(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(torn)
    before = list(state_files.parse_lines(torn))
    for number in range(2):
        with files.open_appending(path) as stream:
            files.append_json_line(stream, {"text": f"\u2028 \udcff {number}"})
    after = list(state_files.parse_lines(path.read_bytes()))
    assert after == [*before, {"text": "\u2028 \udcff 0"}, {"text": "\u2028 \udcff 1"}]


def test_a_typed_line_that_holds_a_line_separator_is_remembered() -> None:
    entry = history_file.HistoryEntry("one\u2028two\x85three", 0.6, "f", ("m", "f"), "model", 1.0)
    history_file.append(entry)
    with paths.history_file().open("ab") as stream:
        stream.write(b'{"text": "cut')
    history_file.append(entry)
    assert history_file.read() == [entry, entry]


def test_a_folder_is_complete_or_not_there(tmp_path: Path) -> None:
    place = tmp_path / "made" / "folder"
    with pytest.raises(KeyError), files.dir_aside(place.parent, ".new.") as aside:
        (aside / "file").write_text("half")
        raise KeyError
    assert list(place.parent.iterdir()) == []
    for content in ("first", "second"):
        with files.dir_aside(place.parent, ".new.") as aside:
            (aside / "file").write_text(content)
            (aside / "file").chmod(0o644)
            files.settle_dir(aside)
            assert files.rename_new(aside, place) is (content == "first")
    assert (place / "file").read_text() == "first"
    assert (place / "file").stat().st_mode & 0o777 == 0o600
    assert list(place.parent.iterdir()) == [place]


def test_what_is_in_the_way_of_a_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with files.dir_aside(tmp_path, ".new.") as aside:
        (aside / "file").write_text("new")
        assert not files.rename_new(aside, tmp_path / "file")
        with pytest.raises(OSError, match=r".") as caught:
            files.rename_new(aside, tmp_path / "missing" / "folder")
    assert caught.value.errno == errno.ENOENT
    assert (tmp_path / "file").read_text() == "mine"


HALFWAY = """
import os, signal, sys
from pathlib import Path
from gendertui import files
folder = Path(sys.argv[1])
with files.open_atomic(folder / "status.json") as stream, files.dir_aside(folder, ".model.", ".part") as aside:
    (aside / "weights").write_bytes(b"half")
    (folder / "model").rename(aside.with_suffix(files.OLD))
    print(flush=True)
    sys.stdin.read()
"""


def halfway(folder: Path) -> subprocess.Popen[bytes]:
    """A process that has written half of a file and of a folder, and has moved the old folder away."""
    (folder / "model").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", HALFWAY, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def test_what_dead_processes_left_is_cleared_and_what_living_ones_write_is_not(tmp_path: Path) -> None:
    (tmp_path / ".somebody.part").write_text("not ours")
    dead, living = halfway(tmp_path), halfway(tmp_path)
    end(dead)
    try:
        files.write_atomic(tmp_path / "other.json", b"")
        left = {path.name for path in tmp_path.iterdir()}
        assert {"other.json", ".somebody.part", "model"} <= left
        assert [f"-{living.pid}." in name for name in left - {"other.json", ".somebody.part", "model"}] == [True] * 3
    finally:
        end(living)
    files.clear_leftovers(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"other.json", ".somebody.part", "model"}


def test_what_another_machine_left_is_cleared_when_it_is_old(tmp_path: Path) -> None:
    aside = tmp_path / ".status.json.00000000-11111111-7.abcd_123.part"
    aside.write_text("half")
    files.clear_leftovers(tmp_path)
    assert aside.exists()
    then = time.time() - 2 * processes.OTHER_MACHINE_SECONDS
    os.utime(aside, (then, then))
    files.clear_leftovers(tmp_path)
    assert not aside.exists()
