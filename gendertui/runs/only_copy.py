"""A run's own bundle, where the store of models no longer has what it published: it must not go with the run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.runs.folder import RunFolder


def only_copy(run: RunFolder) -> Path | None:
    """The bundle in an ended run's folder, if no model of the store came from that run; else ``None``."""
    bundle = next((folder for folder in (run.refitted_folder, run.model_folder) if folder.is_dir()), None)
    return None if bundle is None or _is_published(run) else bundle


def _is_published(run: RunFolder) -> bool:
    # Most runs' models have the name that the run says: then no other is looked at.
    with suppress(GendertuiError):
        if store.run_of(run.model_name()) == run.name:
            return True
    return bool(store.published_by(run.name))


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
