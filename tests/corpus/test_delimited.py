"""CSV and its relations: any table of strings written in any way reads back equal, or is asked about."""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.corpus.load import load
from gendertui.corpus.readers import mending, reader_of, source
from gendertui.corpus.readers.delimited import quoted_rows, reader, records
from gendertui.corpus.readers.delimited.well_formed import split_well_formed
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.corpus.reading.question import ReadingQuestionError
from gendertui.corpus.reading.records import LINE, Records
from gendertui.errors import ExitCode, GendertuiError

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
WORDS = ("Hand me the lamp", "Not before noon, I said", "You said that twice", "Whose boots are these?")


def texts(number: int) -> list[str]:
    return [f"{WORDS[place % 4]} {place}" for place in range(number)]


def labels(number: int) -> list[str]:
    return ["spam" if place % 5 == 0 else "ham" for place in range(number)]


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def csv_of(
    rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n", quoting: Any = csv.QUOTE_MINIMAL
) -> str:
    sink = io.StringIO(newline="")
    csv.writer(sink, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return sink.getvalue()


def taken(path: Path, options: ReadingOptions = NO_OPTIONS) -> tuple[list[tuple[str, ...]], list[int], Records]:
    """Rows, the lines they begin in, and the records they are of."""
    found = reader.records(path, options)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    for batch in found.batches:
        columns = [["" if each is None else each for each in batch.column(name).to_pylist()] for name in found.columns]
        rows += zip(*columns, strict=True)
        lines += batch.column(LINE).to_pylist()
    return rows, lines, found


def decided(found: Records, field: str) -> str:
    return next(each.value for each in found.decisions if each.field == field)


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE])
@pytest.mark.parametrize("header", [("text", "label"), None])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_table_is_read_however_it_is_written(
    delimiter: str, quoting: int, header: tuple[str, str] | None, end: str, tmp_path: Path
) -> None:
    lines = texts(40)
    if quoting == csv.QUOTE_NONE:
        lines = [line.replace(",", " -") for line in lines]
    expected = list(zip(lines, labels(40), strict=True))
    path = written(tmp_path, "lines", csv_of([header, *expected] if header else expected, delimiter, end, quoting))
    assert reader_of(path).name == "delimited"
    rows, numbers, found = taken(path)
    assert rows == expected
    assert numbers == list(range(2 if header else 1, 42 if header else 41))
    assert found.columns == (header or ("1", "2"))
    assert found.named is bool(header)
    assert decided(found, "delimiter") == delimiter
    assert not found.problems.listed


def test_spam_csv(tmp_path: Path) -> None:
    rows = [[label, text, "", "", ""] for label, text in zip(labels(60), texts(60), strict=True)]
    rows[7][1] = "It is £5 at the café"
    rows[9][1:4] = ["Bring soup", " bread", " and salt"]
    path = written(tmp_path, "spam.csv", csv_of([["v1", "v2", "", "", ""], *rows], end="\r\n"), "cp1252")
    corpus = load(path)
    assert corpus.labels == ("ham", "spam")
    assert corpus.counts() == {"ham": 48, "spam": 12, None: 0}
    assert corpus.encoding == "cp1252"
    assert corpus.notes == ("Empty, and ignored: the column Unnamed: 4.",)
    read = corpus.column("text").to_pylist()
    assert read[7] == "It is £5 at the café"
    assert read[9] == "Bring soup, bread, and salt"
    assert [(each.line, each.kind, each.kept) for each in corpus.problems] == [(11, records.CONTINUED, True)]


def test_the_zip_of_messages_that_people_download_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "sms+spam+collection.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("SMSSpamCollection", csv_of(list(zip(labels(60), texts(60), strict=True)), "\t"))
        archive.writestr("readme", "A set of messages\n-----------------\n\nWho made it, and when.\n")
    corpus = load(path)
    assert corpus.counts() == {"ham": 48, "spam": 12, None: 0}
    assert corpus.column("text").to_pylist() == texts(60)


@pytest.mark.parametrize("format", [None, "delimited"])
def test_a_zip_of_several_files_is_named_and_not_read_as_text(format: str | None, tmp_path: Path) -> None:
    path = tmp_path / "sets.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in ("train.csv", "test.csv"):
            archive.writestr(name, csv_of([("text", "label"), *zip(texts(60), labels(60), strict=True)]))
    with pytest.raises(GendertuiError, match=r"holds train\.csv, test\.csv"):
        load(path, ReadingOptions(format=format))


@pytest.mark.parametrize(
    ("before", "delimiter"),
    [
        ("sep=;\r\n", ";"),
        ('"sep=,"\n', ","),
        ("# made by hand\n# in May, on a train\n", ","),
        ("\n# made by hand\n", "\t"),
    ],
)
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_lines_before_the_rows_are_none(before: str, delimiter: str, quoting: int, tmp_path: Path) -> None:
    rows = [("words", "kind"), *zip(texts(60), labels(60), strict=True)]
    path = written(tmp_path, "lines.csv", before + csv_of(rows, delimiter, quoting=quoting))
    assert reader_of(path).name == "delimited"
    read, numbers, found = taken(path)
    assert found.columns == ("words", "kind")
    assert read == rows[1:]
    assert numbers[0] == before.count("\n") + 2
    assert "no row" in found.notes[0]


def test_rows_and_headers_that_begin_with_a_hash_are_kept(tmp_path: Path) -> None:
    tweets = [f"#{line.replace(',', '')}" for line in texts(60)]
    for rows in (
        list(zip(tweets, labels(60), strict=True)),
        [("#words", "kind"), *zip(texts(60), labels(60), strict=True)],
    ):
        read, _, found = taken(written(tmp_path, "lines.tsv", csv_of(rows, "\t")))
        assert len(read) == 60
        assert not found.notes


def test_a_sign_inside_quotation_marks_is_no_delimiter(tmp_path: Path) -> None:
    rows = [("0" if place % 2 else "4", f"user{place}", f"{line} &amp; so on") for place, line in enumerate(texts(60))]
    _, _, found = taken(written(tmp_path, "tweets.csv", csv_of(rows, quoting=csv.QUOTE_ALL)))
    assert found.columns == ("1", "2", "3")
    assert decided(found, "delimiter") == ","


def test_one_unbalanced_quotation_mark_does_not_decide_the_width(tmp_path: Path) -> None:
    rows = [
        (str(place), f"{line}, he said", label)
        for place, (line, label) in enumerate(zip(texts(200), labels(200), strict=True))
    ]
    lines = csv_of([("id", "text", "label"), *rows]).splitlines(keepends=True)
    lines[78] = lines[78].replace('",', ",")
    read, _, found = taken(written(tmp_path, "lines.csv", "".join(lines)))
    assert read == rows[:77] + rows[78:]
    assert [(each.line, each.kind, each.kept) for each in found.problems.listed] == [
        (79, quoted_rows.UNBALANCED, False)
    ]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_quotation_marks_behind_backslashes_are_read_back(delimiter: str, quoting: Any, tmp_path: Path) -> None:
    said = [f'"{line}", he said{delimiter} in C:\\rooms' if place % 3 else line for place, line in enumerate(texts(60))]
    rows = [
        ("id", "text", "label"),
        *((str(place), *each) for place, each in enumerate(zip(said, labels(60), strict=True))),
    ]
    sink = io.StringIO(newline="")
    csv.writer(
        sink, delimiter=delimiter, quoting=quoting, doublequote=False, escapechar="\\", lineterminator="\n"
    ).writerows(rows)
    read, _, found = taken(written(tmp_path, "lines.csv", sink.getvalue()))
    assert read == rows[1:]
    assert not found.problems.listed
    assert any('\\"' in note for note in found.notes)


def test_a_field_that_ends_with_a_backslash_is_left_as_it_is(tmp_path: Path) -> None:
    rows = [
        (f"{line}, in C:\\" if place % 4 == 0 else f'{line}, "{place}"', label)
        for place, (line, label) in enumerate(zip(texts(60), labels(60), strict=True))
    ]
    read, _, found = taken(written(tmp_path, "lines.csv", csv_of([("text", "label"), *rows], quoting=csv.QUOTE_ALL)))
    assert read == rows
    assert not found.notes


def test_files_put_together_with_their_headers_have_one(tmp_path: Path) -> None:
    one = csv_of([("text", "label"), *zip(texts(60), labels(60), strict=True)])
    corpus = load(written(tmp_path, "lines.csv", one + one), ReadingOptions(labels=("ham", "spam")))
    assert corpus.counts() == {"ham": 96, "spam": 24, None: 1}
    assert corpus.reading.columns == ("text", "label")


def test_single_quotation_marks_are_named_and_no_column_is_mixed_with_the_text(tmp_path: Path) -> None:
    lines = [
        f"{place},'{line}, and so on',{label}"
        for place, (line, label) in enumerate(zip(texts(60), labels(60), strict=True))
    ]
    path = written(tmp_path, "lines.csv", "\n".join(["id,text,label", *lines]) + "\n")
    with pytest.raises(GendertuiError) as caught:
        load(path)
    assert "single quotation marks" in str(caught.value.hint)


