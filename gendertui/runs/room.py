"""Whether a run has room on its disk, asked before it starts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gendertui import disk_space, files, paths
from gendertui.errors import ExitCode, GendertuiError
from gendertui.formatting import size
from gendertui.runs.folder import RunFolder
from gendertui.training import estimate
from gendertui.training.config import REFIT_ALL, TrainingConfig

if TYPE_CHECKING:
    from gendertui.corpus.table import Corpus

# Weights, Adam's two moments and the best epoch's weights; the checkpoint being written, the current and the previous.
_COPIES_A_CHECKPOINT = 4
_MOMENTS = 2
_CHECKPOINTS = 3
# The run's own bundle and the published one.
_BUNDLES = 2
# Scores, report, events and characters' scores of a line, and what a run without lines would have.
_BYTES_A_LINE = 200
_BYTES_AT_LEAST = 2_000_000
# A text's bytes per word, and the growth of a vocabulary with the root of a text's words (Heaps' law).
_BYTES_A_WORD = 6
_BYTES_A_TEXT = 50
_WORDS_PER_ROOT = 30


def check_start(config: TrainingConfig, corpus: Corpus | Path) -> None:
    """Refuse a new run that would fill the disk. :param corpus: the lines, or their file.

    :raises GendertuiError: less is free than a run of this size writes, or a file may not grow as large as its largest
        (code RUN); says how much is needed and how much there is.
    """
    words, lines = _counts(corpus)
    # As many words as rows where the configuration does not say it, fewer by Heaps' law; half of them occur once.
    occurring = _WORDS_PER_ROOT / min(config.min_frequency, 2) * words**0.5
    vocabulary = min(config.max_vocab_size or max(lines, 1), round(occurring))
    weights = estimate.FLOAT_BYTES * (estimate.parameter_count(config, vocabulary) or 0)
    trainings = 2 if config.refit == REFIT_ALL else 1
    needed = trainings * (_COPIES_A_CHECKPOINT * _CHECKPOINTS + _BUNDLES) * weights + _BYTES_A_LINE * lines
    _require(paths.runs_dir(), needed + _BYTES_AT_LEAST, largest=_MOMENTS * weights)


def check_resume(run: RunFolder) -> None:
    """Refuse to resume a run whose next checkpoint would fill the disk.

    :raises GendertuiError: as of :func:`check_start`.
    """
    checkpoint = files.dir_size(run.checkpoint_folder / "current")
    weights = checkpoint // _COPIES_A_CHECKPOINT
    trainings = 1 + (_CHECKPOINTS if run.config().refit == REFIT_ALL else 0)
    needed = trainings * checkpoint + _BUNDLES * weights + _BYTES_AT_LEAST
    _require(run.path, needed, largest=_MOMENTS * weights)


def _require(place: Path, needed: int, *, largest: int) -> None:
    free, limit = disk_space.free(place), disk_space.file_limit()
    if free < needed:
        raise GendertuiError(
            f"there is no room for the run: its checkpoints, report and model need about {size(needed)}, "
            f"{size(free)} is free",
            where=str(place),
            hint=f"Free some space, set {paths.HOME_VARIABLE} to another disk, or remove old runs: "
            "gendertui runs prune --keep 5",
            code=ExitCode.RUN,
        )
    if limit is not None and limit < largest:
        raise GendertuiError(
            f"a file may not grow larger than {size(limit)} here, the run's largest has about {size(largest)}",
            where=str(place),
            hint="Raise the limit of the shell or the scheduler: ulimit -f unlimited.",
            code=ExitCode.RUN,
        )


def _counts(corpus: Corpus | Path) -> tuple[int, int]:
    """Words and lines, approximately."""
    if isinstance(corpus, Path):
        found = corpus.stat().st_size if corpus.is_file() else 0
        return found // _BYTES_A_WORD, found // _BYTES_A_TEXT
    return corpus.column("text").nbytes // _BYTES_A_WORD, len(corpus)
