"""From a path to a :class:`Corpus`: pick the reader, read once, keep the table memory-mapped."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc

from gendertui import disk_space, files, paths, state_files
from gendertui.corpus.corrections.apply import corrected
from gendertui.corpus.problems import LABEL_LEFT_OUT, Problem
from gendertui.corpus.readers import Reader, reader_of
from gendertui.corpus.reading.applicable import check_applicable
from gendertui.corpus.reading.labels import LabelsError, decide, with_labels
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.reading import Reading
from gendertui.corpus.reading.remembered import remembered
from gendertui.corpus.reading.stream import spool
from gendertui.corpus.samples import SAMPLES, name_of
from gendertui.corpus.schema import SCHEMA
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

CORNELL = "cornell"
NAMES = (*SAMPLES, CORNELL)
"""What stands for a corpus in place of a path."""
_CACHE_FORMAT = 4
_TABLE = "lines.arrow"
_META = "meta.json"


_DOWNLOADS = {CORNELL: "cornell_movie_dialogs_corpus.zip"}


class NotThereError(GendertuiError):
    """There is nothing where a corpus is said to be."""


def download_target(name: str) -> Path:
    """Where ``corpus download NAME`` saves its file, and where to put one downloaded by hand."""
    return paths.corpora_dir() / _DOWNLOADS[name]


def find(source: str | Path) -> Path:
    """The path behind a sample's name, ``cornell`` (once downloaded) or a path.

    :raises NotThereError: there is nothing there.
    """
    if source in SAMPLES:
        return SAMPLES[str(source)].path
    if source == CORNELL and not Path(CORNELL).exists():
        target = download_target(CORNELL)
        if not target.exists():
            raise NotThereError(
                "the Cornell corpus is not on this machine yet",
                hint="Get it: gendertui corpus download cornell (9.9 MB).",
                code=ExitCode.DATA,
            )
        return target
    path = Path(source).expanduser()
    if not path.exists():
        raise NotThereError(
            "there is no such file or folder",
            where=str(path),
            hint=f"Give a corpus file or folder, or one of the names: {', '.join(NAMES)}.",
            code=ExitCode.DATA,
        )
    return path.absolute()


def load(
    source: str | Path,
    options: ReadingOptions | None = None,
    *,
    progress: Progress | None = None,
    labelled: bool = True,
    data_hash: str | None = None,
) -> Corpus:
    """Read a corpus, or memory-map the table cached by an earlier read.

    :param source: one of :data:`NAMES` or a path.
    :param options: how it is to be read; without them, as was chosen for this file before.
    :param labelled: require lines of both labels; scoring does not need them.
    :param data_hash: of the corpus as it was read before: where labels changed by hand are applied, those changed since
        are not.
    :raises ReadingQuestionError: it cannot be decided how the file is to be read.
    :raises GendertuiError: nothing is there, no reader fits, or a label has no line.
    """
    path = find(source)
    options = remembered(path) if options is None else options
    with _reading(path):
        reader = reader_of(path, options.format)
        folder = paths.corpora_dir() / _cache_key(path, reader, options)
    corpus = _from_cache(folder, path, options)
    if corpus is None:
        with _reading(path):
            _read(path, reader, options, folder, progress)
        corpus = _from_cache(folder, path, options)
        if corpus is None:
            raise GendertuiError(
                "the table that was just written cannot be read back",
                where=str(folder),
                hint="Check that the disk has space left.",
                code=ExitCode.MODEL,
            )
    if options.corrections:
        corpus = corrected(corpus, data_hash)
    if labelled:
        _check_labels(corpus)
    return corpus


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        in_cache = error.filename is not None and not Path(error.filename).is_relative_to(path.parent)
        if in_cache or disk_space.shortage(error) is not None:
            # The cache's folder, not the corpus.
            raise
        raise GendertuiError(
            f"this cannot be read: {error.strerror or error}",
            where=str(path),
            hint="Check its permissions, and that its disk is mounted.",
            code=ExitCode.DATA,
        ) from error


def _cache_key(path: Path, reader: Reader, options: ReadingOptions) -> str:
    """Key of the cache: covers the path and the name, size, modification time and inode of every file read, and the
    choices that the table depends on; labels are given their meaning when it is opened."""
    choices = {name: value for name, value in options.of_the_file.items() if name not in ("mapping", "labels")}
    parts = [str(path), reader.name, str(_CACHE_FORMAT), json.dumps(choices, sort_keys=True)]
    for file in reader.files(path):
        stat = file.stat()
        parts.append(f"{file.name}\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ino}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _read(path: Path, reader: Reader, options: ReadingOptions, folder: Path, progress: Progress | None) -> None:
    """Read all records, and write the table and what is known of it into the cache."""
    parent, prefix = folder.parent, f".{folder.name}."
    # What is aside is gone by the end, unless another process wrote the same table first; its is as good.
    with files.dir_aside(parent, prefix) as aside:
        records = reader.records(path, options, progress)
        check_applicable(path, reader.name, records, options)
        spooled = spool(path, records, options, aside / _TABLE)
        problems = records.problems
        meta = {
            "format": _CACHE_FORMAT,
            "kind": reader.name,
            "name": _name(path),
            "digest": records.digest.hexdigest(),
            "rows_read": spooled.rows + problems.left_out.total(),
            "left_out": dict(problems.left_out),
            "remarks": dict(problems.remarks),
            "encoding": records.encoding,
            "notes": records.notes,
            "problems": [dataclasses.asdict(problem) for problem in problems.in_order()],
            "reading": spooled.reading.to_json(),
            "unknown_labels": dict(problems.unknown_labels),
        }
        (aside / _META).write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
        files.settle_dir(aside)
        if not files.rename_new(aside, folder) and _from_cache(folder, path, options) is None:
            # The cached table cannot be read. Move it away in one step, so that no process sees half of it.
            with files.dir_aside(parent, prefix) as grave, contextlib.suppress(FileNotFoundError):
                folder.rename(grave)
            files.rename_new(aside, folder)
        files.fsync_dir(parent)


def _name(path: Path) -> str:
    return name_of(path) or path.stem


def _source(path: Path) -> str:
    """What reopens a corpus: its name if it is a bundled or the downloaded one, else its path."""
    return name_of(path) or (CORNELL if path == download_target(CORNELL) else str(path))


def _check_labels(corpus: Corpus) -> None:
    if not corpus.lack_of_labels:
        return
    what, hint = corpus.lack_of_labels, None
    column = corpus.reading.decision("label")
    if corpus.problems or not len(corpus):
        what = f"{what}: of {corpus.rows_read:,} rows {len(corpus):,} were understood"
        show = shlex.join(["gendertui", "corpus", "show", corpus.source, "--problems"])
        known = [f"{words[:1].upper()}{words[1:]}."] if (words := corpus.unknown_labels) else []
        hint = " ".join([*known, f"See what was wrong with the rows: {show}"])
    elif column is not None:
        taken = f"It was taken from {column.value}. " if column.value else ""
        hint = f"{taken}--label NAME names the column of the labels; there are: {', '.join(corpus.reading.columns)}."
    elif corpus.units.about == "films":
        hint = "Two labels are needed; the official zip needs its movie_characters_metadata.txt."
    raise GendertuiError(what, where=str(corpus.path), hint=hint, code=ExitCode.DATA)


def _from_cache(folder: Path, path: Path, options: ReadingOptions) -> Corpus | None:
    """:raises GendertuiError: the values of the label column are not two labels."""
    try:
        meta = state_files.read_object(folder / _META)
        with pa.memory_map(str(folder / _TABLE)) as source:
            table = pa.ipc.open_file(source).read_all()
        if meta["format"] != _CACHE_FORMAT or table.schema != SCHEMA:
            return None
        reading = Reading.from_json(meta["reading"])
        problems = tuple(Problem(**problem) for problem in meta["problems"])
        found = {name: meta[name] for name in ("kind", "name", "rows_read", "encoding", "remarks")}
        unknown = dict(meta["unknown_labels"])
        digest, left_out, notes = meta["digest"], meta["left_out"], tuple(meta["notes"])
    except (OSError, ValueError, LookupError, TypeError, pa.ArrowInvalid):
        # Missing, truncated or damaged: read the source again.
        return None
    try:
        labels = decide(reading.values, options, film=reading.units.about == "films")
    except LabelsError as error:
        error.where = str(path)
        error.what = f"{error.what} ({reading.described})"
        raise
    labels = dataclasses.replace(labels, unknown={**unknown, **labels.unknown})
    table, dropped = with_labels(table, labels)
    decisions = (*reading.decisions, *([labels.decision] if labels.decision else []))
    reading = dataclasses.replace(reading, options=options, labels=labels, decisions=decisions)
    if dropped:
        left_out = {**left_out, LABEL_LEFT_OUT: dropped}
    return Corpus(
        table=table,
        labels=labels.names,
        problems=problems,
        path=path,
        data_hash=_data_hash(digest, reading),
        left_out=left_out,
        reading=reading,
        notes=notes,
        source=_source(path),
        **found,
    )


def _data_hash(digest: str, reading: Reading) -> str:
    """Of the bytes, and of the choices that were asked for: the same bytes read otherwise are other data."""
    choices = reading.options.of_the_file
    if not choices:
        return digest
    return hashlib.sha256(f"{digest}\n{json.dumps(choices, sort_keys=True)}".encode()).hexdigest()
