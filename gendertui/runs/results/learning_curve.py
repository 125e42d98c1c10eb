"""A run's learning curve: its models one by one, kept in the run's folder, and the figures of all of them."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gendertui import __version__, files, state_files
from gendertui.arrays import Floats, Ints
from gendertui.evaluation.learning_curve.measure import Fit, curve
from gendertui.evaluation.learning_curve.schema import MODEL_NAMES, NETWORK, SCHEMA, LearningCurve, read
from gendertui.progress import Progress, silent
from gendertui.runs.folder import RunFolder
from gendertui.runs.lock import RunLock
from gendertui.runs.results.corpus import corpus_of

if TYPE_CHECKING:
    from gendertui.training.learning_curve.parts import Part
    from gendertui.training.learning_curve.trials import Trial

FOLDER = "learning-curve"
ROWS = "fits.jsonl"
RESULT = "curve.json"
LOCK = "lock"


@dataclass(frozen=True)
class FitLog:
    """The finished models of one kind, in ``folder``: ``fits.jsonl`` has a row for each, and a file what it says."""

    folder: Path
    model: str

    def logits(self, part: Part, rows: Ints) -> Floats | None:
        """What the model of a part says of the held-out ``rows``; ``None`` where there is none of this version, or
        its file is damaged or of other rows."""
        key = {"schema": SCHEMA, "version": __version__, "model": self.model, "part": part.name}
        if not any(key.items() <= row.items() for row in _rows(self.folder)):
            return None
        try:
            with np.load(self._file(part), allow_pickle=False) as archive:
                if not np.array_equal(archive["row"], rows):
                    return None
                found: Floats = archive["logit"].astype(np.float64)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        return found

    def append(self, part: Part, rows: Ints, logits: Floats, seconds: float) -> Floats:
        """Keep a finished model: what it says first, then its row. Returns what will be read again."""
        kept = logits.astype(np.float32)
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, row=rows, logit=kept)
        files.write_atomic(self._file(part), buffer.getvalue())
        row = {
            "schema": SCHEMA,
            "version": __version__,
            "model": self.model,
            "part": part.name,
            "units": part.units,
            "lines": len(part.rows),
            "seconds": round(seconds, 1),
        }
        with files.open_appending(self.folder / ROWS) as stream:
            files.append_json_line(stream, row)
        return kept.astype(np.float64)

    def _file(self, part: Part) -> Path:
        return self.folder / f"{self.model}-{part.name}.npz"


def measured(run: RunFolder) -> LearningCurve | None:
    """The run's learning curve as far as it is measured; ``None`` where it is not."""
    return read(run.path / FOLDER / RESULT)


def learning_curve(
    run: RunFolder, progress: Progress = silent, *, network: bool = False, path: str | Path | None = None
) -> LearningCurve:
    """Train models on parts of the run's training set and judge them on its validation rows. What is measured already
    is not measured again; stopped, the same call goes on with the rest.

    :param progress: may raise to stop.
    :param network: train the run's own network on the parts too: about four times as long as the run took.
    :param path: where the run's corpus is, if it is not where it was.
    :raises GendertuiError: the run or its corpus cannot be read, or another process measures it (code RUN); the corpus
        is another one, or too small (code DATA).
    """
    found = measured(run)
    if found is not None and (found.has_network or not network):
        return found
    folder = files.ensure_dir(run.path / FOLDER)
    with _alone(folder):
        found = _measure(run, folder, network or (found is not None and found.has_network), progress, path)
        files.write_json(folder / RESULT, found.to_json())
    return found


def forget_network(run: RunFolder) -> None:
    """Remove what was measured of the run's own network: its configuration is about to change.

    :raises GendertuiError: another process measures the run's learning curve (code RUN).
    """
    folder = run.path / FOLDER
    if not folder.is_dir():
        return
    with _alone(folder):
        # The other models' logits stay: measured again, the curve is read from them in no time.
        for path in [*folder.glob(f"{NETWORK}-*.npz"), folder / RESULT]:
            path.unlink(missing_ok=True)


def _alone(folder: Path) -> RunLock:
    return RunLock(folder / LOCK, "another process measures this run's learning curve")


def _measure(run: RunFolder, folder: Path, network: bool, progress: Progress, path: str | Path | None) -> LearningCurve:
    from gendertui.corpus.splits.split import Split

    split, config = Split.load(run.path), run.config()
    corpus = corpus_of(run.record(), progress, path=path)
    progress("starting", 0, 0)
    # Imports torch and scikit-learn, which a finished learning curve does not need.
    from gendertui.training.config import with_changes
    from gendertui.training.learning_curve.trials import MODELS, NotMeasurableError, TrainingSet

    # As requested, not as resolved: this may be another machine, and the vocabulary is that of other lines.
    config = with_changes(config, run.record().get("requested", {}))
    training = TrainingSet(config, corpus, split, progress)
    curves, missing = [], ""
    for name, model in MODELS.items():
        if name == NETWORK and not network:
            continue
        try:
            trial = model.trial(training)
        except NotMeasurableError as error:
            missing = str(error)
            continue
        stage = f"{corpus.units.noun(trial.subject).many} by {MODEL_NAMES[name]}"
        if fits := _fits(trial, training.parts(model.deals), FitLog(folder, name), progress, stage):
            held = trial.held_out
            curves.append(curve(name, trial.subject, fits, held.labels, held.groups))
        else:
            many = corpus.units.noun(trial.subject).many
            missing = f"No curve of {many}: the training set has too few of one label."
    return LearningCurve(SCHEMA, training.unit, corpus.units.to_json(), tuple(curves), missing)


def _rows(folder: Path) -> list[dict[str, Any]]:
    """The whole rows of ``fits.jsonl``, as they were appended."""
    try:
        return list(state_files.parse_lines(state_files.read_bytes(folder / ROWS)))
    except FileNotFoundError:
        return []


def _fits(trial: Trial, parts: Sequence[Part], log: FitLog, progress: Progress, stage: str) -> list[Fit]:
    """The models of one kind, those that the log lacks trained now.

    :param parts: the largest first.
    :returns: none of a size at which one part is too small, nor of those below it.
    """
    rows, fits = trial.held_out.rows, list[Fit]()
    for at, part in enumerate(parts):
        progress(stage, at, len(parts))
        logits = log.logits(part, rows)
        if logits is None:
            begun = time.monotonic()

            def within(done: int, total: int, at: int = at) -> None:
                progress(stage, at * total + done, len(parts) * total)

            if (made := trial.logits(part, within)) is None:
                return [fit for fit in fits if fit.divisor < part.divisor]
            logits = log.append(part, rows, made, time.monotonic() - begun)
        fits.append(Fit(part.divisor, part.units, len(part.rows), logits))
    return fits
