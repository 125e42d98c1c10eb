"""Draw a split, and save and load it in a run's folder."""

from __future__ import annotations

import hashlib
import io
import shlex
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gendertui import files, state_files
from gendertui.arrays import Ints
from gendertui.corpus.splits import BY_GROUP, PROTOCOLS, RANDOM, SplitProtocol, canonical, is_parity
from gendertui.corpus.splits.by_group import group_numbers, usable
from gendertui.corpus.splits.tutorial import held_out
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError

TRAIN, VALIDATION, TEST, UNUSED = 0, 1, 2, -1
SETS = ("train", "validation", "test")
MINIMUM_GROUPS = 20
"""Minimum number of groups for ``auto`` to split by group, and to draw whole groups from a given train set."""
SCHEMA = 1


@dataclass(frozen=True, eq=False)
class Split:
    """Which set each row belongs to."""

    assignment: npt.NDArray[np.int8]
    """int8 [rows]: −1 not used, 0 train, 1 validation, 2 test."""
    protocol: str
    """The protocol drawn, never ``auto``."""
    requested: str
    seed: int
    fractions: tuple[float, float, float]
    counts: dict[str, dict[str, int]]
    """Set → label → rows, before balancing."""
    warnings: tuple[str, ...] = ()
    own_labels: tuple[str, str] | None = None
    """Where it was drawn without labels changed by hand, see :attr:`without_corrections`; ``None`` where there are
    none."""

    def without_corrections(self, data_hash: str) -> tuple[str, str]:
        """Hashes that identify its sets, of the corpus and of each row's set, whatever was changed by hand in labels.

        :param data_hash: of the corpus it is a split of.
        """
        return self.own_labels or (data_hash, assignment_hash(self.assignment))

    @property
    def parity(self) -> bool:
        """Whether it is the article's; see :class:`~gendertui.corpus.splits.SplitProtocol`."""
        return is_parity(self.protocol)

    def rows(self, which: int) -> Ints:
        """Row indices of a set, in source order."""
        return np.flatnonzero(self.assignment == which)

    def save(self, folder: Path, balanced: dict[str, int] | None = None) -> None:
        """Write ``split.npy`` and ``split.json``.

        :param balanced: train rows by label after balancing.
        """
        buffer = io.BytesIO()
        np.save(buffer, self.assignment, allow_pickle=False)
        files.write_atomic(folder / "split.npy", buffer.getvalue())
        described = {
            "schema": SCHEMA,
            "protocol": self.protocol,
            "requested": self.requested,
            "seed": self.seed,
            "fractions": list(self.fractions),
            "counts": self.counts,
            "balanced": balanced,
            "warnings": list(self.warnings),
            **({} if self.own_labels is None else {"own_labels": list(self.own_labels)}),
        }
        files.write_json(folder / "split.json", described)

    @classmethod
    def load(cls, folder: Path) -> Split:
        """Read what :meth:`save` wrote.

        :raises GendertuiError: a file is missing or damaged.
        """
        try:
            assignment = np.load(folder / "split.npy", allow_pickle=False)
            described = state_files.read_object(folder / "split.json")
            own = described.get("own_labels")
            return cls(
                assignment=assignment,
                protocol=canonical(described["protocol"]),
                requested=canonical(described["requested"]),
                seed=described["seed"],
                fractions=(described["fractions"][0], described["fractions"][1], described["fractions"][2]),
                counts=described["counts"],
                warnings=tuple(described["warnings"]),
                own_labels=None if own is None else (str(own[0]), str(own[1])),
            )
        except (OSError, ValueError, KeyError, EOFError) as error:
            raise GendertuiError(
                f"the run's split cannot be read: {error}",
                where=str(folder),
                hint="Start a new run.",
                code=ExitCode.RUN,
            ) from error


def make_split(corpus: Corpus, protocol: str, seed: int) -> Split:
    """Draw a split.

    :param protocol: one of :data:`PROTOCOLS`, by today's or an earlier name, or ``auto``: by group where at least 20
        groups have labelled lines.
    :raises GendertuiError: the protocol is unknown, the corpus has no such groups, or a set would lack a label; says
        which label has too few lines, groups or speakers.
    """
    protocol = canonical(protocol)
    if protocol != "auto" and protocol not in PROTOCOLS:
        raise GendertuiError(
            f"unknown split {protocol!r}",
            hint=f"Splits: auto, {', '.join(PROTOCOLS)}.",
            code=ExitCode.USAGE,
        )
    _check_texts(corpus)
    requested, warnings, units = protocol, [], corpus.units
    own = _with_own_labels(corpus)
    if protocol == "auto":
        groups = len(np.unique(own.groups("group_id")[own.label_codes() >= 0])) if own.has("group_id") else 0
        protocol = BY_GROUP if groups >= MINIMUM_GROUPS else RANDOM
        if 0 < groups < MINIMUM_GROUPS:
            noun = units.noun("group")
            warnings.append(
                f"only {noun.counted(groups)} {'has' if groups == 1 else 'have'} labelled lines ({MINIMUM_GROUPS} are "
                f"needed to split by {noun.one}): the split is random, so train has lines of the same {noun.many} as "
                "the other sets, which inflates the figures"
            )
    drawn = PROTOCOLS[protocol]
    if drawn.groups and not corpus.has(drawn.groups[-1]):
        raise GendertuiError(
            f"the corpus has no {units.noun(drawn.unit).many}, so it cannot be split {drawn.phrase(units)}",
            where=str(corpus.path),
            hint="Choose --split random.",
            code=ExitCode.DATA,
        )
    if drawn.column and not corpus.has(drawn.column):
        raise GendertuiError(
            "the file does not say which set its lines are in",
            where=str(corpus.path),
            hint="Choose --split auto.",
            code=ExitCode.DATA,
        )
    if drawn.column:
        # The file says the sets of lines that were labelled by hand, too.
        own = corpus
    assignment = drawn.assign(own, seed)
    own_labels = None
    if own is not corpus:
        own_labels = own.data_hash, assignment_hash(assignment)
        assignment = _with_changed_labels(corpus, drawn, assignment)
    counts = set_counts(corpus, assignment)
    _check_sets(corpus, drawn, counts)
    warnings += drawn.warnings(own)
    return Split(assignment, protocol, requested, seed, set_shares(assignment), counts, tuple(warnings), own_labels)


