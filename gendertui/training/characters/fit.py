"""Fit the model of whole characters: linear texts, and the stack on their cross-fitted scores.

What the stack learns from is out of fold: whole groups (films) are held out in turn, and a character's parts are scored
by texts that have seen nothing of its group (Wolpert, "Stacked generalization", Neural Networks 5, 1992).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gendertui import logistic
from gendertui.arrays import Bools, Floats, Ints
from gendertui.corpus.speech import Speech, joined
from gendertui.corpus.splits.by_group import assign_groups, lines_by_label
from gendertui.corpus.units import Unit
from gendertui.evaluation.metrics.point import balanced_weights
from gendertui.model.characters import HALF_LINES, PARTS, CharacterModel, LinearText, Weight
from gendertui.progress import Count
from gendertui.scoring.parts import PartScores, available, pairs_of, scores_of_parts
from gendertui.text.hashed_ngrams import Keys, LineGrams
from gendertui.text.spoken import Spoken
from gendertui.text.tfidf import document_frequency, inverse_document_frequency, weighted
from gendertui.training.characters.counts import LineCounts

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FOLDS = 5
KNOWN: dict[str, tuple[int, int]] = {"words": (5, 30_000), "addresses": (2, 8_000)}
"""Kind of n-gram → in how many lines one must be, and how many are kept, those of most lines: they are what a bundle's
model of characters weighs."""
STRENGTHS: dict[str, float] = {"lines": 0.3, "own-words": 10.0, "said-to": 3.0, "addressed-as": 1.0}
"""Text → inverse strength of its penalty."""
ONE_STEP = frozenset(("lines",))
"""Texts that are fitted by one Newton step: it is regularised least squares, which by many short lines tells whole
characters apart at least as well."""
PIECE_LINES: dict[str, int] = {"own-words": 20, "said-to": 10, "addressed-as": 10}
"""Text → lines of the pieces that it is learnt from beside whole documents."""
STACK_STRENGTH = 1.0
STACK_TOLERANCE = 1e-4
WINDOWS: tuple[tuple[int, int], ...] = ((2, 1), (4, 2), (8, 4), (16, 4), (32, 4), (64, 4))
"""Which parts of a group's lines stand in for it as well: (one n-th of its lines, how many of those)."""


@dataclass(frozen=True, eq=False)
class Versions:
    """Speakers with all of their group's lines and with stretches of them: what is asked about is often a scene."""

    speech: Speech
    speaker: Ints
    """[speakers of :attr:`speech`] which speaker of the whole each is."""
    group: Ints
    """[groups of :attr:`speech`] likewise."""
    whole: Bools
    """[speakers of :attr:`speech`] whether it is the whole of it, among all of its group's lines."""

    @property
    def weight(self) -> Floats:
        """[speakers of :attr:`speech`] so that all versions of one weigh 1 together."""
        times = np.bincount(self.speaker)
        weight: Floats = 1 / times[self.speaker]
        return weight


