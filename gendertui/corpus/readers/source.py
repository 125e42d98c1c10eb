"""A file's bytes: unpacked, in blocks, counted, and the same from beginning to end.

Unpacked is a file of gzip or zstd, and a zip that holds one file beside a readme and the like (or the member asked
for). Nothing is ever extracted to disk, and what unpacks to more than any corpus holds is refused.
"""

from __future__ import annotations

import gzip
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Protocol

import pyarrow as pa

from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Progress
from gendertui.sanitize import escape_control

BLOCK_BYTES = 2**20
HEAD_BYTES = 64 * 2**10
MAXIMUM_BYTES = 64 * 2**30
"""Unpacked size that is refused in any case."""
MAXIMUM_RATIO = 200
"""Unpacked size divided by packed size that is refused, of more than :data:`HARMLESS_BYTES`.

Lines of films pack 5 to 1, and short texts in an annotation tool's indented JSON up to 50 to 1: so what takes long to
read is large on disk, too.
"""
HARMLESS_BYTES = 64 * 2**20
# Everything that unpacking damaged data raises; each method has errors of its own.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
_PACKINGS = ((b"\x1f\x8b", "gzip", ".gz"), (b"\x28\xb5\x2f\xfd", "zstd", ".zst"), (b"PK\x03\x04", "zip", ".zip"))
_EMPTY_ZIP = b"PK\x05\x06"
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
ABOUT_THE_DATA = re.compile(r"(^|[._-])(readme|licen[cs]e|notice|changelog|copying|citation)([._-]|$)", re.IGNORECASE)
"""In the names of files that lie beside data, and hold none."""
_LISTED = 5


class Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


class Source:
    """A file's unpacked bytes. They may be read more than once."""

    def __init__(self, path: Path, member: str | None = None) -> None:
        """
        :param member: path inside a zip, as :func:`members` lists it; without it the only file of data in a zip is
            taken.
        :raises OSError: the file cannot be opened.
        """
        self.path = path
        self.packing = "zip" if member is not None else packing_of(path)
        """``gzip``, ``zstd``, ``zip``, or empty."""
        self.member = _only_member(path) if self.packing == "zip" and member is None else member
        self.name = _inner_name(path, self.packing, self.member)
        """The file's name without what was added in packing it; or the member's."""
        self._identity = _identity(path.stat())

    @property
    def where(self) -> str:
        """What to name in messages."""
        return f"{self.path}!{self.member}" if self.member is not None else str(self.path)

    def head(self, size: int = HEAD_BYTES) -> bytes:
        """The first bytes: of a damaged file as many as there are, and none where not even the first can be had."""
        taken = bytearray()
        try:
            for block in self.blocks(size=size):
                taken += block
                if len(taken) >= size:
                    break
        except GendertuiError:
            pass
        return bytes(taken[:size])

    def blocks(
        self, digest: Digest | None = None, progress: Progress | None = None, *, size: int | None = None
    ) -> Iterator[bytes]:
        """All bytes, ``size`` of them (:data:`BLOCK_BYTES`) or fewer at a time.

        :param digest: is updated with every block.
        :param progress: called with the bytes of the file on disk that were taken, as the stage ``reading``.
        :raises GendertuiError: the file is damaged, a zip of several files, unpacks to more than any corpus holds, or
            was changed meanwhile.
        """
        total = self._identity[0]
        unpacked = 0
        with ExitStack() as stack:
            raw = stack.enter_context(self.path.open("rb"))
            with self._noticing_damage():
                stream = self._unpacked(raw, stack)
            while True:
                with self._noticing_damage():
                    block = stream.read(size or BLOCK_BYTES)
                if not block:
                    break
                unpacked += len(block)
                if self.packing:
                    self._refuse_bomb(unpacked, total)
                if digest is not None:
                    digest.update(block)
                if progress is not None:
                    progress("reading", min(raw.tell(), total), total)
                yield block
            self._check_unchanged(raw)
        if progress is not None:
            progress("reading", total, total)

    @contextmanager
    def _noticing_damage(self) -> Iterator[None]:
        try:
            yield
        except _DAMAGE as error:
            if not self.packing or (isinstance(error, OSError) and error.errno is not None):
                raise
            raise self._damaged(error) from error

    def _unpacked(self, raw: BinaryIO, stack: ExitStack) -> Any:
        if self.packing == "gzip":
            return stack.enter_context(gzip.GzipFile(fileobj=raw, mode="rb"))
        if self.packing == "zstd":
            return stack.enter_context(pa.CompressedInputStream(raw, "zstd"))
        if self.packing == "zip":
            if self.member is None:
                raise _not_one(self.path)
            archive = stack.enter_context(zipfile.ZipFile(raw))
            info = archive.getinfo(self.member)
            if info.flag_bits & 1:
                raise GendertuiError(
                    "this is locked with a password",
                    where=self.where,
                    hint="Unpack it, and give the file that was inside.",
                    code=ExitCode.DATA,
                )
            self._refuse_bomb(info.file_size, info.compress_size)
            return stack.enter_context(archive.open(info))
        return raw

    def _refuse_bomb(self, unpacked: int, packed: int) -> None:
        if unpacked <= HARMLESS_BYTES or unpacked <= min(MAXIMUM_RATIO * packed, MAXIMUM_BYTES):
            return
        raise GendertuiError(
            f"this unpacks to {unpacked:,} bytes or more from {packed:,}, which no text does",
            where=self.where,
            hint="If it is what you mean, unpack it yourself and give the file that was inside.",
            code=ExitCode.DATA,
        )

    def _damaged(self, error: BaseException) -> GendertuiError:
        cut = isinstance(error, EOFError) or "truncated" in str(error).lower()
        what = "was cut short" if cut else f"is damaged ({str(error) or type(error).__name__})"
        return GendertuiError(
            f"this {self.packing} file {what}",
            where=self.where,
            hint="Download or copy it again.",
            code=ExitCode.DATA,
        )

    def _check_unchanged(self, raw: BinaryIO) -> None:
        try:
            same = _identity(self.path.stat()) == self._identity == _identity(os.fstat(raw.fileno()))
        except FileNotFoundError:
            same = False
        if not same:
            raise GendertuiError(
                "the file was changed while it was read",
                where=str(self.path),
                hint="Wait until nothing writes to it any more, and open it again.",
                code=ExitCode.DATA,
            )


