"""Readers lose nothing: every row is kept or reported, whatever stands in the file."""

from __future__ import annotations

import concurrent.futures
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gendertui.corpus.load import load
from gendertui.corpus.problems import Problems
from gendertui.corpus.readers import collated, cornell
from gendertui.corpus.readers.film_fields import films
from gendertui.corpus.reading.options import NO_OPTIONS
from gendertui.corpus.samples import SAMPLES
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError

SEP = " +++$+++ "


def row(line: str = "L1", label: str = "m", text: str = "Good morning.", movie: str = "m0", who: str = "u0") -> str:
    return SEP.join([line, who, movie, "ANA", label, text, "1"]) + " "


def write(path: Path, *rows: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(f"{item}\n" for item in rows).encode(encoding))
    return path


def test_the_sample_is_what_its_readme_says(sample_corpus: Corpus) -> None:
    assert sample_corpus.rows_read == 1290
    assert len(sample_corpus) == 1284
    assert sample_corpus.counts() == {"m": 743, "f": 333, None: 208}
    assert [(p.line, p.kind) for p in sample_corpus.problems] == [
        (43, "too few fields"),
        (440, "too few fields"),
        (687, "unknown label"),
        (903, "too many fields"),
        (1176, "too few fields"),
        (1177, "too few fields"),
    ]
    assert len(set(sample_corpus.groups("group_id"))) == 24
    assert len(set(sample_corpus.groups("speaker_id"))) == 120
    assert sample_corpus.column("year").null_count == 0


def test_rows_not_understood_are_reported_with_their_line(tmp_path: Path) -> None:
    file = write(
        tmp_path / "lines.txt",
        row("L1", "M"),
        "L2 +++$+++ too short",
        row("L3", "f"),
        row("L4", "x"),
        row("L5", "?"),
        row("L6", "m") + SEP + "more",
        "",
    )
    corpus = load(file)
    assert corpus.column("line_id").to_pylist() == ["L1", "L3", "L5"]
    assert corpus.column("label").to_pylist() == ["m", "f", None]
    assert [(p.line, p.kind) for p in corpus.problems] == [
        (2, "too few fields"),
        (4, "unknown label"),
        (6, "too many fields"),
        (7, "too few fields"),
    ]
    assert corpus.rows_read == 7


def test_separators_that_swallowed_spaces(tmp_path: Path) -> None:
    tight = "L1+++$+++u0+++$+++m0+++$+++ANA+++$+++f+++$+++Tight.+++$+++2"
    empty = "L2 +++$+++ u0 +++$+++ m0 +++$+++ ANA +++$+++ m +++$+++ +++$+++ 1 "
    wide = row("L3", "m", "  two in front and behind  ")
    corpus = load(write(tmp_path / "lines.txt", tight, empty, wide))
    assert corpus.column("text").to_pylist() == ["Tight.", "", "  two in front and behind  "]
    assert corpus.column("credit").to_pylist() == ["2", "1", "1"]


def test_windows_1252_and_bytes_it_leaves_undefined(tmp_path: Path) -> None:
    file = tmp_path / "lines.txt"
    file.write_bytes(
        row("L1", "m", "Caf\u00e9 \u2013 closed").encode("cp1252") + b"\n" + row("L2", "f").encode() + b"\n"
    )
    corpus = load(file)
    assert corpus.encoding == "cp1252"
    assert corpus.column("text").to_pylist()[0] == "Caf\u00e9 \u2013 closed"
    file.write_bytes(file.read_bytes() + row("L3", "f", "odd").encode().replace(b"odd", b"o\x81d") + b"\n")
    corpus = load(file)
    assert corpus.column("text").to_pylist()[2] == "o\x81d"
    assert [(p.line, p.kind, p.kept) for p in corpus.problems] == [(3, "byte undefined in Windows-1252", True)]


def test_unicode_line_separators_do_not_end_a_line(tmp_path: Path) -> None:
    corpus = load(write(tmp_path / "lines.txt", row("L1", "m", "one\u2028still one\x0bone"), row("L2", "f")))
    assert len(corpus) == 2


def make_zip(
    path: Path,
    lines: str | bytes,
    characters: str | bytes,
    titles: str | bytes,
    folder: str = "cornell movie-dialogs corpus",
    packing: int = zipfile.ZIP_DEFLATED,
) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        archive.writestr(f"{folder}/movie_lines.txt", lines)
        archive.writestr(f"{folder}/movie_characters_metadata.txt", characters)
        archive.writestr(f"{folder}/movie_titles_metadata.txt", titles)
        archive.writestr(f"{folder}/.DS_Store", "x")
        archive.writestr("__MACOSX/cornell movie-dialogs corpus/movie_lines.txt", "not this one")
    return path


LINES = "\n".join(
    [
        SEP.join(["L2", "u1", "m0", "BO", "And you? "]),
        SEP.join(["L1", "u0", "m0", "ANA", "Fine."]),
        SEP.join(["L3", "u9", "m0", "WHO", "Nobody knows me."]),
        "",
    ]
)
CHARACTERS = "\n".join(
    [SEP.join(["u0", "ANA", "m0", "the title", "F", "1"]), SEP.join(["u1", "BO", "m0", "the title", "m", "?"]), ""]
)
TITLES = SEP.join(["m0", "the title", "1989/I", "6.9", "12", "['drama', 'war']"]) + "\n"


@pytest.mark.parametrize("unpacked", [False, True], ids=["zip", "folder"])
def test_the_official_layout_is_joined_with_its_metadata(tmp_path: Path, unpacked: bool) -> None:
    path = make_zip(tmp_path / "cornell.zip", LINES, CHARACTERS, TITLES)
    if unpacked:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "out")
        path = tmp_path / "out" / "cornell movie-dialogs corpus"
    corpus = load(path)
    assert corpus.kind == "cornell"
    assert corpus.column("label").to_pylist() == ["m", "f", None]
    assert corpus.column("text").to_pylist() == ["And you? ", "Fine.", "Nobody knows me."]
    assert corpus.column("credit").to_pylist() == [None, "1", None]
    assert corpus.column("year").to_pylist() == [1989] * 3
    assert corpus.column("genres").to_pylist() == ["drama,war"] * 3
    assert list(corpus.scene_order()) == [1, 0, 2]


def test_paths_in_a_zip_lead_nowhere(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "evil.zip", LINES, CHARACTERS, TITLES, folder="../../outside")
    assert len(load(path)) == 3
    assert not (tmp_path.parent / "outside").exists()


