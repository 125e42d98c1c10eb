"""The corpora that come with the program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent / "sample"


@dataclass(frozen=True)
class Sample:
    """A bundled corpus."""

    name: str
    """What opens it, in place of a path; a file of this name is ``./name``."""
    title: str
    about: str
    file: str

    @property
    def path(self) -> Path:
        return _FOLDER / self.file


SAMPLES: dict[str, Sample] = {
    sample.name: sample
    for sample in (
        Sample(
            name="messages",
            title="The messages",
            about="2,608 short messages to work or home, by 124 authors; trains in seconds",
            file="messages.csv",
        ),
        Sample(
            name="sample",
            title="The film sample",
            about="1,284 lines of films that do not exist; figures on it mean nothing",
            file="sample_lines.txt",
        ),
    )
}
"""In the order in which they are offered."""


def name_of(path: Path) -> str | None:
    """The name of the sample that is at ``path``."""
    return next((sample.name for sample in SAMPLES.values() if sample.path == path), None)
