from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.weather_model import write_weather


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The weather model, written once."""
    return write_weather(tmp_path_factory.mktemp("bundle") / "weather")