def test_a_text_that_goes_on_is_not_lost_where_the_first_rows_have_none(tmp_path: Path) -> None:
    rows = [[label, text, ""] for label, text in zip(labels(3_000), texts(3_000), strict=True)]
    rows[2_900][2] = " and salt"
    corpus = load(written(tmp_path, "lines.csv", csv_of([["v1", "v2", ""], *rows])))
    assert corpus.column("text")[2_900].as_py() == f"{rows[2_900][1]}, and salt"


def test_quotation_marks_of_the_text_are_no_quoting(tmp_path: Path) -> None:
    rows = list(zip(labels(60), texts(60), strict=True))
    rows[20] = ("ham", '"Say soup, he said')
    rows[31] = ("ham", '"Soup" is what he said')
    rows[40] = ("ham", '"All of it is said."')
    rows[50] = ("ham", "one\u0085line\u2028only\x0b")
    path = written(tmp_path, "collection", "".join(f"{label}\t{text}\n" for label, text in rows))
    found = taken(path)
    assert found[0] == [*rows[:50], ("ham", "one…line\u2028only\x0b"), *rows[51:]]
    assert decided(found[2], "quoting") == ""
    assert dict(found[2].problems.remarks) == {mending.MAPPED_BACK: 1}


def test_quoting_is_decided_by_the_whole_file(tmp_path: Path) -> None:
    """The first quotation mark stands far behind the first lines that are looked at."""
    rows = list(zip(labels(6_000), texts(6_000), strict=True))
    plain = [*rows, ("ham", '"Say soup, he said'), ("ham", "no more")]
    path = written(tmp_path, "plain", "".join(f"{label}\t{text}\n" for label, text in plain))
    assert path.stat().st_size > 2 * source.HEAD_BYTES
    assert taken(path)[0] == plain
    enclosed = [*rows, ("ham", "Soup,\tand\nsalt"), ("ham", "no more")]
    assert taken(written(tmp_path, "enclosed", csv_of(enclosed, "\t")))[0] == enclosed


def test_an_unbalanced_quotation_mark_does_not_swallow_the_rows_behind_it(tmp_path: Path) -> None:
    rows = list(zip(labels(60), (f'{text}, "so"' for text in texts(60)), strict=True))
    lines = csv_of([("label", "text"), *rows]).splitlines(keepends=True)
    lines[11] = 'ham,"Say soup\n'
    lines[31] = 'ham,"Say soup, he said\n'
    found = taken(written(tmp_path, "lines.csv", "".join(lines)))
    assert found[0] == [*rows[:10], ("ham", '"Say soup'), *rows[11:30], *rows[31:]]
    assert found[1] == [*range(2, 32), *range(33, 62)]
    problems = found[2].problems
    assert [(each.line, each.kept) for each in problems.listed] == [(12, True), (32, False)]
    assert {each.kind for each in problems.listed} <= {quoted_rows.SWALLOWED, quoted_rows.UNBALANCED}


def test_a_quotation_mark_closed_by_a_later_rows_own_swallows_nothing(tmp_path: Path) -> None:
    rows = list(zip(labels(60), (f'{text}, "so"' for text in texts(60)), strict=True))
    lines = csv_of([("label", "text"), *rows]).splitlines(keepends=True)
    lines[20:23] = ['ham,"Say soup\n', "spam,Win soup\n", 'ham,Say "soup"\n']
    lines[40:42] = ['ham,"Say soup\n', 'spam,Win more soup"\n']
    found = taken(written(tmp_path, "lines.csv", "".join(lines)))[0]
    assert len(found) == 60
    assert found[19:22] == [("ham", '"Say soup'), ("spam", "Win soup"), ("ham", 'Say "soup"')]
    assert found[39:41] == [("ham", '"Say soup'), ("spam", 'Win more soup"')]


def test_line_breaks_inside_fields_are_kept(tmp_path: Path) -> None:
    poem = "Roses are red, violets\nare blue, so\r\n\r\nthen,\n is this"
    rows = [(f"{poem} {place}", label) for place, label in enumerate(labels(60))]
    for columns in ((0, 1), (1, 0)):
        ordered = [tuple(row[place] for place in columns) for row in rows]
        found = taken(written(tmp_path, "lines.csv", csv_of([("a", "b"), *ordered])))
        assert found[0] == ordered
        assert found[1] == list(range(2, 302, 5))
        assert not found[2].problems.listed


