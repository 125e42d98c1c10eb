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
from gendertui.runs.records import Status
from gendertui.training.config import TrainingConfig, with_changes
from gendertui.training.still_learning import more_epochs

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


def checked(config: TrainingConfig, status: Status, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the changes that change something: all of a finished run, which ended with the configuration it has.

    :raises GendertuiError: a value is not allowed, or not above the epochs trained already (code USAGE).
    """
    changed, done = with_changes(config, changes), status.epoch
    finished = status.state == "finished"
    values = {name: getattr(changed, name) for name in changes}
    found = {name: value for name, value in values.items() if finished or value != getattr(config, name)}
    if "epochs" in found and changed.epochs <= done:
        raise GendertuiError(
            f"the run has trained up to epoch {done} already: --epochs {changed.epochs} adds none",
            hint=f"Continue it with more: --epochs {suggested_epochs(config, status)}",
            code=ExitCode.USAGE,
        )
    return found


def change(run: RunFolder, changes: Mapping[str, Any]) -> None:
    """Change the configuration of a run, as the worker that continues it: it holds the run's lock.

    What was measured by training the earlier configuration is removed: folds and the network's learning curve.

    :param changes: see :func:`checked`.
    :raises GendertuiError: another process measures the run (code RUN).
    """
    # These need numpy and more, which a run that is just resumed does not.
    from gendertui.runs.results import folds, learning_curve

    record, config, done = run.record(), run.config(), run.status().epoch
    folds.forget(run)
    learning_curve.forget_network(run)
    if "epochs" in changes and run.refit_checkpoint_folder.exists():
        # Before the configuration: killed in between, the run has only to train its refit again.
        files.remove_dir(run.refit_checkpoint_folder)
    before = {name: getattr(config, name) for name in changes}
    entries = [*_changes(run, record), Change(time.time(), done, before, dict(changes))]
    run.write_config(
        {
            **record,
            "config": with_changes(config, changes).model_dump(),
            CHANGES: [dataclasses.asdict(entry) for entry in entries],
        }
    )


def suggested_epochs(config: TrainingConfig, status: Status) -> int:
    """Up to how many epochs to continue where nobody says: more than a finished run has, else those configured."""
    return more_epochs(status.epoch) if status.state == "finished" else config.epochs


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
