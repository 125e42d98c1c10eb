"""Downloads against a real server on loopback that behaves, cuts, stalls or serves a wrong file."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gendertui.corpus.download import CORNELL, DownloadSource, fetch
from gendertui.errors import ExitCode, GendertuiError

BODY = bytes(range(256)) * 2000


class Handler(BaseHTTPRequestHandler):
    hits: list[str]

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.hits.append(self.path)
        if self.path == "/missing":
            self.send_error(404)
            return
        body = {"/wrong": BODY[::-1], "/long": BODY + b"more", "/short": BODY[:-5]}.get(self.path, BODY)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.path in ("/cut", "/stall"):
            self.wfile.write(body[:1000])
            self.wfile.flush()
            if self.path == "/stall":
                time.sleep(3)
            return
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[str]:
    Handler.hits = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def source(*urls: str) -> DownloadSource:
    return DownloadSource("the test file", urls, len(BODY), "sha256", hashlib.sha256(BODY).hexdigest())


def leftovers(folder: Path) -> list[str]:
    return [item.name for item in folder.iterdir()] if folder.exists() else []


def test_a_file_is_fetched_once(server: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    target = fetch(source(f"{server}/good"), tmp_path / "a" / "file", progress=lambda *p: seen.append(p))
    assert target.read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert target.stat().st_mode & 0o777 == 0o600
    fetch(source(f"{server}/good"), target)
    assert Handler.hits == ["/good"]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("cut", "1,000 bytes instead of"),
        ("stall", "stalled"),
        ("wrong", "sha256"),
        ("long", "more than"),
        ("short", "bytes instead of"),
        ("missing", "404"),
    ],
)
def test_a_bad_mirror_is_left_for_the_next(server: str, tmp_path: Path, bad: str, reason: str) -> None:
    target = fetch(source(f"{server}/{bad}", f"{server}/good"), tmp_path / "file", timeout=0.5)
    assert target.read_bytes() == BODY
    assert leftovers(tmp_path) == ["file"]
    with pytest.raises(GendertuiError, match=reason) as caught:
        fetch(source(f"{server}/{bad}"), tmp_path / "other", timeout=0.5)
    assert caught.value.code is ExitCode.DATA
    assert leftovers(tmp_path) == ["file"]


def test_no_mirror_says_how_to_go_on_by_hand(server: str, tmp_path: Path) -> None:
    target = tmp_path / "file"
    with pytest.raises(GendertuiError) as caught:
        fetch(source("http://127.0.0.1:1/closed", f"{server}/missing"), target, timeout=0.5)
    message = str(caught.value)
    assert "http://127.0.0.1:1/closed" in message
    assert "404" in message
    assert f"put it at {target}" in message
    assert hashlib.sha256(BODY).hexdigest() in message


def test_a_file_put_there_by_hand_is_checked(server: str, tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(BODY[:-1] + b"x")
    with pytest.raises(GendertuiError, match="sha256"):
        fetch(source(f"{server}/good"), target)
    assert fetch(source(f"{server}/good"), target, force=True).read_bytes() == BODY


def test_the_corpus_has_its_published_addresses(server: str, tmp_path: Path) -> None:
    assert CORNELL.urls[0] == "https://www.cs.cornell.edu/~cristian/data/cornell_movie_dialogs_corpus.zip"
    with pytest.raises(GendertuiError, match=r"9,916,637"):
        fetch(replace(CORNELL, urls=(f"{server}/good",)), tmp_path / "file", timeout=0.5)
