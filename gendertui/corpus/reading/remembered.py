"""How files are to be read, as was chosen for each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gendertui import files, paths, state_files
from gendertui.corpus.reading.options import ReadingOptions

LIMIT = 200


def remembered(path: Path) -> ReadingOptions:
    """What was chosen for a file; nothing if it never was."""
    try:
        return ReadingOptions.from_json(_all()[str(path)])
    except (KeyError, ValueError, TypeError):
        return ReadingOptions()


def remember(path: Path, options: ReadingOptions) -> None:
    """Read a file this way from now on."""
    chosen = _all()
    chosen.pop(str(path), None)
    if options.to_json():
        chosen[str(path)] = options.to_json()
    files.write_json(paths.reading_choices_file(), dict(list(chosen.items())[-LIMIT:]))


def _all() -> dict[str, Any]:
    try:
        return state_files.read_object(paths.reading_choices_file())
    except (OSError, ValueError):
        return {}
