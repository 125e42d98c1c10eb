"""A report's figures in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gendertui.corpus.splits import is_given, is_parity
from gendertui.evaluation.metrics.bootstrap import too_few
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.schema import sentence
from gendertui.formatting import at_95, number, percent_interval, span

LINEAR = "tfidf-logistic"
_METRIC = "balanced_accuracy"
_FEW = (1, 3, 10)
"""Where the spans of lines begin that the sentence mentions."""


def headline(part: Mapping[str, Any], meta: Meta) -> str:
    """How good the model is on single lines, in one sentence; or that there are too few lines to say."""
    if part.get("too_few"):
        return sentence(part["too_few"])
    figure, linear = part["model"][_METRIC], part["baselines"][LINEAR][_METRIC]
    return (
        f"{_held_out(meta).capitalize()}, it puts {_of_100(figure)} lines on the right side{_between(figure)} "
        f"where {_both(meta)} are equally common; a coin gets 50, "
        f"TF-IDF with logistic regression {number(100 * linear['value'], 1)}."
    )


def characters(figures: Mapping[str, Any], by_lines: Sequence[Mapping[str, Any]], meta: Meta) -> str:
    """How good the model is on whole speakers, and how that depends on the number of lines."""
    noun = meta.units.noun(meta.units.whole)
    figure, linear = figures["model"][_METRIC], figures["baselines"][LINEAR][_METRIC]
    return (
        f"By all of {noun.article} {noun.one}'s lines, it puts {_of_100(figure)} {noun.many} on the right side"
        f"{_between(figure)} where {_both(meta)} are equally common, AUC {number(figures['model']['auc']['value'])}; "
        f"TF-IDF with logistic regression {number(100 * linear['value'], 1)}.{_steps(by_lines)}"
    )


def stacked(figures: Mapping[str, Any], by_lines: Sequence[Mapping[str, Any]], meta: Meta) -> str:
    """How good the model of characters is, beside the mean of lines, and how that depends on the number of lines."""
    noun = meta.units.noun(meta.units.whole)
    figure, mean = figures["model"][_METRIC], figures["baselines"]["mean-of-lines"][_METRIC]
    text = figures["baselines"]["tfidf-text"][_METRIC]
    return (
        f"{_held_out(meta).capitalize()}, it puts {_of_100(figure)} {noun.many} on the right side{_between(figure)} "
        f"where {_both(meta)} are equally common, AUC {number(figures['model']['auc']['value'])}; the mean of their "
        f"lines {number(100 * mean['value'], 1)}, TF-IDF of their whole text {number(100 * text['value'], 1)}."
        f"{_steps(by_lines)}"
    )


def _steps(by_lines: Sequence[Mapping[str, Any]]) -> str:
    """``By 1 line it is 58 of 100, by 3 to 4 lines 61.``; empty where nothing is known of so few."""
    steps = [
        (span(part["lower"], part["upper"], "line"), number(100 * part["balanced_accuracy"]["value"], 0))
        for part in by_lines
        if part["lower"] in _FEW and part["balanced_accuracy"] is not None
    ]
    if not steps:
        return ""
    (few, share), *more = steps
    return f" By {few} it is {share} of 100{''.join(f', by {lines} {right}' for lines, right in more)}."


def notes(sets: Mapping[str, Any], meta: Meta) -> list[str]:
    """What the figures rest on, and what flatters them."""
    noun = meta.units.noun(meta.unit)
    unit = noun.many
    found = [
        f"One split is one draw: with other {unit} held out the figures would differ.",
        "The epoch and the calibrations were chosen on the validation lines, which flatters their figures a little; "
        "accuracies in the table of epochs are of before the calibration.",
    ]
    measured = {name: part for name, part in sets.items() if not part.get("too_few")}
    for name, part in measured.items():
        if part["model"][_METRIC]["low"] is None:
            found.append(f"{noun.counted(part['groups'])} in the {name} set: {too_few(part['groups'])}.")
    if any(part["model"][_METRIC]["low"] is not None for part in measured.values()):
        found.append(f"Intervals cover the choice of {unit}, not the seed of training or a refit.")
    if is_parity(meta.protocol):
        found.append("The article's test set plays validation's part, as it did there.")
    if is_given(meta.protocol):
        found.append("The sets are those that the file gives.")
        if meta.units.group is None:
            found.append("Nothing in the corpus says which lines belong together: one source may be in two sets.")
    elif meta.units.group is None and not is_parity(meta.protocol):
        found.append(
            "Nothing in the corpus says which lines belong together, so the split could only be at random: what the "
            "lines of one source have in common is in train and in validation, which flatters too."
        )
    if meta.shared_groups:
        found.append(f"{meta.shared_groups:,} {unit} have lines both in train and in validation, which flatters too.")
    return found


def _held_out(meta: Meta) -> str:
    return f"on {meta.units.noun(meta.unit).many} it has not seen" if meta.unseen else "on held-out lines"


def _both(meta: Meta) -> str:
    return " and ".join(meta.labels)


def _of_100(figure: Mapping[str, Any]) -> str:
    return f"{number(100 * figure['value'], 1)} of 100"


def _between(figure: Mapping[str, Any]) -> str:
    return at_95(percent_interval(figure["low"], figure["high"]))
