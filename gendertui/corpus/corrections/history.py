"""All decisions about a corpus's labels in the order in which they were taken, and what holds of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from gendertui.corpus.corrections.entry import LABEL, LEAVE_OUT, UNDO, Correction, Key
from gendertui.corpus.units import Units

_DIGEST_BITS = 256


@dataclass(frozen=True)
class History:
    """The decisions, oldest first. An undo is a decision of its own: nothing is ever taken out."""

    entries: tuple[Correction, ...] = ()

    def in_force(self) -> dict[Key, Correction]:
        """Unit → the decision that holds of it; units whose decisions were all taken back are not in it."""
        standing: dict[Key, list[Correction]] = {}
        for entry in self.entries:
            _take(standing, entry)
        return {key: decided[-1] for key, decided in standing.items() if decided}

    def data_hash(self, base_hash: str) -> str:
        """Of a corpus with what holds applied; that of the corpus itself where nothing is changed by it.

        Who decided, when, and in which order makes no difference, nor does a label that was found right.

        :param base_hash: of the corpus without decisions.
        """
        return _data_hash(base_hash, sum(_digest(entry) for entry in self.in_force().values()))

    def as_of(self, base_hash: str, data_hash: str) -> History | None:
        """The decisions up to the newest state that made a corpus of this hash; ``None`` if none ever did."""
        found = 0 if data_hash == base_hash else None
        standing: dict[Key, list[Correction]] = {}
        total = 0
        for number, entry in enumerate(self.entries, 1):
            total -= _standing_digest(standing, entry.key)
            _take(standing, entry)
            total += _standing_digest(standing, entry.key)
            if _data_hash(base_hash, total) == data_hash:
                found = number
        return None if found is None else History(self.entries[:found])


@dataclass(frozen=True)
class Changes:
    """How many units have another label than their corpus gives them."""

    relabelled: int = 0
    """From one label to the other."""
    labelled: int = 0
    """From none to one."""
    left_out: int = 0
    """From one to none."""

    @classmethod
    def of(cls, decisions: Iterable[Correction]) -> Changes:
        """Those among decisions that hold."""
        kinds = [
            "left_out" if entry.act == LEAVE_OUT else "labelled" if entry.before is None else "relabelled"
            for entry in decisions
            if entry.changes
        ]
        return cls(kinds.count("relabelled"), kinds.count("labelled"), kinds.count("left_out"))

    @property
    def total(self) -> int:
        return self.relabelled + self.labelled + self.left_out

    @property
    def counted(self) -> str:
        """``1 label``, ``12 labels``."""
        return f"{self.total:,} label{'' if self.total == 1 else 's'}"

    @property
    def words(self) -> str:
        """``12 labels changed by hand: 9 to the other label, 2 given to unlabelled ones, 1 taken away``."""
        parts = (
            (self.relabelled, "to the other label"),
            (self.labelled, "given where there was none"),
            (self.left_out, "taken away"),
        )
        return f"{self.counted} changed by hand: {', '.join(f'{n:,} {what}' for n, what in parts if n)}"


def units_of(decisions: Iterable[Correction], units: Units) -> str:
    """What decisions are about, in the corpus's words: ``characters``, ``lines``, ``characters and lines``."""
    kinds = dict.fromkeys(entry.key.unit for entry in decisions)
    return " and ".join(units.noun(kind).many for kind in kinds)


def _take(standing: dict[Key, list[Correction]], entry: Correction) -> None:
    decided = standing.setdefault(entry.key, [])
    if entry.act != UNDO:
        decided.append(entry)
    elif decided:
        decided.pop()


def _standing_digest(standing: dict[Key, list[Correction]], key: Key) -> int:
    return _digest(decided[-1]) if (decided := standing.get(key)) else 0


def _digest(entry: Correction) -> int:
    """Number of a change, to be added up over all in whatever order; 0 of what changes nothing."""
    if entry.act not in (LABEL, LEAVE_OUT):
        return 0
    content = json.dumps([entry.key.to_json(), entry.after], sort_keys=True, ensure_ascii=True)
    return int.from_bytes(hashlib.sha256(content.encode()).digest(), "big")


def _data_hash(base_hash: str, total: int) -> str:
    number = total % 2**_DIGEST_BITS
    return hashlib.sha256(f"{base_hash}\ncorrections {number:064x}".encode()).hexdigest() if number else base_hash
