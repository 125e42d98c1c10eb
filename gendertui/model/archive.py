"""A model as one stream of bytes, for moving it to another machine: an uncompressed tar, reproducible byte by byte.

It has one folder, named after the model, with the bundle's files, ``bundle.json`` first; ``tar xf`` unpacks a usable
bundle. Weights hardly compress; ``gzip`` or ``ssh -C`` can be applied in transit. Neither the archive's headers nor the
bundle reveal where it was made: no path, host, user, time or run name.

Imported archives are not trusted. Each header is read by the standard library and must announce exactly the next file
that ``bundle.json`` knows, as a plain file of the size it says; nothing else is ever written.
"""

from __future__ import annotations

import dataclasses
import io
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import claims, store
from gendertui.model.bundle import manifest as m
from gendertui.model.bundle.bundle import Bundle, without_paths, write_manifest
from gendertui.model.bundle.replacing import written_aside

_CHUNK = 2**20
_BLOCK = tarfile.BLOCKSIZE
# What may follow the two blocks that end a tar: zeros that fill it up to a tape's record.
_MOST_FILL = 2**20
_GZIP = b"\x1f\x8b"
_SENT_AGAIN = "Make it again on the other machine: gendertui models export NAME FILE"


def pack(folder: Path, stream: IO[bytes], *, name: str | None = None) -> None:
    """Yield the bundle in ``folder`` as an archive in chunks, after verifying all of it.

    :param name: the model's name in the archive; by default the bundle's own.
    :raises GendertuiError: the bundle is broken, or its name is not valid.
    """
    bundle = Bundle.load(folder)
    bundle.verify()
    name = name or bundle.name
    store.check_name(name)
    manifest = dataclasses.replace(
        bundle.manifest, name=name, run=None, config=without_paths(bundle.manifest.config)
    ).to_bytes()
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.USTAR_FORMAT) as archive:
        archive.addfile(_header(name, m.MANIFEST, len(manifest)), io.BytesIO(manifest))
        for file, (size, _) in bundle.manifest.files.items():
            with (folder / file).open("rb") as content:
                archive.addfile(_header(name, file, size), content)


def unpack(
    stream: IO[bytes],
    source: str,
    *,
    name: str | None = None,
    check: Callable[[Bundle], object] | None = None,
    progress: Callable[[int, int], None] | None = None,
    hint: str = _SENT_AGAIN,
) -> str:
    """Read an archive and publish its model atomically; return its name in the store.

    :param source: where the stream comes from, for errors.
    :param name: the name to give it; by default the archive's own.
    :param check: called with the unpacked bundle when all has come; raises if it cannot be used.
    :param progress: called with the bytes of the bundle's files that have come, and of all of them.
    :param hint: what to do where it is no whole archive.
    :raises GendertuiError: the archive is truncated, damaged or not one, the bundle in it is broken, or the name is
        invalid or taken; nothing is published then.
    """
    incoming = _Incoming(stream, source, progress or (lambda done, total: None), hint)
    name = name or incoming.manifest.name
    target = store.free_folder(name)
    with claims.claimed(name), written_aside(target, replace=False) as aside, _about(source, aside):
        incoming.write_files(aside)
        write_manifest(aside, incoming.manifest)
        bundle = Bundle.load(aside)
        bundle.verify()
        if check is not None:
            check(bundle)
        write_manifest(aside, dataclasses.replace(incoming.manifest, name=name))
    return name


class _Incoming:
    """An archive being read: the manifest at once, the other files once there is a folder for them."""

    def __init__(self, stream: IO[bytes], source: str, progress: Callable[[int, int], None], hint: str) -> None:
        self._stream = stream
        self._source = source
        self._progress = progress
        self._hint = hint
        header = self._next_header()
        if header is None:
            raise self._wrong("this archive is empty")
        self._folder, _, file = header.name.partition("/")
        if file != m.MANIFEST or not store.is_new_name(self._folder):
            raise self._wrong(f"this is not an exported model: it begins with {header.name!r}")
        if header.type != tarfile.REGTYPE or not 0 < header.size <= m.MANIFEST_BYTES:
            raise self._wrong(f"{m.MANIFEST} in it is not a plain file of at most {m.MANIFEST_BYTES:,} bytes")
        self.manifest = m.parse_manifest(b"".join(self._content(header.size)), source)

    def write_files(self, folder: Path) -> None:
        """Write all files that the manifest names, and read to the end of the archive."""
        left = {f"{self._folder}/{file}": file for file in self.manifest.files}
        done, total = 0, sum(size for size, _ in self.manifest.files.values())
        while (header := self._next_header()) is not None:
            file = left.pop(header.name, None)
            if file is None:
                raise self._wrong(f"it holds {header.name!r}, which does not belong there (or stands there twice)")
            size, _ = self.manifest.files[file]
            if header.type != tarfile.REGTYPE or header.size != size:
                raise self._wrong(f"{file} in it is not a plain file of {size:,} bytes")
            with (folder / file).open("xb") as sink:
                for piece in self._content(size):
                    sink.write(piece)
                    done += len(piece)
                    self._progress(done, total)
        if left:
            raise self._wrong(f"it lacks {', '.join(left.values())}")
        self._check_end()

    def _next_header(self) -> tarfile.TarInfo | None:
        """The next header of the archive; ``None`` at its end."""
        block = self._exactly(_BLOCK)
        if block == bytes(_BLOCK):
            return None
        try:
            return tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            if block.startswith(_GZIP):
                raise self._wrong(
                    "this is compressed", hint="Unpack it on the way: gunzip -c FILE | gendertui models import -"
                ) from error
            raise self._wrong(f"this is not an exported model, or it is damaged ({error})") from error

    def _content(self, size: int) -> Iterator[bytes]:
        """A file's bytes in chunks; skips the padding of its last block."""
        for start in range(0, size, _CHUNK):
            yield self._exactly(min(_CHUNK, size - start))
        self._exactly(-size % _BLOCK)

    def _check_end(self) -> None:
        """Read the stream to its end, so that the sender gets no broken pipe, and check that nothing follows."""
        fill = self._stream.read(_MOST_FILL)
        if fill.strip(b"\0") or self._stream.read(1):
            raise self._wrong("something follows the model in it")
        if len(fill) < _BLOCK:
            raise self._cut_short()

    def _exactly(self, count: int) -> bytes:
        data = self._stream.read(count) if count else b""
        if len(data) < count:
            raise self._cut_short()
        return data

    def _cut_short(self) -> GendertuiError:
        return self._wrong("the archive is cut short")

    def _wrong(self, what: str, hint: str = "") -> GendertuiError:
        return GendertuiError(what, where=self._source, hint=hint or self._hint, code=ExitCode.MODEL)


def _header(name: str, file: str, size: int) -> tarfile.TarInfo:
    """A tar header that reveals nothing but the file."""
    header = tarfile.TarInfo(f"{name}/{file}")
    header.size, header.mode = size, 0o600
    return header


@contextmanager
def _about(source: str, aside: Path) -> Iterator[None]:
    """Makes the bundle's errors name its source instead of the temporary folder."""
    try:
        yield
    except GendertuiError as error:
        if error.where is None or Path(error.where).is_relative_to(aside):
            raise GendertuiError(error.what, where=source, hint=error.hint, code=error.code) from error
        raise