def test_rows_of_another_width_are_reported(tmp_path: Path) -> None:
    rows = [f"{label},soup {place} is hot\n" for place, label in enumerate(labels(60))]
    rows[4] = "ham\n"
    rows[5] = "ham,soup,salt\n"
    rows[6] = "ham,soup is hot,,\n"
    rows.insert(8, "\n")
    corpus = load(written(tmp_path, "lines.csv", "label,text\n" + "".join(rows)))
    assert corpus.left_out == {quoted_rows.TOO_FEW: 1, quoted_rows.TOO_MANY: 1}
    assert [each.line for each in corpus.problems] == [6, 7]
    assert (corpus.rows_read, len(corpus)) == (60, 58)
    assert corpus.column("text")[4].as_py() == "soup is hot"


@pytest.mark.parametrize("order", ["first", "last"])
@pytest.mark.parametrize("delimiter", [" ", ",", "\t"])
def test_a_label_and_the_rest_of_the_line(order: str, delimiter: str, tmp_path: Path) -> None:
    expected = [
        (str(place % 2), f"{text}{delimiter}and {f'so{delimiter}' * (place % 3)}on")
        for place, text in enumerate(texts(60))
    ]
    if order == "last":
        expected = [(text, label) for label, text in expected]
    path = written(tmp_path, "lines.txt", "".join(f"{first}{delimiter}{last}\n" for first, last in expected))
    assert reader_of(path).name == "delimited"
    assert taken(path)[0] == expected


@pytest.mark.parametrize(
    "text",
    [
        "I am here\nYou are there\nI was here\nYou were there\n",
        "Once upon a time, there was soup.\nIt was hot, and it was good.\nNobody ate it.\n",
        "word\nother\n",
        "\x00\x01\x02\x03,\x04\n" * 40,
        "",
    ],
)
def test_what_is_no_table_is_left_to_others(text: str, tmp_path: Path) -> None:
    assert not reader.sniff(written(tmp_path, "lines.txt", text))


def test_what_fits_no_delimiter_is_refused_in_words(tmp_path: Path) -> None:
    path = written(tmp_path, "lines.csv", "".join(f"{'a,' * (place % 7)}b{place}\n" for place in range(60)))
    with pytest.raises(GendertuiError) as caught:
        load(path)
    assert caught.value.code is ExitCode.DATA
    assert "by comma 9 rows of 1 field" in caught.value.what
    assert "utf-8" in caught.value.what
    assert "--delimiter comma" in str(caught.value.hint)


def test_two_delimiters_that_both_fit_are_asked_about(tmp_path: Path) -> None:
    rows = (f"{'ab'[n % 2]}\tplease say it {n} times,{'cd'[n % 3 % 2]}\n" for n in range(60))
    path = written(tmp_path, "lines.txt", "".join(rows))
    with pytest.raises(ReadingQuestionError) as caught:
        load(path)
    assert caught.value.field == "delimiter"
    assert {each.options.delimiter for each in caught.value.candidates} == {",", "\t"}
    assert all(each.rows for each in caught.value.candidates)
    assert "--delimiter" in str(caught.value.hint)
    assert len(load(path, ReadingOptions(delimiter="\t"))) == 60


def test_choices_are_taken_as_asked(tmp_path: Path) -> None:
    rows = [("ham", '"soup"'), ("spam", '"salt"')] * 20
    path = written(tmp_path, "lines.csv", "".join(f"{label},{text}\n" for label, text in rows))
    assert taken(path)[0] == [("ham", "soup"), ("spam", "salt")] * 20
    assert taken(path, ReadingOptions(quoting=False))[0] == rows
    rows_below = taken(path, ReadingOptions(header=True))
    assert rows_below[2].columns == ("ham", "soup")
    assert len(rows_below[0]) == 39


def test_blank_lines_and_long_lines_and_nuls_are_survived(tmp_path: Path) -> None:
    rows = list(zip(labels(30), texts(30), strict=True))
    rows[3] = ("ham", "long, " * 200_000)
    rows[4] = ("ham", "a\0b")
    text = csv_of(rows).replace("\n", "\n\n")
    found = taken(written(tmp_path, "lines.csv", "\n\n" + text))
    assert found[0] == rows
    assert not found[2].problems.listed


SIGNS = st.one_of(
    st.sampled_from(list("\",;|\t\n\r\0 \ufeff\u0085\u2028'")),
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from("abc"),
)
CELL = st.text(SIGNS, max_size=12)


def same(first: str, second: str) -> bool:
    """Whether two texts are the same but for what is mapped back with a remark."""
    return first == second or mending.mend(first)[0] == mending.mend(second)[0]


