"""What is no corpus is named for what it is, and a pickle is never opened."""

from __future__ import annotations

import contextlib
import gzip
import os
import pickle
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gendertui.corpus.load import load
from gendertui.corpus.readers import reader_of
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.errors import ExitCode, GendertuiError

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"


class Trap:
    """Unpickling it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def zipped(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return path


def database(path: Path) -> Path:
    with sqlite3.connect(path) as connection:
        connection.execute("create table lines (text, label)")
    connection.close()
    return path


def written(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


PAGE = b"<!DOCTYPE html>\n<html><head><title>Moved</title></head><body>Gone.</body></html>\n"
WHAT: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a.xlsx": (lambda path: zipped(path, "[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook", "as CSV"),
    "a.xls": (written(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "before 2007", "as CSV"),
    "a.ods": (lambda path: zipped(path, "mimetype", "content.xml"), "OpenDocument", "as CSV"),
    "a.docx": (lambda path: zipped(path, "word/document.xml"), "word processor", "plain text"),
    "a.spacy": (written(zlib.compress(b"\x82\xa7version")), "spaCy's binary format", "doc.cats"),
    "a.csv": (written(b"%PDF-1.7\n"), "a PDF", "CSV"),
    "a.db": (database, "SQLite", "sqlite3 -header -csv"),
    "a.npy": (lambda path: np.save(path, np.zeros(3)), "NumPy", "CSV"),
    "a.npz": (lambda path: np.savez(path, a=np.zeros(3)), "NumPy", "CSV"),
    "a.pt": (lambda path: zipped(path, "archive/data.pkl", "archive/version"), "PyTorch", "CSV"),
    "a.zip": (written(PAGE), "not a zip file: it is a web page", "Fetch the file again"),
    "b.csv": (written(b"\n<!-- made by hand -->" + PAGE), "not a csv file: it is a web page", "Fetch the file again"),
    "a.html": (written(PAGE), "this is a web page", "CSV"),
    "a.7z": (written(b"7z\xbc\xaf\x27\x1c" + bytes(40)), "an archive", "Unpack it"),
    "a.png": (written(b"\x89PNG\r\n\x1a\n" + bytes(40)), "a picture", "CSV"),
    "a.bin": (written(b"\x7fELF" + bytes(40)), "a program", "CSV"),
    "a.jsonl": (written(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), "Git LFS", "git lfs pull"),
    "empty.txt": (written(b""), "empty", "texts"),
    "b.zip": (lambda path: zipped(path, "a/lines.bin", "notes"), "holds a/lines.bin, notes", "Unpack it"),
    "plain.txt": (
        written(b"It was a long day.\nNobody came, not one.\n" * 9),
        "plain text, 18 lines without a label that could be told from them (the first: It was a long day.)",
        "NAME.pos and NAME.neg",
    ),
    "a.xml": (written(b"<?xml version='1.0'?>\n<all><t>Hello.</t></all>\n"), "XML", "JSON Lines"),
    "vectors.txt": (
        written(b"".join(b"word%d%s\n" % (n, b" -0.25" * 50) for n in range(30))),
        "word vectors",
        "--vectors FILE",
    ),
    "noise.bin": (written(bytes(range(256)) * 40), "binary data", "delimited"),
    "esc.txt": (written(b"\x1b[31mred and more\n"), "␛[31mred and more", "predict --file"),
    "c.zip": (written(b"PK\x03\x04 and no more"), "damaged", "again"),
}


@pytest.mark.parametrize("name", WHAT)
def test_what_is_no_corpus_is_named(tmp_path: Path, name: str) -> None:
    make, what, hint = WHAT[name]
    path = tmp_path / name
    make(path)
    with pytest.raises(GendertuiError) as caught:
        load(path)
    assert caught.value.code is ExitCode.DATA
    assert caught.value.where == str(path)
    assert what in caught.value.what
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize("name", ["a.pkl", "a.pickle", "a.joblib", "a.csv", "a", "a.csv.gz"])
@pytest.mark.parametrize("protocol", [0, 2, pickle.HIGHEST_PROTOCOL])
@pytest.mark.parametrize("asked", [None, "collated"])
def test_a_pickle_is_never_opened(tmp_path: Path, name: str, protocol: int, asked: str | None) -> None:
    sprung = tmp_path / "sprung"
    data = pickle.dumps(Trap(sprung), protocol)
    pickle.loads(data)
    assert sprung.exists(), "the trap works"
    sprung.unlink()
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    named = path.suffix in (".pkl", ".pickle", ".joblib")
    with contextlib.nullcontext() if protocol == 0 and not named else pytest.raises(GendertuiError, match="a pickle"):
        try:
            load(path, ReadingOptions(format=asked))
        except GendertuiError as error:
            # Without a name or a first byte that tells it is text like another.
            if "a pickle" in error.what:
                raise
    assert not sprung.exists()


CONLL = "-DOCSTART- -X- O O\n\n" + 3 * "Lisbon NNP B-NP B-LOC\nis VBZ B-VP O\nwarm JJ B-ADJP O\n. . O O\n\n"
SPEECH = 4 * "The DT\ncat NN\nsat VBD\ndown RP\n. .\n\n"
TWO_COLUMNS = 4 * "Lisbon\tB-LOC\nis\tO\nwarm\tO\n\n"
UNIVERSAL = 4 * (
    "# text = It rains\n1\tIt\tit\tPRON\tPRP\t_\t2\texpl\t_\t_\n2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\t_\n"
    "2\trains\train\tVERB\tVBZ\t_\t0\troot\t_\t_\n\n"
)


@pytest.mark.parametrize(
    "text", [CONLL, TWO_COLUMNS, SPEECH, UNIVERSAL], ids=["2003", "two columns", "speech", "universal"]
)
def test_a_token_a_line_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "train.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GendertuiError, match=r"one token on each line, with a tag such as '(B-LOC|VBD|PRON)'"):
        load(path)


@pytest.mark.parametrize(
    "text",
    [
        "ham\tGo until dark.\nspam\tWIN\n\n" * 10,
        "O\tGo until dark.\nO\tNo\n\n" * 10,
        "yes no\nno yes\n\n" * 10,
        TWO_COLUMNS.replace("\n\n", "\n"),
    ],
    ids=["label first", "label O", "two words", "no sentences"],
)
def test_what_only_looks_like_tokens_is_left_to_the_readers(tmp_path: Path, text: str) -> None:
    path = tmp_path / "train.txt"
    path.write_text(text, encoding="utf-8")
    try:
        reader_of(path)
    except GendertuiError as error:
        assert "one token on each line" not in error.what


def test_a_folder_says_what_is_in_it(tmp_path: Path) -> None:
    for name in ("a.dat", "b.dat", ".hidden", "Makefile"):
        (tmp_path / name).write_bytes(b"\0")
    (tmp_path / "more").mkdir()
    with pytest.raises(GendertuiError, match=r"\*\.dat \(2\)") as caught:
        load(tmp_path)
    assert "folders (1)" in caught.value.what
    assert "hidden" not in caught.value.what


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(GendertuiError, match="it is empty"):
        load(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(GendertuiError, match="neither a file nor a folder"):
        load(tmp_path / "pipe")


def test_the_case_of_a_web_page(tmp_path: Path) -> None:
    if not CASES.is_dir():
        pytest.skip("the cases (../shared/cases) are not on this machine")
    with pytest.raises(GendertuiError, match="not a zip file: it is a web page"):
        load(CASES / "09-web-page.zip")
