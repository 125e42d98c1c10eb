"""A folder in the layout of a Hugging Face data set: files named for the sets their rows are in.

``README.md`` may name the classes and the files (:mod:`~gendertui.corpus.readers.front_matter`). Each file is read by
whichever reader recognises it. What ``datasets`` saves to disk is such a folder, too.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.problems import Problems
from gendertui.corpus.readers import front_matter, reader_of
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.reading import Roles
from gendertui.corpus.reading.records import LINE, Records
from gendertui.corpus.set_names import SET_NAMES
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

README = "README.md"
STATE = "state.json"
"""Beside the rows of what ``datasets`` saved to disk."""
_FORMS = (".parquet", ".arrow", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt")
"""Of files that hold the same rows, the first of these is read."""
_PACKED = (".gz", ".zst")
_NO_DATA = frozenset({"dataset_info.json", "dataset_infos.json", "dataset_dict.json", STATE, "package.json"})
_PART = re.compile(r"(?P<name>\w[\w.-]*)-\d{5}-of-\d{5}$", re.ASCII)
_WORD = re.compile(r"[A-Za-z]+")
_MOST_FOLDERS = 100


@dataclass(frozen=True)
class DataFile:
    path: Path
    split: str


@dataclass(frozen=True)
class DataSet:
    """The files of a folder, or what keeps it from being read."""

    files: tuple[DataFile, ...]
    classes: Mapping[str, Sequence[str]]
    """Column → its class names."""
    notes: tuple[str, ...] = ()


def sniff(path: Path) -> bool:
    """Whether a folder has files named for sets, the train set among them, or a README that describes its data."""
    if not path.is_dir():
        return False
    try:
        return bool(_find(path).files)
    except _SeveralError:
        return True


def files(path: Path) -> list[Path]:
    """The files of rows, and the README."""
    readme = path / README
    return [*([readme] if readme.is_file() else []), *(file.path for file in _find(path).files)]


class _SeveralError(GendertuiError):
    def __init__(self, path: Path, names: Sequence[str]) -> None:
        super().__init__(
            f"this folder holds several data sets: {', '.join(names)[:400]}",
            where=str(path),
            hint="Give the folder or the file of one of them.",
            code=ExitCode.DATA,
        )


def _find(path: Path) -> DataSet:
    """:raises GendertuiError: there are several data sets."""
    described = front_matter.read(path / README)
    notes = (f"{described.problem}.",) if described.problem else ()
    config = next((each for each in described.configs if each.name == "default"), None)
    if config is None and len(described.configs) == 1:
        config = described.configs[0]
    placed = [each for each in described.configs if each.patterns]
    if config is None and len(placed) > 1:
        raise _SeveralError(path, [each.name for each in placed])
    if config is not None and config.patterns:
        named = [DataFile(file, split) for split, pattern in config.patterns for file in _matching(path, pattern)]
    else:
        named = _by_name(path) or _below(path)
    if not named and (config is not None or (path / STATE).is_file()):
        named = [DataFile(file, "train") for file in _data_files(path) or _data_files(path / "data")]
    kept, doubles = _one_form(named)
    return DataSet(tuple(kept), config.classes if config is not None else {}, (*notes, *doubles))


def _matching(path: Path, pattern: str) -> list[Path]:
    """The files of a pattern that leads nowhere else than into the folder."""
    parts = PurePosixPath(pattern)
    if parts.is_absolute() or ".." in parts.parts or not pattern.strip():
        return []
    return sorted(file for file in path.glob(pattern) if file.is_file())


def _data_files(path: Path) -> list[Path]:
    """The files of a folder that may hold rows, in order."""
    if not path.is_dir():
        return []
    # A folder may hold a file for each text: nothing is asked of the disk but its list.
    with os.scandir(path) as entries:
        found = [each.path for each in entries if _form(each.name) and each.name[:1] != "." and each.is_file()]
    return [file for file in map(Path, sorted(found)) if file.name not in _NO_DATA]


def _form(name: str) -> str:
    """The suffix of a file's name that may hold rows, without what was added in packing it; else empty."""
    name = name.lower()
    name = next((name.removesuffix(packed) for packed in _PACKED if name.endswith(packed)), name)
    return next((form for form in _FORMS if name.endswith(form)), "")


def _by_name(path: Path) -> list[DataFile]:
    """The files that a folder's names say are sets; none where none of them is the train set."""
    found = [
        DataFile(file, split)
        for folder in (path, path / "data")
        for file in _data_files(folder)
        if (split := _split_of(file)) is not None
    ]
    for folder in _folders(path):
        if (split := SET_NAMES.get(folder.name.casefold())) is not None:
            # Texts in a folder are texts of one row each, not rows.
            found += [DataFile(file, split) for file in _data_files(folder) if _form(file.name) != ".txt"]
    return found if any(each.split == "train" for each in found) else []