def versions_of(speech: Speech, generator: np.random.Generator) -> Versions:
    """The whole, and :data:`WINDOWS` of each group drawn at random. Where the order is not known, lines are drawn one
    by one."""
    whole = (speech, np.arange(speech.speakers), np.arange(speech.groups))
    found = [whole]
    starts = np.flatnonzero(np.diff(speech.group, prepend=-2))
    sizes = np.diff(starts, append=len(speech.line))
    place = np.arange(len(speech.line))
    within = place - np.repeat(starts, sizes)
    for fraction, number in WINDOWS:
        length = np.maximum(1, sizes // fraction)
        for _ in range(number):
            if speech.in_order:
                begin = (generator.random(len(sizes)) * (sizes - length + 1)).astype(np.int64)
                mask = (within >= np.repeat(begin, sizes)) & (within < np.repeat(begin + length, sizes))
            else:
                mask = generator.random(len(place)) < 1 / fraction
            # A window that is all of a group would be the whole once more.
            mask &= np.repeat(length < sizes, sizes)
            if mask.any():
                found.append(speech.part(mask))
    parts, speakers, groups = zip(*found, strict=True)
    everything = joined(parts)
    speaker = np.concatenate(speakers)
    return Versions(everything, speaker, np.concatenate(groups), np.arange(len(speaker)) < speech.speakers)


def known_keys(grams: LineGrams, lines: Ints, minimum: int, most: int | None = None) -> Keys:
    """The n-grams to learn from, ascending.

    :param minimum: in how many lines one must be. :param most: how many are kept, those of most lines.
    """
    owner, keys = grams.occurrences(np.unique(lines))
    # Once for each line that has it.
    pairs = np.sort((keys.astype(np.uint64) << np.uint64(32)) | owner.astype(np.uint64))
    keys = (pairs[np.diff(pairs, prepend=~pairs[:1]) != 0] >> np.uint64(32)).astype(np.uint32)
    begins = np.flatnonzero(np.diff(keys, prepend=~keys[:1]))
    found, times = keys[begins], np.diff(begins, append=len(keys))
    kept = np.flatnonzero(times >= minimum)
    if most is not None and len(kept) > most:
        kept = np.sort(kept[np.argsort(-times[kept], kind="stable")[:most]])
    known: Keys = found[kept]
    return known


def _pieces(document: Ints, lines: int, generator: np.random.Generator) -> tuple[Ints, Ints]:
    """Deal the lines of each document at random into pieces of about so many: the piece of each line, and
    the document of each piece. Shorter documents teach what few lines are worth."""
    order = np.lexsort((generator.random(len(document)), document))
    size = np.bincount(document)
    start = np.cumsum(size) - size
    rank = np.empty(len(document), np.int64)
    rank[order] = np.arange(len(document)) - start[document[order]]
    pieces = np.maximum(1, np.round(size / lines)).astype(np.int64)
    first = np.cumsum(pieces) - pieces
    return first[document] + rank % pieces[document], np.repeat(np.arange(len(size)), pieces)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted model, uncalibrated, and what is left of it without each of its parts."""

    model: CharacterModel
    without: dict[str, CharacterModel]
    """Part → the others stacked anew."""
    lines: LineCounts
    """The model's n-grams in the lines that :attr:`Speech.line` counts."""

    def parts(self, speech: Speech) -> PartScores:
        """What the parts say of the speakers of those lines."""
        return scores_of_parts(self.model.texts, self.lines.documents, speech, tuple(self.model.stack))


@dataclass(frozen=True, eq=False)
class _Examples:
    """What a text learns from: documents with labels, by group."""

    documents: csr_matrix
    """float32 [documents, n-grams] 1 + log count."""
    labels: npt.NDArray[np.int8]
    """[documents] −1 where unknown."""
    group: Ints
    """[documents]."""


def fit_characters(
    speech: Speech,
    spoken: Spoken,
    labels: npt.NDArray[np.int8],
    unit: Unit,
    *,
    seed: int = 0,
    progress: Count = lambda _done, _total: None,
) -> Fitted | None:
    """Fit the model.

    :param spoken: the lines that :attr:`Speech.line` counts.
    :param labels: int8 [speakers] 0, 1, or −1 where unknown: those are heard and keep company all the same.
    :returns: ``None`` where too few groups have characters of both labels to hold out any.
    """
    generator = np.random.default_rng(seed)
    counts = lines_by_label(speech.group_of[labels >= 0], labels[labels >= 0], speech.groups)
    folds = min(FOLDS, int((counts > 0).sum(axis=1).min()))
    if folds < 2:
        return None
    fold_of = assign_groups(counts, [1 / folds] * folds, generator)
    parts = available(speech)
    keys = {kind: known_keys(spoken.of_kind(kind), speech.line, *limits) for kind, limits in KNOWN.items()}
    lines = LineCounts.of(spoken, keys)
    examples = {
        PARTS[name].text or "": _examples(name, speech, lines, labels, generator) for name in parts if PARTS[name].text
    }
    versions = versions_of(speech, generator)
    scored: list[tuple[Ints, PartScores]] = []
    for fold in range(folds):
        progress(fold, folds + 1)
        texts = _texts(examples, fold_of != fold)
        held = fold_of[versions.group[versions.speech.group]] == fold
        part, speakers, _ = versions.speech.part(held)
        scored.append((speakers, scores_of_parts(texts, lines.documents, part, parts)))
    progress(folds, folds + 1)
    texts = _texts(examples, np.ones(speech.groups, np.bool_))

    def stacked(parts: Sequence[str]) -> CharacterModel:
        return CharacterModel(unit, keys, texts, *_stack(scored, versions, labels, parts))

    without = {name: stacked([other for other in parts if other != name]) for name in parts} if len(parts) > 1 else {}
    return Fitted(stacked(parts), without, lines)


def _examples(
    name: str,
    speech: Speech,
    lines: LineCounts,
    labels: npt.NDArray[np.int8],
    generator: np.random.Generator,
) -> _Examples:
    of, kind = PARTS[name].of, PARTS[name].kind
    document, line, number = pairs_of(speech, of)
    if of != "lines":
        piece, owner = _pieces(document, PIECE_LINES[name], generator)
        owner = np.concatenate((np.arange(number), owner))
        counted = lines.documents(
            kind, np.concatenate((document, piece + number)), np.concatenate((line, line)), len(owner)
        )
        return _Examples(counted.frequencies.astype(np.float32), labels[owner], speech.group_of[owner])
    counted = lines.documents(kind, document, line, number)
    known = np.where(speech.speaker >= 0, labels[np.maximum(speech.speaker, 0)], -1).astype(np.int8)
    return _Examples(counted.frequencies.astype(np.float32), known, speech.group)


def _texts(examples: Mapping[str, _Examples], groups: Bools) -> dict[str, LinearText]:
    """Each text fitted on the labelled documents of some groups."""
    return {name: _text(name, each, groups) for name, each in examples.items()}


def _text(name: str, examples: _Examples, groups: Bools) -> LinearText:
    if not examples.documents.shape[1]:
        # Where nobody is called anything, for one: the text says nothing of anybody.
        return LinearText(np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0)
    rows = np.flatnonzero((examples.labels >= 0) & groups[examples.group])
    documents = examples.documents[rows]
    idf = inverse_document_frequency(document_frequency(documents), len(rows)).astype(np.float32)
    labels = examples.labels[rows]
    model = logistic.fit(
        weighted(documents, idf),
        labels == 1,
        STRENGTHS[name],
        balanced_weights(labels),
        steps=1 if name in ONE_STEP else logistic.STEPS,
    )
    return LinearText(model.weights.astype(np.float32), idf, model.intercept)


def _stack(
    scored: Sequence[tuple[Ints, PartScores]],
    versions: Versions,
    labels: npt.NDArray[np.int8],
    parts: Sequence[str],
) -> tuple[dict[str, Weight], float]:
    """The parts' weights: logistic regression on their cross-fitted log-odds, each with and without its share of
    lines."""
    from scipy.sparse import csr_matrix

    speakers = np.concatenate([rows for rows, _ in scored])
    columns = []
    for name in parts:
        scores = np.concatenate([each.scores[name] for _, each in scored])
        lines = np.concatenate([each.lines[name] for _, each in scored])
        columns += [scores, scores * lines / (lines + HALF_LINES)]
    features = np.stack(columns, axis=1)
    scale = features.std(axis=0)
    scale[scale == 0] = 1
    labels = labels[versions.speaker[speakers]]
    known = labels >= 0
    model = logistic.fit(
        csr_matrix((features / scale)[known]),
        labels[known] == 1,
        STACK_STRENGTH,
        balanced_weights(labels[known], versions.weight[speakers][known]),
        tolerance=STACK_TOLERANCE,
    )
    weights = model.weights / scale
    return (
        {name: Weight(float(weights[2 * at]), float(weights[2 * at + 1])) for at, name in enumerate(parts)},
        model.intercept,
    )
