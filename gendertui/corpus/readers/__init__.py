"""The corpus formats there are. A new one is a module here and its record in :data:`READERS`.

A reader's module offers ``sniff(path) -> bool``, ``files(path) -> list[Path]`` and ``read(path, progress) -> Parsed``;
:class:`Reader` says what each is for. Modules: ``base`` (what every reader needs), ``film_fields`` (what the film
formats share), ``cornell``, ``collated``.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from gendertui.corpus.readers.base import Parsed
    from gendertui.progress import Progress


class _Module(Protocol):
    def sniff(self, path: Path) -> bool: ...

    def files(self, path: Path) -> list[Path]: ...

    def read(self, path: Path, progress: Progress | None = None) -> Parsed: ...


@dataclass(frozen=True)
class Reader:
    """A corpus format. Its module is imported when it is first used."""

    name: str
    """The corpus's ``kind``."""
    title: str
    """What it reads, for a person."""
    suffixes: tuple[str, ...]
    """Suffixes of files that may be of this format, in lower case with the dot. They are used to complete paths;
    :meth:`sniff` decides."""
    module: str

    def sniff(self, path: Path) -> bool:
        """Whether a file or folder is of this format, by looking at little of it."""
        return self._module.sniff(path)

    def files(self, path: Path) -> list[Path]:
        """Every file that :meth:`read` reads: where one of them changes, what was read before is stale."""
        return self._module.files(path)

    def read(self, path: Path, progress: Progress | None = None) -> Parsed:
        """All rows; those not understood are among the problems.

        :raises GendertuiError: the file is damaged as a whole.
        """
        return self._module.read(path, progress)

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
        name="collated",
        title="the article's collated file (7 fields separated by +++$+++)",
        suffixes=(".txt",),
        module="gendertui.corpus.readers.collated",
    ),
)
"""In the order in which they look at a path: the first whose :meth:`~Reader.sniff` says yes reads it. One that knows
its format by a signature or a file's name comes before one that looks for a separator."""


def suffixes() -> frozenset[str]:
    """Suffixes of the files that some reader may read, in lower case with the dot."""
    return frozenset(suffix for reader in READERS for suffix in reader.suffixes)


# NEEDIMPORT from gendertui.progress import Progress
