"""Two files of texts, one a line, named for their classes: ``rt-polarity.pos`` and ``.neg``, ``male.txt`` and
``female.txt``.

Given one of them, the other is found beside it; a folder in which there is one such pair will do.
"""

from __future__ import annotations

import codecs
import dataclasses
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.problems import Problems
from gendertui.corpus.readers.encoding import UTF8
from gendertui.corpus.readers.film_fields import SEPARATOR
from gendertui.corpus.readers.source import ABOUT_THE_DATA, head
from gendertui.corpus.readers.text import Text, open_text
from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import LINE, Records
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

COLUMNS = ("label", "text")
SAID = ReadingOptions(text="text", label="label")
_OPPOSITES = (
    *("pos neg", "positive negative", "male female", "men women", "man woman", "boy girl", "boys girls", "m f"),
    *("ham spam", "good bad", "true false", "real fake", "yes no", "happy sad", "plot quote", "human machine"),
    *("subjective objective", "subj obj", "toxic clean", "left right", "liberal conservative"),
)
_OPPOSITE: dict[str, list[str]] = defaultdict(list)
for _one, _other in map(str.split, _OPPOSITES):
    _OPPOSITE[_one].append(_other)
    _OPPOSITE[_other].append(_one)
_NEGATIONS = ("non", "not", "no")
_PACKED = (".gz", ".zst")
_PLAIN = ("", ".txt", ".text", ".utf8", ".lst")
"""Suffixes of files with one text a line."""
_CLASS = re.compile(r"\.[a-z][\w-]{0,30}", re.IGNORECASE)
_OF_A_FORMAT = (
    *(".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet", ".arrow", ".feather", ".xml", ".html"),
    *(".htm", ".md", ".rst", ".zip", ".gz", ".zst", ".tar", ".tgz", ".bz2", ".xz", ".7z", ".py", ".ipynb"),
    *(".sh", ".js", ".c", ".h", ".cpp", ".java", ".r", ".rs", ".go", ".toml", ".yaml", ".yml", ".ini"),
    *(".cfg", ".conf", ".log", ".bak", ".old", ".orig", ".tmp", ".pdf", ".doc", ".docx", ".xls", ".xlsx"),
    *(".ods", ".odt", ".png", ".jpg", ".jpeg", ".gif", ".pkl", ".pickle", ".joblib", ".npy", ".npz", ".pt"),
    *(".pth", ".bin", ".vec", ".spacy", ".db", ".sqlite", ".license", ".lock", ".sha256", ".md5"),
)
"""Suffixes that say what kind of file it is, and name no class."""
_TAB, _BRACKETS, _FASTTEXT = b"\t", (b"{", b"["), b"__label__"


@dataclass(frozen=True)
class ClassFile:
    """A file and the class that its name says."""

    path: Path
    label: str


Pair = tuple[ClassFile, ClassFile]


def sniff(path: Path) -> bool:
    """Whether it is one of a pair of such files, or a folder with one pair."""
    return find(path) is not None


def files(path: Path) -> list[Path]:
    """Both files."""
    return [each.path for each in find(path) or ()]


def find(path: Path) -> Pair | None:
    """The pair that a file belongs to, or the only one in a folder; by label."""
    folder = path if path.is_dir() else path.parent
    pairs = [pair for pair in _pairs(folder) if path == folder or path in (pair[0].path, pair[1].path)]
    return pairs[0] if len(pairs) == 1 and all(_has_texts(each.path) for each in pairs[0]) else None


def _pairs(folder: Path) -> list[Pair]:
    """Pairs in a folder, judged by names."""
    with os.scandir(folder) as entries:
        kept = (each for each in entries if not each.name.startswith(".") and not ABOUT_THE_DATA.search(each.name))
        names = {each.name for each in kept if each.is_file()}
    found: set[Pair] = set()
    by_stem: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for name in names:
        stem, suffix, packing = _parts(name)
        if suffix.lower() in _PLAIN:
            for other, labels in _opposites(stem):
                if (partner := f"{other}{suffix}{packing}") in names:
                    found.add(_pair(folder, (name, labels[0]), (partner, labels[1])))
        elif _CLASS.fullmatch(suffix) and suffix.lower() not in _OF_A_FORMAT:
            by_stem[stem, packing].append((name, suffix[1:]))
    return [*found, *(_pair(folder, *two) for two in by_stem.values() if len(two) == 2)]


