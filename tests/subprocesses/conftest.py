from __future__ import annotations

import pytest

from gendertui.runs.folder import RunFolder
from gendertui.training.config import preset


@pytest.fixture
def run() -> RunFolder:
    """A new run's folder, without a worker."""
    return RunFolder.create(preset("quick"), {"path": "/nowhere/lines.txt", "name": "lines"}, preset="quick")
