"""Texts whose labels are the names of their files or folders."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendertui.corpus.load import load
from gendertui.corpus.problems import Problems
from gendertui.corpus.readers import class_files, class_folder, reader_of
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.corpus.table import Corpus
from gendertui.errors import GendertuiError
from tests.builders.layouts import LAYOUTS

SHARED = Path(__file__).resolve().parents[3] / "shared"
TEXTS = {"good": ("Warm bread.", "A fair wind."), "bad": ("Wet socks.", "The pump froze again.", "No salt.")}


def pair(folder: Path, good: str, bad: str) -> Path:
    """Two files by these names; the first."""
    for name, texts in ((good, TEXTS["good"]), (bad, TEXTS["bad"])):
        data = "".join(f"{text}\n" for text in texts).encode()
        (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return folder / good


def found(path: Path) -> dict[str, list[str]]:
    """Label → texts, in their order."""
    table = load(path).table
    rows: dict[str, list[str]] = {}
    for label, text in zip(table.column("label").to_pylist(), table.column("text").to_pylist(), strict=True):
        rows.setdefault(label, []).append(text)
    return rows


@pytest.mark.parametrize(
    ("good", "bad", "labels"),
    [
        ("rt-polarity.pos", "rt-polarity.neg", ("neg", "pos")),
        ("male.txt", "female.txt", ("male", "female")),
        ("lines_pos.txt.gz", "lines_neg.txt.gz", ("neg", "pos")),
        ("spam", "ham", ("ham", "spam")),
        ("Real news.txt", "Fake news.txt", ("Fake", "Real")),
        ("MALE.TXT", "FEMALE.TXT", ("MALE", "FEMALE")),
        ("clickbait_data.gz", "non_clickbait_data.gz", ("non_clickbait", "clickbait")),
        ("train.positive.txt", "train.negative.txt", ("negative", "positive")),
        ("Plot.tok", "Quote.tok", None),
        ("letters.work", "letters.home", ("home", "work")),
    ],
)
@pytest.mark.parametrize("opened", ["first", "second", "folder"])
def test_a_pair_is_found_by_its_names(
    tmp_path: Path, good: str, bad: str, labels: tuple[str, str] | None, opened: str
) -> None:
    path = pair(tmp_path, good, bad)
    (tmp_path / "README.txt").write_text("About the texts.\n", encoding="utf-8")
    opens = {"first": path, "second": tmp_path / bad, "folder": tmp_path}[opened]
    if labels is None:
        assert not class_files.sniff(opens)
        return
    corpus = load(opens)
    assert corpus.kind == "class-files"
    assert corpus.labels == labels
    assert sorted(found(opens).values(), key=len) == [list(TEXTS["good"]), list(TEXTS["bad"])]
    assert corpus.data_hash == load(path).data_hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lines.txt", "notes.txt"),
        ("lines.txt", "lines.bak"),
        ("pos.csv", "neg.csv"),
        ("pos.txt", "neg.txt.gz"),
        ("pos_1.txt", "neg_2.txt"),
        ("data.0", "data.1"),
    ],
)
def test_names_that_say_no_classes_make_no_pair(tmp_path: Path, one: str, other: str) -> None:
    path = pair(tmp_path, one, other)
    assert not class_files.sniff(path)
    assert not class_files.sniff(tmp_path)


@pytest.mark.parametrize(
    "row", ['{"text": "a b"}', "ham\tI am late", "L1 +++$+++ u0 +++$+++ m0", "__label__a so it is", "\0\0\0"]
)
def test_files_of_something_else_make_no_pair(tmp_path: Path, row: str) -> None:
    for name in ("pos.txt", "neg.txt"):
        (tmp_path / name).write_text(f"{row}\n" * 3, encoding="utf-8")
    assert not class_files.sniff(tmp_path / "pos.txt")


def test_two_pairs_in_a_folder_are_not_guessed_between(tmp_path: Path) -> None:
    pair(tmp_path, "train.pos", "train.neg")
    one = pair(tmp_path, "test.pos", "test.neg")
    assert not class_files.sniff(tmp_path)
    assert len(load(one)) == 5


def test_the_first_file_is_not_taken_for_all_there_is(tmp_path: Path) -> None:
    (tmp_path / "ham").write_text("Some words.\n" * 3_000)
    (tmp_path / "spam").write_text("Other words.\n" * 30)
    decision = load(tmp_path / "spam").reading.decision("label")
    assert decision is not None
    assert decision.why == "as the format names it"


def test_blank_lines_are_no_rows_and_a_line_keeps_its_number(tmp_path: Path) -> None:
    (tmp_path / "pos.txt").write_text("One.\n\n \nTwo.\n", encoding="utf-8")
    (tmp_path / "neg.txt").write_bytes("Three\x85 still three.\r\n\r\nCaf\xe9.".encode("latin-1"))
    corpus = load(tmp_path)
    assert found(tmp_path) == {"neg": ["Three\u2026 still three.", "Café."], "pos": ["One.", "Two."]}
    assert corpus.rows_read == len(corpus) == 4
    assert corpus.notes == (
        "Read together: neg.txt (neg) and pos.txt (pos).",
        "neg.txt: 1 blank line is no row.",
        "pos.txt: 2 blank lines are no rows.",
    )
    read = class_files.records(tmp_path, NO_OPTIONS)
    assert [line for batch in read.batches for line in batch.column("\0line").to_pylist()] == [1, 3, 1, 4]


def encodings(corpus: Corpus) -> list[tuple[str, str]]:
    """Each encoding that was decided, with the first word of the reason."""
    return [(each.value, each.why.split()[0]) for each in corpus.reading.decisions if each.field == "encoding"]


def test_each_file_has_an_encoding_of_its_own_but_ascii_has_any(tmp_path: Path) -> None:
    path = pair(tmp_path, "pos.txt", "neg.txt")
    assert encodings(load(path)) == [("utf-8", "it")]
    path.write_bytes("Café.\n".encode("cp1252"))
    assert encodings(load(path)) == [("cp1252", "not")]
    assert load(path).encoding == "cp1252"
    (tmp_path / "neg.txt").write_text("Déjà vu.\n", encoding="utf-8")
    assert encodings(load(path)) == [("utf-8", "neg.txt:"), ("cp1252", "pos.txt:")]
    assert found(path) == {"neg": ["Déjà vu."], "pos": ["Café."]}


def test_labels_about_people_are_known_by_their_names(tmp_path: Path) -> None:
    assert load(pair(tmp_path, "male.txt", "female.txt")).units.about == "people"


def test_labels_are_part_of_what_was_read(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    one = load(pair(tmp_path / "one", "pos.txt", "neg.txt"))
    moved = load(pair(tmp_path / "two", "pos.txt", "neg.txt"))
    turned = load(pair(tmp_path / "three", "neg.txt", "pos.txt"))
    assert one.data_hash == moved.data_hash != turned.data_hash


_LINE = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="{[ÂÃâ", categories=["L", "N", "P", "Zs"])
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_LINE, max_size=8), st.lists(_LINE, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_any_lines_are_read_back(tmp_path: Path, good: list[str], bad: list[str], end: str) -> None:
    written = {"bad": ["A line.", *bad], "good": ["A line.", *good]}
    for label, lines in written.items():
        (tmp_path / f"{label}.txt").write_bytes("".join(f"{line}{end}" for line in lines).encode())
    read = class_files.records(tmp_path, NO_OPTIONS)
    rows = [row for batch in read.batches for row in zip(*(c.to_pylist() for c in batch.columns[:2]), strict=True)]
    assert rows == [(label, line) for label, lines in written.items() for line in lines if line.strip(" ")]
    assert read.problems == Problems()


# A folder of classes


def classes(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).mkdir(parents=True)
        for place, text in enumerate(("Far out.", "No,\r\nthank you.\n", ""), 9):
            (folder / name / f"{place}.txt").write_bytes(text.encode())
    return folder


def test_a_folder_of_classes(tmp_path: Path) -> None:
    corpus = load(classes(tmp_path, "pos", "neg"))
    assert corpus.kind == "class-folder"
    assert corpus.labels == ("neg", "pos")
    assert corpus.column("line_id").to_pylist() == [
        *(f"neg/{place}.txt" for place in (9, 10, 11)),
        *(f"pos/{place}.txt" for place in (9, 10, 11)),
    ]
    assert corpus.column("text").to_pylist() == ["Far out.", "No,\nthank you.", ""] * 2
    assert corpus.rows_read == 6


def test_a_text_that_is_no_more_is_no_other_text(tmp_path: Path) -> None:
    folder = classes(tmp_path, "pos", "neg")
    before = load(folder).data_hash
    (folder / "pos" / "9.txt").rename(folder / "neg" / "12.txt")
    assert load(folder).data_hash != before


@pytest.mark.parametrize("inside", ["", "txt_sentoken", "aclImdb/data"])
def test_it_may_lie_deeper(tmp_path: Path, inside: str) -> None:
    classes(tmp_path / inside, "pos", "neg")
    (tmp_path / "README").write_text("About the texts.", encoding="utf-8")
    assert len(load(tmp_path)) == 6


def test_line_ends_of_old_macs_become_those_of_today(tmp_path: Path) -> None:
    for name in ("pos", "neg"):
        (tmp_path / name).mkdir()
        for place in range(2):
            (tmp_path / name / f"{place}.txt").write_bytes(b"one\rtwo\r")
    assert load(tmp_path).column("text").to_pylist() == ["one\ntwo"] * 4


def test_sets_become_a_column(tmp_path: Path) -> None:
    classes(tmp_path, "train/pos", "train/neg", "train/unsup", "test/pos", "test/neg")
    corpus = load(tmp_path)
    assert Counter(corpus.column("split").to_pylist()) == {"train": 9, "test": 6}
    assert corpus.counts() == {"neg": 6, "pos": 6, None: 3}


def test_more_than_two_classes_are_chosen_from(tmp_path: Path) -> None:
    classes(tmp_path, "bikes", "boats", "cars")
    with pytest.raises(GendertuiError, match="3 values, not two"):
        load(tmp_path)
    assert load(tmp_path, ReadingOptions(labels=("bikes", "cars"))).counts() == {"bikes": 3, "cars": 3, None: 3}


@pytest.mark.parametrize(
    "names",
    [("pos/a.txt", "neg/a.txt"), ("src/a.py", "src/b.py", "doc/a.txt", "doc/b.txt"), ("pos/1.txt", "pos/2.txt")],
)
def test_folders_of_something_else_are_no_classes(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("A line.", encoding="utf-8")
    assert not class_folder.sniff(tmp_path)


def test_a_text_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    classes(tmp_path, "pos", "neg")
    (tmp_path / "pos" / "9.txt").write_bytes(gzip.compress(b"Far out." * 50)[:-9])
    (tmp_path / "pos" / "12.feat").write_text("1:2", encoding="utf-8")
    (tmp_path / "pos" / "notes.feat").write_text("1:2", encoding="utf-8")
    corpus = load(tmp_path, ReadingOptions(format="class-folder"))
    assert corpus.left_out == {class_folder.CANNOT_READ: 1}
    assert [(problem.file, problem.kind) for problem in corpus.problems] == [("pos/9.txt", class_folder.CANNOT_READ)]
    assert corpus.rows_read == len(corpus) + 1


@pytest.mark.parametrize("name", ["class-folder", "class-files"])
def test_what_was_asked_for_and_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "one.txt").write_text("A line.", encoding="utf-8")
    for path in (tmp_path, tmp_path / "one.txt"):
        with pytest.raises(GendertuiError, match="there are no two"):
            load(path, ReadingOptions(format=name))


def test_one_odd_byte_decides_for_no_other_file(tmp_path: Path) -> None:
    folder = classes(tmp_path, "pos", "neg")
    for place in range(20):
        (folder / "pos" / f"{place}.txt").write_text("Café près d’ici", encoding="utf-8")
    (folder / "neg" / "9.txt").write_bytes(b"one odd \xe9 here")
    corpus = load(folder)
    assert corpus.encoding == "utf-8"
    assert "Café près d’ici" in corpus.column("text").to_pylist()
    assert "one odd é here" in corpus.column("text").to_pylist()
    assert [(problem.file, problem.line) for problem in corpus.problems] == [("9.txt", 1)]


_ANY = st.text(st.characters(max_codepoint=0x2FF, exclude_characters="\rÂÃâ", categories=["L", "N", "P", "Z", "Cc"]))
_ANY_TEXT = _ANY.filter(lambda text: not any("\x7f" < sign < "\xa0" for sign in text))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ANY_TEXT, min_size=2, max_size=5), st.lists(_ANY_TEXT, min_size=2, max_size=5))
def test_any_texts_are_read_back(tmp_path_factory: pytest.TempPathFactory, one: list[str], other: list[str]) -> None:
    folder = tmp_path_factory.mktemp("any")
    for label, texts in (("no", one), ("yes", other)):
        (folder / label).mkdir()
        for place, text in enumerate(texts):
            (folder / label / f"{place}.txt").write_bytes(text.encode())
    read = class_folder.records(folder, NO_OPTIONS)
    rows = [row for batch in read.batches for row in zip(*(c.to_pylist() for c in batch.columns[:2]), strict=True)]
    assert rows == [
        (label, text.removesuffix("\n")) for label, texts in (("no", one), ("yes", other)) for text in texts
    ]
    assert read.problems == Problems()


def test_the_cache_follows_the_texts(tmp_path: Path) -> None:
    folder = classes(tmp_path, "pos", "neg")
    first = load(folder)
    assert load(folder).data_hash == first.data_hash
    (folder / "pos" / "12.txt").write_text("One more.", encoding="utf-8")
    assert len(load(folder)) == 7


# As people have them


@pytest.mark.parametrize("name", ["a folder of classes", "a pair of files"])
def test_the_layouts(tmp_path: Path, name: str) -> None:
    layout = LAYOUTS[name]
    path = layout.write(tmp_path)
    corpus = load(path)
    rows = zip(corpus.column("label").to_pylist(), corpus.column("text").to_pylist(), strict=True)
    assert Counter(rows) == Counter(layout.expected())
    assert corpus.labels == layout.labels


def test_the_case_of_a_pair() -> None:
    folder = SHARED / "cases" / "23-pair"
    if not folder.is_dir():
        pytest.skip("the cases (../shared/cases) are not on this machine")
    for path in (folder, folder / "reviews.pos", folder / "reviews.neg"):
        assert load(path).counts() == {"neg": 60, "pos": 62, None: 0}


def test_the_real_pair() -> None:
    folder = SHARED / "data" / "two_labels"
    if not folder.is_dir():
        pytest.skip("the real headlines (../shared/data) are not on this machine")
    corpus = load(folder)
    assert corpus.counts() == {"non_clickbait": 16_001, "clickbait": 15_999, None: 0}
    assert (corpus.problems, corpus.rows_read) == ((), 32_000)
    assert reader_of(folder / "clickbait_data.gz").name == "class-files"
