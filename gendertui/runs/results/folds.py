"""Cross-validation of a finished run's configuration over the groups of its corpus, kept in the run's folder.

``folds.jsonl`` has one row per finished fold, appended once its scores are on disk; ``folds/`` has the scores. Finished
folds are not repeated, so that an interrupted cross-validation can be resumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gendertui import files, state_files
from gendertui.corpus.splits import BY_GROUP
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import FILM_UNITS, Units
from gendertui.errors import GendertuiError
from gendertui.evaluation.compare.cross_fitted import characters_of, cross_fitted, figures_of
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.scores import Scores
from gendertui.progress import Progress, silent
from gendertui.runs.folder import RunFolder
from gendertui.runs.lock import RunLock
from gendertui.runs.results.corpus import corpus_of
from gendertui.training.config import with_changes

if TYPE_CHECKING:
    from gendertui.training.crossvalidation import Fold

SCHEMA = 1
ROWS = "folds.jsonl"
SCORES = "folds"
LOCK = "folds.lock"


@dataclass(frozen=True)
class FoldLog:
    """The finished folds of one configuration, in ``folder``."""

    folder: Path
    folds: int
    split_seed: int

    def finished(self) -> dict[int, dict[str, Any]]:
        """Number → row of the finished folds whose scores can be read. Incomplete lines and those of another draw are
        skipped."""
        found = {}
        for row in _rows(self.folder):
            if (row.get("schema"), row.get("folds"), row.get("split_seed")) != (SCHEMA, self.folds, self.split_seed):
                continue
            try:
                self.scores(int(row["fold"]))
                self.characters(int(row["fold"]))
            except GendertuiError:
                continue
            found[int(row["fold"])] = row
        return found

    def scores(self, number: int) -> Scores:
        """The scores of a fold.

        :raises GendertuiError: they are missing or damaged.
        """
        return Scores.load(self._scores_file(number))

    def characters(self, number: int) -> CharacterScores | None:
        """The scores of a fold's characters; ``None`` where there are none.

        :raises GendertuiError: they are damaged.
        """
        return CharacterScores.load(self._characters_file(number))

    def append(self, fold: Fold, row: dict[str, Any]) -> dict[str, Any]:
        """Keep a finished fold: its scores first, then its row; return the row as written."""
        number = fold.number
        fold.scores.save(self._scores_file(number))
        if fold.characters is not None:
            fold.characters.save(self._characters_file(number))
        described = {"schema": SCHEMA, "fold": number, "folds": self.folds, "split_seed": self.split_seed, **row}
        with files.open_appending(self.folder / ROWS) as stream:
            files.append_json_line(stream, described)
        return described

    def _scores_file(self, number: int) -> Path:
        return self.folder / SCORES / f"{self.folds}-{self.split_seed}-{number}.npz"

    def _characters_file(self, number: int) -> Path:
        return self._scores_file(number).with_suffix(".characters.npz")


def cross_validate(
    run: RunFolder, folds: int, progress: Progress = silent, *, path: str | Path | None = None
) -> dict[str, Any]:
    """Train the run's configuration anew for each fold over the groups of its corpus, and score every labelled line
    by the model that has not seen its group. Folds that the run's folder holds already are not trained again.

    :param progress: called as ``(what, done, total)``; may raise to stop, finished folds stand.
    :param path: where the run's corpus is, if it is not where it was.
    :returns: ``{"schema", "folds": [row a fold, in their order], "protocol", "split_seed", "rows",
        "films" (or "groups"), "figures", "characters"}``; see
        :func:`gendertui.evaluation.compare.cross_fitted.figures_of` and ``characters_of``.
    :raises GendertuiError: the run or its corpus cannot be read, the corpus is another one than the run's, it has
        too few groups, or another process is at it (code RUN).
    """
    config = run.config()
    log = FoldLog(run.path, folds, config.split_seed)
    with _alone(run):
        rows = log.finished()
        if len(rows) < folds:
            _train_missing(log, run, corpus_of(run.record(), progress, path=path), rows, progress)
    progress("figures", 0, 0)
    numbers, units = sorted(rows), _units(rows)
    scores = cross_fitted([log.scores(number) for number in numbers])
    return {
        "schema": SCHEMA,
        "folds": [rows[number] for number in sorted(rows)],
        "protocol": BY_GROUP,
        "split_seed": config.split_seed,
        "rows": len(scores.label),
        units.count_keys[0]: len(set(scores.group.tolist())),
        "figures": figures_of(scores),
        "characters": _characters(log, rows, scores),
    }


def forget(run: RunFolder) -> None:
    """Remove all folds: the run's configuration is about to change.

    :raises GendertuiError: another process cross-validates the run (code RUN).
    """
    if not (run.path / LOCK).exists():
        return
    with _alone(run):
        (run.path / ROWS).unlink(missing_ok=True)
        if (run.path / SCORES).exists():
            files.remove_dir(run.path / SCORES)


def finished_folds(run: RunFolder, folds: int) -> int:
    """Number of a run's folds that are finished."""
    return len(FoldLog(run.path, folds, run.config().split_seed).finished())


def newest_finished(run: RunFolder) -> Scores | None:
    """The lines of the cross-validation that was finished last, see :func:`cross_fitted`; ``None`` where none was."""
    seed = run.config().split_seed
    for folds in dict.fromkeys(row.get("folds") for row in reversed(_rows(run.path))):
        log = FoldLog(run.path, int(folds or 0), seed)
        if folds and len(done := log.finished()) == folds:
            return cross_fitted([log.scores(number) for number in sorted(done)])
    return None


def _alone(run: RunFolder) -> RunLock:
    return RunLock(run.path / LOCK, "another process cross-validates this run")


def _rows(folder: Path) -> list[dict[str, Any]]:
    """The whole rows of ``folds.jsonl``, as they were appended."""
    try:
        return list(state_files.parse_lines(state_files.read_bytes(folder / ROWS)))
    except FileNotFoundError:
        return []


def _units(rows: dict[int, dict[str, Any]]) -> Units:
    """What the corpus calls its groups; rows that do not say it are of films."""
    words = next((row["units"] for row in rows.values() if "units" in row), None)
    return FILM_UNITS if words is None else Units.from_json(words)


def _characters(log: FoldLog, rows: dict[int, dict[str, Any]], scores: Scores) -> dict[str, Any] | None:
    """Whole characters over all folds; ``None`` where a fold has none, as those of older versions.

    :param scores: the lines of all folds.
    """
    numbers = sorted(rows)
    labels = next((row["labels"] for row in rows.values() if "labels" in row), None)
    if labels is None:
        return None
    meta = Meta(
        labels=(str(labels[0]), str(labels[1])),
        protocol=BY_GROUP,
        requested=BY_GROUP,
        unit="group",
        units=_units(rows),
        epochs=0,
        majority=int(scores.label.mean() > 0.5),
    )
    return characters_of([(log.scores(number), log.characters(number)) for number in numbers], meta)


def _train_missing(
    log: FoldLog, run: RunFolder, corpus: Corpus, rows: dict[int, dict[str, Any]], progress: Progress
) -> None:
    # Imports torch, which a finished cross-validation does not need.
    from gendertui.training.crossvalidation import cross_validate as train_folds

    # As requested, not as resolved: this may be another machine, and the vocabulary is that of other lines.
    config = with_changes(run.config(), run.record().get("requested", {}))
    for fold in train_folds(config, corpus, log.folds, done=frozenset(rows), progress=progress):
        rows[fold.number] = log.append(
            fold, {**fold.row(), "units": corpus.units.to_json(), "labels": list(corpus.labels)}
        )
