"""The parts of characters' scores: what each says of them, by a model's linear texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from gendertui.arrays import Floats, Ints
from gendertui.corpus.speech import Speech
from gendertui.model.characters import PARTS, CharacterModel, LinearText, Weighable
from gendertui.text.documents import Documents
from gendertui.text.hashed_ngrams import Keys
from gendertui.text.spoken import Spoken

Counter = Callable[[str, Ints, Ints, int], Weighable]
"""Kind of n-gram, [pairs] a document, [pairs] a line that belongs to it, and how many documents → those."""


@dataclass(frozen=True, eq=False)
class PartScores:
    """What the parts say of each speaker."""

    scores: dict[str, Floats]
    """Part → [speakers] log-odds of the positive label; 0 where it has nothing to go by."""
    lines: dict[str, Ints]
    """Part → [speakers] how many lines that rests on."""

    def log_odds(self, model: CharacterModel) -> Floats:
        """[speakers] calibrated log-odds of the positive label at even odds."""
        contributions = model.contributions(self.scores, self.lines)
        total: Floats = np.sum(list(contributions.values()), axis=0) + model.offset
        return total


def available(speech: Speech) -> tuple[str, ...]:
    """The parts that a corpus can give: what is said to somebody needs the order of lines, and company needs groups
    with several speakers."""
    missing = set()
    if not speech.in_order:
        missing |= {name for name, part in PARTS.items() if part.of == "heard"}
    if not speech.groups_known:
        missing.add("company")
    return tuple(name for name in PARTS if name not in missing)


def pairs_of(speech: Speech, of: str) -> tuple[Ints, Ints, int]:
    """Document and line of what a linear text reads, and the number of documents; for ``lines`` a document is a place
    in the speech."""
    if of == "lines":
        return np.arange(len(speech.line)), speech.line, len(speech.line)
    return (*(speech.own() if of == "own" else speech.heard()), speech.speakers)


def part_scores(
    texts: Mapping[str, LinearText], keys: Mapping[str, Keys], speech: Speech, spoken: Spoken, parts: tuple[str, ...]
) -> PartScores:
    """Score the speakers of a speech.

    :param spoken: the lines that :attr:`Speech.line` counts.
    :param parts: those wanted.
    """

    def counted(kind: str, document: Ints, line: Ints, number: int) -> Documents:
        return Documents.of(spoken.of_kind(kind), keys[kind], document, line, number)

    return scores_of_parts(texts, counted, speech, parts)


def scores_of_parts(
    texts: Mapping[str, LinearText], counted: Counter, speech: Speech, parts: tuple[str, ...]
) -> PartScores:
    """As :func:`part_scores`, of documents counted in another way."""
    scores: dict[str, Floats] = {}
    lines: dict[str, Ints] = {}
    known = speech.speaker >= 0
    for name in parts:
        part = PARTS[name]
        if part.text is None:
            continue
        text = texts[part.text]
        if part.of == "lines":
            # A line that is said in several versions of a scene scores the same in each.
            line, where = np.unique(speech.line, return_inverse=True)
            found = text.scores(counted(part.kind, np.arange(len(line)), line, len(line)))[where]
            sums = np.bincount(speech.speaker[known], found[known], minlength=speech.speakers)
            scores[name], lines[name] = sums / np.maximum(speech.lines, 1), speech.lines
        else:
            document, line, number = pairs_of(speech, part.of)
            found = text.scores(counted(part.kind, document, line, number))
            lines[name] = np.bincount(document, minlength=number)
            scores[name] = np.where(lines[name] > 0, found, 0.0)
    if "company" in parts:
        scores["company"], lines["company"] = _company(speech, scores["own-words"])
    return PartScores(scores, lines)


def _company(speech: Speech, own: Floats) -> tuple[Floats, Ints]:
    """The mean of what the others of its group score by their own words, each weighing the root of its lines."""
    weight = np.sqrt(speech.lines)
    group, groups = speech.group_of, speech.groups
    total = np.bincount(group, own * weight, minlength=groups)[group] - own * weight
    weights = np.bincount(group, weight, minlength=groups)[group] - weight
    others = np.bincount(group, speech.lines, minlength=groups)[group].astype(np.int64) - speech.lines
    return np.where(others > 0, total / np.where(others > 0, weights, 1), 0.0), others
