"""What only a person can decide about a file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gendertui.corpus.reading.options import ReadingOptions
from gendertui.errors import ExitCode, GendertuiError


@dataclass(frozen=True)
class Candidate:
    """A way to read a file."""

    options: ReadingOptions
    """What to ask for to read it this way."""
    title: str
    """``label v1, text v2``."""
    rows: tuple[tuple[str, str], ...] = ()
    """Label and text of the first rows read this way."""


class ReadingQuestionError(GendertuiError):
    """A file can be read in more than one way, or in none without more being said.

    As an error it names what was found and the flags that decide; a screen shows the candidates and lets one be picked.
    """

    def __init__(
        self,
        what: str,
        *,
        path: Path,
        hint: str,
        field: str,
        candidates: tuple[Candidate, ...],
        columns: tuple[str, ...],
    ) -> None:
        super().__init__(what, where=str(path), hint=hint, code=ExitCode.DATA)
        self.field = field
        """Field of the options that is in question."""
        self.candidates = candidates
        """Likeliest first; may be empty."""
        self.columns = columns
