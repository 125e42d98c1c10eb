"""What was found out about an installation, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gendertui.doctor.terminal import Terminal
from gendertui.errors import ExitCode
from gendertui.runs.endings import Ending


@dataclass(frozen=True)
class Finding:
    """Something that is missing or wrong. ``code`` is the exit code it is worth, or none where it is optional."""

    what: str
    how: str
    code: ExitCode | None = None


@dataclass(frozen=True)
class Folder:
    """A folder of the program, its size in bytes, and whether it can be deleted, in words."""

    what: str
    path: str
    bytes: int
    deletable: str


@dataclass(frozen=True)
class Report:
    """All of it. ``probe`` is what :func:`gendertui.subprocesses.probe.devices` returns, ``None`` where torch fails."""

    versions: Mapping[str, str | None]
    python: str
    platform: str
    terminal: Terminal
    probe: dict[str, Any] | None
    folders: tuple[Folder, ...]
    endings: tuple[Ending, ...]
    findings: tuple[Finding, ...]

    @property
    def code(self) -> ExitCode | None:
        """What the command exits with; ``None`` where all works that is required."""
        return next((each.code for each in self.findings if each.code is not None), None)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "versions": dict(self.versions),
            "python": self.python,
            "platform": self.platform,
            "terminal": self.terminal.as_json(),
            "probe": self.probe,
            "folders": [asdict(each) for each in self.folders],
            "endings": [{"what": each.what, "how": each.remedy} for each in self.endings],
            "missing": [{**asdict(each), "needed": each.code is not None} for each in self.findings],
        }
