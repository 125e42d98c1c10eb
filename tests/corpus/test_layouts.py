"""Every layout that people have texts with two labels in: read, counted, and read again with spoiled bytes."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.corpus.reading.question import ReadingQuestionError
from gendertui.errors import ExitCode, GendertuiError
from tests.builders.layouts import FILM_LAYOUTS, FILM_ROWS, LAYOUTS


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_read_whole(name: str, tmp_path: Path) -> None:
    layout = LAYOUTS[name]
    corpus = load(layout.write(tmp_path))
    table = corpus.table
    found = list(zip(table.column("label").to_pylist(), table.column("text").to_pylist(), strict=True))
    assert Counter(found) == Counter(layout.expected())
    assert corpus.labels == layout.labels
    assert corpus.left_out == {}
    assert corpus.rows_read == len(corpus)
    assert corpus.units.about == ("other" if corpus.kind != "convokit" else "people")
    assert (corpus.units.group.one if corpus.units.group else "") == layout.group


@pytest.mark.parametrize("name", FILM_LAYOUTS)
def test_a_film_layout_is_read_whole(name: str, tmp_path: Path) -> None:
    corpus = load(FILM_LAYOUTS[name](tmp_path))
    assert len(corpus) == FILM_ROWS
    assert corpus.labels == ("m", "f")
    assert corpus.units.about == "films"
    assert len(set(corpus.groups("group_id"))) == 24
    assert corpus.rows_read == len(corpus) + sum(corpus.left_out.values())


ALL = {name: layout.write for name, layout in LAYOUTS.items()} | FILM_LAYOUTS


def spoiled(data: bytes, generator: random.Random) -> bytes:
    """What happens to files: cut short, overwritten, a part missing or there twice, other line ends."""
    if not data:
        return bytes(generator.randrange(256) for _ in range(generator.randrange(40)))
    start = generator.randrange(len(data))
    end = min(len(data), start + generator.choice((1, 2, 7, 50, 1000)))
    match generator.randrange(8):
        case 0:
            return data[:start]
        case 1:
            return data[:start] + bytes(generator.randrange(256) for _ in range(end - start)) + data[end:]
        case 2:
            return data[:start] + data[end:]
        case 3:
            return data[:end] + data[start:end] + data[end:]
        case 4:
            return data.replace(b"\n", generator.choice((b"\r\n", b"\r", b"\n\n")))
        case 5:
            return (
                data[:start]
                + generator.choice((b'"', b"\0", b"\t", b",", b"\n", b"\xff", b"\xc3", b"{", b"["))
                + data[start:]
            )
        case 6:
            return generator.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\n", b"#")) + data
        case _:
            return data[:start] + b"x" * 1_200_000 + data[start:]


def check(name: str, place: int, folder: Path) -> None:
    """A spoiled layout is read, with every row in the table or reported, or it is refused in words."""
    generator = random.Random(f"{name} {place}")
    path = ALL[name](folder)
    files = sorted(file for file in (folder.rglob("*") if path.is_dir() else [path]) if file.is_file())
    file = generator.choice(files)
    file.write_bytes(spoiled(file.read_bytes(), generator))
    try:
        corpus = load(path, labelled=False)
    except ReadingQuestionError as question:
        assert question.hint
    except GendertuiError as error:
        assert error.code is ExitCode.DATA, error
        assert error.where
    else:
        assert corpus.rows_read == len(corpus) + sum(corpus.left_out.values())
        assert len(corpus.problems) <= sum(corpus.left_out.values()) + sum(corpus.remarks.values())


@pytest.mark.parametrize("name", ALL)
def test_spoiled_files_are_read_or_refused_in_words(name: str, tmp_path: Path) -> None:
    for place in range(6):
        folder = tmp_path / str(place)
        folder.mkdir()
        check(name, place, folder)


@pytest.mark.long
@pytest.mark.parametrize("name", ALL)
def test_ten_thousand_spoiled_files(name: str, tmp_path: Path, home: Path) -> None:
    for place in range(10_000 // len(ALL) + 1):
        folder = tmp_path / "spoiled"
        folder.mkdir()
        check(name, 1_000 + place, folder)
        shutil.rmtree(folder)
        shutil.rmtree(home / "cache" / "corpora", ignore_errors=True)
