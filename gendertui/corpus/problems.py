"""What was wrong with the rows of a file."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, field

UNKNOWN_LABEL = "unknown label"
"""Kind of a problem whose ``value`` was found in place of a label."""
LABEL_LEFT_OUT = "label left out by the mapping"
"""Kind of the rows that a person left out by their label. They are counted, but are no problems."""
KEPT_PROBLEMS = 10_000
"""Problems that are kept one by one; all are counted."""
SHOWN_CHARACTERS = 1_000


@dataclass(frozen=True)
class Problem:
    """A row that was not understood and left out, or one that was kept with a remark."""

    file: str
    line: int
    """Counted from 1; of a row of several lines the first. 0 where the file has no lines."""
    kind: str
    text: str
    kept: bool = False
    value: str = ""
    """The field that was not understood, if it was a single one."""


@dataclass
class Problems:
    """Collects problems: the first :data:`KEPT_PROBLEMS` one by one, and the number of each kind."""

    listed: list[Problem] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """Kind → rows not in the table."""
    remarks: Counter[str] = field(default_factory=Counter)
    """Kind → rows in the table, or rows of a file beside it."""
    unknown_labels: Counter[str] = field(default_factory=Counter)
    """Value found in place of a label → rows."""

    def in_order(self) -> list[Problem]:
        """Those listed, file by file, by line."""
        places: dict[str, int] = {}
        for problem in self.listed:
            places.setdefault(problem.file, len(places))
        return sorted(self.listed, key=lambda problem: (places[problem.file], problem.line))

    def add(self, problem: Problem) -> None:
        (self.remarks if problem.kept else self.left_out)[problem.kind] += 1
        if problem.kind == UNKNOWN_LABEL:
            self.unknown_labels[problem.value] += 1
        if len(self.listed) < KEPT_PROBLEMS:
            short = problem.text if len(problem.text) <= SHOWN_CHARACTERS else f"{problem.text[:SHOWN_CHARACTERS]}…"
            self.listed.append(dataclasses.replace(problem, text=short))

    def extend(self, others: Problems) -> None:
        """Add those of another file."""
        self.left_out.update(others.left_out)
        self.remarks.update(others.remarks)
        self.unknown_labels.update(others.unknown_labels)
        self.listed += others.listed[: KEPT_PROBLEMS - len(self.listed)]
