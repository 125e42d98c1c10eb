"""The models that ``predict`` can use: those published by finished runs, and the one that comes with the program."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gendertui import files, formatting, paths, settings
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import claims
from gendertui.model.bundle import manifest as m
from gendertui.model.bundle.replacing import is_there, undisturbed
from gendertui.model.standing import Candidate, Evidence, succession

if TYPE_CHECKING:
    from gendertui.model.bundle.bundle import Bundle

SETTING = "model"
"""Name of the setting that ``models use`` writes."""

NAME_RULE = "A name is letters (a-z, A-Z), digits, dots, hyphens and underscores, at most 100, a letter or digit first."
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class ModelInfo:
    """One model of the store, as a listing shows it."""

    name: str
    folder: Path
    created: str
    """UTC, ISO 8601; empty where the model is broken."""
    labels: tuple[str, str]
    network: str
    shipped: bool
    """It comes with the program."""
    chosen: bool
    """``models use`` named it."""
    headline: str
    """Its validation figures in a few words; of a broken model what is wrong with it."""
    run: str | None
    answers: bool = False
    """Where no other is asked for."""
    why: str = ""
    """Why it answers, or does not, in a few words: ``newest, but cannot be told from guessing``."""
    figure: str = ""
    """Its balanced accuracy on validation, to stand beside the name: ``57.9 %``; empty where there is none."""
    guessing: str = ""
    """Why it cannot be told from guessing; empty where it can."""
    broken: bool = False

    @property
    def shown(self) -> str:
        """The name with the figure: ``quick-films · 57.9 %``."""
        return f"{self.name} · {self.figure}" if self.figure else self.name


def path() -> Path:
    """The folder of published models."""
    return paths.models_dir()


def shipped_folder() -> Path:
    """The bundle that comes with the program."""
    return Path(__file__).parent / "shipped"


def list_models() -> list[ModelInfo]:
    """All models, the newest first, the shipped one last; a broken one is listed and says what is wrong."""
    chosen = _chosen()
    read = [_read(folder, folder.name) for folder in _published()]
    read.sort(key=lambda one: (one[0].created, one[0].name), reverse=True)
    if shipped_folder().is_dir():
        read.append(_read(shipped_folder(), None))
    incumbent, reasons = succession(
        next((candidate for info, candidate in read if candidate and info.shipped), None),
        [candidate for info, candidate in reversed(read) if candidate and not info.shipped],
    )
    # A model of the store goes before the shipped one of the same name.
    named = next((info.folder for info, _ in read if info.name == chosen), None)
    answers = (None if incumbent is None else incumbent.folder) if chosen is None else named
    models = []
    for info, _ in read:
        if info.folder == named:
            why = "chosen"
        elif info.folder in reasons or info.broken:
            why = reasons.get(info.folder, "")
        elif chosen is not None:
            why = f"{chosen} is chosen"
        else:
            why = "newest" if not info.shipped else ""
        if info.shipped:
            why = "; ".join(part for part in ("comes with the program", why) if part)
        models.append(replace(info, chosen=info.folder == named, answers=info.folder == answers, why=why))
    return models


def resolve(name_or_path: str | None) -> Path:
    """The folder of the model that answers.

    That is the one asked for (a name, or a bundle's folder), else the one chosen by ``models use``, else the newest
    that a run published, else the one that comes with the program. A run's model that cannot be told from guessing, or
    is worse on the same corpus than the one that answers, waits to be asked: see :mod:`gendertui.model.standing`.

    :raises GendertuiError: it does not exist; the hint has the names of those that do.
    """
    if name_or_path is not None:
        return _find(name_or_path)
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


def use(name: str) -> None:
    """Choose the model that answers from now on.

    :raises GendertuiError: there is no such model, or it is broken.
    """
    folder = _find(name)
    _manifest(folder)
    stored = folder.parent == path() or folder == shipped_folder()
    settings.write_setting(SETTING, name if stored else str(folder.absolute()))


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
            hint="Choose another name (gendertui models import FILE --name NAME), or rename or remove that one.",
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
    return _read(shipped, None)[0].name if shipped.is_dir() else None


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


def _find(name_or_path: str) -> Path:
    stored = path() / name_or_path
    if _is_name(name_or_path) and is_there(stored):
        return stored
    if _shipped_name() == name_or_path:
        return shipped_folder()
    given = Path(name_or_path).expanduser()
    if name_or_path and given.is_dir():
        return given
    known = ", ".join(model.name for model in list_models()) or "none yet"
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


def _read(folder: Path, name: str | None) -> tuple[ModelInfo, Candidate | None]:
    """What the listing shows of a bundle, and what stands for it in the succession, unless it is broken.

    :param name: what the store calls it; without one it is what the bundle calls itself.
    """
    shipped = folder == shipped_folder()
    try:
        manifest, report = undisturbed(folder, lambda: _manifest_and_report(folder))
        headline, evidence = _figures(report, folder)
    except GendertuiError as error:
        return ModelInfo(
            name or folder.name, folder, "", ("", ""), "", shipped, False, error.what, None, broken=True
        ), None
    found = ModelInfo(
        name=name or manifest.name,
        folder=folder,
        created=manifest.created,
        labels=manifest.labels,
        network=manifest.network,
        shipped=shipped,
        chosen=False,
        headline=headline,
        run=manifest.run,
        figure=evidence.figure,
        guessing=evidence.guessing,
    )
    return found, Candidate(found.name, folder, evidence, from_run=manifest.run is not None)


def _manifest_and_report(folder: Path) -> tuple[m.Manifest, dict[str, Any]]:
    manifest = m.read_manifest(folder)
    return manifest, m.read_json(folder, manifest, m.REPORT)


def _figures(report: dict[str, Any], folder: Path) -> tuple[str, Evidence]:
    """``balanced accuracy 56.8 %, AUC 0.596``, or why there is no figure; and the same for the succession."""
    try:
        evidence = Evidence.of(report)
        too_few = report.get("sets", {}).get("validation", {}).get("too_few")
        return str(too_few) if too_few else formatting.headline(evidence.balanced_accuracy, evidence.auc), evidence
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise m.broken(f"{m.REPORT} is not a report", folder / m.REPORT) from error
