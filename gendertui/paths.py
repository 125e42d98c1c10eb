"""Where corpora, vectors, runs, models and settings live, and how they are written.

``GENDERTUI_HOME`` moves all of it to one folder. Folders are made 0700, files 0600. Every write goes aside
first, is fsynced and then renamed, so that a reader sees the old file or the new one and never half of one.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import platformdirs

from gendertui.errors import ExitCode, GendertuiError

APP_NAME = "gendertui"
HOME_VARIABLE = "GENDERTUI_HOME"
_REMOVED = ".removed-"


def _home() -> Path | None:
    value = os.environ.get(HOME_VARIABLE)
    return Path(value).expanduser().absolute() if value else None


def cache_dir() -> Path:
    """Things that can be made again: corpora, encoded lines, vectors, models."""
    home = _home()
    return home / "cache" if home else Path(platformdirs.user_cache_dir(APP_NAME))


def state_dir() -> Path:
    """Things that happened: runs, prompt history, logs."""
    home = _home()
    return home / "state" if home else Path(platformdirs.user_state_dir(APP_NAME))


def config_dir() -> Path:
    """What the user chose."""
    home = _home()
    return home / "config" if home else Path(platformdirs.user_config_dir(APP_NAME))


def corpora_dir() -> Path:
    return cache_dir() / "corpora"


def encoded_dir() -> Path:
    return cache_dir() / "encoded"


def vectors_dir() -> Path:
    return cache_dir() / "vectors"


def models_dir() -> Path:
    return cache_dir() / "models"


def audits_dir() -> Path:
    return cache_dir() / "audits"


def probe_dir() -> Path:
    return cache_dir() / "probe"


def runs_dir() -> Path:
    return state_dir() / "runs"


def logs_dir() -> Path:
    return state_dir() / "logs"


def readings_file() -> Path:
    return state_dir() / "test-readings.jsonl"


def history_file() -> Path:
    return state_dir() / "history.jsonl"


def settings_file() -> Path:
    return config_dir() / "settings.json"


def ensure_dir(folder: Path) -> Path:
    """Make ``folder`` and its parents, each new one readable by its owner alone; return it."""
    missing = []
    parent = folder
    while not parent.exists():
        missing.append(parent)
        parent = parent.parent
    for part in reversed(missing):
        part.mkdir(mode=0o700, exist_ok=True)
    return folder


def fsync_dir(folder: Path) -> None:
    """Make renames inside ``folder`` durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def open_atomic(path: Path) -> Iterator[IO[bytes]]:
    """A stream whose content takes the place of ``path`` when the block ends well.

    Written aside, fsynced, renamed, the folder fsynced.
    """
    ensure_dir(path.parent)
    descriptor, aside = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    fsync_dir(path.parent)


def write_atomic(path: Path, data: bytes) -> None:
    """Replace ``path`` by ``data``, see :func:`open_atomic`."""
    with open_atomic(path) as stream:
        stream.write(data)


def write_json(path: Path, value: Any) -> None:
    """Replace ``path`` by ``value`` as JSON, atomically."""
    write_atomic(path, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode())


def dir_size(folder: Path) -> int:
    """Bytes of the files under ``folder``, links not followed; a file that goes away meanwhile counts nothing."""
    total = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            try:
                total += (Path(parent) / name).lstat().st_size
            except FileNotFoundError:
                continue
    return total


def remove_dir(folder: Path) -> None:
    """Take a folder away: out of sight at once, then file by file. An interrupted removal is finished by the next.

    :raises OSError: a file of it cannot be removed.
    """
    aside = Path(tempfile.mkdtemp(prefix=_REMOVED, dir=folder.parent))
    folder.rename(aside / folder.name)
    fsync_dir(folder.parent)
    shutil.rmtree(aside)
    for left in folder.parent.glob(f"{_REMOVED}*"):
        shutil.rmtree(left, ignore_errors=True)


def read_settings() -> dict[str, Any]:
    """The settings file, or nothing where there is none.

    :raises GendertuiError: the file is not a JSON object.
    """
    path = settings_file()
    try:
        value = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise GendertuiError(
            f"the settings are not JSON: {error}",
            where=str(path),
            hint="Correct the file, or delete it to go back to the defaults.",
            code=ExitCode.USAGE,
        ) from error
    if not isinstance(value, dict):
        raise GendertuiError(
            "the settings are not a JSON object",
            where=str(path),
            hint="Delete the file to go back to the defaults.",
            code=ExitCode.USAGE,
        )
    return value


def write_setting(name: str, value: Any) -> None:
    """Change one setting; ``None`` removes it."""
    settings = read_settings()
    if value is None:
        settings.pop(name, None)
    else:
        settings[name] = value
    write_json(settings_file(), settings)
