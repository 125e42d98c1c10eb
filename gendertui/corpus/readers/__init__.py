"""The corpus formats. To add one, write a module here and its record in :data:`READERS`.

A reader's module offers ``sniff(path) -> bool``, ``files(path) -> list[Path]`` and
``records(path, options, progress) -> Records``; :class:`Reader` says what each is for. Modules:
``source`` (bytes, unpacked), ``encoding`` (which one a file is in), ``text`` (lines in UTF-8),
``mending`` (text that was converted wrongly),
``film_fields`` (what the film formats share), ``line_order`` (conversations), ``cornell``, ``collated``, ``convokit``,
``convokit_label`` (which of its metadata is the label),
``json_stream`` (the objects of a JSON text), ``objects`` (objects to records), ``json_objects``,
``arrow_values`` (columns with types to text), ``columnar``,
``annotated`` (what annotation tools share), ``prodigy``, ``label_studio``, ``doccano``, ``fasttext``,
``front_matter`` (of a data set's README), ``huggingface``,
``class_folder``, ``class_files`` (labels in names),
``delimited`` (rows of fields),
``refused`` (what is surely no corpus), ``unrecognised`` (what to say of the rest).
"""

from __future__ import annotations

import importlib
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from gendertui.errors import ExitCode, GendertuiError

if TYPE_CHECKING:
    from gendertui.corpus.reading.options import ReadingOptions
    from gendertui.corpus.reading.records import Records
    from gendertui.progress import Progress