def _parts(name: str) -> tuple[str, str, str]:
    """A file's name without suffixes, the suffix that says what is in it, and the one of its packing."""
    packing = Path(name).suffix if Path(name).suffix.lower() in _PACKED else ""
    bare = name[: len(name) - len(packing)]
    return Path(bare).stem, Path(bare).suffix, packing


def _pair(folder: Path, *two: tuple[str, str]) -> Pair:
    one, other = sorted(
        (ClassFile(folder / name, label) for name, label in two), key=lambda each: each.label.casefold()
    )
    return one, other


def _opposites(stem: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Names that say the opposite, ``rt_neg`` for ``rt_pos`` and ``spam`` for ``non_spam``, with the label of this name
    and of that."""
    parts = re.split(r"([._\s-]+)", stem)
    for place in range(0, len(parts), 2):
        word, before, after = parts[place], parts[:place], parts[place + 1 :]
        for opposite in _OPPOSITE.get(word.casefold(), ()):
            spelt = _spelt_like(word, opposite)
            yield "".join([*before, spelt, *after]), (word, spelt)
        if word.casefold() in _NEGATIONS and len(after) > 1:
            yield "".join([*before, *after[1:]]), (f"{word}_{after[1]}", after[1])


def _spelt_like(word: str, other: str) -> str:
    """Another word with the capitals of a word."""
    if word.isupper() and len(word) > 1:
        return other.upper()
    return other.title() if word[0].isupper() else other


def _has_texts(path: Path) -> bool:
    """Whether a file looks like one text a line, judged by its beginning."""
    start = head(path)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start.decode("utf-16", "ignore").encode()
    lines = [line for line in start.replace(b"\r", b"\n").split(b"\n")[:200] if line.strip()]
    if not lines or b"\0" in start:
        return False
    tabs = sum(_TAB in line for line in lines)
    objects = sum(line.lstrip().startswith(_BRACKETS) for line in lines)
    return (
        2 * tabs < len(lines)
        and 2 * objects < len(lines)
        and not any(_FASTTEXT in line or SEPARATOR.encode() in line for line in lines)
    )


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read both files; blank lines in them are no rows.

    :raises GendertuiError: there are no two such files.
    """
    pair = find(path)
    if pair is None:
        raise GendertuiError(
            "there are no two files of texts here whose names say two labels",
            where=str(path),
            hint="Name them for their labels, NAME.pos and NAME.neg, and put them into one folder.",
            code=ExitCode.DATA,
        )
    texts = [open_text(each.path, options, progress=progress) for each in pair]
    decisions = _decisions(pair, texts)
    found = Records(COLUMNS, iter(()), Problems(), said=SAID, decisions=decisions, encoding=decisions[0].value)
    found.notes.append("Read together: " + " and ".join(f"{each.path.name} ({each.label})" for each in pair) + ".")
    found.batches = _batches(pair, texts, found, progress)
    return found


def _decisions(pair: Pair, texts: list[Text]) -> list[Decision]:
    """About the encoding: one, unless the files differ in it. A file of ASCII is in any of them."""
    telling = [
        (each.path.name, text.decision)
        for each, text in zip(pair, texts, strict=True)
        if text.survey.sequences or text.survey.invalid or text.decision.value != UTF8
    ]
    if len({decision.value for _, decision in telling}) == 2:
        return [dataclasses.replace(decision, why=f"{name}: {decision.why}") for name, decision in telling]
    return [telling[0][1] if telling else texts[0].decision]


def _batches(pair: Pair, texts: list[Text], found: Records, progress: Progress | None) -> Iterator[pa.RecordBatch]:
    for each, text in zip(pair, texts, strict=True):
        # The name says the label, so it is part of what was read.
        found.digest.update(f"{each.label}\0".encode())
        blank = 0
        for block in text.blocks(found.problems, found.digest, progress):
            lines = block.lines()
            filled = pc.match_substring_regex(lines, r"\S")
            numbers = pa.array(np.arange(block.first, block.first + len(lines))).filter(filled)
            lines = lines.filter(filled)
            blank += len(filled) - len(lines)
            labels = pa.repeat(pa.scalar(each.label), len(lines))
            yield pa.RecordBatch.from_arrays([labels, lines, numbers], [*COLUMNS, LINE])
        if blank:
            lines_are = "line is no row" if blank == 1 else "lines are no rows"
            found.notes.append(f"{each.path.name}: {blank:,} blank {lines_are}.")
