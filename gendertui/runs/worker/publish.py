"""A finished run's model goes into the store, and answers from now on where that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gendertui.errors import GendertuiError
from gendertui.model import store
from gendertui.runs.folder import RunFolder


def publish(run: RunFolder, bundle: Path, warn: Callable[[str], None]) -> str | None:
    """Put a bundle into the store under the name of the run's model, unless the run says that it stays in its folder.
    Which model answers is said by the run (``train --use`` or ``--no-use``), else by their figures.

    :param warn: is told where the model that is to answer could not be chosen.
    :returns: the model's name; ``None`` where it was not to be published.
    :raises GendertuiError: the bundle is broken.
    """
    record = run.record()
    if record.get("publish") is False:
        return None
    model, use = run.model_name(), record.get("use")
    before = store.answering() if use is False else None
    store.publish(bundle, model)
    wanted = model if use else before
    if use is None or wanted is None or store.answering() == wanted:
        return model
    try:
        store.use(wanted)
    except GendertuiError as error:
        warn(f"{wanted} could not be made the model that answers: {error.what}.")
    return model
