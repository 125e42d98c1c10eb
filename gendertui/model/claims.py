"""Names of models that are claimed: by a run from its start to its end, or by an import while it reads.

A claim is a file ``.NAME.claim`` in the store, made in one step, so that of two who want a name at once one gets it. It
holds as long as the process whose mark it has lives; see :mod:`gendertui.processes`.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from gendertui import files, processes, state_files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.place import models_dir

# Longest time between the making of a claim and its content.
_EMPTY_SECONDS = 10.0


@dataclass(frozen=True)
class Claim:
    """Whose a name is: a process's, for a run (by its folder's name) or for itself."""

    mark: str
    run: str = ""


_UNKNOWN = Claim("")


def claim(name: str, *, run: str = "", take_over: bool = False) -> None:
    """Claim a name for this process. A claim of the same run that holds already stays as it is.

    :param name: a valid one, see :func:`gendertui.model.store.check_name`.
    :param run: the run that will publish a model of that name; its own earlier model is no obstacle.
    :param take_over: whether such a claim becomes this process's: the run's worker holds it.
    :raises GendertuiError: another claims the name, or a model of another has it (code MODEL).
    """
    folder = files.ensure_dir(models_dir())
    with files.locked(folder):
        _clear_dead(folder)
        mine, other = Claim(processes.mark(), run), _read(_file(name))
        if other is not None and not (run and other.run == run):
            raise _claimed(name, other)
        if (folder / name).exists() and not (run and _is_of(folder / name, run)):
            raise _taken(name)
        if other is None:
            _make(name, mine)
        elif take_over:
            _replace(name, mine)


def hand_over(name: str, pid: int) -> None:
    """Make this process's claim that of a process it has started."""
    with files.locked(models_dir()):
        found = _read(_file(name))
        if found is not None and found.mark == processes.mark():
            _replace(name, Claim(processes.mark(pid), found.run))


def refresh(name: str) -> None:
    """Show other machines, which cannot see this process, that the claim still holds."""
    with suppress(OSError):
        os.utime(_file(name))


def release(name: str) -> None:
    """Give a name up. A claim that is another process's stays."""
    with files.locked(files.ensure_dir(models_dir())):
        found = _read(_file(name))
        if found is not None and found.mark == processes.mark():
            _file(name).unlink(missing_ok=True)


def clear_dead() -> None:
    """Remove what dead processes claim, which a run killed at its very end leaves; a living one's claim stays."""
    folder = models_dir()
    with suppress(FileNotFoundError), files.locked(folder):
        _clear_dead(folder)


@contextmanager
def claimed(name: str) -> Iterator[None]:
    """Claim a name for this process, which makes a model of that name in the block.

    :raises GendertuiError: see :func:`claim`.
    """
    claim(name)
    try:
        yield
    finally:
        release(name)


def _file(name: str) -> Path:
    return models_dir() / f".{name}.claim"


def _make(name: str, claim: Claim) -> None:
    try:
        descriptor = os.open(_file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        # Where the folder cannot be locked another may have come first.
        raise _claimed(name, _UNKNOWN) from None
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(json.dumps(asdict(claim)).encode())


def _replace(name: str, claim: Claim) -> None:
    files.write_json(_file(name), asdict(claim))


def _read(path: Path) -> Claim | None:
    """The claim in a file, dead or not; ``None`` where there is no file."""
    try:
        return state_files.typed(state_files.read_object(path, limit_bytes=2**16), Claim)
    except FileNotFoundError:
        return None
    except ValueError:
        return _UNKNOWN


def _clear_dead(folder: Path) -> None:
    """Remove the claims of dead processes, and those that never got their content."""
    for path in folder.glob(".*.claim"):
        with suppress(OSError):
            changed = path.lstat().st_mtime
            found = _read(path)
            if found == _UNKNOWN and abs(time.time() - changed) < _EMPTY_SECONDS:
                continue
            if found is not None and processes.is_gone(found.mark, changed):
                path.unlink()


def _is_of(folder: Path, run: str) -> bool:
    # It needs numpy, which a run that waits in the queue has no use for.
    from gendertui.model.bundle.manifest import read_manifest

    try:
        return read_manifest(folder).run == run
    except GendertuiError:
        return False


def _claimed(name: str, by: Claim) -> GendertuiError:
    whose = f"the run {by.run}, which is going" if by.run else "another process"
    return GendertuiError(
        f"the name {name!r} is claimed by {whose}",
        where=str(models_dir()),
        hint="Choose another name, or wait for its end.",
        code=ExitCode.MODEL,
    )


def _taken(name: str) -> GendertuiError:
    return GendertuiError(
        f"there is a model named {name!r} already",
        where=str(models_dir() / name),
        hint=f"Choose another name, or give that model another: gendertui models rename {name} NEW",
        code=ExitCode.MODEL,
    )