@settings(deadline=None)
@given(
    st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[CELL] * width), min_size=1, max_size=12)),
    st.sampled_from(",\t;|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
    st.booleans(),
)
def test_any_table_reads_back_where_its_dialect_is_said(
    rows: list[tuple[str, ...]], delimiter: str, quoting: int, end: str, encoding: str, header: bool
) -> None:
    named = tuple(f"column {place}" for place in range(len(rows[0])))
    options = ReadingOptions(delimiter=delimiter, quoting=True, header=header, encoding=encoding.replace("-sig", ""))
    with tempfile.TemporaryDirectory() as folder:
        text = csv_of([named, *rows] if header else rows, delimiter, end, quoting)
        found = taken(written(Path(folder), "lines.csv", text, encoding), options)
    check(rows, found)


def check(rows: Sequence[tuple[str, ...]], found: tuple[list[tuple[str, ...]], list[int], Records]) -> None:
    """Every row was read as it is, or something was said of it."""
    read, _, of = found
    said = of.problems.left_out.total() + of.problems.remarks.total()
    if said:
        return
    assert len(read) == len(rows)
    for before, after in zip(rows, read, strict=True):
        assert all(same(first, second) for first, second in zip(before, after, strict=True)), (before, after)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.text(SIGNS, max_size=30), min_size=8, max_size=30),
    st.sampled_from(",\t;|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([("label", "text"), None]),
    st.sampled_from(["lines.csv.gz", "lines"]),
)
def test_a_label_and_any_text_read_back_or_are_asked_about(
    lines: list[str], delimiter: str, quoting: int, end: str, header: tuple[str, str] | None, name: str
) -> None:
    rows = [(f"{'no' if place % 2 else 'yes'}", f"{line} as was said") for place, line in enumerate(lines)]
    data = csv_of([header, *rows] if header else rows, delimiter, end, quoting).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        try:
            found = taken(path)
        except GendertuiError as error:
            assert error.code is ExitCode.DATA
            assert error.hint
            return
    if [delimiter] != [each.value for each in found[2].decisions if each.field == "delimiter"]:
        # Nothing but a few words in each row: another delimiter may be as good, and is one key away.
        return
    check(rows, found)


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not on this machine")
@pytest.mark.parametrize(
    ("name", "names", "counts"),
    [
        ("21-spam-v1-v2.csv", ("ham", "spam"), (96, 24)),
        ("22-sms-no-header", ("ham", "spam"), (96, 24)),
        ("27-excel.csv", ("ham", "spam"), (96, 24)),
        ("28-label-first.txt", ("0", "1"), (96, 24)),
    ],
)
def test_cases(name: str, names: tuple[str, str], counts: tuple[int, int]) -> None:
    corpus = load(CASES / name)
    assert corpus.labels == names
    assert tuple(corpus.counts()[label] for label in names) == counts
    assert (len(corpus), corpus.rows_read, corpus.left_out) == (120, 120, {})


@settings(deadline=None, max_examples=500)
@given(
    st.lists(st.lists(st.text('",\n\r;a \ufeff', max_size=5), min_size=1, max_size=3), min_size=1, max_size=5),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_arrow_splits_is_what_the_csv_module_does(rows: list[list[str]], quoting: int, end: str) -> None:
    """Rows are written right, or, without quotation marks, joined anyhow: those are right by accident alone."""
    if quoting == csv.QUOTE_NONE:
        text = "".join(",".join(row) + end for row in rows)
    else:
        text = csv_of(rows, end=end, quoting=quoting)
    found = split_well_formed(text.encode(), ",", len(rows[0]), "\n")
    if found is not None:
        expected = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        assert [list(row) for row in zip(*(column.to_pylist() for column in found), strict=True)] == expected


def test_arrow_splits_rows_that_are_right() -> None:
    rows = [["a, b", 'say "so"', ""], ["", "c", '""'], ["d", "\ufeff", "e"]]
    found = split_well_formed(csv_of(rows, quoting=csv.QUOTE_ALL).encode(), ",", 3, "\n")
    assert found is not None
    assert [list(row) for row in zip(*(column.to_pylist() for column in found), strict=True)] == rows


@pytest.mark.parametrize(
    "broken", ['"a"b,c\n', 'a"b,c\n', '"a,b\n', '"a\nb",c\n', "a,b,c\n", "a\rb,c\n", '",a",b\n"c"d,e\n']
)
def test_arrow_gets_no_rows_that_are_not(broken: str) -> None:
    assert split_well_formed(f'"x","y"\n{broken}'.encode(), ",", 2, "\n") is None
