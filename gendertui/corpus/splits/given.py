"""The sets that the file itself says its lines are in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gendertui.corpus.set_names import SET_NAMES
from gendertui.corpus.splits.by_group import Assignment, assign_groups, group_numbers, lines_by_label, usable
from gendertui.corpus.splits.split import MINIMUM_GROUPS, SETS, TEST, TRAIN, UNUSED, VALIDATION
from gendertui.corpus.splits.stratified import assign_lines
from gendertui.corpus.table import Corpus

HELD_OUT = 0.15
"""Share of the train lines that is drawn for each set that the file does not have."""


def given(corpus: Corpus, seed: int) -> Assignment:
    """Lines where the file says; without a validation or test set with labels, one is drawn from the train lines.

    Lines of sets of other names are not used.
    """
    assignment = _stated(corpus)
    drawn = _absent(assignment)
    rows = np.flatnonzero(assignment == TRAIN)
    if not drawn or not len(rows):
        return assignment
    shares = (1 - HELD_OUT * len(drawn), *(HELD_OUT for _ in drawn))
    generator = np.random.default_rng(seed)
    codes = corpus.label_codes()[rows]
    if _by_group(corpus, assignment):
        groups, members = np.unique(group_numbers(corpus, ("group_id",))[rows], return_inverse=True)
        parts = assign_groups(lines_by_label(members, codes, len(groups)), shares, generator)[members]
    else:
        parts = assign_lines(codes, shares, generator)
    assignment[rows] = np.array([TRAIN, *drawn], np.int8)[parts]
    return assignment


def warnings(corpus: Corpus) -> list[str]:
    """What was drawn, and what is not used."""
    assignment = _stated(corpus)
    found = []
    if drawn := [SETS[which] for which in _absent(assignment)]:
        each = f"{HELD_OUT:.0%} of its train lines{' each' if len(drawn) > 1 else ''}"
        together = f", whole {corpus.units.noun('group').many} together" if _by_group(corpus, assignment) else ""
        found.append(f"the file has no labelled lines for {' and '.join(drawn)}: {each} are drawn for that{together}")
    other = np.flatnonzero(usable(corpus) & (assignment == UNUSED))
    if len(other):
        names = sorted({str(name) for name in corpus.column("split").take(pa.array(other)).to_pylist()})
        found.append(f"{len(other):,} labelled lines are in no set of a known name ({', '.join(names)[:80]}): not used")
    return found


def _stated(corpus: Corpus) -> Assignment:
    """The set of each row that can be used; int8 [rows], −1 for other names and none."""
    values = pc.utf8_lower(pc.utf8_trim_whitespace(corpus.column("split").cast(pa.string())))
    place = pc.fill_null(pc.index_in(values, value_set=pa.array(list(SET_NAMES))), len(SET_NAMES)).to_numpy()
    numbers = np.array([*(SETS.index(name) for name in SET_NAMES.values()), UNUSED], np.int8)
    assignment: Assignment = np.where(usable(corpus), numbers[place], UNUSED).astype(np.int8)
    return assignment


def _absent(assignment: Assignment) -> list[int]:
    return [which for which in (VALIDATION, TEST) if not (assignment == which).any()]


def _by_group(corpus: Corpus, assignment: Assignment) -> bool:
    """Whether whole groups are drawn from the train lines: there are enough, and enough with each label."""
    if not corpus.has("group_id"):
        return False
    groups, codes = corpus.groups("group_id"), corpus.label_codes()
    with_label = [len(np.unique(groups[(assignment == TRAIN) & (codes == code)])) for code in (0, 1)]
    all_groups = len(np.unique(groups[assignment == TRAIN]))
    return all_groups >= MINIMUM_GROUPS and min(with_label) >= 1 + len(_absent(assignment))
