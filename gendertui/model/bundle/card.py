"""The model card: what a bundle is, how good, and what it must not be taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gendertui.corpus.splits import title
from gendertui.corpus.units import NO_UNITS, Units
from gendertui.formatting import IN_PERCENT, METRIC_NAMES, MISSING, count, difference, estimate, number, percent, span
from gendertui.model.answers import answers
from gendertui.model.caution import what_it_is_not
from gendertui.model.characters import part_phrase
from gendertui.model.refit import Refit
from gendertui.text.names import RULE

_HOW_TO_READ = (
    "`majority` always says the commonest label of train; `tfidf-logistic` is logistic regression on TF-IDF of 1–2 "
    "grams, and needs no network. Losses and the calibration error are of probabilities at the rate the labels have "
    "in the set; a skill is one less the ratio to the loss of always saying that rate."
)


def model_card(
    config: Mapping[str, Any], labels: tuple[str, str], report: Mapping[str, Any], data: Mapping[str, Any]
) -> str:
    """The card of a finished run, in Markdown.

    :param config: what the bundle keeps of the training's configuration; all of it is shown, as it is.
    :param report: the content of ``report.json``.
    :param data: what is said of the corpus: ``name``, ``hash``, ``rows`` (lines by label), each where known. Of a
        path only the file's name is shown. ``command`` trains the model again.
    """
    negative, positive = labels
    units = Units.from_json(report["units"]) if "units" in report else NO_UNITS
    line = "line of scripted dialogue" if units.about == "films" else "line"
    parts = [
        f"# A classifier of lines labelled {negative} or {positive}",
        f"It reads one {line} and gives the probability that the line is written like those labelled **{positive}** in "
        f"its corpus rather than those labelled **{negative}**.",
        "## What it is not",
        what_it_is_not(units, labels),
        "## The labels",
        _labels(units, labels),
        "## How good it is",
        *_figures(report, labels, units),
        "Probabilities are calibrated on the validation set at even odds: what the model would say if both labels "
        "were equally frequent. From 0.45 to 0.55 it says that it cannot tell.",
        "## What it was trained on",
        *_data(data),
        "No line of the corpus is in this bundle. Its vocabulary, though, holds the corpus's words, names among them.",
        *_again(data),
        "## Settings",
        "\n".join(f"- {name}: {'none' if value is None else value}" for name, value in config.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _labels(units: Units, labels: tuple[str, str]) -> str:
    negative, positive = labels
    if units.about == "films":
        return (
            f"`{negative}` and `{positive}` are the corpus's labels for scripted characters: two of them, because the "
            "corpus has two. In the Cornell Movie-Dialogs Corpus they are the gender column of its table of "
            "characters, filled in by those who made the corpus. `?` means unlabelled: such lines took no part in the "
            "training."
        )
    of_people = " for people, two of them, because the corpus has two" if units.about == "people" else ""
    return (
        f"`{negative}` and `{positive}` are the corpus's labels{of_people}, given by those who made it. Lines without "
        "a label took no part in the training."
    )


def _figures(report: Mapping[str, Any], labels: tuple[str, str], units: Units) -> list[str]:
    # First, since every figure that follows is of another model than the card's.
    refit = Refit.of(report)
    whose = "" if refit is None else refit.sentence(units)
    parts = [str(report["sentence"])] if report.get("sentence") else []
    for name, figures in report.get("sets", {}).items():
        if not figures.get("model"):
            continue
        parts.append(f"### {name.capitalize()}")
        if found := answers(figures, units):
            parts.append("\n".join(f"- {answer.question} **{answer.short}**: {answer.reason}." for answer in found))
        parts.append(_table(name, figures, labels, units))
        if "groups" in figures and "unit" in figures:
            drawn = units.noun(figures["unit"])
            of_groups = "" if figures["unit"] == "line" else f" of {drawn.counted(figures['groups'])}"
            parts.append(f"{count(figures['rows'])} lines{of_groups}.")
        if figures.get("characters"):
            parts += _speakers(figures["characters"], labels, units)
    if len(parts) > 1:
        parts.append(_HOW_TO_READ)
    if report.get("article"):
        averaged = report["article"]
        parts.append(
            f"As the article counts, averaged over batches: accuracy {percent(averaged['accuracy'], 2)}, "
            f"loss {number(averaged['loss'])}."
        )
    if report.get("protocol"):
        many = units.noun(report.get("unit") or "group").many
        split = title(report["protocol"], units)
        parts.append(f"Split: {split}. Intervals are 95 %, over the choice of {many}, one split.")
    notes = [note for note in report.get("notes", ()) if note != whose]
    if notes:
        parts.append("\n".join(f"- {note}" for note in notes))
    return [*([whose] if whose else []), *(parts or ["Nothing was measured."])]


def _table(what: str, figures: Mapping[str, Any], labels: tuple[str, str], units: Units) -> str:
    """A row a metric, a column for the model, for each baseline, and for what the model has more than that."""
    baselines = figures.get("baselines", {})
    differences = {name: part for name, part in figures.get("paired", {}).items() if name != "majority"}
    heads = [what, "this model", *baselines, *(f"more than {name}" for name in differences)]
    columns = [figures["model"], *baselines.values()]
    rows = [heads, ["---"] * len(heads)]
    for metric, metric_name in METRIC_NAMES.items():
        if metric in figures["model"]:
            in_percent = metric in IN_PERCENT
            cells = [_figure(column.get(metric), in_percent=in_percent) for column in columns]
            more = [_difference(column.get(metric), in_points=in_percent) for column in differences.values()]
            name = metric_name.format(negative=labels[0], positive=labels[1], groups=units.noun("group").many)
            rows.append([name, *cells, *more])
    return _lines(rows)


def _speakers(characters: Mapping[str, Any], labels: tuple[str, str], units: Units) -> list[str]:
    noun = units.noun(units.whole)
    parts = [
        characters["sentence"],
        _table(f"whole {noun.many}", characters, labels, units),
        *_readings(characters, units),
        _by_lines(f"lines of {noun.article} {noun.one}", noun.many, characters["by_lines"]),
    ]
    if characters.get("bands"):
        parts.append(f"By the lines that {noun.many} have, all of them read:")
        parts.append(_by_lines("lines", noun.many, characters["bands"]))
    return parts


def _by_lines(heading: str, many: str, spans: Sequence[Mapping[str, Any]]) -> str:
    rows = [[heading, many, "balanced accuracy", "AUC"], ["---"] * 4]
    for part in spans:
        cells = [_figure(part["balanced_accuracy"], in_percent=True), _figure(part["auc"])]
        rows.append([span(part["lower"], part["upper"]), count(part["n"]), *cells])
    return _lines(rows)


def _readings(characters: Mapping[str, Any], units: Units) -> list[str]:
    """What the score of whole speakers reads, and what each part of that is worth; of older reports nothing."""
    readings = characters.get("readings")
    if not readings:
        return []
    rows = [["a score that reads", "AUC", "balanced accuracy", "difference of the AUC"], ["---"] * 4]
    for reading in readings:
        figures = [_figure(reading[metric], in_percent=metric in IN_PERCENT) for metric in ("auc", "balanced_accuracy")]
        more = _difference(reading["difference"]["auc"]) if reading["difference"] else ""
        rows.append([reading["phrase"], *figures, more])
    parts = [_lines(rows), f"Differences are from the first row, on the same resamples. Names: {RULE}."]
    missing = [part_phrase(name, units) for name in characters.get("missing", ())]
    if missing:
        parts.append(f"Not read, since the corpus does not tell it: {', '.join(missing)}.")
    placed = characters.get("lines_in_place")
    if placed:
        alone, there = (percent(placed[name]["balanced_accuracy"]["value"]) for name in ("alone", "in_place"))
        parts.append(
            f"Single lines: each alone {alone} balanced accuracy; by all that is known of who says it, {there}."
        )
    return parts


def _again(data: Mapping[str, Any]) -> list[str]:
    if not data.get("command"):
        return []
    return ["## Train it again", f"```\n{data['command']}\n```"]


def _figure(figure: Mapping[str, Any] | None, *, in_percent: bool = False) -> str:
    if figure is None or figure.get("value") is None:
        return MISSING
    return estimate(figure["value"], figure.get("low"), figure.get("high"), in_percent=in_percent)


def _difference(figure: Mapping[str, Any] | None, *, in_points: bool = False) -> str:
    if figure is None or figure.get("value") is None:
        return MISSING
    shown = difference(figure["value"], figure.get("low"), figure.get("high"), in_points=in_points)
    return f"{shown} points" if in_points else shown


def _lines(rows: Sequence[Sequence[str]]) -> str:
    """Markdown's table; a label may hold its sign for a column."""
    escaped = [[cell.replace("|", r"\|") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in escaped)


def _data(data: Mapping[str, Any]) -> list[str]:
    parts = []
    if data.get("name"):
        parts.append(f"Corpus: {Path(str(data['name'])).name}.")
    if data.get("rows"):
        parts.append("Lines: " + ", ".join(f"{label} {count(number)}" for label, number in data["rows"].items()) + ".")
    if data.get("hash"):
        parts.append(f"SHA-256 of its files: `{data['hash']}`.")
    return parts or ["The corpus gave no name."]
