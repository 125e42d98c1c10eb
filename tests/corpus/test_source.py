"""Files as bytes and as lines of text: packed, damaged, in any encoding."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.load import load
from gendertui.corpus.problems import Problems
from gendertui.corpus.readers import mending, source, text
from gendertui.corpus.readers.source import HARMLESS_BYTES, Source, head, inner_name, members
from gendertui.corpus.readers.text import open_text
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.errors import ExitCode, GendertuiError

LINES = "".join(f"line {number}: caf\u00e9, \u00a3{number}\n" for number in range(2_000))


def zipped(data: bytes, *litter: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in litter:
                archive.writestr(name, b"litter")
            archive.writestr("folder/lines.csv", data)

    return write


def packings(data: bytes) -> dict[str, Callable[[Path], object]]:
    return {
        "lines.csv": lambda path: path.write_bytes(data),
        "lines.csv.gz": lambda path: path.write_bytes(gzip.compress(data)),
        "lines.csv.zst": lambda path: path.write_bytes(pa.compress(data, "zstd", asbytes=True)),
        "one.zip": zipped(data, "__MACOSX/folder/._lines.csv", "folder/.DS_Store", "readme"),
    }


@pytest.mark.parametrize("name", packings(b""))
def test_a_packed_file_is_read_as_what_is_inside(name: str, tmp_path: Path) -> None:
    data = LINES.encode()
    path = tmp_path / name
    packings(data)[name](path)
    digest = hashlib.sha256()
    seen: list[tuple[str, int, int]] = []
    blocks = list(Source(path).blocks(digest, lambda *each: seen.append(each), size=1_000))
    assert b"".join(blocks) == data
    assert digest.digest() == hashlib.sha256(data).digest()
    assert seen[-1] == ("reading", path.stat().st_size, path.stat().st_size)
    assert head(path, 100) == data[:100]
    assert inner_name(path) == "lines.csv"


@pytest.mark.parametrize("name", ["lines.csv.gz", "lines.csv.zst", "one.zip"])
@pytest.mark.parametrize("damage", ["cut", "overwritten"])
def test_damage_is_said_with_the_file_and_what_it_is(name: str, damage: str, tmp_path: Path) -> None:
    path = tmp_path / name
    packings(LINES.encode())[name](path)
    data = path.read_bytes()
    # zstd without a checksum, as pyarrow writes it, notices what its headers say alone.
    middle = 6 if name.endswith(".zst") and damage == "overwritten" else len(data) // 2
    if damage == "overwritten":
        path.write_bytes(
            data[:middle] + bytes(each ^ 0xFF for each in data[middle : middle + 50]) + data[middle + 50 :]
        )
    elif name != "one.zip":
        path.write_bytes(data[:middle])
    else:
        pytest.skip("a zip without its list of files is told apart by its reader")
    with pytest.raises(GendertuiError) as caught:
        list(Source(path).blocks())
    assert caught.value.code is ExitCode.DATA
    assert str(path) in str(caught.value)
    assert Source(path).packing in caught.value.what
    assert isinstance(head(path), bytes)


def test_a_zip_of_several_files_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "y")
    assert members(path) == ["a.csv", "b.csv"]
    assert head(path) == b""
    with pytest.raises(GendertuiError, match=r"holds a\.csv, b\.csv"):
        next(Source(path).blocks())
    assert b"".join(Source(path, "b.csv").blocks()) == b"y"


def test_a_readme_beside_the_only_file_of_data_is_none(tmp_path: Path) -> None:
    path = tmp_path / "collection.zip"
    zipped(b"data", "readme", "folder/LICENSE.txt", "README.md")(path)
    assert head(path) == b"data"
    assert inner_name(path) == "lines.csv"


@pytest.mark.parametrize("name", ["lines.csv.gz", "lines.csv.zst", "one.zip"])
def test_what_unpacks_to_more_than_any_text_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "HARMLESS_BYTES", 2**16)
    path = tmp_path / name
    packings(bytes(2**20))[name](path)
    taken = 0
    with pytest.raises(GendertuiError, match="unpacks to") as caught:
        for block in Source(path).blocks(size=2**12):
            taken += len(block)
    assert caught.value.code is ExitCode.DATA
    assert taken < 2**18


def test_a_small_zip_of_millions_of_rows_is_refused_before_one_is_read(tmp_path: Path) -> None:
    rows = b"text,label\n" + b"a,male\nb,female\n" * (HARMLESS_BYTES // 16)
    path = tmp_path / "rows.zip"
    zipped(rows)(path)
    assert len(rows) < 1_000 * path.stat().st_size, "a bomb by anybody's measure shows nothing"
    taken: list[int] = []
    with pytest.raises(GendertuiError, match="which no text does") as caught:
        load(path, progress=lambda *done: taken.append(done[1]))
    assert caught.value.hint is not None and "unpack it yourself" in caught.value.hint
    assert not taken


def test_a_zip_that_lies_about_its_size_is_refused_by_its_real_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "HARMLESS_BYTES", 2**16)
    path = tmp_path / "lies.zip"
    zipped(bytes(2**20))(path)
    data = path.read_bytes()
    path.write_bytes(data.replace((2**20).to_bytes(4, "little"), (2**30).to_bytes(4, "little")))
    with pytest.raises(GendertuiError) as caught:
        list(Source(path).blocks(size=2**12))
    assert caught.value.code is ExitCode.DATA


@pytest.mark.parametrize("change", ["appended", "replaced", "removed"])
def test_a_file_that_changes_while_it_is_read_is_refused(change: str, tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(bytes(10_000))
    blocks = Source(path).blocks(size=1_000)
    next(blocks)
    if change == "appended":
        with path.open("ab") as stream:
            stream.write(b"more")
    elif change == "replaced":
        other = tmp_path / "other"
        other.write_bytes(bytes(10_000))
        other.replace(path)
    else:
        path.unlink()
    with pytest.raises(GendertuiError, match="changed while it was read"):
        list(blocks)


def test_what_stops_the_reader_is_no_damage(tmp_path: Path) -> None:
    class StoppedError(RuntimeError):
        pass

    def stop(*_: object) -> None:
        raise StoppedError

    path = tmp_path / "lines.gz"
    path.write_bytes(gzip.compress(b"text"))
    with pytest.raises(StoppedError):
        list(Source(path).blocks(progress=stop))


def read(
    path: Path, options: ReadingOptions = NO_OPTIONS, default: str | None = None
) -> tuple[list[str], Problems, str]:
    problems = Problems()
    opened = open_text(path, options, known_default=default)
    lines: list[str] = []
    for block in opened.blocks(problems):
        assert block.first == len(lines) + 1
        found = block.lines().to_pylist()
        assert list(block.numbered()) == list(enumerate(found, block.first))
        lines += found
    return lines, problems, opened.encoding


ENCODINGS = {
    "utf-8": ("utf-8", "It is £5 at the café"),
    "utf-8-sig": ("utf-8", "It is £5 at the café"),
    "utf-16": ("utf-16-le", "It is £5 at the café"),
    "utf-16-le": ("utf-16-le", "It is £5 at the café"),
    "utf-16-be": ("utf-16-be", "It is £5 at the café"),
    "utf-32": ("utf-32-le", "It is £5 at the café"),
    "cp1252": ("cp1252", "It’s £5 at the café – “naïve”"),
    "cp1250": ("cp1250", "Czy mogę prosić o więcej światła? Zażółć gęślą jaźń"),
    "cp1250 ": ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
    "cp1251": ("cp1251", "Привет, как дела? Сегодня хорошая погода"),
    "koi8-r": ("koi8-r", "Привет, как дела? Сегодня хорошая погода"),
    "cp1253": ("cp1253", "Καλημέρα σε όλους, τι κάνετε σήμερα"),
    "shift_jis": ("cp932", "こんにちは、元気ですか。今日はいい天気ですね。"),
    "gb18030": ("gb18030", "你好，今天天气很好。我不知道该怎么办。"),
    "ascii": ("utf-8", "Plain"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_an_encoding_is_found(encoding: str, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected, words = ENCODINGS[encoding]
    lines = [words, "", "nothing odd", f"{words} again"] * 5
    path = tmp_path / "lines.txt"
    path.write_bytes("".join(line + ending for line in lines).encode(encoding))
    found, problems, codec = read(path)
    assert (found, codec) == (lines, expected)
    assert not problems.listed
    # The same where blocks end anywhere: inside characters, and between CR and LF.
    monkeypatch.setattr(source, "BLOCK_BYTES", 7)
    assert read(path)[0] == lines


def test_why_shows_the_first_line_that_the_encoding_changed(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(b"plain\nplain\n\x1b[1mIt is \xa35\n")
    opened = open_text(path, NO_OPTIONS)
    assert opened.encoding == "cp1252"
    assert opened.decision.why == "not UTF-8; line 3 becomes: ␛[1mIt is £5"
    assert "utf-8" in opened.decision.others


def test_an_encoding_is_taken_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes("żółw\n".encode("cp1250"))
    assert read(path, ReadingOptions(encoding="windows-1250"))[0] == ["żółw"]
    with pytest.raises(GendertuiError, match="no encoding 'klingon'") as caught:
        open_text(path, ReadingOptions(encoding="klingon"))
    assert caught.value.code is ExitCode.USAGE
    # What the encoding cannot mean is replaced, and said.
    lines, problems, _ = read(path, ReadingOptions(encoding="ascii"))
    assert lines == ["\ufffd\ufffd\ufffdw"]
    assert problems.remarks == {mending.LOST: 1}


def test_one_odd_byte_does_not_decide(tmp_path: Path) -> None:
    good = ["a café"] * 5
    path = tmp_path / "lines.txt"
    path.write_bytes("\n".join(good).encode() + b"\nan odd caf\xe9\n")
    lines, problems, codec = read(path, default="cp1252")
    assert (lines, codec) == ([*good, "an odd café"], "utf-8")
    assert [(each.line, each.kind, each.kept) for each in problems.listed] == [(6, text.NOT_UTF8, True)]


def test_a_file_cut_inside_a_character_is_still_utf8(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(("a café\n" * 5 + "“").encode()[:-1])
    lines, problems, codec = read(path, default="cp1252")
    assert (lines, codec) == ([*["a café"] * 5, "\ufffd"], "utf-8")
    assert problems.remarks == {mending.LOST: 1}


def test_a_byte_order_mark_before_text_that_is_not_utf8_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_bytes(b"\xef\xbb\xbfL1 caf\xe9\nL2\n")
    assert read(path)[0] == ["L1 café", "L2"]


def test_only_lf_and_cr_lf_end_a_line(tmp_path: Path) -> None:
    lines = ["a\u0085b".replace("\u0085", "\u2028"), "c\u2029d", "e\x0bf\x0cg\x1ch", "i\rj", "k\0l"]
    path = tmp_path / "lines.txt"
    path.write_bytes("\n".join(lines).encode())
    assert read(path)[0] == lines


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("It\u0092s \u0093odd\u0094 \u0096 yes", "It’s “odd” – yes", mending.MAPPED_BACK),
        ("a cafÃ© for Â£5, itâ€™s", "a café for £5, it’s", mending.UNDOUBLED),
        ("a cafÃ© — or café", "a cafÃ© — or café", mending.DOUBLED),
        ("a caf\ufffd", "a caf\ufffd", mending.LOST),
    ],
)
def test_signs_of_a_wrong_conversion_are_said_and_mapped_back_where_sure(
    before: str, after: str, kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "lines.txt"
    path.write_text(f"clean\n{before}\ncafé\n", encoding="utf-8", newline="")
    lines, problems, _ = read(path)
    assert lines == ["clean", after, "café"]
    assert [(each.line, each.kind) for each in problems.listed] == [(2, kind)]
    texts, remarks = mending.mended(pa.array(["clean", None, before, "café"]))
    assert texts.to_pylist() == ["clean", None, after, "café"]
    assert remarks == [(2, kind)]


@pytest.mark.parametrize("words", ["CAFÉ» naïve", "IRMû", "PÂTÉ, ÂME", "Ã la carte", "100 €", "l’été"])
def test_clean_text_is_left_alone(words: str) -> None:
    texts = pa.array([words])
    assert mending.mended(texts) == (texts, [])
    assert mending.mend(words) == (words, [])


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"])))
def test_the_quick_look_misses_no_sign(words: str) -> None:
    if mending.mend(words)[1]:
        assert mending.suspicious(words.encode())
    assert mending.mended(pa.array([words]))[0].to_pylist() == [mending.mend(words)[0]]


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", codec="cp1252"))), st.sampled_from(["\n", "\r\n"]))
def test_western_text_reads_back(lines: list[str], ending: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.txt"
        path.write_bytes("".join(line + ending for line in lines).encode("cp1252"))
        found, problems, _ = read(path, default="cp1252")
    assert len(found) == len(lines)
    mended = {each.line for each in problems.listed}
    assert all(
        old == new for number, (old, new) in enumerate(zip(lines, found, strict=True), 1) if number not in mended
    )


def test_a_line_without_an_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "BLOCK_BYTES", 2**10)
    monkeypatch.setattr(text, "LINE_BYTES", 2**14)
    path = tmp_path / "lines.txt"
    path.write_bytes(b"x" * 2**16)
    with pytest.raises(GendertuiError, match="a line of more than 16,384 bytes"):
        read(path)