def head(path: Path, size: int = HEAD_BYTES) -> bytes:
    """The first bytes of a file, unpacked; see :meth:`Source.head`. Empty for what is no file."""
    return Source(path).head(size) if path.is_file() else b""


def inner_name(path: Path) -> str:
    """The name of a file without ``.gz`` or ``.zst``, or of the only file of data in a zip."""
    return Source(path).name if path.is_file() else path.name


def packing_of(path: Path) -> str:
    """``gzip``, ``zstd`` or ``zip`` by a file's first bytes, else empty."""
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == _EMPTY_ZIP:
        return "zip"
    return next((name for magic, name, _ in _PACKINGS if start.startswith(magic)), "")


def members(path: Path) -> list[str]:
    """The files in a zip, in its order, without what operating systems add; none where it is too damaged to list."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
    except _DAMAGE:
        return []
    return [name for name in names if not _is_litter(name)]


def _is_litter(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part in _LITTER or part.startswith("._") for part in parts)


def _only_member(path: Path) -> str | None:
    names = members(path)
    data = [name for name in names if not ABOUT_THE_DATA.search(PurePosixPath(name).name)] or names
    return data[0] if len(data) == 1 else None


def _not_one(path: Path) -> GendertuiError:
    """What to say of a zip that holds no file, or several of data."""
    names = members(path)
    if not names:
        what, hint = "this zip file is damaged, or there is no file in it", "Download or copy it again."
    else:
        listed = ", ".join(escape_control(name) for name in names[:_LISTED])
        more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
        what = f"this zip file holds {listed}{more}: as a whole it is in no corpus format the program reads"
        hint = "Unpack it, and give the file of texts and labels that was inside."
    return GendertuiError(what, where=str(path), hint=hint, code=ExitCode.DATA)


def _inner_name(path: Path, packing: str, member: str | None) -> str:
    if member is not None:
        return PurePosixPath(member).name
    suffix = next((suffix for _, name, suffix in _PACKINGS if name == packing), "")
    return path.name[: -len(suffix)] if suffix and path.name.lower().endswith(suffix) else path.name


def _identity(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino
