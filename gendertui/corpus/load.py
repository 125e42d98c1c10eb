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

from gendertui import files, paths
from gendertui.corpus.readers import READERS, Reader
from gendertui.corpus.table import SCHEMA, Corpus, Problem
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress

SAMPLE = "sample"
CORNELL = "cornell"
_CACHE_FORMAT = 1


def sample_path() -> Path:
    """The bundled sample's lines."""
    return Path(__file__).parent / "sample" / "sample_lines.txt"


_DOWNLOADS = {CORNELL: "cornell_movie_dialogs_corpus.zip"}


def download_target(name: str) -> Path:
    """Where ``corpus download NAME`` saves its file, and where to put one downloaded by hand."""
    return paths.corpora_dir() / _DOWNLOADS[name]


def find(source: str | Path) -> Path:
    """The path behind ``sample``, ``cornell`` (once downloaded) or a path.

    :raises GendertuiError: there is nothing there.
    """
    if source == SAMPLE:
        return sample_path()
    if source == CORNELL and not Path(CORNELL).exists():
        target = download_target(CORNELL)
        if not target.exists():
            raise GendertuiError(
                "the Cornell corpus is not on this machine yet",
                hint="Get it: gendertui corpus download cornell (9.9 MB).",
                code=ExitCode.DATA,
            )
        return target
    path = Path(source).expanduser()
    if not path.exists():
        raise GendertuiError(
            "there is no such file or folder",
            where=str(path),
            hint="Give a corpus file or folder, or one of the names: sample, cornell.",
            code=ExitCode.DATA,
        )
    return path.absolute()


def load(source: str | Path, *, progress: Progress | None = None, labelled: bool = True) -> Corpus:
    """Read a corpus, or memory-map the table cached by an earlier read.

    :param source: ``sample``, ``cornell`` or a path.
    :param labelled: require lines of both labels; scoring does not need them.
    :raises GendertuiError: nothing is there, no reader fits, or a label has no line.
    """
    path = find(source)
    with _reading(path):
        reader = _reader_of(path)
        folder = paths.corpora_dir() / _cache_key(path, reader)
    corpus = _from_cache(folder, path)
    if corpus is None:
        with _reading(path):
            corpus = _read(path, reader, progress)
        _to_cache(folder, corpus)
        corpus = _from_cache(folder, path) or corpus
    if labelled:
        _check_labels(corpus)
    return corpus


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GendertuiError(
            f"this cannot be read: {error.strerror or error}",
            where=str(path),
            hint="Check its permissions, and that its disk is mounted.",
            code=ExitCode.DATA,
        ) from error


def _reader_of(path: Path) -> Reader:
    for reader in READERS:
        if reader.sniff(path):
            return reader
    raise GendertuiError(
        "this is in no corpus format the program reads",
        where=str(path),
        hint=f"It reads: {'; '.join(reader.title for reader in READERS)}.",
        code=ExitCode.DATA,
    )


def _cache_key(path: Path, reader: Reader) -> str:
    """Key of the cache: covers the path and the name, size, modification time and inode of every file read."""
    parts = [str(path), reader.name, str(_CACHE_FORMAT)]
    for file in reader.files(path):
        stat = file.stat()
        parts.append(f"{file.name}\0{stat.st_size}\0{stat.st_mtime_ns}\0{stat.st_ino}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _read(path: Path, reader: Reader, progress: Progress | None) -> Corpus:
    parsed = reader.read(path, progress)
    return Corpus(
        table=parsed.table(),
        labels=parsed.labels,
        problems=tuple(parsed.problems),
        path=path,
        kind=reader.name,
        name=_name(path),
        data_hash=parsed.digest.hexdigest(),
        rows_read=parsed.rows_read,
        encoding=parsed.encoding,
        notes=tuple(parsed.notes),
        source=_source(path),
    )


def _name(path: Path) -> str:
    return SAMPLE if path == sample_path() else path.stem


def _source(path: Path) -> str:
    """What reopens a corpus: its name if it is the bundled or the downloaded one, else its path."""
    if path == sample_path():
        return SAMPLE
    return CORNELL if path == download_target(CORNELL) else str(path)


def _check_labels(corpus: Corpus) -> None:
    absent = corpus.absent_labels
    if not absent:
        return
    hint = "Two labels are needed; the official zip needs its movie_characters_metadata.txt."
    if corpus.problems:
        show = shlex.join(["gendertui", "corpus", "show", corpus.source, "--problems"])
        known = [f"{words[:1].upper()}{words[1:]}."] if (words := corpus.unknown_labels) else []
        hint = " ".join([*known, f"See what was wrong with the rows: {show}"])
    raise GendertuiError(
        f"no line is labelled {' or '.join(absent)}: of {corpus.rows_read:,} rows {len(corpus):,} were understood",
        where=str(corpus.path),
        hint=hint,
        code=ExitCode.DATA,
    )


def _to_cache(folder: Path, corpus: Corpus) -> None:
    parent, prefix = folder.parent, f".{folder.name}."
    # What is aside is gone by the end, unless another process wrote the same table first; its is as good.
    with files.dir_aside(parent, prefix) as aside:
        with pa.OSFile(str(aside / "lines.arrow"), "wb") as sink, pa.ipc.new_file(sink, SCHEMA) as writer:
            writer.write_table(corpus.table)
        meta = {
            "format": _CACHE_FORMAT,
            "labels": list(corpus.labels),
            "kind": corpus.kind,
            "name": corpus.name,
            "data_hash": corpus.data_hash,
            "rows_read": corpus.rows_read,
            "encoding": corpus.encoding,
            "notes": list(corpus.notes),
            "problems": [dataclasses.asdict(problem) for problem in corpus.problems],
        }
        (aside / "meta.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
        files.settle_dir(aside)
        if not files.rename_new(aside, folder) and _from_cache(folder, corpus.path) is None:
            # The cached table cannot be read. Move it away in one step, so that no process sees half of it.
            with files.dir_aside(parent, prefix) as grave, contextlib.suppress(FileNotFoundError):
                folder.rename(grave)
            files.rename_new(aside, folder)
        files.fsync_dir(parent)


def _from_cache(folder: Path, path: Path) -> Corpus | None:
    try:
        meta = files.read_json(folder / "meta.json")
        with pa.memory_map(str(folder / "lines.arrow")) as source:
            table = pa.ipc.open_file(source).read_all()
        if meta["format"] != _CACHE_FORMAT or table.schema != SCHEMA:
            return None
        return Corpus(
            table=table,
            labels=(meta["labels"][0], meta["labels"][1]),
            problems=tuple(Problem(**problem) for problem in meta["problems"]),
            path=path,
            kind=meta["kind"],
            name=meta["name"],
            data_hash=meta["data_hash"],
            rows_read=meta["rows_read"],
            encoding=meta["encoding"],
            notes=tuple(meta["notes"]),
            source=_source(path),
        )
    except (OSError, ValueError, LookupError, TypeError, pa.ArrowInvalid):
        # Missing, truncated or damaged: read the source again.
        return None