def assignment_hash(assignment: npt.NDArray[np.int8]) -> str:
    """sha256 of each row's set."""
    return hashlib.sha256(assignment.tobytes()).hexdigest()


def set_counts(corpus: Corpus, assignment: npt.NDArray[np.int8]) -> dict[str, dict[str, int]]:
    """Set → label → rows."""
    codes = corpus.label_codes()
    return {
        name: {label: int(((assignment == which) & (codes == code)).sum()) for code, label in enumerate(corpus.labels)}
        for which, name in enumerate(SETS)
    }


def set_shares(assignment: npt.NDArray[np.int8]) -> tuple[float, float, float]:
    """Fractions of train, validation and test among the rows used."""
    used = max(1, int((assignment >= 0).sum()))
    train, validation, test = (round(int((assignment == which).sum()) / used, 4) for which in range(len(SETS)))
    return train, validation, test


def _with_own_labels(corpus: Corpus) -> Corpus:
    """What a split is drawn from: the corpus without labels changed by hand, so that runs with and without them hold
    out the same lines. The corpus itself where there are none, or no others.
    """
    own = corpus.uncorrected
    return corpus if own is None or own.lack_of_labels else own


def _with_changed_labels(
    corpus: Corpus, protocol: SplitProtocol, assignment: npt.NDArray[np.int8]
) -> npt.NDArray[np.int8]:
    """A split of a corpus's own labels with those changed by hand: a line that lost its label is not used, one that has
    got one is where its group is, else in train."""
    changed = np.where(corpus.label_codes() >= 0, assignment, UNUSED).astype(np.int8)
    added = usable(corpus) & (assignment == UNUSED)
    if not added.any():
        return changed
    place = np.zeros(len(corpus), np.int8)
    if protocol.groups:
        _, members = np.unique(group_numbers(corpus, protocol.groups), return_inverse=True)
        sets = np.full(int(members.max(initial=0)) + 1, TRAIN, np.int8)
        sets[members[assignment >= 0]] = assignment[assignment >= 0]
        place = sets[members]
    changed[added] = place[added]
    return changed


def _check_texts(corpus: Corpus) -> None:
    codes, mask = corpus.label_codes(), usable(corpus)
    without = [label for code, label in enumerate(corpus.labels) if not (mask & (codes == code)).any()]
    if without:
        what = "no labelled line has a text" if len(without) == 2 else f"no line labelled {without[0]} has a text"
        raise GendertuiError(
            what,
            where=str(corpus.path),
            hint=f"See what was read: {shlex.join(['gendertui', 'corpus', 'show', corpus.source, '--lines', '10'])}",
            code=ExitCode.DATA,
        )


def _check_sets(corpus: Corpus, protocol: SplitProtocol, counts: dict[str, dict[str, int]]) -> None:
    """Explain why a set has no line of a label. Another seed would not help: a draw succeeds whenever one can."""
    sets = SETS[:2] if protocol.parity else SETS
    lacking = [(name, label) for name in sets for label, count in counts[name].items() if not count]
    if not lacking:
        return
    if protocol.parity:
        name, label = lacking[0]
        number = held_out(sum(sum(by_label.values()) for by_label in counts.values()))
        raise GendertuiError(
            f"the article's split holds out the first {number:,} lines of each label, which leaves the {name} set "
            f"without a line labelled {label}",
            where=str(corpus.path),
            hint="Choose --split random, or a larger corpus.",
            code=ExitCode.DATA,
        )
    if protocol.column:
        name, label = lacking[0]
        raise GendertuiError(
            f"the file's {name} set has no line labelled {label} with a text",
            where=str(corpus.path),
            hint="Choose --split auto.",
            code=ExitCode.DATA,
        )
    number, label = min((_with_label(corpus, protocol, code), label) for code, label in enumerate(corpus.labels))
    noun, have = corpus.units.noun(protocol.unit), "has" if number == 1 else "have"
    if protocol.groups:
        what = f"only {noun.counted(number)} {have} lines labelled {label}"
        hint = f"Add {noun.many} with lines labelled {label}, or choose --split random."
    else:
        what = f"only {noun.counted(number)} labelled {label} {have} a text"
        hint = f"Add lines labelled {label}."
    raise GendertuiError(
        f"{what}, and a split {protocol.phrase(corpus.units)} needs {label} in each of {len(sets)} sets",
        where=str(corpus.path),
        hint=hint,
        code=ExitCode.DATA,
    )


def _with_label(corpus: Corpus, protocol: SplitProtocol, code: int) -> int:
    """Number of groups (lines, if lines are assigned one by one) that have a text under a label."""
    rows = np.flatnonzero(usable(corpus) & (corpus.label_codes() == code))
    return len(np.unique(group_numbers(corpus, protocol.groups)[rows])) if protocol.groups else len(rows)
