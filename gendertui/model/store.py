"""The models that ``predict`` can use: those published by finished runs, and the one that comes with the program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gendertui import files, settings
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import claims
from gendertui.model.bundle import manifest as m
from gendertui.model.bundle.replacing import is_there, undisturbed
from gendertui.model.listing import ModelInfo, listed, name_of
from gendertui.model.place import models_dir

if TYPE_CHECKING:
    from gendertui.model.bundle.bundle import Bundle

SETTING = "model"
"""Name of the setting that ``models use`` writes."""

NAME_RULE = "A name is letters (a-z, A-Z), digits, dots, hyphens and underscores, at most 100, a letter or digit first."
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def path() -> Path:
    """The folder of published models."""
    return models_dir()


def shipped_folder() -> Path:
    """The bundle that comes with the program."""
    return Path(__file__).parent / "shipped"


def list_models() -> list[ModelInfo]:
    """All models, the newest first, the shipped one last; a broken one is listed and says what is wrong."""
    shipped = shipped_folder()
    return listed(_published(), shipped if shipped.is_dir() else None, _chosen())


def resolve(name_or_path: str | None) -> Path:
    """The folder of the model that answers.

    That is the one asked for (a name, a part of one, or a bundle's folder), else the one chosen by ``models use``, else
    the newest that a run published, else the one that comes with the program. A run's model that cannot be told from
    guessing, or is worse on the same corpus than the one that answers, waits to be asked: see
    :mod:`gendertui.model.standing`.

    :raises GendertuiError: it does not exist; the hint has the names of those that do.
    """
    if name_or_path is not None:
        return _find(name_or_path, by_part=True)
    chosen = _chosen()
    if chosen is not None:
        try:
            return _find(chosen)
        except GendertuiError as error:
            raise GendertuiError(
                f"the chosen model, {chosen}, is no longer there",
                hint=f"Choose another: gendertui models use NAME. {error.hint}",
                code=ExitCode.MODEL,
            ) from error
    answering = next((model for model in list_models() if model.answers), None)
    if answering is None:
        raise GendertuiError(
            "there is no model",
            hint="Train one: gendertui train --corpus PATH. (The one that comes with the program is missing; "
            "installing it again brings it back.)",
            code=ExitCode.MODEL,
        )
    return answering.folder


def opened(name_or_path: str | None) -> Bundle:
    """The model that answers, see :func:`resolve`, open. One that is removed or replaced meanwhile is not waited for:
    the next one answers.

    :raises GendertuiError: it does not exist, or is broken.
    """
    from gendertui.model.bundle.bundle import Bundle

    while True:
        folder = resolve(name_or_path)
        try:
            return Bundle.load(folder)
        except GendertuiError:
            if is_there(folder):
                raise


def use(name: str) -> str:
    """Choose the model that answers from now on, by its name, a part of it or its folder; return its name.

    :raises GendertuiError: there is no such model, or it is broken.
    """
    folder = _find(name, by_part=True)
    _manifest(folder)
    chosen = name_of(folder) if folder == shipped_folder() else folder.name
    settings.write_setting(SETTING, chosen if folder in (path() / chosen, shipped_folder()) else str(folder.absolute()))
    return chosen


def publish(bundle_folder: Path, name: str) -> Path:
    """Verify a finished run's bundle and copy it into the store atomically; return its new folder.

    A model of that name is replaced: a run claims the name first, see :mod:`gendertui.model.claims`.

    :raises GendertuiError: the bundle is broken, or the name is not one.
    """
    from gendertui.model.bundle.bundle import copy_bundle

    check_name(name)
    target = path() / name
    copy_bundle(bundle_folder, target, name)
    return target


def check_name(name: str) -> None:
    """Refuse what a shell, a file system or an archive could take for something else than a model's name.

    :raises GendertuiError: it breaks :data:`NAME_RULE`.
    """
    if not is_new_name(name):
        raise GendertuiError(f"{name!r} cannot be a model's name", hint=NAME_RULE, code=ExitCode.USAGE)


def is_new_name(text: str) -> bool:
    """Whether a new model may have that name, see :data:`NAME_RULE`."""
    return _NAME.fullmatch(text) is not None


def free_folder(name: str) -> Path:
    """Where a new model of the store goes.

    :raises GendertuiError: the name is invalid or taken.
    """
    check_name(name)
    target = path() / name
    if target.exists() or name == _shipped_name():
        raise GendertuiError(
            f"there is a model named {name!r} already",
            where=str(target if target.exists() else shipped_folder()),
            hint="Choose another name (--name NAME for models import, --as NAME for models pull), or rename or remove "
            "that one.",
            code=ExitCode.MODEL,
        )
    return target


def answering() -> str | None:
    """The name of the model that answers where none is asked for; ``None`` where none can."""
    try:
        return _manifest(resolve(None)).name
    except GendertuiError:
        return None


def stored_folder(name: str) -> Path:
    """The folder of a model that may be renamed and removed.

    :raises GendertuiError: there is no such model in the store.
    """
    folder = _find(name)
    if folder == shipped_folder():
        raise GendertuiError(f"{name} comes with the program: it stays as it is", code=ExitCode.USAGE)
    if folder.parent != path():
        raise GendertuiError(
            "this folder is not in the store of models",
            where=str(folder),
            hint="Move or delete the folder itself.",
            code=ExitCode.USAGE,
        )
    return folder


def rename(name: str, new: str) -> Path:
    """Give a model of the store another name, in its bundle and in the settings too; return its new folder.

    :raises GendertuiError: there is no such model in the store, it is broken, or the new name is invalid or taken.
    """
    from gendertui.model.bundle.bundle import write_manifest

    folder, target = stored_folder(name), free_folder(new)
    with claims.claimed(new):
        with files.locked(folder.parent):
            manifest = m.read_manifest(folder)
            folder.rename(target)
        write_manifest(target, replace(manifest, name=new))
        files.fsync_dir(target.parent)
    if _chosen() == folder.name:
        settings.write_setting(SETTING, new)
    return target


def rename_run(run: str, new: str, bundle_folders: Sequence[Path]) -> None:
    """Let the models that a run published know it by its new name; a broken one is left as it is.

    :param bundle_folders: of the run's own bundles, which need not be there.
    """
    from gendertui.model.bundle.bundle import write_manifest

    for folder in [*_published(), *bundle_folders]:
        try:
            manifest = _manifest(folder)
        except GendertuiError:
            continue
        if manifest.run == run:
            write_manifest(folder, replace(manifest, run=new))


def run_of(name: str) -> str | None:
    """The run that published a model of the store; ``None`` where there is no such model, or nobody knows."""
    return _run_of(path() / name)


def _run_of(folder: Path) -> str | None:
    try:
        return _manifest(folder).run
    except GendertuiError:
        return None


def published_by(run: str) -> list[str]:
    """The names of the store's models that a run published; one that cannot be read is not among them."""
    return [folder.name for folder in _published() if _run_of(folder) == run]


def remove(name: str) -> None:
    """Delete a model of the store, broken or not. Was it the chosen one, none is chosen any more.

    :raises GendertuiError: there is no such model in the store.
    """
    folder = stored_folder(name)
    try:
        with files.locked(folder.parent):
            files.remove_dir(folder)
    except FileNotFoundError as error:
        raise GendertuiError(f"the model {name!r} has just been removed", code=ExitCode.MODEL) from error
    if _chosen() == folder.name:
        settings.write_setting(SETTING, None)


def _shipped_name() -> str | None:
    shipped = shipped_folder()
    return name_of(shipped) if shipped.is_dir() else None


def _chosen() -> str | None:
    chosen: str | None = settings.value(SETTING)
    return chosen or None


def _is_name(text: str) -> bool:
    """Whether a text can name a folder of the store; stricter on new names is :func:`is_new_name`."""
    return bool(text) and text == Path(text).name and not text.startswith(".")


def _published() -> list[Path]:
    """The folders of the store's models; what a dead process claims is cleared."""
    if not path().is_dir():
        return []
    there = list(path().iterdir())
    if any(child.name.startswith(".") for child in there):
        # Seldom: somebody replaces a model, which is missing meanwhile, or has claimed a name, or was killed.
        claims.clear_dead()
        with files.locked(path()):
            there = list(path().iterdir())
    return sorted(child for child in there if child.is_dir() and not child.name.startswith("."))


def _manifest(folder: Path) -> m.Manifest:
    """:raises GendertuiError: it is missing or broken."""
    return undisturbed(folder, lambda: m.read_manifest(folder))


def _find(name_or_path: str, *, by_part: bool = False) -> Path:
    """:raises GendertuiError: there is none of that name; or, if a part of a name is enough, there are more."""
    stored = path() / name_or_path
    if _is_name(name_or_path) and is_there(stored):
        return stored
    if _shipped_name() == name_or_path:
        return shipped_folder()
    given = Path(name_or_path).expanduser()
    if name_or_path and given.is_dir():
        return given
    models = list_models()
    matching = [model for model in models if by_part and name_or_path and name_or_path in model.name]
    if len(matching) == 1:
        return matching[0].folder
    if matching:
        raise GendertuiError(
            f"{len(matching)} models have {name_or_path!r} in their name",
            hint="Which of them? " + ", ".join(model.name for model in matching),
            code=ExitCode.MODEL,
        )
    known = ", ".join(model.name for model in models) or "none yet"
    raise GendertuiError(
        f"there is no model {name_or_path!r}", hint=f"Models: {known}; or a bundle's folder.", code=ExitCode.MODEL
    )


def info(name: str) -> ModelInfo | None:
    """What the listing shows of a model; ``None`` where there is none of that name."""
    return next((model for model in list_models() if model.name == name), None)


def why_waiting(name: str) -> str:
    """Why a model does not answer, and which does.

    ``newest, but cannot be told from guessing. films · 57.9 % still answers.``

    :returns: nothing of one that answers, that is broken or that is not in the store.
    """
    models = list_models()
    waiting = next((model for model in models if model.name == name and not model.answers and not model.broken), None)
    if waiting is None:
        return ""
    answering_now = next((f" {model.shown} still answers." for model in models if model.answers), "")
    return f"{waiting.why}.{answering_now}"
