"""Optuna's study of a sweep: in a journal in the sweep's folder, or wherever a storage URL says.

The only module that opens one. A journal is locked by a symbolic link, which NFS from version 2 on makes in one step.
"""

from __future__ import annotations

import importlib.util
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gendertui.errors import ExitCode, GendertuiError
from gendertui.sweeps.definition import JOURNAL, Definition, Sweep

if TYPE_CHECKING:
    from optuna import Study
    from optuna.pruners import BasePruner
    from optuna.samplers import BaseSampler
    from optuna.storages import BaseStorage

EXTRA = "sweep"
# Whose errors mean that a storage cannot be used.
_PACKAGES = frozenset({"optuna", "sqlalchemy", "psycopg", "psycopg2", "pymysql", "redis"})
_JOURNAL_ERRORS = (OSError, ValueError, TypeError, LookupError, AttributeError)


def make_study(sweep: Sweep) -> None:
    """Make the study of a new sweep.

    :raises GendertuiError: Optuna is not installed or the storage cannot be reached (code RUN), or it has a study of
        that name already (code USAGE).
    """
    optuna = _optuna()
    definition = sweep.definition()
    with explained(definition, opening=True):
        try:
            optuna.create_study(storage=_storage(sweep, definition), study_name=sweep.name, direction="maximize")
        except optuna.exceptions.DuplicatedStudyError as error:
            raise GendertuiError(
                f"the storage has a study named {sweep.name!r} already",
                where=shown_url(definition.storage),
                hint="Give the sweep another name.",
                code=ExitCode.USAGE,
            ) from error


def open_study(sweep: Sweep, *, to_ask: bool = False) -> Study:
    """The study of a sweep.

    :param to_ask: with the sampler and the pruner; reading it needs neither.
    :raises GendertuiError: Optuna is not installed, the storage cannot be reached, or the study is not there (code
        RUN).
    """
    optuna = _optuna()
    definition = sweep.definition()
    with explained(definition, opening=True):
        try:
            study: Study = optuna.load_study(
                storage=_storage(sweep, definition),
                study_name=sweep.name,
                sampler=_sampler(definition) if to_ask else None,
                pruner=_pruner(definition) if to_ask else None,
            )
        except KeyError as error:
            raise GendertuiError(
                f"the storage has no study named {sweep.name!r}",
                where=shown_url(definition.storage) or str(sweep.journal_file),
                hint=f"Remove the sweep and make it anew: gendertui sweep remove {sweep.name}",
                code=ExitCode.RUN,
            ) from error
    return study


def delete_study(sweep: Sweep) -> None:
    """Delete the study where it is not in the sweep's folder.

    :raises GendertuiError: the storage cannot be reached (code RUN).
    """
    definition = sweep.definition()
    if definition.storage is None:
        return
    optuna = _optuna()
    with explained(definition, opening=True):
        try:
            optuna.delete_study(study_name=sweep.name, storage=_storage(sweep, definition))
        except KeyError:
            # Somebody else has.
            return


def check_installed() -> None:
    """Look for Optuna, without importing it.

    :raises GendertuiError: it is not installed (code RUN).
    """
    if importlib.util.find_spec("optuna") is None:
        raise GendertuiError(
            "sweeps need Optuna, which is not installed",
            hint=f"pip install 'gendertui[{EXTRA}]'",
            code=ExitCode.RUN,
        )


def shown_url(url: str | None) -> str | None:
    """A storage URL without its password."""
    return None if url is None else re.sub(r"(://[^/@:]*):\S*@", r"\1:***@", url)


@contextmanager
def explained(definition: Definition, *, opening: bool = False) -> Iterator[None]:
    """Says in words why a storage cannot be used, whatever its driver raised.

    :param opening: whether it is read from its beginning: then a journal may turn out to be none.
    :raises GendertuiError: it cannot be used (code RUN).
    """
    try:
        yield
    except GendertuiError:
        raise
    except Exception as error:
        first = (str(error).splitlines() or [""])[0]
        if definition.storage is None:
            if not (opening and isinstance(error, _JOURNAL_ERRORS)):
                raise
            hint = "Put the file back as it was, or remove the sweep."
        elif isinstance(error, ImportError) or type(error).__module__.split(".")[0] in _PACKAGES:
            hint = (
                "Give an Optuna storage URL, such as postgresql+psycopg://user@host/database, whose database is there "
                "and whose driver is installed."
            )
        else:
            raise
        raise GendertuiError(
            f"the storage of the sweep cannot be used: {shown_url(first)}",
            where=JOURNAL if definition.storage is None else shown_url(definition.storage),
            hint=hint,
            code=ExitCode.RUN,
        ) from error


def _optuna() -> Any:
    """Optuna, imported on first use: only a sweep needs it.

    :raises GendertuiError: it is not installed.
    """
    check_installed()
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


def _storage(sweep: Sweep, definition: Definition) -> BaseStorage:
    optuna = _optuna()
    if definition.storage is not None:
        storage: BaseStorage = optuna.storages.get_storage(definition.storage)
        return storage
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend, JournalFileSymlinkLock

    file = str(sweep.journal_file)
    return JournalStorage(JournalFileBackend(file, JournalFileSymlinkLock(file)))


def _sampler(definition: Definition) -> BaseSampler:
    from optuna import samplers

    with _experimental():
        if definition.sampler == "random":
            return samplers.RandomSampler()
        if definition.sampler == "gp":
            return samplers.GPSampler()
        # Trials of other workers that are still running count as bad ones, so that two do not try the same.
        return samplers.TPESampler(constant_liar=True)


def _pruner(definition: Definition) -> BasePruner:
    from optuna import pruners

    with _experimental():
        return pruners.NopPruner() if definition.pruner == "none" else pruners.WilcoxonPruner()


@contextmanager
def _experimental() -> Iterator[None]:
    """Without Optuna's warning that a class is experimental: its versions are bounded for that."""
    from optuna.exceptions import ExperimentalWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        yield
