"""A person's note on a run: a short line in a file of its own, since a resume writes ``config.json`` anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gendertui import files, state_files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.folder import RunFolder

SCHEMA = 1
LONGEST = 200
"""Characters of a note at most: it stands in a row of a list."""
_LIMIT_BYTES = 2**16


def note_file(run: RunFolder) -> Path:
    """Where a run's note is."""
    return run.path / "note.json"


@dataclass(frozen=True)
class _Note:
    text: str


def read_note(run: RunFolder) -> str:
    """The note on a run; empty where there is none.

    :raises GendertuiError: its file cannot be read (code RUN).
    """
    try:
        value = state_files.read_object(note_file(run), limit_bytes=_LIMIT_BYTES)
        return state_files.typed(value, _Note).text
    except FileNotFoundError:
        return ""
    except ValueError as error:
        raise GendertuiError(
            f"the note cannot be read: {error}",
            where=str(note_file(run)),
            hint=f"Write it anew: gendertui runs note {run.name} TEXT",
            code=ExitCode.RUN,
        ) from error


def write_note(run: RunFolder, text: str) -> None:
    """Put a note on a run, at work or not, in place of the one it has; an empty one takes that away.

    :raises GendertuiError: it is too long or has more than one line (code USAGE), or the folder is not as the program
        made it (code RUN).
    """
    text = checked(text)
    run.check()
    if text:
        files.write_json(note_file(run), {"schema": SCHEMA, "text": text})
    else:
        note_file(run).unlink(missing_ok=True)


def checked(text: str) -> str:
    """A note as it is kept, without spaces around it.

    :raises GendertuiError: it is too long, or has more than one line (code USAGE).
    """
    text = text.strip()
    if not text.isprintable():
        raise GendertuiError(
            "a note is one line of text",
            hint="Leave out line breaks, tabs and control characters.",
            code=ExitCode.USAGE,
        )
    if len(text) > LONGEST:
        raise GendertuiError(
            f"a note has at most {LONGEST} characters, this one has {len(text):,}",
            hint="Shorten it.",
            code=ExitCode.USAGE,
        )
    return text
