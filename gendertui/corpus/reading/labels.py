"""From the values of a label column to two labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.options import LEFT_OUT, REST, UNLABELLED, ReadingOptions
from gendertui.errors import ExitCode, GendertuiError

MISSING = frozenset({"", "?", "-", "none", "null", "nan", "na", "n/a", "unknown", "unlabelled", "unlabeled"})
"""Values, in lower case, that stand for no label where two others are left."""
_GENDERS = {"m": 0, "male": 0, "man": 0, "men": 0, "masculine": 0, "f": 1, "female": 1, "woman": 1, "women": 1}
_GENDERS["feminine"] = 1
FILM_LABELS = ("m", "f")
_NEGATIVE_FIRST = (("male", "female"), FILM_LABELS, ("man", "woman"), ("reject", "accept"), ("legit", "fraud"))
"""Pairs whose negative label is not the first in the alphabet."""
_NEGATION = re.compile(r"^(not|non|no)[\s_-]+")
_WHOLE = re.compile(r"\+?(-?)(\d+)(?:\.0*)?")
LISTED = 8
MAXIMUM_VALUES = 1_000
"""Distinct values that a label column may have; more make it no label column."""


@dataclass(frozen=True)
class Labels:
    """How the values of a label column become two labels."""

    names: tuple[str, str]
    """The negative and the positive one."""
    codes: Mapping[str, int] = field(default_factory=dict)
    """Value → 0 or 1. A value that is not here leaves its row without a label."""
    left_out: frozenset[str] = frozenset()
    """Values whose rows are left out."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """Values that were neither expected nor words for a missing label → rows."""
    decision: Decision | None = None

    @property
    def unknown_words(self) -> str:
        """A sentence listing the unknown values with their counts, commonest first; empty if there are none."""
        if not self.unknown:
            return ""
        if self.decision is not None and self.decision.by == "asked":
            return f"left without a label: {listed(self.unknown)}"
        return f"labels are {', '.join(self.names)} or ?; not understood: {listed(self.unknown)}"


def is_gender(value: str) -> bool:
    """Whether a value of a film corpus is a gender, in whatever spelling, or stands for an unknown one."""
    folded = _folded(value)
    return folded in _GENDERS or folded in MISSING


def listed(values: Mapping[str, int]) -> str:
    """``'ham' (96), 'spam' (24)``, the commonest first, at most :data:`LISTED`."""
    common = sorted(values.items(), key=lambda item: (-item[1], item[0]))
    more = f" and {len(common) - LISTED:,} more" if len(common) > LISTED else ""
    return ", ".join(f"{value!r} ({count:,})" for value, count in common[:LISTED]) + more


class LabelsError(GendertuiError):
    """The values of a label column are not two labels, and no mapping makes them two."""

    def __init__(self, values: Mapping[str, int], *, what: str, hint: str) -> None:
        super().__init__(what, hint=hint, code=ExitCode.DATA)
        self.values = values


def decide(values: Mapping[str, int], options: ReadingOptions, *, film: bool) -> Labels:
    """Which of ``values`` is which label.

    :param values: value → rows.
    :param film: the values are genders of a film corpus, written in whatever way.
    :raises LabelsError: more than two labels are left and the options do not choose.
    """
    if set(values) <= {""} and (options.mapping or options.labels):
        raise LabelsError(
            values,
            what="no column holds labels, so there is nothing to choose among",
            hint="Name the column of the labels: --label NAME.",
        )
    if options.mapping:
        return _mapped(values, options)
    if film:
        return _film(values, options)
    spellings = merged(values)
    names = [name for name in spellings if name.casefold() not in MISSING]
    missing = [name for name in spellings if name.casefold() in MISSING]
    if len(names) < 2 and options.labels is None:
        # "none" and "spam": a word for a missing label is one of the two where there is no other.
        words = [name for name in missing if name not in ("", "?", "-")]
        names += words[: 2 - len(names)] if len(names) + len(words) == 2 else []
    chosen = options.labels
    if chosen is None and len(names) > 2:
        raise LabelsError(
            values,
            what=f"the label column has {len(names):,} values, not two: {listed({n: spellings[n][1] for n in names})}",
            hint=f"Choose two: --labels {names[0]},{names[1]} (the others are left unlabelled); or map several to "
            f"each: --map '{names[0]}=a,{names[1]}=b,*=b'.",
        )
    if chosen is not None:
        _check_chosen(chosen, spellings, values)
    pair = chosen or _ordered(names)
    folded = {_folded(name): code for code, name in enumerate(pair)}
    codes = {
        value: folded[_folded(name)]
        for name, (each, _) in spellings.items()
        if _folded(name) in folded
        for value in each
    }
    unknown = {
        name: count
        for name, (_, count) in spellings.items()
        if _folded(name) not in folded and name.casefold() not in MISSING
    }
    decision = _decision(pair, spellings, chosen is not None) if names or chosen else None
    return Labels(pair, codes, unknown=unknown, decision=decision)


def merged(values: Mapping[str, int]) -> dict[str, tuple[list[str], int]]:
    """Commonest spelling → (all spellings, rows): ``Spam`` and ``spam `` are one value, 1 and 1.0 too."""
    kinds: dict[str, list[str]] = {}
    # Of spellings as common the plain one: ham before Ham, 1 before 1.0.
    for value in sorted(values, key=lambda value: (-values[value], value != value.strip().lower(), len(value), value)):
        kinds.setdefault(_folded(value), []).append(value)
    return {_spelt(each[0]): (each, sum(values[value] for value in each)) for each in kinds.values()}


def _folded(value: str) -> str:
    stripped = value.strip().casefold()
    return number[1] + number[2] if (number := _WHOLE.fullmatch(stripped)) else stripped


def _spelt(value: str) -> str:
    """A value as the name of a label: a whole number without a plus sign and decimals."""
    return _folded(value) if _WHOLE.fullmatch(value.strip()) else value.strip()


def _ordered(names: list[str]) -> tuple[str, str]:
    """The negative and the positive of at most two names."""
    if not names:
        return "negative", "positive"
    if len(names) == 1:
        return f"not {names[0]}", names[0]
    numbers = all(_WHOLE.fullmatch(name) for name in names)
    first, second = sorted(names, key=float if numbers else str.casefold)
    pair = (second.casefold(), first.casefold())
    turned = pair in _NEGATIVE_FIRST or _NEGATION.sub("", pair[0]) == pair[1]
    return (second, first) if turned else (first, second)


def _check_chosen(
    chosen: tuple[str, str], spellings: Mapping[str, tuple[list[str], int]], values: Mapping[str, int]
) -> None:
    known = {_folded(name) for name in spellings}
    absent = [name for name in chosen if _folded(name) not in known]
    if absent:
        raise LabelsError(
            values,
            what=f"no row is labelled {' or '.join(map(repr, absent))}: the values are {listed(values)}",
            hint="Name two of them: --labels NEGATIVE,POSITIVE.",
        )


def _film(values: Mapping[str, int], options: ReadingOptions) -> Labels:
    known = {value: _GENDERS[_folded(value)] for value in values if _folded(value) in _GENDERS}
    unknown = {value: n for value, n in values.items() if value not in known and _folded(value) not in MISSING}
    pair = options.labels or FILM_LABELS
    if options.labels is not None:
        if not {name.casefold() for name in options.labels} <= set(_GENDERS):
            _check_chosen(options.labels, merged(values), values)
        turned = _GENDERS.get(options.labels[0].casefold(), 0)
        known = {value: code ^ turned for value, code in known.items()}
    decision = Decision("labels", ",".join(pair), "the genders of a film corpus", by=_by(options.labels))
    return Labels(pair, known, unknown=unknown, decision=decision)


def _mapped(values: Mapping[str, int], options: ReadingOptions) -> Labels:
    wanted = dict(options.mapping)
    rest = wanted.pop(REST, UNLABELLED)
    folded = {_folded(value): label for value, label in wanted.items()}
    found = {value: folded.get(_folded(value), rest) for value in values}
    for value in values:
        if _folded(value) in MISSING and _folded(value) not in folded:
            found[value] = UNLABELLED
    targets = sorted({label for label in [*wanted.values(), rest] if label not in (UNLABELLED, LEFT_OUT)})
    if len(targets) > 2 or not targets:
        raise LabelsError(
            values,
            what=f"the mapping gives {len(targets)} labels, not two: {', '.join(targets) or 'none'}",
            hint="Give values one of two labels: --map 'VALUE=LABEL,…'.",
        )
    pair = options.labels or _ordered(targets)
    if not set(targets) <= set(pair):
        raise LabelsError(
            values,
            what=f"--labels {','.join(pair)} and the labels of the mapping, {', '.join(targets)}, differ",
            hint="Name the same two labels in both.",
        )
    codes = {value: pair.index(label) for value, label in found.items() if label in pair}
    left_out = frozenset(value for value, label in found.items() if label == LEFT_OUT)
    unknown: Counter[str] = Counter(
        {
            value: values[value]
            for value, label in found.items()
            if label == UNLABELLED and _folded(value) not in MISSING and _folded(value) not in folded
        }
    )
    decision = Decision("labels", ",".join(pair), "as mapped", by="asked")
    return Labels(pair, codes, left_out, unknown, decision)


def _decision(pair: tuple[str, str], spellings: Mapping[str, Any], asked: bool) -> Decision:
    counts = ", ".join(f"{name} {spellings[name][1]:,}" for name in pair if name in spellings)
    return Decision("labels", ",".join(pair), counts, (f"{pair[1]},{pair[0]}",), by="asked" if asked else "found")


def _by(asked: object) -> Any:
    return "found" if asked is None else "asked"


def with_labels(table: pa.Table, labels: Labels) -> tuple[pa.Table, int]:
    """The lines table with labels in place of the values of its label column, and the number of rows left out."""
    column = table.column("label").combine_chunks()
    column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    encoded = column.dictionary_encode()
    values = encoded.dictionary.to_pylist()
    names = pa.array(
        [labels.names[labels.codes[value]] if value in labels.codes else None for value in values], pa.string()
    )
    place = table.schema.get_field_index("label")
    mapped = table.set_column(place, table.schema.field(place), names.take(encoded.indices))
    if not labels.left_out:
        return mapped, 0
    kept = pa.array([value not in labels.left_out for value in values], pa.bool_()).take(encoded.indices)
    kept = pc.fill_null(kept, "" not in labels.left_out)
    shown = mapped.filter(kept)
    return shown, mapped.num_rows - shown.num_rows
