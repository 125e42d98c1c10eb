"""An audit in words: the one rendering that the command line and the screens share. The standard library alone."""

from __future__ import annotations

from collections.abc import Iterable

from gendertui.corpus.leaks.schema import MINIMUM_WORDS, SIMILARITY, ByLabel, Leaks
from gendertui.corpus.splits import BY_GROUP, PROTOCOLS, described, title
from gendertui.corpus.units import Units
from gendertui.evaluation.audit.store import GROUP_ALONE, LOGISTIC, OVERSAMPLED_FIRST, SVM, Audit, Trial
from gendertui.evaluation.metrics.bootstrap import too_few
from gendertui.evaluation.report.read import BASELINE_NAMES
from gendertui.formatting import at_95, count, count_of, percent, percent_interval, points

MODEL_NAMES = {**BASELINE_NAMES, SVM: "TF-IDF + SVM"}
"""Model of the text → how it is called on a screen."""


def model_name(model: str, units: Units) -> str:
    """How any model of an audit is called on a screen."""
    return f"{units.noun('group').one} alone" if model == GROUP_ALONE else MODEL_NAMES.get(model, model)


def protocol_name(protocol: str, units: Units) -> str:
    """How a way of dividing is called where there is room."""
    if protocol == OVERSAMPLED_FIRST:
        return "oversampled first, then divided at random"
    parity = protocol in PROTOCOLS and PROTOCOLS[protocol].parity
    return f"{title(protocol, units)}, the article's split" if parity else title(protocol, units)


def short_name(protocol: str, units: Units) -> str:
    """How a way of dividing is called in a narrow column."""
    return "oversampled" if protocol == OVERSAMPLED_FIRST else title(protocol, units)


def phrase(protocol: str, units: Units) -> str:
    """How a sentence says a way of dividing, after a figure or "divided"."""
    return "oversampled first" if protocol == OVERSAMPLED_FIRST else PROTOCOLS[protocol].phrase(units)


