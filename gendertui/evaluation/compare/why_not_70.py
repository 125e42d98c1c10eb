"""*Why not 70 %?*: what stands between the article's figure and a run of the tutorial preset, in three sentences."""

from __future__ import annotations

from gendertui.corpus.units import Units
from gendertui.evaluation.audit.store import GROUP_ALONE, LOGISTIC, OVERSAMPLED_FIRST, Audit
from gendertui.evaluation.audit.text import MODEL_NAMES, phrase
from gendertui.evaluation.report.read import CharacterReport, Estimate, Report
from gendertui.evaluation.report.schema import LinesInPlace
from gendertui.formatting import count_of, number, percent, points

ARTICLE = "about 70 %"
"""Accuracy as the article states it."""

NOTEBOOK = "77.8 %"
"""Accuracy the notebook of the article's author printed; it oversampled first and then split at random."""


def why_not_70(
    report: Report,
    audit: Audit | None,
    *,
    batch_averaged: float | None = None,
    by_film: Estimate | None = None,
    whole: CharacterReport | None = None,
) -> tuple[str, ...]:
    """The figures, what the article's split shares between its sets, what each protocol is worth to TF-IDF, and what it
    takes to get there on films that a model has not seen.

    :param report: of a run under the tutorial's split.
    :param audit: of its corpus and the tutorial's split; without one nothing is said of the split.
    :param batch_averaged: the run's accuracy as the article averages it, over batches.
    :param by_film: balanced accuracy of the same model split by film, where it was measured.
    :param whole: the characters of a run on the same corpus that was split by film.
    :raises ValueError: the report or the audit is of another split.
    """
    protocols = {report.protocol} if audit is None else {report.protocol, audit.leaks.protocol}
    if protocols != {"tutorial"}:
        raise ValueError(f"not the tutorial's split: {', '.join(sorted(protocols))}")
    sentences = [_figures(report, batch_averaged, by_film)]
    if audit is not None:
        sentences += [_shared(audit), _worth(audit)]
    if whole is not None and whole.lines_in_place is not None:
        sentences.append(_what_it_takes(whole, whole.lines_in_place, report.units))
    return tuple(sentences)


def _figures(report: Report, batch_averaged: float | None, by_film: Estimate | None) -> str:
    accuracy = report.sets["validation"].model.get("accuracy")
    here = "too few lines to have a figure" if accuracy is None else accuracy.text(percent=True)
    averaged = "" if batch_averaged is None else f", {percent(batch_averaged)} averaged over batches as there"
    film = "has not been measured" if by_film is None else f"has a balanced accuracy of {by_film.text(percent=True)}"
    return (
        f"The article reports {ARTICLE} and its author's notebook, which oversampled first, {NOTEBOOK}; this run has "
        f"{here} on the lines the article holds out{averaged}, and the same model by film {film}."
    )


def _what_it_takes(whole: CharacterReport, lines: LinesInPlace, units: Units) -> str:
    noun = units.noun(units.whole)
    alone, placed, character = (
        figures["balanced_accuracy"].text(percent=True) for figures in (lines.alone, lines.in_place, whole.model)
    )
    return (
        f"Here is how, and what it takes: on {units.noun('group').many} it has not seen a line alone has a balanced "
        f"accuracy of {alone}; with its {noun.one}'s other lines, what is said to the {noun.one} and what others call "
        f"it, {placed}, and a whole {noun.one} {character}."
    )


def _shared(audit: Audit) -> str:
    (held_out,) = audit.leaks.sets
    negative, positive = audit.labels
    whole = sum(held_out.lines)
    copies = (
        f"Of {whole:,} lines held out, {count_of(sum(held_out.identical), whole)} "
        "occur in the training set word for word"
    )
    films = held_out.groups
    if films is None:
        return f"{copies}; the corpus names no films."
    if not films.shared:
        return f"{copies}; none of their {films.held_out:,} films is in train."
    of_negative, of_positive = (
        percent(films.lines[code] / held_out.lines[code] if held_out.lines[code] else 0.0) for code in (0, 1)
    )
    return (
        f"{copies}; the classes run out at different films, so {films.shared:,} of their {films.held_out:,} films are "
        f"in train too, with {of_negative} of the lines labelled {negative} and {of_positive} of those labelled "
        f"{positive}{_pull(audit)}."
    )


def _pull(audit: Audit) -> str:
    """Which way the films on both sides pull: their share of each label in train is all that is known of a line."""
    alone = audit.trial("tutorial", GROUP_ALONE)
    if alone is None:
        return ""
    way = "misleads" if alone.auc.value < 0.5 else "helps"
    return f", where knowing the film alone {way} (AUC {number(alone.auc.value)})"


def _worth(audit: Audit) -> str:
    trials = [trial for trial in audit.trials if trial.model == LOGISTIC]
    figures = ", ".join(
        f"{percent(trial.balanced_accuracy.value)} {phrase(trial.protocol, audit.units)}" for trial in trials
    )
    excesses = " and ".join(
        f"{points(trial.excess.value)} points {phrase(trial.protocol, audit.units)}"
        for trial in trials
        if trial.excess is not None and trial.protocol in (OVERSAMPLED_FIRST, "tutorial")
    )
    against = (
        f"; compared with {phrase(audit.strictest, audit.units)} on the same lines, {excesses}" if excesses else ""
    )
    return f"{MODEL_NAMES[LOGISTIC]} has a balanced accuracy of {figures}{against}."
