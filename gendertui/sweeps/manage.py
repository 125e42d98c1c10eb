"""Make, stop and remove sweeps."""

from __future__ import annotations

from gendertui import files, paths
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs import manage
from gendertui.runs.folder import RunFolder
from gendertui.sweeps.definition import Definition, Sweep, create
from gendertui.sweeps.presence import Workers
from gendertui.sweeps.search import Choices
from gendertui.sweeps.storage import delete_study, make_study, open_study
from gendertui.sweeps.trials import STOPPED, read
from gendertui.text.vectors import RANDOM
from gendertui.training.config import with_changes
from gendertui.training.pretrained import with_vectors


def new(name: str, definition: Definition, corpus: Corpus) -> Sweep:
    """Make a sweep and its study. Nothing is trained yet.

    :raises GendertuiError: what it searches is not possible, there is one of that name, the corpus is too small, word
        vectors are not there, or the storage cannot be used; nothing is left of it then.
    """
    _check_vectors(definition)
    sweep = create(name, definition, corpus)
    try:
        make_study(sweep)
    except BaseException:
        files.remove_dir(sweep.path)
        raise
    return sweep


def stop(sweep: Sweep) -> None:
    """Begin no further trial; workers let their runs write a checkpoint, give their trials back, and end.

    :raises GendertuiError: the storage cannot be used (code RUN).
    """
    open_study(sweep).set_user_attr(STOPPED, True)


def take_up(sweep: Sweep) -> None:
    """Let a stopped sweep go on, once somebody works on it.

    :raises GendertuiError: the storage cannot be used (code RUN).
    """
    study = open_study(sweep)
    if study.user_attrs.get(STOPPED):
        study.set_user_attr(STOPPED, False)


def remove(sweep: Sweep, *, with_runs: bool = False, keep_study: bool = False) -> int:
    """Remove a sweep and its study. Of one whose definition cannot be read, only the folder.

    :param with_runs: the runs of its trials, too; the winner's stays.
    :param keep_study: leave the study in a storage of one's own, as where that cannot be reached any more.
    :returns: how many runs were removed.
    :raises GendertuiError: somebody works on it, its storage cannot be used, or a run cannot be removed (code RUN).
    """
    if Workers(sweep.workers_folder).certain_names():
        raise GendertuiError(
            "the sweep is being worked on",
            where=str(sweep.path),
            hint=f"Stop it first: gendertui sweep stop {sweep.name}",
            code=ExitCode.RUN,
        )
    removed = 0
    if with_runs:
        names = {run for trial in read(sweep).trials for run in trial.runs.values()}
        for folder in sorted(paths.runs_dir() / name for name in names):
            if folder.is_dir():
                manage.remove(RunFolder(folder), with_model=True)
                removed += 1
    if not keep_study and _is_readable(sweep):
        delete_study(sweep)
    files.remove_dir(sweep.path)
    return removed


def _is_readable(sweep: Sweep) -> bool:
    try:
        sweep.definition()
    except GendertuiError:
        return False
    return True


def _check_vectors(definition: Definition) -> None:
    """Refuse word vectors that are not there, and a search of the dimension that they set."""
    base = definition.base()
    dimensions = {each.field.name: each for each in definition.dimensions()}
    chosen = dimensions.get("vectors")
    names = chosen.values if isinstance(chosen, Choices) else (base.vectors,)
    for name in names:
        with_vectors(with_changes(base, {"vectors": name}))
    if "embedding_dim" in dimensions and set(names) != {RANDOM}:
        raise GendertuiError(
            "embedding_dim cannot be searched with pretrained vectors, which set it",
            hint="Leave embedding_dim out of --search, or give --vectors random.",
            code=ExitCode.USAGE,
        )