def _split_of(file: Path) -> str | None:
    """The set that a file's name says: ``train``, ``imdb_test``, ``unsupervised-00000-of-00001``."""
    stem = file.name[: file.name.lower().index(_form(file.name))]
    words = [word.casefold() for word in _WORD.findall(stem)]
    known = next((SET_NAMES[word] for word in words if word in SET_NAMES), None)
    part = _PART.fullmatch(stem)
    return known or (part.group("name") if part else None)


def _folders(path: Path) -> list[Path]:
    with os.scandir(path) as entries:
        found = [each.path for each in entries if not each.name.startswith((".", "__")) and each.is_dir()]
    return list(map(Path, sorted(found))) if len(found) <= _MOST_FOLDERS else []


def _below(path: Path) -> list[DataFile]:
    """The files of the only folder in a folder that has some: it is named for the data set."""
    found = {folder.name: inside for folder in _folders(path) if (inside := _by_name(folder))}
    if len(found) > 1:
        raise _SeveralError(path, sorted(found))
    return next(iter(found.values()), [])


def _one_form(found: Sequence[DataFile]) -> tuple[list[DataFile], list[str]]:
    """The files of each set in one form, train first, and a note on those that hold the same rows in another."""
    kept: list[DataFile] = []
    notes: list[str] = []
    sets = list(dict.fromkeys((*SET_NAMES.values(), *(each.split for each in found))))
    for split in sorted({each.split for each in found}, key=sets.index):
        of_split = [each for each in found if each.split == split]
        form = min((_form(each.path.name) for each in of_split), key=_FORMS.index)
        kept += [each for each in of_split if _form(each.path.name) == form]
        others = [each.path.name for each in of_split if _form(each.path.name) != form]
        if others:
            notes.append(f"Of the {split} set the {form} files are read, not {', '.join(others)[:200]}.")
    return kept, notes


def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
    """Read all files, one after another, with the set that each is as a column.

    :raises GendertuiError: there are several data sets in the folder, or a file cannot be read.
    """
    found = _find(path)
    if not found.files:
        raise GendertuiError(
            "no file in this folder is named for a set of rows",
            where=str(path),
            hint="Name them train.csv and test.csv (or .parquet, .jsonl), or give a single file.",
            code=ExitCode.DATA,
        )
    inner = options.changed("format", None)
    opened = [(file, reader_of(file.path).records(file.path, inner, progress)) for file in found.files]
    names = list(dict.fromkeys(name for _, each in opened for name in each.columns))
    first = opened[0][1]
    split = next(name for name in ("split", "set", "partition") if name not in names)
    together = Records(
        (*names, split),
        iter(()),
        Problems(),
        roles=_roles([each.roles for _, each in opened], split),
        units=first.units,
        said=first.said,
        decisions=list(first.decisions),
        encoding=first.encoding,
        named=all(each.named for _, each in opened),
        delimiter=first.delimiter,
        notes=list(found.notes),
    )
    together.batches = _batches(path, opened, found.classes, together, split)
    return together


def _roles(given: Sequence[Roles | None], split: str) -> Roles | None:
    """What the files themselves say, where all say the same."""
    first = given[0]
    if first is None or any(each != first for each in given):
        return None
    return dataclasses.replace(first, split=split)


def _batches(
    path: Path,
    opened: Sequence[tuple[DataFile, Records]],
    classes: Mapping[str, Sequence[str]],
    together: Records,
    split: str,
) -> Iterator[pa.RecordBatch]:
    counts: Counter[str] = Counter()
    for file, each in opened:
        for batch in each.batches:
            rows = batch.num_rows
            counts[file.split] += rows
            there = {
                name: _named(batch.column(name), classes[name]) if name in classes else batch.column(name)
                for name in each.columns
            }
            there[split] = pa.repeat(pa.scalar(file.split, pa.string()), rows)
            columns = [there.get(name, pa.nulls(rows, pa.string())) for name in together.columns]
            lines = batch.column(LINE) if LINE in batch.schema.names else pa.repeat(pa.scalar(0, pa.int64()), rows)
            yield pa.RecordBatch.from_arrays([*columns, lines], [*together.columns, LINE])
        together.problems.extend(each.problems)
        together.notes += [note for note in each.notes if note not in together.notes]
        together.digest.update(file.path.relative_to(path).as_posix().encode() + each.digest.digest())
    listed = ", ".join(f"{name} {rows:,}" for name, rows in counts.items())
    if len(counts) > 1:
        together.notes.append(f"The files say which set a row is in ({listed}); --split given keeps to that.")


def _named(values: pa.Array, names: Sequence[str]) -> pa.Array:
    """Class numbers as names; −1 is how "no class" is written."""
    place = pc.index_in(values, value_set=pa.array([str(number) for number in range(len(names))]))
    named = pa.array(list(names), pa.string()).take(place)
    return pc.if_else(pc.equal(values, "-1"), pa.scalar(None, pa.string()), pc.coalesce(named, values))
