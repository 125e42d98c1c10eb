"""Runs compared: what differs in their configuration, their figures where these can be compared, and their curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING

from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.curves import validation_auc
from gendertui.runs.folder import RunFolder, RunInfo
from gendertui.training.config import FIELDS, TrainingConfig

if TYPE_CHECKING:
    from gendertui.evaluation.compare.runs import Candidate, Entry

MOST = 8
"""So many runs are compared at once: more can be told apart neither in a table nor in a chart."""
_HASH_LENGTH = 6


@dataclass(frozen=True)
class Compared:
    """One of the runs, by its letter."""

    letter: str
    info: RunInfo
    settings: dict[str, str]
    """Corpus, preset and each field of the configuration, as texts."""
    epochs: tuple[float, ...]
    aucs: tuple[float, ...]
    """On validation after each of ``epochs``."""


@dataclass(frozen=True)
class Comparison:
    """Runs side by side."""

    runs: tuple[Compared, ...]
    differing: tuple[str, ...]
    """The settings in which they are not all the same, in the order of the form."""
    groups: tuple[tuple[Entry, ...], ...]
    """Figures of those that have a report; only within a group are they of the same lines."""
    remarks: tuple[str, ...]
    """Why there are no figures, or no difference, where there are none; and the differences in words."""

    @property
    def entries(self) -> dict[str, tuple[Entry, Entry]]:
        """Letter → its entry, and the one it is set beside."""
        return {entry.letter: (entry, group[0]) for group in self.groups for entry in group}


def compared(runs: Sequence[RunFolder]) -> Comparison:
    """Compare two runs or more, at work or over. Takes seconds for large corpora: not for the event loop.

    :raises GendertuiError: there are too few or too many, or one stands there twice (code USAGE); one cannot be read
        (code RUN).
    """
    check_number(len(runs))
    if len(set(runs)) < len(runs):
        raise GendertuiError("a run is not compared with itself", hint="Name other runs.", code=ExitCode.USAGE)
    lettered = dict(zip(ascii_uppercase, runs, strict=False))
    shown = tuple(_compared(letter, run) for letter, run in lettered.items())
    differing = tuple(name for name in shown[0].settings if len({run.settings[name] for run in shown}) > 1)
    candidates, remarks = _candidates(lettered, shown)
    groups, of_figures = _figures(candidates)
    return Comparison(shown, differing, groups, (*of_figures, *remarks))


def check_number(number: int) -> None:
    """:raises GendertuiError: so many runs cannot be compared (code USAGE)."""
    if not 2 <= number <= MOST:
        raise GendertuiError(
            f"2 to {MOST} runs are compared at once, not {number}",
            hint="Name another run." if number < MOST else "Leave some out.",
            code=ExitCode.USAGE,
        )


def _compared(letter: str, run: RunFolder) -> Compared:
    curve = validation_auc(run)
    info = run.info()
    return Compared(
        letter,
        info,
        settings_of(info, run.config(), str(run.record()["corpus"].get("data_hash") or "")),
        tuple(epoch for epoch, _ in curve),
        tuple(auc for _, auc in curve),
    )


def settings_of(info: RunInfo, config: TrainingConfig, data_hash: str) -> dict[str, str]:
    """Corpus, preset and every field of the configuration, as texts.

    :param data_hash: of the corpus, which may have changed under its name; empty where it is not known.
    """
    corpus = f"{info.corpus} ({data_hash[:_HASH_LENGTH]})" if data_hash else info.corpus
    fields = {name: field.as_text(getattr(config, name)) for name, field in FIELDS.items()}
    return {"corpus": corpus, "preset": info.preset or "none", **fields}


def _candidates(
    lettered: dict[str, RunFolder], shown: Sequence[Compared]
) -> tuple[dict[str, Candidate], tuple[str, ...]]:
    """The runs that have figures, and of each other why not."""
    from gendertui.runs.results.reports import candidate

    candidates, remarks = {}, []
    for run in shown:
        folder = lettered[run.letter]
        if not folder.report_file.exists():
            how = "it has no report" if run.info.over else "it is not over"
            remarks.append(f"{run.letter} has no figures yet: {how}.")
            continue
        try:
            candidates[run.letter] = candidate(folder)
        except (GendertuiError, OSError) as error:
            what = error.what if isinstance(error, GendertuiError) else str(error)
            remarks.append(f"{run.letter} has no figures: {what}.")
    return candidates, tuple(remarks)


def _figures(candidates: dict[str, Candidate]) -> tuple[tuple[tuple[Entry, ...], ...], tuple[str, ...]]:
    from gendertui.evaluation.compare.runs import in_groups, why_apart

    groups = tuple(in_groups(candidates))
    remarks = [entry.sentence for group in groups for entry in group if entry.sentence]
    for group in groups[1:]:
        first, letter = groups[0][0].letter, group[0].letter
        remarks.append(why_apart(letter, candidates[letter], first, candidates[first]))
    return groups, tuple(dict.fromkeys(remarks))
