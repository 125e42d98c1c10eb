"""Film corpora as people have them on their disks: the shapes of cases 01 to 15, made again from invented lines."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from gendertui.corpus.load import load
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError

TEXTS = (
    "“Hand me the lamp,” he said.",
    "Not before noon – no.",
    "You said that twice, café.",
    "Whose boots are these?",
)
PLAIN = ("Hand me the lamp.", "Not before noon.", "You said that twice.", "Whose boots are these?")
COUNTS = {"m": 96, "f": 192, None: 96}
SEPARATOR = " +++$+++ "
GENDERS = "mf?f"


def collated(texts: tuple[str, ...] = TEXTS, genders: str | list[str] = GENDERS) -> str:
    """24 films of 16 rows: 96 of m, 192 of f, 96 without a label."""
    rows = (
        (f"L{film * 16 + line}", f"u{film}_{line % 4}", f"m{film}", "NAME", genders[line % 4], texts[line % 4], "1")
        for film in range(24)
        for line in range(16)
    )
    return "".join(SEPARATOR.join(row) + "\n" for row in rows)


def official(separator: str = SEPARATOR, texts: tuple[str, ...] = PLAIN) -> dict[str, str]:
    people = {f"u{film}_{place}": (film, GENDERS[place]) for film in range(24) for place in range(4)}
    lines = [
        (f"L{film * 16 + line}", f"u{film}_{line % 4}", f"m{film}", "NAME", texts[line % 4])
        for film in range(24)
        for line in range(16)
    ]
    characters = [(who, "NAME", f"m{film}", f"film {film}", gender, "?") for who, (film, gender) in people.items()]
    titles = [(f"m{film}", f"film {film}", "1999", "6.1", "100", "['drama', 'sea']") for film in range(24)]
    tables: dict[str, list[tuple[str, ...]]] = {"movie_lines": [*lines], "movie_characters_metadata": [*characters]}
    tables["movie_titles_metadata"] = [*titles]
    return {name: "".join(separator.join(row) + "\n" for row in rows) for name, rows in tables.items()}


def folder_of(folder: Path, tables: dict[str, str], suffix: str = ".txt") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}{suffix}").write_bytes(text.encode())
    return folder


def beside(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "corpus", official()) / "movie_lines.txt"


def tabs(tmp_path: Path) -> Path:
    tables = official(
        "\t", ('"Hand me the lamp.', '"Not before noon.', "You said that twice.", "Whose boots are these?")
    )
    tables["movie_characters_metadata"] = tables["movie_characters_metadata"].replace("\tm\t", "\tM\t")
    return folder_of(tmp_path / "corpus", {name: text.replace("\n", "\r\n") for name, text in tables.items()})


def kaggle(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "corpus", official("\t"), ".tsv")


def words(tmp_path: Path) -> Path:
    return file_of(tmp_path, collated(PLAIN, ["male", "Female", "unknown", "F"]).encode())


def file_of(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "lines.txt"
    path.write_bytes(data)
    return path


def as_latin_1(tmp_path: Path) -> Path:
    return file_of(tmp_path, collated().encode("cp1252").decode("latin-1").encode())


def odd_byte(tmp_path: Path) -> Path:
    rows = collated().encode().split(b"\n")
    rows[37] = rows[37].replace(b"noon", b"no\xe9n")
    return file_of(tmp_path, b"\n".join(rows))


def utf16(tmp_path: Path) -> Path:
    return file_of(tmp_path, collated().encode("utf-16"))


def old_mac(tmp_path: Path) -> Path:
    return file_of(tmp_path, collated(PLAIN).replace("\n", "\r").encode())


def mark_before_1252(tmp_path: Path) -> Path:
    return file_of(tmp_path, b"\xef\xbb\xbf" + collated().encode("cp1252"))


def in_folder(tmp_path: Path) -> Path:
    file_of(tmp_path, collated().encode())
    return tmp_path


def in_zip(tmp_path: Path) -> Path:
    path = tmp_path / "collated.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/lines.txt", collated().encode())
    return path


def two_down(tmp_path: Path) -> Path:
    folder_of(tmp_path / "data" / "cornell movie-dialogs corpus", official())
    return tmp_path


SHAPES: dict[str, tuple[Callable[[Path], Path], dict[str, int]]] = {
    "01 the path of the lines file": (beside, {}),
    "02 tabs, capitals, open quotation marks": (tabs, {}),
    "03 Kaggle's names": (kaggle, {}),
    "05 genders in words": (words, {}),
    "06 Windows-1252 taken for Latin-1": (as_latin_1, {"control characters mapped back to Windows-1252": 192}),
    "07 one odd byte": (odd_byte, {"bytes that are not UTF-8, read as Windows-1252": 1}),
    "10 UTF-16": (utf16, {}),
    "11 a CR alone ends lines": (old_mac, {}),
    "12 a mark before Windows-1252": (mark_before_1252, {}),
    "13 in a folder": (in_folder, {}),
    "14 in a zip": (in_zip, {}),
    "15 two levels down": (two_down, {}),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_the_same_corpus(shape: str, tmp_path: Path) -> None:
    write, remarks = SHAPES[shape]
    corpus = load(write(tmp_path))
    assert corpus.counts() == COUNTS
    assert corpus.units.about == "films"
    assert len(set(corpus.groups("group_id"))) == 24
    assert (corpus.left_out, corpus.remarks) == ({}, remarks)


def texts_of(corpus: Corpus) -> list[str]:
    return sorted(set(corpus.column("text").to_pylist()))


@pytest.mark.parametrize("write", [as_latin_1, utf16, mark_before_1252, in_folder, in_zip])
def test_texts_are_what_was_written(write: Callable[[Path], Path], tmp_path: Path) -> None:
    assert texts_of(load(write(tmp_path))) == sorted(TEXTS)


def test_one_odd_byte_changes_its_own_row_alone(tmp_path: Path) -> None:
    corpus = load(odd_byte(tmp_path))
    assert texts_of(corpus) == sorted({*TEXTS, TEXTS[1].replace("noon", "noén")})
    assert [problem.line for problem in corpus.problems] == [38]


def test_a_file_cut_inside_a_character_loses_its_last_row_alone(tmp_path: Path) -> None:
    """Case 08."""
    data = collated().encode()
    place = data.rindex("“".encode())
    corpus = load(file_of(tmp_path, data[: place + 1]))
    assert corpus.encoding == "utf-8"
    assert set(texts_of(corpus)) == set(TEXTS)
    assert sum(corpus.left_out.values()) == 1


def test_the_conversations_by_the_name_of_the_lines_are_refused(tmp_path: Path) -> None:
    """Case 04."""
    rows = "".join(f"u0{SEPARATOR}u1{SEPARATOR}m0{SEPARATOR}['L{place}', 'L{place + 1}']\n" for place in range(9))
    with pytest.raises(GendertuiError, match="rows have 4 fields, as those of movie_conversations") as caught:
        load(folder_of(tmp_path / "corpus", {**official(), "movie_lines": rows}))
    assert caught.value.code is ExitCode.DATA


def test_rows_that_a_spreadsheet_wrapped_and_broke_are_put_together(tmp_path: Path) -> None:
    tables = official("\t")
    rows = tables["movie_lines"].splitlines()
    rows[3] = '"L3\tu0_3\tm0\tNAME\tShe said ""now"" and'
    rows.insert(4, 'left."')
    rows[6] = 'L5\tu0_1\tm0\tNAME\t"He said ""no"", twice."'
    rows[8] = '"L7\tu0_3\tm0\tNAME\tNobody closed this one.'
    tables["movie_lines"] = "".join(f"{row}\n" for row in rows)
    corpus = load(folder_of(tmp_path / "corpus", tables, ".tsv"))
    texts = dict(zip(corpus.column("line_id").to_pylist(), corpus.column("text").to_pylist(), strict=True))
    assert texts["L3"] == 'She said "now" and\nleft.'
    assert texts["L5"] == 'He said "no", twice.'
    assert texts["L8"] == PLAIN[0], "the open mark above swallows nothing"
    assert corpus.rows_read == len(corpus) + sum(corpus.left_out.values())


def test_conversations_order_the_lines_of_a_film(tmp_path: Path) -> None:
    tables = official()
    backwards = ", ".join(f"'L{number}'" for number in range(15, -1, -1))
    tables["movie_conversations"] = f"u0_0{SEPARATOR}u0_1{SEPARATOR}m0{SEPARATOR}[{backwards}]\n"
    corpus = load(folder_of(tmp_path / "corpus", tables))
    ids = corpus.column("line_id").to_pylist()
    ordered = [ids[row] for row in corpus.scene_order()]
    assert ordered[:16] == [f"L{number}" for number in range(15, -1, -1)]
    assert ordered[16:18] == ["L16", "L17"], "lines in no conversation keep the order of their numbers"
    assert set(corpus.column("conversation_id").to_pylist()) == {"L15", None}
