"""An audit in words: the one rendering that the command line and the screens share. The standard library alone."""

from __future__ import annotations

from gendertui.corpus.leaks.schema import MINIMUM_WORDS, SIMILARITY, ByLabel, Leaks, SetLeaks
from gendertui.corpus.splits import PROTOCOLS
from gendertui.evaluation.audit.store import FILM, LOGISTIC, OVERSAMPLED_FIRST, SVM, Audit, Trial
from gendertui.evaluation.metrics import FEW_GROUPS
from gendertui.evaluation.report.read import BASELINE_NAMES, UNITS
from gendertui.formatting import at_95, count_of, percent, percent_interval, points

PROTOCOL_NAMES = {
    OVERSAMPLED_FIRST: "oversampled first, then divided at random",
    **{name: f"{name}, the article's split" for name, each in PROTOCOLS.items() if each.parity},
}
"""Protocol → how it is called on a screen, where that is not its name."""

PHRASES = {OVERSAMPLED_FIRST: "oversampled first", **{name: each.phrase for name, each in PROTOCOLS.items()}}
"""Protocol → how a sentence says it, after a figure or "divided"."""

SHORT_NAMES = {OVERSAMPLED_FIRST: "oversampled"}
"""Protocol → its name in a narrow column, where that is another."""

MODEL_NAMES = {**BASELINE_NAMES, SVM: "TF-IDF + SVM", FILM: "film alone"}


def audit_lines(audit: Audit) -> list[str]:
    """The audit in words. Sentences are not wrapped; the lines of the tables fit 78 cells."""
    negative, positive = audit.labels
    lines = [
        f"{audit.corpus}: {sum(audit.counts):,} labelled lines with a text, "
        f"{audit.counts[0]:,} {negative} and {audit.counts[1]:,} {positive}.",
        "",
        *_leaks(audit.leaks, audit.labels),
        "",
        *_trials(audit),
    ]
    if any(trial.excess is not None for trial in audit.trials):
        lines += ["", *_excesses(audit)]
    return [*lines, "", *_notes(audit)]


def leak_sentence(audit: Audit, protocol: str) -> str | None:
    """What a protocol adds on this corpus, measured; ``None`` for the strictest one, or where it was not measured."""
    trial = audit.trial(protocol)
    if trial is None or trial.excess is None:
        return None
    name = MODEL_NAMES[trial.model]
    low, high = trial.excess.low, trial.excess.high
    between = percent_interval(low, high, sign=True)
    said = f"{points(trial.excess.value)} points{at_95(between)} of balanced accuracy for {name} on this corpus"
    if low is not None and low > 0:
        return f"{protocol} leaks: {said}, over {audit.strictest} on the same lines."
    return f"{protocol} against {audit.strictest}, on the same lines: {said}."


def _leaks(leaks: Leaks, labels: tuple[str, str]) -> list[str]:
    asked = "" if leaks.requested == leaks.protocol else f" (asked for: {leaks.requested})"
    lines = [
        f"Split {leaks.protocol}{asked}, seed {leaks.seed}: held-out lines that train gives away",
        _row("", [part.name for part in leaks.sets]),
        _row("lines", [f"{sum(part.lines):,}" for part in leaks.sets]),
    ]
    texts = {
        "the text stands in train": [part.identical for part in leaks.sets],
        "else, its words do": [part.rewritten for part in leaks.sets],
        "else, nearly its words do": [part.near for part in leaks.sets],
        f"of all these, {MINIMUM_WORDS} words or more": [part.long for part in leaks.sets],
    }
    lines += [
        _row(name, [count_of(sum(found), sum(part.lines)) for found, part in zip(counts, leaks.sets, strict=True)])
        for name, counts in texts.items()
    ]
    for name in ("films", "characters"):
        lines += _groups(name, leaks, labels)
    lines += [
        f"Film {twin.held_out} ({part.name}) is very likely film {twin.train} of train under another id: "
        f"{twin.shared:,} of {twin.texts:,} texts of {MINIMUM_WORDS} words or more stand in both."
        for part in leaks.sets
        for twin in part.duplicate_films
    ]
    lines.append(
        f"{leaks.ambiguous:,} of {leaks.texts:,} distinct texts have lines under both labels, "
        f"{sum(leaks.ambiguous_lines):,} lines in all."
    )
    return [*lines, *leaks.warnings]


