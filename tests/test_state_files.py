"""Files of the state folders are untrusted: what is no regular file with a plain JSON object is a ValueError."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gendertui import state_files


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("folder", "a folder"),
        ("pipe", "a named pipe"),
        ("socket", "a socket"),
        ("link", "a link"),
        ("link to nothing", "a link"),
        ("link to a device", "a link"),
    ],
)
def test_only_regular_files_are_read(tmp_path: Path, kind: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "status.json"
    (tmp_path / "elsewhere.json").write_text("{}")
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("status.json")
    else:
        path.symlink_to({"link": "elsewhere.json", "link to nothing": "nothing"}.get(kind, "/dev/zero"))
    with pytest.raises(ValueError, match=f"^it is {says}"):
        state_files.read_object(path)
    if kind == "link":
        assert state_files.read_object(path, follow_link=True) == {}
    elif kind == "link to a device":
        with pytest.raises(ValueError, match=r"^it is a device"):
            state_files.read_object(path, follow_link=True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"a": NaN}', "finite"),
        (b'{"a": [{"b": -1e400}]}', "finite"),
        (b'{"a": 1000000000000000000000000000000}', "64 bits"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"a": ' + b"[" * 65 + b"]" * 65 + b"}", "deep"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deep"),
        (b'{"a": ' + b"[" * 100_000, "deep"),
        (b'{"a": "' + b"x" * 2000 + b'"}', "more than 2,000 bytes"),
        (b'{"a": "\xff"}', "not JSON"),
        (b"[]", "not a JSON object"),
        (b"", "not JSON"),
    ],
)
def test_extremes_are_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "status.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=says):
        state_files.read_object(path, limit_bytes=2000 if "bytes" in says else state_files.LIMIT_BYTES)
    assert list(state_files.parse_lines(content + b'\n{"b": 2}'))[-1:] == [{"b": 2}]


def test_what_the_program_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    with pytest.raises(FileNotFoundError):
        state_files.read_object(path)
    with pytest.raises(FileNotFoundError):
        state_files.read_object(path / "below.json")
    value = {"text": "ä \u2028", "number": -0.5, "largest": 2**63 - 1, "none": None, "deep": [[[{"a": [1]}]]]}
    path.write_text(json.dumps(value))
    assert state_files.read_object(path) == value


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@example(b'{"a": "\\ud800"}')
@example(b"\xef\xbb\xbf{}")
def test_any_bytes_are_an_object_or_a_value_error(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        assert isinstance(state_files.parse_object(data), dict)


@dataclass(frozen=True)
class _Fields:
    state: Literal["training", "failed"]
    epoch: int = 0
    changed: float = 0.0
    model: str | None = None


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({}, "state"),
        ({"state": "dancing"}, "state"),
        ({"state": []}, "state"),
        ({"state": "failed", "epoch": "3"}, "epoch"),
        ({"state": "failed", "epoch": 3.5}, "epoch"),
        ({"state": "failed", "changed": "today"}, "changed"),
        ({"state": "failed", "model": 3}, "model"),
    ],
)
def test_a_field_of_another_type_is_named(value: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        state_files.typed(value, _Fields)
    known = {"state": "failed", "epoch": 3, "changed": 4, "unknown": {}}
    assert state_files.typed(known, _Fields) == _Fields("failed", 3, 4.0)
