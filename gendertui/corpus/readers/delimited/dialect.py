"""Which of the ways to split a file's rows into fields is right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow.compute as pc

from gendertui.corpus.readers.delimited.header import FEW_VALUES
from gendertui.corpus.readers.delimited.quoting import decide_quoting, few_values, weigh
from gendertui.corpus.readers.delimited.sample import Sample, Split, split_label, split_sample
from gendertui.corpus.readers.source import HEAD_BYTES
from gendertui.corpus.readers.text import Text
from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.options import ReadingOptions, delimiter_name
from gendertui.corpus.reading.question import Candidate, ReadingQuestionError
from gendertui.errors import ExitCode, GendertuiError

DELIMITERS = (",", "\t", ";", "|")
_SHOWN_ROWS = 5
_SUFFIXES = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".psv": "|"}
SUFFIXES = tuple(_SUFFIXES)
YES = "yes"
"""Value of a decision about something that is so or not; empty where it is not."""


def samples(lines: Sequence[str], options: ReadingOptions, suffix: str) -> list[Sample]:
    """The ways to split lines that may be right, all equally good; none if no way is.

    :param lines: the first ones, without their ends; none is blank.
    :param suffix: of the file's name, which decides what separates fields where there is one column only.
    """
    delimiters = DELIMITERS if options.delimiter is None else (options.delimiter,)
    tried = [split_sample(lines, delimiter, options.quoting) for delimiter in delimiters if delimiter != " "]
    several = [each for each in tried if each.several]
    labelled = [each for each in several if each.labelled]
    splitting = (*DELIMITERS, " ") if options.delimiter is None else (options.delimiter,)
    labels = [found for delimiter in splitting if (found := _label_split(lines, delimiter)) is not None]
    single = _SUFFIXES.get(suffix, options.delimiter or "")
    choices = (
        [each for each in labelled if each.uniform],
        [
            each
            for each in several
            if each.nearly and each.labelled and (each.dialect.quoting or each.dialect.width > 2)
        ],
        # Before rows of two fields, of which those are left out whose text holds the delimiter.
        labels[:1],
        [each for each in labelled if each.nearly],
        [each for each in several if each.uniform],
        [each for each in several if each.nearly],
        [each for each in tried if each.dialect.delimiter == single and each.uniform],
        tried if options.delimiter is not None else [],
    )
    return next((each for each in choices if each), [])


def _label_split(lines: Sequence[str], delimiter: str) -> Sample | None:
    return split_label(lines, delimiter, "first") or split_label(lines, delimiter, "last")


def decide_dialect(
    path: Path, lines: Sequence[str], text: Text, options: ReadingOptions
) -> tuple[Sample, list[Decision]]:
    """How the rows of a file are split.

    :param lines: the first ones, without their ends; none is blank.
    :raises ReadingQuestionError: several ways are equally good.
    :raises GendertuiError: no way is.
    """
    found = samples(lines, options, Path(text.source.name).suffix.lower())
    if not found:
        raise _refused(path, lines, text, options)
    if len(found) > 1:
        # Where quotation marks enclose fields under one delimiter alone, the others stand inside of fields.
        found = [each for each in found if each.dialect.quoting] or found
    if len(found) > 1:
        raise _question(path, lines, options, found)
    chosen = _with_quoting_of_all(found[0], lines, text, options)
    return chosen, _decisions(chosen, lines, options)


def _with_quoting_of_all(sample: Sample, lines: Sequence[str], text: Text, options: ReadingOptions) -> Sample:
    """The sample with quoting decided by all lines of the file: the first ones may have no quotation mark."""
    dialect = sample.dialect
    if options.quoting is not None or dialect.split != "all" or not text.survey.quotes:
        return sample
    known = few_values([line.split(dialect.delimiter) for line in lines], dialect.width, FEW_VALUES)
    evidence = weigh(_with_quotes(text), dialect.delimiter, dialect.width, known)
    quoting, why = decide_quoting(evidence, text.survey.line_feeds or text.survey.returns, dialect.delimiter)
    again = split_sample(lines, dialect.delimiter, quoting)
    return Sample(again.dialect, again.rows, why)


def _with_quotes(text: Text) -> Iterator[str]:
    for block in text.blocks():
        found = block.lines()
        yield from found.filter(pc.match_substring(found, '"')).to_pylist()


def _decisions(sample: Sample, lines: Sequence[str], options: ReadingOptions) -> list[Decision]:
    dialect = sample.dialect
    rows = len(sample.rows)
    match dialect.split:
        case "all" if sample.uniform:
            why = f"each of the first {rows:,} rows has {_fields(dialect.width)}"
        case "all":
            why = (
                f"{sample.matching:,} of the first {rows:,} rows have {_fields(dialect.width)}; rows of another number "
                "are left out"
            )
        case side:
            why = f"only the {side} one in a row: {_label_values(sample, side)}"
    others = [each for each in DELIMITERS if each != dialect.delimiter]
    others.sort(key=lambda each: not split_sample(lines, each, options.quoting).several)
    delimiter = Decision(
        "delimiter", dialect.delimiter, why, tuple(others), "found" if options.delimiter is None else "asked"
    )
    if dialect.split != "all":
        return [delimiter]
    quoting = Decision(
        "quoting",
        YES if dialect.quoting else "",
        sample.why_quoting,
        ("",) if dialect.quoting else (YES,),
        "found" if options.quoting is None else "asked",
    )
    return [delimiter, quoting]


def _fields(number: int) -> str:
    return f"{number:,} {'field' if number == 1 else 'fields'}"


def _label_values(sample: Sample, side: Split) -> str:
    values = dict.fromkeys(row[0 if side == "first" else -1].strip() for row in sample.rows)
    return f"what is {'before' if side == 'first' else 'behind'} it is {' or '.join(list(values)[:5])}"


def _ranked(lines: Sequence[str], found: Sequence[Sample]) -> list[Sample]:
    """As CleverCSV has them, by how regular rows and fields are."""
    from clevercsv.detect import Detector

    delimiters = [each.dialect.delimiter for each in found]
    best = Detector().detect("\n".join(lines)[:HEAD_BYTES], delimiters=delimiters)
    first = best.delimiter if best is not None else None
    return sorted(found, key=lambda each: each.dialect.delimiter != first)


def _question(
    path: Path, lines: Sequence[str], options: ReadingOptions, found: Sequence[Sample]
) -> ReadingQuestionError:
    ranked = _ranked(lines, found)
    candidates = [
        Candidate(
            options.changed("delimiter", each.dialect.delimiter),
            f"{delimiter_name(each.dialect.delimiter)} between {_fields(each.dialect.width)}",
            tuple((row[0], " · ".join(row[1:])) for row in each.rows[:_SHOWN_ROWS]),
        )
        for each in ranked
    ]
    names = [delimiter_name(each.dialect.delimiter) for each in ranked]
    return ReadingQuestionError(
        f"its rows may be separated by {' or by '.join(names)}: each gives all of them the same number of fields",
        path=path,
        hint=f"Say which: --delimiter {names[0]}",
        field="delimiter",
        candidates=tuple(candidates),
        columns=(),
    )


def _refused(path: Path, lines: Sequence[str], text: Text, options: ReadingOptions) -> GendertuiError:
    if not lines:
        return GendertuiError(
            "there is no row in it",
            where=str(path),
            hint="Give a file with rows of a label and a text.",
            code=ExitCode.DATA,
        )
    tried = [split_sample(lines, delimiter, options.quoting) for delimiter in DELIMITERS]
    described = [f"by {delimiter_name(each.dialect.delimiter)} {_widths(each)}" for each in tried if each.several]
    best = max(tried, key=lambda each: (each.several, each.matching))
    name = delimiter_name(best.dialect.delimiter)
    asked = (
        f"Say what separates them, and rows of another number of fields are left out and listed: --delimiter {name}."
    )
    if _apostrophes(lines, best.dialect.delimiter):
        asked = "Its fields are in single quotation marks ('): save it with double ones (\")."
    what = "; ".join(described) if described else "no row has a comma, tab, semicolon or bar"
    return GendertuiError(
        f"no delimiter splits its first {len(lines):,} rows ({text.encoding}) into equally many fields: {what}",
        where=str(path),
        hint=f"{asked} A file without labels is read by predict --file.",
        code=ExitCode.DATA,
    )


def _apostrophes(lines: Sequence[str], delimiter: str) -> bool:
    """Whether most lines have a field that apostrophes enclose."""
    bounded = [f"{delimiter}{line}{delimiter}" for line in lines]
    enclosing = sum(f"{delimiter}'" in line and f"'{delimiter}" in line for line in bounded)
    return enclosing > len(lines) / 2


def _widths(sample: Sample) -> str:
    common = sample.widths.most_common(3)
    more = ", …" if len(sample.widths) > 3 else ""
    return ", ".join(f"{rows:,} {'row' if rows == 1 else 'rows'} of {_fields(width)}" for width, rows in common) + more