def _groups(name: str, leaks: Leaks, labels: tuple[str, str]) -> list[str]:
    """Films or characters that stand on both sides, and their lines, label by label where there are any."""
    found = [(part, getattr(part, name)) for part in leaks.sets]
    if any(shared is None for _, shared in found):
        return []
    lines = [_row(f"{name} also in train", [f"{shared.shared:,} of {shared.held_out:,}" for _, shared in found])]
    if any(shared.shared for _, shared in found):
        for code, label in enumerate(labels):
            cells = [_of_label(code, shared.lines, part) for part, shared in found]
            lines.append(_row(f"  their lines labelled {label}", cells))
    return lines


def _of_label(code: int, counts: ByLabel, part: SetLeaks) -> str:
    return count_of(counts[code], part.lines[code])


def _trials(audit: Audit) -> list[str]:
    lines = [
        f"What a way of dividing is worth: the same models, on lines held out in {audit.folds} folds",
        f"{'':<16}{'accuracy':<20}{'balanced accuracy':<20}AUC",
    ]
    protocol = ""
    for trial in audit.trials:
        if trial.protocol != protocol:
            protocol = trial.protocol
            lines.append(f"{PROTOCOL_NAMES.get(protocol, protocol)}: {trial.lines:,} lines")
        lines.append(
            f"  {MODEL_NAMES[trial.model]:<14}{trial.accuracy.text(percent=True):<20}"
            f"{trial.balanced_accuracy.text(percent=True):<20}{trial.auc.text()}".rstrip()
        )
    return lines


def _excesses(audit: Audit) -> list[str]:
    lines = [f"Points of balanced accuracy above {audit.strictest}, on the same lines"]
    for protocol in dict.fromkeys(trial.protocol for trial in audit.trials):
        found = [audit.trial(protocol, model) for model in (LOGISTIC, SVM)]
        cells = [_excess(trial) for trial in found if trial is not None and trial.excess is not None]
        if cells:
            lines.append(f"  {protocol:<20}{''.join(f'{cell:<28}' for cell in cells)}".rstrip())
    return lines


def _excess(trial: Trial) -> str:
    assert trial.excess is not None
    name = MODEL_NAMES[trial.model].removeprefix("TF-IDF + ")
    return f"{name} {trial.excess.signed(percent=True)}"


def _notes(audit: Audit) -> list[str]:
    unit = UNITS.get(audit.unit, audit.unit)
    most, label = max(zip(audit.counts, audit.labels, strict=True))
    notes = [f"Always {label}: accuracy {percent(most / sum(audit.counts))}, balanced accuracy {percent(0.5)}."]
    without = {trial.protocol: trial.auc.groups for trial in audit.trials if trial.auc.low is None}
    if len(without) < len({trial.protocol for trial in audit.trials}):
        notes.append(f"Intervals are of 95 % and cover the choice of {unit}, not a refit.")
    for protocol, groups in without.items():
        notes.append(f"{PROTOCOL_NAMES.get(protocol, protocol)}: {groups:,} {unit}, {FEW_GROUPS}.")
    if audit.trial("by-movie", FILM) is not None:
        notes.append(
            "Film alone reads no text: it answers the commoner label of the film's lines in train. Where its AUC is "
            "below 0.5, what is left of a film in train leans to the other label, and the split does not flatter."
        )
    notes.append(
        "The text: white space at both ends aside. Its words: letters and digits in their order, case folded. Nearly: "
        f"sets of word pairs with a Jaccard index of {SIMILARITY} or more, in texts of {MINIMUM_WORDS} words or more."
    )
    notes += [f"Without {protocol}: {why}." for protocol, why in audit.omitted.items()]
    return notes


def _row(name: str, cells: list[str]) -> str:
    return f"{name:<34}{''.join(f'{cell:>20}' for cell in cells)}".rstrip()
