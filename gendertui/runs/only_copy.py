"""A run's own bundle, where the store of models no longer has what it published: it must not go with the run."""

from __future__ import annotations

from pathlib import Path

from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.runs.folder import RunFolder


def only_copy(run: RunFolder) -> Path | None:
    """The bundle in an ended run's folder, if no model of the store came from that run; else ``None``."""
    bundle = next((folder for folder in (run.refitted_folder, run.model_folder) if folder.is_dir()), None)
    return None if bundle is None or store.published_by(run.name) else bundle


def refuse_only_copy(run: RunFolder) -> None:
    """:raises GendertuiError: the run's folder has the only copy of its model (code RUN)."""
    bundle = only_copy(run)
    if bundle is not None:
        raise GendertuiError(
            f"{run.name} has the only copy of its model: the store of models has none of it",
            where=str(bundle),
            hint=f"Keep the model first: gendertui models export {bundle} {run.name}.tar; or let both go: gendertui "
            f"runs remove {run.name} --with-model",
            code=ExitCode.RUN,
        )