def audit_lines(audit: Audit) -> list[str]:
    """The audit in words. Sentences are not wrapped; the lines of the tables fit 78 cells."""
    negative, positive = audit.labels
    lines = [
        f"{audit.corpus}: {sum(audit.counts):,} labelled lines with a text, "
        f"{audit.counts[0]:,} {negative} and {audit.counts[1]:,} {positive}.",
        "",
        *_leaks(audit),
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
    this, strictest = (_split(each, audit.units) for each in (protocol, audit.strictest))
    low, high = trial.excess.low, trial.excess.high
    between = percent_interval(low, high, sign=True)
    said = f"{points(trial.excess.value)} points{at_95(between)} of balanced accuracy for {name} on this corpus"
    if low is not None and low > 0:
        return f"The {this} leaks: {said}, over the {strictest} on the same lines."
    return f"The {this} against the {strictest}, on the same lines: {said}."


def _split(protocol: str, units: Units) -> str:
    return f"{protocol} split" if protocol == OVERSAMPLED_FIRST else described(protocol, units)


def _leaks(audit: Audit) -> list[str]:
    leaks, units = audit.leaks, audit.units
    asked = "" if leaks.requested == leaks.protocol else f" (asked for: {title(leaks.requested, units)})"
    return [
        f"Split {title(leaks.protocol, units)}{asked}, seed {leaks.seed}: held-out lines that train gives away",
        *leak_table(leaks, audit.labels, units),
        *leak_notes(leaks, units),
        *leaks.warnings,
    ]


def leak_table(leaks: Leaks, labels: tuple[str, str], units: Units) -> list[str]:
    """What train gives away of each held-out set, a column a set, under a line of heads; 67 cells with two sets."""
    sets = leaks.sets

    def of_lines(counts: Iterable[ByLabel]) -> list[str]:
        return [count_of(sum(found), sum(part.lines)) for found, part in zip(counts, sets, strict=True)]

    rows = [
        ("", [part.name for part in sets]),
        ("lines", [count(sum(part.lines)) for part in sets]),
        ("same text in train", of_lines(part.identical for part in sets)),
        ("else, same words", of_lines(part.rewritten for part in sets)),
        ("else, nearly the same words", of_lines(part.near for part in sets)),
        (f"of these, {MINIMUM_WORDS} words or more", of_lines(part.long for part in sets)),
    ]
    for name, noun in (("groups", units.noun("group")), ("speakers", units.noun("speaker"))):
        shared = [(part, groups) for part in sets if (groups := getattr(part, name)) is not None]
        if len(shared) < len(sets):
            continue
        rows.append(
            (f"{noun.many} also in train", [f"{count(each.shared)} of {count(each.held_out)}" for _, each in shared])
        )
        if any(each.shared for _, each in shared):
            rows += [
                (
                    f"  their lines labelled {label}",
                    [count_of(each.lines[code], part.lines[code]) for part, each in shared],
                )
                for code, label in enumerate(labels)
            ]
    return [f"{name:<27}{''.join(f'{cell:>20}' for cell in cells)}".rstrip() for name, cells in rows]


def leak_notes(leaks: Leaks, units: Units) -> list[str]:
    """Groups that the corpus has twice, and texts that have both labels, in sentences."""
    noun = units.noun("group").one
    twice = [
        f"{noun.capitalize()} {pair.held_out} ({part.name}) is very likely {noun} {pair.train} of train under another "
        f"id: both have {count(pair.shared)} of its {count(pair.texts)} texts of {MINIMUM_WORDS} words or more."
        for part in leaks.sets
        for pair in part.duplicate_groups
    ]
    return [
        *twice,
        f"{count(leaks.ambiguous)} of {count(leaks.texts)} distinct texts have both labels, on "
        f"{count(sum(leaks.ambiguous_lines))} lines in all.",
    ]


def _trials(audit: Audit) -> list[str]:
    lines = [
        f"What a way of dividing is worth: the same models, on lines held out in {audit.folds} folds",
        f"{'':<16}{'accuracy':<20}{'balanced accuracy':<20}AUC",
    ]
    protocol = ""
    for trial in audit.trials:
        if trial.protocol != protocol:
            protocol = trial.protocol
            lines.append(f"{protocol_name(protocol, audit.units)}: {trial.lines:,} lines")
        lines.append(
            f"  {model_name(trial.model, audit.units):<14}{trial.accuracy.text(percent=True):<20}"
            f"{trial.balanced_accuracy.text(percent=True):<20}{trial.auc.text()}".rstrip()
        )
    return lines


def _excesses(audit: Audit) -> list[str]:
    lines = [f"Points of balanced accuracy above {title(audit.strictest, audit.units)}, on the same lines"]
    for protocol in dict.fromkeys(trial.protocol for trial in audit.trials):
        found = [audit.trial(protocol, model) for model in (LOGISTIC, SVM)]
        cells = [_excess(trial) for trial in found if trial is not None and trial.excess is not None]
        if cells:
            lines.append(
                f"  {_excess_name(protocol, audit.units):<20}{''.join(f'{cell:<28}' for cell in cells)}".rstrip()
            )
    return lines


def _excess_name(protocol: str, units: Units) -> str:
    return protocol if protocol == OVERSAMPLED_FIRST else title(protocol, units)


def _excess(trial: Trial) -> str:
    assert trial.excess is not None
    name = MODEL_NAMES[trial.model].removeprefix("TF-IDF + ")
    return f"{name} {trial.excess.signed(percent=True)}"


def _notes(audit: Audit) -> list[str]:
    units, noun = audit.units, audit.units.noun(audit.unit)
    most, label = max(zip(audit.counts, audit.labels, strict=True))
    notes = [f"Always {label}: accuracy {percent(most / sum(audit.counts))}, balanced accuracy {percent(0.5)}."]
    without = {trial.protocol: trial.auc.groups for trial in audit.trials if trial.auc.low is None}
    if len(without) < len({trial.protocol for trial in audit.trials}):
        notes.append(f"Intervals are of 95 % and cover the choice of {noun.many}, not a refit.")
    for protocol, groups in without.items():
        notes.append(f"{protocol_name(protocol, units)}: {noun.counted(groups)}, {too_few(groups)}.")
    if audit.trial(BY_GROUP, GROUP_ALONE) is not None:
        group = units.noun("group").one
        notes.append(
            f"{group.capitalize()} alone reads no text: it answers the commoner label of the {group}'s lines in train. "
            f"Where its AUC is below 0.5, what is left of a {group} in train leans to the other label, and the split "
            "does not flatter."
        )
    notes.append(
        "The text: white space at both ends aside. Its words: letters and digits in their order, case folded. Nearly: "
        f"sets of word pairs with a Jaccard index of {SIMILARITY} or more, in texts of {MINIMUM_WORDS} words or more."
    )
    notes += [f"Without {title(protocol, units)}: {why}." for protocol, why in audit.omitted.items()]
    return notes
