"""How a corpus was read, as rows: what was decided, why, and what else there is to choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gendertui.corpus.reading.options import NO_COLUMN, OFF, ON, ReadingOptions
from gendertui.errors import GendertuiError
from gendertui.formatting import count

if TYPE_CHECKING:
    from gendertui.corpus.reading.decision import Decision
    from gendertui.corpus.table import Corpus

FIELDS = ("format", "encoding", "delimiter", "quoting", "header", "text", "label", "group", "id")
YES_OR_NO = ("quoting", "header")
YES, NO = "yes", "no"
COLUMN_FIELDS = ("text", "label", "group", "id")
LABELS = "labels"
CORRECTIONS = "corrections"
ROWS = "rows"
ENCODINGS = (
    *("utf-8", "cp1252", "iso-8859-1", "iso-8859-15", "utf-16", "mac-roman", "cp437", "cp850", "cp1250", "cp1251"),
    *("cp1253", "cp1254", "koi8-r", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr"),
)
_DELIMITERS = {"\t": "tab", ",": "comma ,", ";": "semicolon ;", "|": "bar |", " ": "space"}
# What rests on the old value of a field, and is found out anew with another one.
_RESTS_ON: dict[str, tuple[str, ...]] = {
    "format": ("delimiter", *YES_OR_NO, *COLUMN_FIELDS, "mapping", LABELS),
    "delimiter": (*YES_OR_NO, *COLUMN_FIELDS, "mapping", LABELS),
    "quoting": ("header", *COLUMN_FIELDS, "mapping", LABELS),
    "header": (*COLUMN_FIELDS, "mapping", LABELS),
    "label": ("mapping", LABELS),
}
_NOTHING = ReadingOptions()


@dataclass(frozen=True)
class ReadingRow:
    """One thing that was decided, or the rows that came of it."""

    field: str
    """Field of the options, or :data:`ROWS`."""
    value: str
    """As the field has it; empty for nothing."""
    shown: str
    why: str
    ring: tuple[str, ...] = ()
    """The value and its runners-up, always in the same order, so that going round meets each."""
    every: tuple[str, ...] = ()
    """All there is to choose."""
    asked: bool = False
    """Whether a person chose it."""

    @property
    def others(self) -> str:
        """The runners-up in words."""
        return ", ".join(shown(self.field, value) for value in self.ring if value != self.value)


def reading_rows(corpus: Corpus) -> tuple[ReadingRow, ...]:
    """The rows of the panel, in the order in which a file is read."""
    rows = [row for field in FIELDS if (row := _decided(corpus, field)) is not None]
    corrections = _corrections(corpus)
    return (*rows, _labels(corpus), *([] if corrections is None else [corrections]), _rows(corpus))


def shown(field: str, value: str) -> str:
    """A value as a person reads it."""
    if field == "delimiter":
        return _DELIMITERS.get(value, value)
    if field == LABELS:
        return f"− {value.replace(chr(10), ' + ')}"
    return "none" if value in ("", NO_COLUMN) else value


def chosen(options: ReadingOptions, field: str, value: str) -> ReadingOptions:
    """``options`` with a value in a field; what rested on the old value is left to be found out."""
    for name in _RESTS_ON.get(field, ()):
        options = options.changed(name, getattr(_NOTHING, name))
    taken: Any = value
    if field in ("group", "id"):
        taken = value or NO_COLUMN
    elif field in YES_OR_NO:
        taken = value == YES
    elif field == CORRECTIONS:
        taken = value == ON
    elif field == LABELS:
        negative, _, positive = value.partition("\n")
        taken = (negative, positive)
    return options.changed(field, taken)


def _decided(corpus: Corpus, field: str) -> ReadingRow | None:
    """The row of a field; ``None`` where the format leaves nothing to decide."""
    decision = corpus.reading.decision(field)
    if field == "format":
        from gendertui.corpus.readers import READERS

        titles = {reader.name: reader.title for reader in READERS}
        why = decision.why if decision is not None else titles.get(corpus.kind, "")
        return _row(field, corpus.kind, why, decision, tuple(titles))
    if field == "encoding":
        return _row(field, corpus.encoding, decision.why if decision is not None else "", decision, ENCODINGS)
    if decision is None:
        return None
    columns = corpus.reading.columns
    every = {
        "delimiter": tuple(_DELIMITERS),
        "quoting": (YES, NO),
        "header": (YES, NO),
        "label": (*columns, NO_COLUMN),
        "group": (*columns, NO_COLUMN),
        "id": (*columns, NO_COLUMN),
    }.get(field, columns)
    return _row(field, decision.value, decision.why, decision, every)


def _row(field: str, value: str, why: str, decision: Decision | None, every: tuple[str, ...]) -> ReadingRow:
    nothing = NO_COLUMN if field in ("group", "label", "id") else NO if field in YES_OR_NO else ""
    value = value or nothing
    ring = {value, *(each or nothing for each in (decision.others if decision is not None else ()))} - {""}
    if field in ("group", "id"):
        ring.add(NO_COLUMN)
    every = every if value in every or not value else (value, *every)
    every = (*every, *sorted(ring - set(every)))
    asked = decision is not None and decision.by == "asked"
    return ReadingRow(
        field, value, shown(field, value), why, tuple(each for each in every if each in ring), every, asked
    )


def _labels(corpus: Corpus) -> ReadingRow:
    decision = corpus.reading.decision(LABELS)
    counts = corpus.counts()
    negative, positive = corpus.labels
    parts = [f"− {negative} {count(counts[negative])}", f"+ {positive} {count(counts[positive])}"]
    parts += [f"? {count(counts[None])}"] if counts[None] else []
    why = "" if decision is None else decision.why
    unknown = corpus.unknown_labels
    ring = (f"{negative}\n{positive}", f"{positive}\n{negative}")
    asked = decision is not None and decision.by == "asked"
    return ReadingRow(LABELS, ring[0], "  ".join(parts), "; ".join(filter(None, (why, unknown))), ring, (), asked)


def _corrections(corpus: Corpus) -> ReadingRow | None:
    """Whether labels changed by hand are applied; ``None`` where there are none and nobody has said."""
    from gendertui.corpus.corrections.summary import changes_of

    asked = corpus.reading.options.corrections
    try:
        changes = changes_of(corpus)
    except GendertuiError as error:
        why = str(error)
    else:
        if not changes.total and asked is None:
            return None
        why = changes.words if changes.total else "no label was changed by hand"
    value = ON if asked else OFF
    return ReadingRow(CORRECTIONS, value, value, why, (OFF, ON), (OFF, ON), asked is not None)


def _rows(corpus: Corpus) -> ReadingRow:
    def kinds(counted: Mapping[str, int]) -> str:
        return ", ".join(
            f"{kind} {count(number)}" for kind, number in sorted(counted.items(), key=lambda each: -each[1])
        )

    left_out = sum(corpus.left_out.values())
    parts = [f"{count(left_out)} left out: {kinds(corpus.left_out)}"] if left_out else ["none was left out"]
    parts += [f"kept with a remark: {kinds(corpus.remarks)}"] if corpus.remarks else []
    parts += corpus.notes
    return ReadingRow(ROWS, "", f"{count(len(corpus))} of {count(corpus.rows_read)} kept", "; ".join(parts))