@pytest.mark.parametrize(
    "packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=str
)
def test_a_damaged_zip_is_named(tmp_path: Path, packing: int) -> None:
    lines = "".join(
        SEP.join([f"L{i}", f"u{i % 2}", "m0", "ANA", f"Line {i * 7919 % 1000} of many."]) + "\n" for i in range(400)
    )
    whole = make_zip(tmp_path / "whole.zip", lines, CHARACTERS, TITLES, packing=packing).read_bytes()
    path = tmp_path / "cornell.zip"
    refused = 0
    for place in range(4, len(whole), max(1, len(whole) // 80)):
        path.write_bytes(whole[:place] + bytes(byte ^ 0xFF for byte in whole[place : place + 4]) + whole[place + 4 :])
        if not cornell.sniff(path):
            refused += 1
            continue
        try:
            list(cornell.records(path, NO_OPTIONS).batches)
        except GendertuiError as error:
            refused += 1
            assert error.code is ExitCode.DATA
            assert (error.where or "").startswith(str(path))
    # Bytes that only describe a member, its date say, may change without harm.
    assert refused > 40


def test_a_zip_cut_short_is_called_damaged(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "cornell.zip", LINES, CHARACTERS, TITLES)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(GendertuiError, match="this zip file is damaged") as caught:
        load(path)
    assert "corpus download cornell" in (caught.value.hint or "")


def test_another_zip_is_no_corpus(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("notes.txt", "nothing")
        archive.writestr("__MACOSX/movie_lines.txt", "not this one")
    with pytest.raises(GendertuiError, match="no corpus format"):
        load(path)


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "lines.txt", row("L1", "m"), row("L2", "f"))

    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(collated, "sniff", refuse)
    with pytest.raises(GendertuiError, match="Permission denied") as caught:
        load(file)
    assert caught.value.code is ExitCode.DATA


def test_what_the_metadata_holds_beyond_the_usual(tmp_path: Path) -> None:
    genres = {
        "['drama', 'war']": "drama,war",
        "[]": None,
        "": None,
        '["children\'s"]': "children's",
        "drama": None,
        "-" * 100_000 + "1": None,
        "[" * 100_000: None,
    }
    titles = "".join(SEP.join([f"m{i}", "a title", "1999", "6", "1", text]) + "\n" for i, text in enumerate(genres))
    found = Problems()
    rows = ((number, row, row.split(SEP)) for number, row in enumerate(titles.splitlines(), 1))
    _, _, read = films(rows, "titles", found).columns(pa.array([f"m{i}" for i in range(len(genres))]))
    assert read.to_pylist() == list(genres.values())
    assert [(problem.line, problem.kind) for problem in found.listed] == [
        (line, "genres not understood") for line in (5, 6, 7)
    ]


def test_undefined_bytes_are_reported_in_every_file(tmp_path: Path) -> None:
    characters = CHARACTERS.encode().replace(b"BO", b"B\x81")
    titles = TITLES.encode().replace(b"the title", b"the \x8d title")
    corpus = load(make_zip(tmp_path / "cornell.zip", LINES, characters, titles))
    assert len(corpus) == 3
    assert [(p.file, p.line, p.kind, p.kept) for p in corpus.problems] == [
        ("movie_characters_metadata.txt", 2, "byte undefined in Windows-1252", True),
        ("movie_titles_metadata.txt", 1, "byte undefined in Windows-1252", True),
    ]


def test_an_unknown_format_says_which_are_read(tmp_path: Path) -> None:
    path = tmp_path / "what.txt"
    path.write_bytes(b"\x00\x01\x02")
    with pytest.raises(GendertuiError, match="no corpus format") as caught:
        load(path)
    assert "collated" in (caught.value.hint or "")


def test_two_labels_are_needed(tmp_path: Path) -> None:
    with pytest.raises(GendertuiError, match="no line is labelled f"):
        load(write(tmp_path / "lines.txt", row("L1", "m")))


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(GendertuiError, match="no such file"):
        load(tmp_path / "absent.txt")


def test_the_cache_follows_the_file(tmp_path: Path) -> None:
    file = write(tmp_path / "lines.txt", row("L1", "m"), row("L2", "f"), "bad row")
    first = load(file)
    again = load(file)
    assert again.table.equals(first.table)
    assert again.problems == first.problems
    assert again.data_hash == first.data_hash
    write(file, row("L1", "m"), row("L2", "f"), row("L3", "f"))
    assert len(load(file)) == 3


def test_a_half_written_cache_is_read_anew(tmp_path: Path, home: Path) -> None:
    file = write(tmp_path / "lines.txt", row("L1", "m"), row("L2", "f"))
    load(file)
    (arrow,) = home.glob("cache/corpora/*/lines.arrow")
    arrow.write_bytes(arrow.read_bytes()[:100])
    assert len(load(file)) == 2
    meta = arrow.with_name("meta.json")
    good = meta.read_text(encoding="utf-8")
    for bad in ("", "{", "null", "[]", '{"format": 1}', good.replace('"reading": {', '"reading": [], "": {')):
        assert bad != good
        meta.write_text(bad, encoding="utf-8")
        assert len(load(file)) == 2
        assert meta.read_text(encoding="utf-8") == good, "written anew"


def test_two_readings_at_once_leave_one_table(tmp_path: Path, home: Path) -> None:
    file = write(tmp_path / "lines.txt", *(row(f"L{i}", "mf"[i % 2]) for i in range(5000)))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            shutil.rmtree(home / "cache", ignore_errors=True)
            assert [len(corpus) for corpus in pool.map(load, [file] * 4)] == [5000] * 4
            assert len(list((home / "cache" / "corpora").iterdir())) == 1


_FIELD = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12)
_ROW = st.one_of(
    st.binary(max_size=60),
    st.lists(_FIELD, min_size=1, max_size=9).map(lambda parts: SEP.join(parts).encode()),
    st.tuples(st.sampled_from(["m", "F", "?", "x"]), _FIELD).map(lambda p: row("L1", p[0], p[1]).encode()),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_ROW, max_size=12))
