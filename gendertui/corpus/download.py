"""Download a published file once: tries mirrors in order, verifies size and checksum; offline from then on."""

from __future__ import annotations

import hashlib
import http.client
import os
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from gendertui import files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.progress import Count

STALL_SECONDS = 30.0
_CHUNK = 1 << 16


@dataclass(frozen=True)
class DownloadSource:
    """A published file: its addresses, size and checksum."""

    title: str
    urls: tuple[str, ...]
    size: int
    algorithm: str
    """hashlib's name of the checksum algorithm."""
    digest: str


CORNELL = DownloadSource(
    title="the Cornell Movie-Dialogs Corpus",
    urls=(
        "https://www.cs.cornell.edu/~cristian/data/cornell_movie_dialogs_corpus.zip",
        "https://s3.amazonaws.com/pytorch-tutorial-assets/cornell_movie_dialogs_corpus.zip",
    ),
    size=9_916_637,
    algorithm="sha256",
    digest="3bde8a571f615201bc2d2453e22878090719638592f774720eddec739de8c900",
)


def verify(path: Path, source: DownloadSource) -> str | None:
    """What is wrong with a file; ``None`` if size and checksum match."""
    size = path.stat().st_size
    if size != source.size:
        return f"{size:,} bytes instead of {source.size:,}"
    digest = hashlib.new(source.algorithm, usedforsecurity=False)
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return None if digest.hexdigest() == source.digest else f"its {source.algorithm} is not the published one"


def fetch(
    source: DownloadSource,
    target: Path,
    *,
    progress: Count | None = None,
    force: bool = False,
    timeout: float = STALL_SECONDS,
) -> Path:
    """Return ``target``, downloading it unless a correct copy is already there.

    :param force: fetch it again.
    :param timeout: seconds without data after which the next mirror is tried.
    :raises GendertuiError: every mirror failed; the message has each one's answer and how to install the file by hand.
    """
    if target.exists() and not force:
        wrong = verify(target, source)
        if wrong is None:
            return target
        raise GendertuiError(
            f"this is not {source.title}: {wrong}",
            where=str(target),
            hint="Delete it, or fetch it again with --force.",
            code=ExitCode.DATA,
        )
    failures = []
    for url in source.urls:
        try:
            _fetch_one(url, source, target, progress, timeout)
            return target
        except (OSError, http.client.HTTPException, _WrongFileError) as error:
            failures.append(f"{url}: {_reason(error)}")
    raise GendertuiError(
        f"{source.title} could not be fetched. " + " ".join(f"[{failure}]" for failure in failures),
        hint=f"Behind a firewall: fetch {source.urls[0]} on another machine ({source.size:,} bytes, "
        f"{source.algorithm} {source.digest}) and put it at {target}",
        code=ExitCode.DATA,
    )


class _WrongFileError(Exception):
    pass


def _reason(error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"the server answered {error.code} {error.reason}"
    if isinstance(error, TimeoutError):
        return "the server stalled"
    if isinstance(error, urllib.error.URLError):
        return "the server stalled" if isinstance(error.reason, TimeoutError) else f"not reached ({error.reason})"
    return str(error) or "the connection broke"


def _fetch_one(url: str, source: DownloadSource, target: Path, progress: Count | None, timeout: float) -> None:
    folder = files.ensure_dir(target.parent)
    request = urllib.request.Request(url, headers={"User-Agent": "gendertui"})
    descriptor, name = tempfile.mkstemp(prefix=files.aside_prefix(target), suffix=".part", dir=folder)
    aside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as sink, urllib.request.urlopen(request, timeout=timeout) as response:
            done = 0
            while chunk := response.read(_CHUNK):
                done += len(chunk)
                if done > source.size:
                    raise _WrongFileError(f"more than the {source.size:,} bytes expected")
                sink.write(chunk)
                if progress:
                    progress(done, source.size)
            sink.flush()
            os.fsync(sink.fileno())
        wrong = verify(aside, source)
        if wrong is not None:
            raise _WrongFileError(wrong)
        aside.replace(target)
        files.fsync_dir(folder)
    finally:
        aside.unlink(missing_ok=True)
