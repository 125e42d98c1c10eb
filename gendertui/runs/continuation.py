"""Continue a run with other settings than it was started with: more epochs, or another batch size.

``config.json`` keeps what they were, and after which epoch they changed, under ``changes``.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gendertui import files, state_files
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.folder import RunFolder
from gendertui.training.config import MAX_EPOCHS, TrainingConfig, with_changes

CHANGEABLE = ("epochs", "batch_size")
"""The fields that a resumed run may have another value of."""

CHANGES = "changes"


@dataclass(frozen=True)
class Change:
    """One entry of ``changes``."""

    time: float
    """Seconds since 1970."""
    epoch: int
    """The last one trained before it."""
    before: dict[str, Any]
    after: dict[str, Any]


def change(run: RunFolder, changes: Mapping[str, Any]) -> None:
    """Change the configuration of a run without a worker, for the worker that will resume it.

    What was measured by training the earlier configuration is removed: folds and the network's learning curve.

    :param changes: new values of :data:`CHANGEABLE` fields.
    :raises GendertuiError: a value is not allowed, or not above the epochs trained already (code USAGE); a worker has
        the run, or another process measures it (code RUN).
    """
    # These need numpy and more, which a run that is just resumed does not.
    from gendertui.runs.results import folds, learning_curve

    record, config, done = run.record(), run.config(), run.status().epoch
    changed = with_changes(config, changes)
    if "epochs" in changes and changed.epochs <= done:
        raise GendertuiError(
            f"the run has trained up to epoch {done} already: --epochs {changed.epochs} adds none",
            where=str(run.path),
            hint=f"Continue it with more: --epochs {suggested_epochs(config, done)}",
            code=ExitCode.USAGE,
        )
    with run.lock():
        folds.forget(run)
        learning_curve.forget_network(run)
        if "epochs" in changes and run.refit_checkpoint_folder.exists():
            # Before the configuration: killed in between, the run has only to train its refit again.
            files.remove_dir(run.refit_checkpoint_folder)
        before = {name: getattr(config, name) for name in changes}
        entries = [*_changes(run, record), Change(time.time(), done, before, dict(changes))]
        run.write_config(
            {**record, "config": changed.model_dump(), CHANGES: [dataclasses.asdict(entry) for entry in entries]}
        )


def suggested_epochs(config: TrainingConfig, done: int) -> int:
    """How many epochs to continue with where nobody says: those configured, or twice as many as are done."""
    return config.epochs if config.epochs > done else min(2 * done, MAX_EPOCHS)


def patience_from(run: RunFolder) -> int:
    """The epoch after which patience counts anew: the last before the run was continued with more epochs, or 0.

    :raises GendertuiError: ``config.json`` is damaged (code RUN).
    """
    return max((entry.epoch for entry in _changes(run, run.record()) if "epochs" in entry.after), default=0)


def _changes(run: RunFolder, record: Mapping[str, Any]) -> list[Change]:
    try:
        return [state_files.typed(entry, Change) for entry in record.get(CHANGES, ())]
    except (TypeError, ValueError) as error:
        raise GendertuiError(
            f"{CHANGES} is not a list of changes to the configuration: {error}",
            where=str(run.config_file),
            code=ExitCode.RUN,
        ) from error