def test_any_bytes_are_read_and_no_row_is_lost(tmp_path: Path, rows: list[bytes]) -> None:
    _check_collated(tmp_path, rows)


def _check_collated(folder: Path, rows: list[bytes]) -> None:
    data = b"\n".join(rows)
    # What begins as packed files do is taken for one, and refused as a damaged one; hypothesis tries the bytes that it
    # finds in the modules that are loaded, whichever these are.
    assume(not data.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06")))
    file = folder / "fuzz.txt"
    file.write_bytes(data)
    found = collated.records(file, NO_OPTIONS)
    kept = sum(batch.num_rows for batch in found.batches)
    assert kept + found.problems.left_out.total() == lines_in(data)


def lines_in(data: bytes) -> int:
    """Line feeds end lines, or CRs where there is no line feed; what follows the last one is a line if there is any."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    end = b"\r" if b"\r" in data and b"\n" not in data else b"\n"
    return data.count(end) + (bool(data) and not data.endswith(end))


def _check_cornell(folder: Path, lines: list[bytes], characters: list[bytes], titles: list[bytes]) -> None:
    path = make_zip(folder / "fuzz.zip", b"\n".join(lines), b"\n".join(characters), b"\n".join(titles))
    found = cornell.records(path, NO_OPTIONS)
    kept = sum(batch.num_rows for batch in found.batches)
    lost = [problem for problem in found.problems.listed if not problem.kept]
    assert kept + len(lost) == lines_in(b"\n".join(lines))
    assert {problem.file for problem in lost} <= {"movie_lines.txt"}


_FILE = st.lists(
    st.one_of(st.binary(max_size=40), st.lists(_FIELD, min_size=4, max_size=7).map(lambda p: SEP.join(p).encode())),
    max_size=8,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=_FILE, characters=_FILE, titles=_FILE)
def test_any_bytes_in_the_official_layout_are_read(
    tmp_path: Path, lines: list[bytes], characters: list[bytes], titles: list[bytes]
) -> None:
    _check_cornell(tmp_path, lines, characters, titles)


@pytest.mark.long
@settings(max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=_FILE, characters=_FILE, titles=_FILE)
def test_five_thousand_generated_zips(
    tmp_path: Path, lines: list[bytes], characters: list[bytes], titles: list[bytes]
) -> None:
    _check_cornell(tmp_path, lines, characters, titles)


@pytest.mark.long
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(_ROW, max_size=12))
def test_ten_thousand_generated_files(tmp_path: Path, rows: list[bytes]) -> None:
    _check_collated(tmp_path, rows)


def test_the_real_lines(shared_data: Path) -> None:
    small = load(shared_data / "collated_29_films.txt")
    assert small.counts() == {"m": 6_129, "f": 2_637, None: 2_530}
    assert small.problems == ()
    large = load(shared_data / "collated_290_films.txt")
    assert large.counts() == {"m": 68_254, "f": 25_140, None: 28_727}
    assert int((~large.has_text()).sum()) == 57
    zipped = load(shared_data / "cornell_290_films.zip")
    assert Counter(zipped.column("label").to_pylist()) == Counter(large.column("label").to_pylist())
    assert (zipped.problems, large.problems) == ((), ())
    # The zip's own bytes have no spaces of a text's own at its ends; 410 texts of the collated file have.
    ours, theirs = (
        {line["line_id"]: line["text"].strip() for line in c.table.select(["line_id", "text"]).to_pylist()}
        for c in (large, zipped)
    )
    assert ours == theirs


def test_readers_know_their_own(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "cornell.zip", LINES, CHARACTERS, TITLES)
    assert cornell.sniff(path)
    assert not collated.sniff(path)
    assert collated.sniff(SAMPLES["sample"].path)
    assert not cornell.sniff(SAMPLES["sample"].path)
