"""Where published models are kept: the folder that a variable or the setting names, else one in the user's cache."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from gendertui import files, paths, settings
from gendertui.errors import ExitCode, GendertuiError

VARIABLE = "GENDERTUI_MODELS_DIR"
SETTING = "models_dir"
_SAID = "models_dir_said"


def models_dir() -> Path:
    """The folder of published models; it need not be there.

    :raises GendertuiError: the settings cannot be read, or name no absolute path.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser().absolute()
    setting: str | None = settings.value(SETTING)
    if setting is None:
        return paths.models_dir()
    folder = Path(setting).expanduser()
    if not folder.is_absolute():
        raise GendertuiError(
            f"the setting {SETTING} is {setting!r}, which depends on the folder one is in",
            where=str(paths.settings_file()),
            hint=f"Name the whole path: gendertui config set {SETTING} /path/to/models",
            code=ExitCode.USAGE,
        )
    return folder


def in_cache() -> bool:
    """Whether nobody has moved the models out of the cache."""
    return models_dir() == paths.models_dir()


def caution_once() -> str:
    """What to know of models that are kept in the cache, for when the first is published; empty where they are not,
    and once it has been said."""
    if not in_cache() or settings.read_settings().get(_SAID):
        return ""
    settings.write_setting(_SAID, True)
    return (
        f"Models are kept in the cache, {paths.models_dir()}, which some programs empty: "
        f"gendertui config set {SETTING} FOLDER keeps them elsewhere."
    )


def move_to(folder: str | None) -> str:
    """Keep models in another folder from now on, which is made; ``None``: in the cache again. Those there are stay
    where they are.

    :returns: what to do with those, in words; empty where there are none.
    :raises GendertuiError: the folder cannot be made.
    """
    before = models_dir()
    try:
        files.ensure_dir(paths.models_dir() if folder is None else Path(folder))
    except OSError as error:
        raise GendertuiError(
            f"models cannot be kept there: {error.strerror or error}", where=folder, code=ExitCode.USAGE
        ) from error
    settings.write_setting(SETTING, folder)
    if os.environ.get(VARIABLE):
        return f"{VARIABLE} is set, and goes before: models are in {before}."
    after = models_dir()
    left = (
        []
        if before == after or not before.is_dir()
        else [each for each in before.iterdir() if each.is_dir() and not each.name.startswith(".")]
    )
    if not left:
        return ""
    what = "1 model stays" if len(left) == 1 else f"{len(left)} models stay"
    take = f"mv {shlex.quote(str(before))}/* {shlex.quote(str(after))}/"
    return f"{what} in {before}, where the program no longer looks; to take along: {take}"
