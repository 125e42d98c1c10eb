"""A copy of the package to which a test adds something, as a contributor would, and a process that runs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "gendertui"


class Extended:
    """The package, copied into a folder; it knows which of its files were added and which were changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.added: list[str] = []
        self.changed: list[str] = []
        shutil.copytree(PACKAGE, folder / PACKAGE.name)

    def add(self, path: str, text: str) -> None:
        """Add a file; ``path`` is below the package."""
        file = self.folder / PACKAGE.name / path
        assert not file.exists()
        file.write_text(text, encoding="utf-8")
        self.added.append(path)

    def insert(self, path: str, before: str, text: str) -> None:
        """Insert ``text`` into a file, before the one place where it has ``before``."""
        file = self.folder / PACKAGE.name / path
        content = file.read_text(encoding="utf-8")
        assert content.count(before) == 1, f"{path} has {content.count(before)} times {before!r}"
        file.write_text(content.replace(before, text + before), encoding="utf-8")
        self.changed.append(path)

    def takes(self, what: str, files: int) -> None:
        """Say what an addition took, and check that it is so many files."""
        print(f"{what}: {files} files (new: {', '.join(self.added)}; changed: {', '.join(self.changed)})")
        assert len({*self.added, *self.changed}) == files

    def run(self, script: str, *arguments: str) -> str:
        """Run Python code that imports the copy; return what it printed, and fail with what it said where it fails."""
        search = os.pathsep.join((str(self.folder), str(PACKAGE.parent)))
        result = subprocess.run(
            [sys.executable, "-P", "-c", script, *arguments],
            env={**os.environ, "PYTHONPATH": search},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout
