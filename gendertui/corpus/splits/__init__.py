"""The split protocols. To add one, write a function here and its record in :data:`PROTOCOLS`.

Modules: ``split`` (draw one, keep it in a run's folder), ``by_group``, ``stratified``, ``tutorial``,
``given`` (by the file).
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING, Any

from gendertui.corpus.units import Unit, Units

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from gendertui.corpus.table import Corpus


@dataclass(frozen=True)
class SplitProtocol:
    """A way of dividing lines into train, validation and test. Its function is imported when it is first used."""

    name: str
    """Its value in the configuration's ``split``."""
    function: str
    """``module:function``; takes a corpus and a seed, gives int8 [rows]: −1 not used, 0 train, 1 validation, 2 test."""
    wording: str = "by {unit}"
    """How it is worded in a sentence, after "split" or a figure; ``{unit}`` is what the corpus calls its unit."""
    groups: tuple[str, ...] = ()
    """Columns whose values together identify a group, which is kept in one set; the corpus must have the last of them.
    Empty if lines are assigned one by one."""
    unit: Unit = "line"
    """What it keeps together."""
    sharing: str = ""
    """What held-out lines share with train, for messages, in the corpus's plurals ``{groups}``, ``{speakers}`` and
    ``{both}`` (as many of the two as it has); empty if nothing."""
    earlier_names: tuple[str, ...] = ()
    """What it was called before: in flags, configurations and reports."""
    column: str = ""
    """Column of the lines table that says the set of a line, which the corpus must have; empty if sets are drawn."""
    remarks: str = ""
    """``module:function``; takes a corpus, gives the warnings that go with its split. Empty if there are none."""
    parity: bool = False
    """Whether it reproduces the article: the article's test set serves as validation set and there is no other, lines
    keep the separators' spaces, and figures are means over batches."""

    def assign(self, corpus: Corpus, seed: int) -> npt.NDArray[np.int8]:
        """The set of each row; int8 [rows]: −1 not used, 0 train, 1 validation, 2 test."""
        module, _, function = self.function.partition(":")
        assignment: npt.NDArray[np.int8] = _attribute(module, function)(corpus, seed)
        return assignment

    def fits(self, corpus: Corpus) -> bool:
        """Whether the corpus has the columns that it goes by."""
        return all(corpus.has(column) for column in (*self.groups[-1:], *([self.column] if self.column else ())))

    def warnings(self, corpus: Corpus) -> list[str]:
        """Sentences that go with the split of a corpus."""
        module, _, function = self.remarks.partition(":")
        return list(_attribute(module, function)(corpus)) if self.remarks else []

    def phrase(self, units: Units) -> str:
        """How a sentence says it, after "split" or a figure: ``by film``, ``at random``."""
        return self.wording.format(unit=units.noun(self.unit).one)

    def title(self, units: Units) -> str:
        """Its name in a corpus's words: ``by film``, ``random``."""
        return self.phrase(units) if "{" in self.wording else self.name

    def described(self, units: Units) -> str:
        """The split as a noun: ``split by film``, ``random split``."""
        return f"split {self.phrase(units)}" if "{" in self.wording else f"{self.name} split"

    def leaks(self, units: Units) -> str:
        """What held-out lines share with train, for messages; empty if nothing, or nothing that the corpus has."""
        groups, speakers = ("" if noun is None else noun.many for noun in (units.group, units.speaker))
        words = {"groups": groups, "speakers": speakers, "both": " and ".join(filter(None, (speakers, groups)))}
        named = [name for _, name, _, _ in Formatter().parse(self.sharing) if name]
        return self.sharing.format(**words) if all(words[name] for name in named) else ""


def _attribute(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


PROTOCOLS: dict[str, SplitProtocol] = {
    protocol.name: protocol
    for protocol in (
        SplitProtocol(
            name="by-group",
            function="gendertui.corpus.splits.by_group:by_group",
            groups=("group_id",),
            unit="group",
            earlier_names=("by-movie",),
        ),
        SplitProtocol(
            name="by-speaker",
            function="gendertui.corpus.splits.by_group:by_speaker",
            groups=("group_id", "speaker_id"),
            unit="speaker",
            sharing="train has other {speakers} of the same {groups}",
            earlier_names=("by-character",),
        ),
        SplitProtocol(
            name="random",
            function="gendertui.corpus.splits.stratified:stratified",
            wording="at random",
            sharing="train has other lines of the same {both}",
        ),
        SplitProtocol(
            name="tutorial",
            function="gendertui.corpus.splits.tutorial:tutorial",
            wording="under the article's split",
            sharing="train has other lines of some of the same {groups}",
            remarks="gendertui.corpus.splits.tutorial:warnings",
            parity=True,
        ),
        SplitProtocol(
            name="given",
            function="gendertui.corpus.splits.given:given",
            wording="as the file says",
            sharing="train may have other lines of the same {both}",
            column="split",
            remarks="gendertui.corpus.splits.given:warnings",
        ),
    )
}
"""By name, strictest first: an audit compares the others with the first one that a corpus allows. What is not drawn
stands last."""

BY_GROUP, RANDOM = "by-group", "random"

_EARLIER = {earlier: protocol.name for protocol in PROTOCOLS.values() for earlier in protocol.earlier_names}


def canonical(name: str) -> str:
    """Today's name of a protocol that may be given by an earlier one; any other text as it is."""
    return _EARLIER.get(name, name)


def title(name: str, units: Units) -> str:
    """A protocol's name in a corpus's words, ``by film``; one that is not known (from another version) as it is."""
    protocol = PROTOCOLS.get(canonical(name))
    return name if protocol is None else protocol.title(units)


def described(name: str, units: Units) -> str:
    """A protocol's split as a noun: ``split by film``, ``random split``."""
    protocol = PROTOCOLS.get(canonical(name))
    return f"{name} split" if protocol is None else protocol.described(units)


def is_parity(protocol: str) -> bool:
    """Whether a protocol (by name, possibly from an old report) is the article's."""
    return protocol in PROTOCOLS and PROTOCOLS[protocol].parity


def is_given(protocol: str) -> bool:
    """Whether a protocol (by name, possibly from an old report) takes the sets that the file gives."""
    return protocol in PROTOCOLS and bool(PROTOCOLS[protocol].column)
