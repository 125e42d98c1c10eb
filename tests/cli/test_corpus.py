"""``gendertui corpus``, on the bundled sample and on a loopback server."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.builders.command import gendertui
from tests.builders.corpora import SEPARATOR, corpus_file


def test_show_counts_and_adds_up() -> None:
    facts = json.loads(gendertui("corpus", "show", "sample", "--json", "--problems").stdout)
    assert facts["name"] == "sample"
    assert sum(facts["labels"].values()) + facts["unlabelled"] == facts["lines"]
    assert facts["lines"] + sum(facts["left_out"].values()) == facts["rows_read"]
    assert len(facts["problems"]) == sum(facts["left_out"].values()) + sum(facts["kept_with_remark"].values())
    text = gendertui("corpus", "show", "sample").stdout
    assert f"{facts['lines']:,}" in text
    for problem in facts["problems"]:
        assert f"{problem['file']}:{problem['line']}: {problem['kind']}" in text


def test_show_shows_what_cannot_be_trained_on(tmp_path: Path) -> None:
    path = corpus_file(tmp_path, "one")
    path.write_text(path.read_text() + SEPARATOR.join(("L2", "u2", "m0")) + "\n", encoding="utf-8")
    shown = gendertui("corpus", "show", str(path))
    assert shown.returncode == 0
    assert "no line is labelled f: there is nothing to train on" in shown.stdout
    assert f"{path.name}:2: " in shown.stdout
    path.write_text(SEPARATOR.join(("L1", "u1", "m0", "NAME", "?", "", "1")) + "\n", encoding="utf-8")
    shown = gendertui("corpus", "show", str(path), "--json")
    assert json.loads(shown.stdout)["labels"] == {"m": 0, "f": 0}


def test_show_prints_the_lines_asked_for() -> None:
    rows = json.loads(gendertui("corpus", "show", "sample", "--json", "--lines", "3").stdout)["rows"]
    assert len(rows) == 3
    found = json.loads(gendertui("corpus", "show", "sample", "--json", "--filter", "label:f the").stdout)["rows"]
    assert found
    assert {row["label"] for row in found} == {"f"}
    told = gendertui("corpus", "show", "sample", "--filter", "label:f the")
    assert re.search(r"^\d+ lines match, the first 20:$", told.stderr, re.MULTILINE)
    assert "match" not in gendertui("corpus", "show", "sample", "--filter", "").stderr
    assert "1 line matches:" in gendertui("corpus", "show", "sample", "--filter", "hoping you would ask").stderr
    assert "0 lines match." in gendertui("corpus", "show", "sample", "--filter", "xylophones").stderr


def test_text_of_a_corpus_never_reaches_the_terminal_raw(tmp_path: Path) -> None:
    path = corpus_file(tmp_path, "\x1b[2Jgone [bold]", "two", "three\x9b31m", "four")
    result = gendertui("corpus", "show", str(path), "--lines", "9")
    assert result.returncode == 0
    assert "␛[2Jgone [bold]" in result.stdout
    assert not {"\x1b", "\x9b"} & set(result.stdout)
    assert not {"\x1b", "\x9b"} & set(gendertui("corpus", "show", str(path), "--lines", "9", "--json").stdout)


@pytest.mark.parametrize("command", [("show",), ("export", "out", "--corpus")])
def test_a_corpus_that_is_not_there_is_3(command: tuple[str, ...], tmp_path: Path) -> None:
    result = gendertui("corpus", *command, str(tmp_path / "nowhere.txt"))
    assert result.returncode == 3
    assert "nowhere.txt" in result.stderr
    assert "Traceback" not in result.stderr


def test_export_writes_and_names_its_files_and_overwrites_nothing(tmp_path: Path) -> None:
    words = ("corpus", "export", str(tmp_path / "out"), "--corpus", "sample", "--format", "article")
    result = gendertui(*words)
    files = [Path(line) for line in result.stdout.splitlines()]
    assert sorted(file.name for file in files) == ["female.txt", "male.txt", "test.csv", "train.csv"]
    assert all(file.stat().st_size for file in files)
    assert gendertui(*words).returncode == 3


def test_path_is_one_line(home: Path) -> None:
    assert gendertui("corpus", "path").stdout == f"{home / 'cache' / 'corpora'}\n"
    assert Path(gendertui("corpus", "path", "sample").stdout.strip()).is_file()
    assert gendertui("corpus", "path", "cornell").returncode == 3


@pytest.fixture
def wrong_file() -> Iterator[str]:
    """A server that gives every caller the same few bytes."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"not the corpus")

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/corpus.zip"
        server.shutdown()


@pytest.mark.parametrize(("group", "folder"), [("corpus", "corpora"), ("vectors", "vectors")])
def test_a_wrong_download_is_3_names_every_mirror_and_the_way_out(
    wrong_file: str, home: Path, group: str, folder: str
) -> None:
    result = gendertui(group, "download", "--url", wrong_file, "--url", f"{wrong_file}?2")
    assert result.returncode == 3
    assert f"{wrong_file}?2" in result.stderr
    assert str(home / "cache" / folder) in result.stderr
    assert not result.stdout
    assert not list((home / "cache" / folder).iterdir())
