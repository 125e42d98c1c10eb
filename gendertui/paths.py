"""Where corpora, vectors, runs, models and settings live. ``GENDERTUI_HOME`` moves all of it to one folder."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APP_NAME = "gendertui"
HOME_VARIABLE = "GENDERTUI_HOME"


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
    """Of published models, unless a person has moved them: see :mod:`gendertui.model.place`."""
    return cache_dir() / "models"


def audits_dir() -> Path:
    return cache_dir() / "audits"


def suspects_dir() -> Path:
    return cache_dir() / "suspects"


def probe_dir() -> Path:
    return cache_dir() / "probe"


def runs_dir() -> Path:
    return state_dir() / "runs"


def sweeps_dir() -> Path:
    return state_dir() / "sweeps"


def logs_dir() -> Path:
    return state_dir() / "logs"


def readings_file() -> Path:
    return state_dir() / "test-readings.jsonl"


def reading_choices_file() -> Path:
    return state_dir() / "reading-choices.json"


def corrections_dir() -> Path:
    return state_dir() / "corrections"


def history_file() -> Path:
    return state_dir() / "history.jsonl"


def settings_file() -> Path:
    return config_dir() / "settings.json"