class _Module(Protocol):
    def sniff(self, path: Path) -> bool: ...

    def files(self, path: Path) -> list[Path]: ...

    def records(self, path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records: ...


@dataclass(frozen=True)
class Reader:
    """A corpus format. Its module is imported when it is first used."""

    name: str
    """The corpus's ``kind``."""
    title: str
    """Description for messages."""
    suffixes: tuple[str, ...]
    """Suffixes of files that may be of this format, in lower case with the dot. They are used to complete paths;
    :meth:`sniff` decides."""
    module: str

    def sniff(self, path: Path) -> bool:
        """Whether a file or folder has this format, judged from a small part of it."""
        return self._module.sniff(path)

    def files(self, path: Path) -> list[Path]:
        """Every file that :meth:`records` reads; when one changes, a cached table is stale."""
        return self._module.files(path)

    def records(self, path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
        """Open the file for reading; rows not understood become problems.

        :raises GendertuiError: the file is damaged as a whole, or not of this format.
        """
        return self._module.records(path, options, progress)

    @property
    def _module(self) -> _Module:
        return cast(_Module, importlib.import_module(self.module))


READERS: tuple[Reader, ...] = (
    Reader(
        name="cornell",
        title="the Cornell Movie-Dialogs Corpus (its zip, or the folder it unpacks to)",
        suffixes=(".zip",),
        module="gendertui.corpus.readers.cornell",
    ),
    Reader(
        name="convokit",
        title="a ConvoKit corpus (its zip, or the folder it unpacks to)",
        suffixes=(".zip", ".jsonl"),
        module="gendertui.corpus.readers.convokit",
    ),
    Reader(
        name="collated",
        title="the article's collated file (7 fields separated by +++$+++)",
        suffixes=(".txt",),
        module="gendertui.corpus.readers.collated",
    ),
    Reader(
        name="parquet",
        title="Parquet, Feather, or another Arrow file",
        suffixes=(".parquet", ".feather", ".arrow"),
        module="gendertui.corpus.readers.columnar",
    ),
    Reader(
        name="class-folder",
        title="a folder of classes (a folder for each label, a file for each text)",
        suffixes=(),
        module="gendertui.corpus.readers.class_folder",
    ),
    Reader(
        name="class-files",
        title="two files named for their labels, one text a line (NAME.pos and NAME.neg, male.txt and female.txt)",
        suffixes=(".txt", ".pos", ".neg", ".gz"),
        module="gendertui.corpus.readers.class_files",
    ),
    Reader(
        name="huggingface",
        title="a folder of Hugging Face's layout (train.csv, data/train-*.parquet and the like)",
        suffixes=(),
        module="gendertui.corpus.readers.huggingface",
    ),
    Reader(
        name="fasttext",
        title="fastText's text files (__label__x and the text)",
        suffixes=(".txt",),
        module="gendertui.corpus.readers.fasttext",
    ),
    Reader(
        name="prodigy",
        title="Prodigy's annotations (JSON Lines)",
        suffixes=(".jsonl",),
        module="gendertui.corpus.readers.prodigy",
    ),
    Reader(
        name="label-studio",
        title="Label Studio's tasks (JSON)",
        suffixes=(".json",),
        module="gendertui.corpus.readers.label_studio",
    ),
    Reader(
        name="doccano",
        title="doccano's annotations (JSON, JSON Lines)",
        suffixes=(".json", ".jsonl"),
        module="gendertui.corpus.readers.doccano",
    ),
    Reader(
        name="json",
        title="JSON Lines, or a JSON array of objects",
        suffixes=(".jsonl", ".ndjson", ".json"),
        module="gendertui.corpus.readers.json_objects",
    ),
    Reader(
        name="delimited",
        title="rows of a label and a text (CSV, or separated by tabs, semicolons or bars)",
        suffixes=(".csv", ".tsv", ".tab", ".psv", ".txt", ".gz", ".zst", ".zip"),
        module="gendertui.corpus.readers.delimited.reader",
    ),
)
"""In the order in which they are tried: the first whose :meth:`~Reader.sniff` returns true reads the path. Readers that
recognise a signature or file name come before those that look for a separator."""


def suffixes() -> frozenset[str]:
    """Suffixes that any reader may read, in lower case with the dot."""
    return frozenset(suffix for reader in READERS for suffix in reader.suffixes)


def reader_of(path: Path, name: str | None = None) -> Reader:
    """The reader of a path: the one of that name, else the first that recognises it.

    :raises GendertuiError: there is no reader of that name (code USAGE), or none recognises the path (code DATA).
    :raises OSError: it cannot be looked at.
    """
    check_openable(path)
    if name is not None:
        for reader in READERS:
            if reader.name == name:
                return reader
        raise GendertuiError(
            f"there is no format {name!r}",
            hint=f"Formats: {', '.join(reader.name for reader in READERS)}.",
            code=ExitCode.USAGE,
        )
    found = recognise(path)
    if found is None:
        raise not_recognised(path)
    return found


def check_openable(path: Path) -> None:
    """Nothing where a path may be a corpus.

    Nothing but files and folders is opened: a pipe or a device may never end, or wait for ever.

    :raises GendertuiError: it is surely none (code DATA).
    :raises OSError: it cannot be looked at.
    """
    if not path.is_dir() and not path.is_file():
        raise GendertuiError(
            "this is neither a file nor a folder" if path.exists() else "there is no such file or folder",
            where=str(path),
            hint="Write what it gives to a file, and give that file." if path.exists() else "Check the path.",
            code=ExitCode.DATA,
        )
    from gendertui.corpus.readers.refused import refuse

    refuse(path)


def recognise(path: Path, *, but: Container[str] = ()) -> Reader | None:
    """The first reader that recognises a file or folder; ``None`` if none does.

    :param but: names of readers that are not asked.
    :raises GendertuiError: it is surely no corpus (code DATA).
    :raises OSError: it cannot be looked at.
    """
    from gendertui.corpus.readers.refused import refuse_tokens

    refuse_tokens(path)
    return next((reader for reader in READERS if reader.name not in but and reader.sniff(path)), None)


def not_recognised(path: Path) -> GendertuiError:
    """What to say of a path that no reader recognises."""
    from gendertui.corpus.readers.unrecognised import unrecognised

    return unrecognised(path, [reader.name for reader in READERS])
