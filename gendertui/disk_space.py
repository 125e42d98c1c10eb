"""Room on a disk: how much there is, and what an error says that came of having none."""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gendertui.formatting import size

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Errors of a disk, a quota or a limit on files that is used up."""

# What safetensors puts into the text of an exception of its own, and numpy into an OSError without a number.
_NUMBER_IN_TEXT = re.compile(r"\(os error (\d+)\)")
_SHORT_WRITE = re.compile(r"\d+ requested and \d+ written")


def shortage(error: BaseException) -> int | None:
    """The error's number if it came of having no room, of whatever library it is; else ``None``."""
    number = error.errno if isinstance(error, OSError) else None
    if number is None and (found := _NUMBER_IN_TEXT.search(str(error))):
        number = int(found[1])
    if number is None and isinstance(error, OSError) and _SHORT_WRITE.fullmatch(str(error)):
        number = errno.ENOSPC if file_limit() is None else errno.EFBIG
    return number if number in NO_ROOM else None


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Context in which an error that came of having no room names ``path``, and is an ``OSError``."""
    try:
        yield
    except Exception as error:
        number = shortage(error)
        if number is None or getattr(error, "filename", None) is not None:
            raise
        raise OSError(number, os.strerror(number), str(path)) from error


def in_words(number: int, path: str | None) -> str:
    """What is used up, with its figures. :param number: of :func:`shortage`. :param path: what was to be written."""
    limit = file_limit()
    if number == errno.EFBIG:
        at_most = "" if limit is None else f" than {size(limit)}"
        return f"a file may not grow larger{at_most} here (a limit of the shell or the scheduler: ulimit -f)"
    full = "the disk is full" if number == errno.ENOSPC else "the disk quota is used up"
    if path is None:
        return full
    usage = shutil.disk_usage(_existing(Path(path)))
    return f"{full}: {size(usage.free)} of {size(usage.total)} free"


def remedy(number: int) -> str:
    """What to do about it. :param number: of :func:`shortage`."""
    return "Raise the limit" if number == errno.EFBIG else "Free some space"


def free(folder: Path) -> int:
    """Bytes that can be written where ``folder`` is, or would be made."""
    return shutil.disk_usage(_existing(folder)).free


def file_limit() -> int | None:
    """The most bytes a file of this process may have; ``None`` without a limit."""
    soft = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    return None if soft == resource.RLIM_INFINITY else soft


def _existing(path: Path) -> Path:
    return next(parent for parent in (path.absolute(), *path.absolute().parents) if parent.exists())
