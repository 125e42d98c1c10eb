"""The split protocols. To add one, write a function here and its record in :data:`PROTOCOLS`.

Modules: ``split`` (draw one, keep it in a run's folder), ``by_group``, ``stratified``, ``tutorial``.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from gendertui.corpus.table import Corpus


@dataclass(frozen=True)
class SplitProtocol:
    """A way of dividing lines into train, validation and test. Its function is imported when it is first used."""

    name: str
    """Its value in the configuration's ``split``."""
    phrase: str
    """How it is worded in a sentence, after "split" or a figure: ``by film``."""
    function: str
    """``module:function``; takes a corpus and a seed, gives int8 [rows]: −1 not used, 0 train, 1 validation, 2 test."""
    groups: tuple[str, ...] = ()
    """Columns whose values together identify a group, which is kept in one set; the corpus must have the last of them.
    Empty if lines are assigned one by one."""
    unit: str = "lines"
    """Plural name of a group, for messages."""
    leaks: str = ""
    """What held-out lines share with train on a corpus of films, for messages; empty if nothing."""
    parity: bool = False
    """Whether it reproduces the article: the article's test set serves as validation set and there is no other, lines
    keep the separators' spaces, and figures are means over batches."""

    def assign(self, corpus: Corpus, seed: int) -> npt.NDArray[np.int8]:
        """The set of each row; int8 [rows]: −1 not used, 0 train, 1 validation, 2 test."""
        module, _, function = self.function.partition(":")
        assignment: npt.NDArray[np.int8] = _attribute(module, function)(corpus, seed)
        return assignment


def _attribute(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


PROTOCOLS: dict[str, SplitProtocol] = {
    protocol.name: protocol
    for protocol in (
        SplitProtocol(
            name="by-movie",
            phrase="by film",
            function="gendertui.corpus.splits.by_group:by_movie",
            groups=("group_id",),
            unit="films",
        ),
        SplitProtocol(
            name="by-character",
            phrase="by character",
            function="gendertui.corpus.splits.by_group:by_character",
            groups=("group_id", "speaker_id"),
            unit="characters",
            leaks="train has other characters of the same films",
        ),
        SplitProtocol(
            name="random",
            phrase="at random",
            function="gendertui.corpus.splits.stratified:stratified",
            leaks="train has other lines of the same characters and films",
        ),
        SplitProtocol(
            name="tutorial",
            phrase="under the article's split",
            function="gendertui.corpus.splits.tutorial:tutorial",
            leaks="train has other lines of some of the same films",
            parity=True,
        ),
    )
}
"""By name, strictest first: an audit compares the others with the first one that a corpus allows."""


def is_parity(protocol: str) -> bool:
    """Whether a protocol (by name, possibly from an old report) is the article's."""
    return protocol in PROTOCOLS and PROTOCOLS[protocol].parity
