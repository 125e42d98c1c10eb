"""The figures of whole characters in words and tables of text, which the command line, the verdict and cards share."""

from __future__ import annotations

import textwrap

from gendertui.corpus.units import Units
from gendertui.evaluation.report.schema import CharacterReport, Estimate, LinesBin
from gendertui.formatting import MISSING, count, span
from gendertui.model.characters import part_phrase
from gendertui.text.names import RULE

MASKED = "names-masked"
WIDTH = 78
_WIDTH, _BAND = 28, 22


def character_lines(characters: CharacterReport, units: Units) -> list[str]:
    """What each score of characters reads and how good it is, and how that depends on the number of lines; the lines
    fit 78 cells. Empty for a report of an older version."""
    if not characters.readings:
        return []
    noun = units.noun(units.whole)
    rows = [("a score that reads", "AUC", "difference")]
    rows += [
        (reading.phrase, reading.auc.text(), reading.difference["auc"].signed() if reading.difference else "")
        for reading in characters.readings
    ]
    lines = [f"{reads:<{_WIDTH}}{auc:<22}{more}".rstrip() for reads, auc, more in rows]
    lines.append("difference: of the AUC, from the first row, on the same resamples")
    if any(reading.name == MASKED for reading in characters.readings):
        lines += textwrap.wrap(f"names: {RULE}", WIDTH)
    if characters.missing:
        left_out = ", ".join(part_phrase(part, units) for part in characters.missing)
        lines.append(f"Not read, since the corpus does not tell it: {left_out}.")
    heading = f"lines of {noun.article} {noun.one}"
    lines += ["", f"{heading:<{_BAND}}{noun.many:<14}{'balanced accuracy':<22}AUC"]
    lines += [_band(part) for part in characters.bands if part.n]
    placed = characters.lines_in_place
    if placed is not None:
        where = units.noun("group").one if units.whole == "speaker" and units.group else noun.one
        rows = [("lines", "balanced accuracy", "AUC")]
        for name, figures in ((f"each alone ({placed.rows:,})", placed.alone), (f"in its {where}", placed.in_place)):
            rows.append((name, _shown(figures.get("balanced_accuracy"), percent=True), _shown(figures.get("auc"))))
        lines += ["", *(f"{name:<{_WIDTH}}{right:<22}{auc}".rstrip() for name, right, auc in rows)]
    return lines


def _band(part: LinesBin) -> str:
    right, auc = _shown(part.balanced_accuracy, percent=True), _shown(part.auc)
    return f"{span(part.lower, part.upper):<{_BAND}}{count(part.n):<14}{right:<22}{auc}".rstrip()


def _shown(figure: Estimate | None, *, percent: bool = False) -> str:
    return MISSING if figure is None else figure.text(percent=percent)
