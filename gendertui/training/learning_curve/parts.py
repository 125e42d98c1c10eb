"""Parts of a training set of one eighth, a quarter, a half and all of it, made of whole films, nested.

The films are dealt at random into eight parts of about equally many lines. Each of these is an eighth, two neighbours
are a quarter, four a half: at each size every film is learnt from equally often, so that sizes differ by the amount of
text alone, and no model of one size shares a film with another of the same deal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gendertui.arrays import Bools, Ints
from gendertui.corpus.splits import PROTOCOLS
from gendertui.corpus.splits.by_group import assign_groups, group_numbers, lines_by_label
from gendertui.corpus.splits.split import TEST, TRAIN, VALIDATION, Split, set_counts, set_shares
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Unit
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.learning_curve.schema import DIVISORS
from gendertui.evaluation.report.schema import MINIMUM_LINES

_SEED = 11


@dataclass(frozen=True, eq=False)
class Part:
    """One part of a training set."""

    deal: int
    """Which of the deals it is from, counted from 0."""
    divisor: int
    number: int
    """Which of the parts of this size it is, counted from 0."""
    units: int
    """Films (or whatever is dealt whole) in it."""
    rows: Ints
    """Its labelled rows of the corpus."""

    @property
    def name(self) -> str:
        """``0-8-3``: deal, divisor, number."""
        return f"{self.deal}-{self.divisor}-{self.number}"

    def split(self, corpus: Corpus, whole: Split) -> Split:
        """The split of the run with this part as its training set. The rest of the training set is moved to the test
        set, which nobody looks at here, not to the unused lines: unlabelled lines are among these, and are read."""
        assignment = np.where(whole.assignment == TRAIN, TEST, whole.assignment).astype(np.int8)
        assignment[self.rows] = TRAIN
        return Split(
            assignment,
            whole.protocol,
            whole.requested,
            whole.seed,
            set_shares(assignment),
            set_counts(corpus, assignment),
        )


def whole_unit_of(corpus: Corpus, split: Split) -> Unit:
    """The largest unit of which none is on both sides, train and validation: ``group``, ``speaker`` or ``line``."""
    for name in ("by-group", "by-speaker"):
        protocol = PROTOCOLS[name]
        if protocol.fits(corpus):
            numbers = group_numbers(corpus, protocol.groups)
            if not np.isin(numbers[split.rows(VALIDATION)], numbers[split.rows(TRAIN)]).any():
                return protocol.unit
    return "line"


def parts_of(corpus: Corpus, split: Split, unit: Unit, usable: Bools, deals: int) -> list[Part]:
    """The parts of all deals, the largest first, since the last doubling is what is asked about; all of the training
    set is there once.

    Where the training set is too small for eight parts that have lines enough of both labels, it is dealt into four or
    two: smaller shares are not there.

    :param usable: bool [rows] which rows can be learnt from.
    :raises GendertuiError: it is too small even for two (code DATA).
    """
    rows = split.rows(TRAIN)
    rows = rows[usable[rows]]
    if unit == "line":
        members = np.arange(len(rows))
    else:
        columns = next(protocol.groups for protocol in PROTOCOLS.values() if protocol.unit == unit)
        _, members = np.unique(group_numbers(corpus, columns)[rows], return_inverse=True)
    labels = corpus.label_codes()[rows]
    number = int(members.max(initial=-1)) + 1
    counts = lines_by_label(members, labels, number)
    dealt = [_deal(counts, np.random.default_rng((_SEED, deal))) for deal in range(deals)]
    if not all(parts is not None for parts in dealt):
        noun = corpus.units.noun(unit)
        raise GendertuiError(
            f"half of the training set ({noun.counted(number)} in all) has too few lines of each label to learn from",
            where=str(corpus.path),
            hint="A learning curve needs a larger corpus.",
            code=ExitCode.DATA,
        )
    found = [Part(0, 1, 0, number, rows)]
    smallest = min(int(parts.max()) + 1 for parts in dealt if parts is not None)
    for divisor in reversed([each for each in DIVISORS if 1 < each <= smallest]):
        for deal, parts in enumerate(dealt):
            assert parts is not None
            # Neighbouring parts are joined to a larger one.
            joined = parts * divisor // (int(parts.max()) + 1)
            for at in range(divisor):
                inside = joined == at
                found.append(Part(deal, divisor, at, int(inside.sum()), rows[inside[members]]))
    return found


def _deal(counts: Ints, generator: np.random.Generator) -> Ints | None:
    """[units] the part of each; into as many parts, at most eight, as have :data:`MINIMUM_LINES` lines of each label.

    :param counts: [2, units] lines of each label.
    """
    for parts in DIVISORS[:-1]:
        part = assign_groups(counts, [1 / parts] * parts, generator).astype(np.int64)
        lines = np.stack([np.bincount(part, label, parts) for label in counts])
        if lines.min() >= MINIMUM_LINES:
            return part
    return None
