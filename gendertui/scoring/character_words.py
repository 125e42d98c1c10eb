"""Why a character's score is what it is: the words of its own, those said to it and what it is called, as signed
numbers.

A model of characters knows n-grams by their numbers alone; their words are found in the text at hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gendertui.arrays import Ints
from gendertui.corpus.speech import Speech
from gendertui.formatting import number
from gendertui.model.characters import PARTS, CharacterModel, part_phrase
from gendertui.scoring.parts import pairs_of
from gendertui.text.addresses import address_keys, addresses_in
from gendertui.text.documents import Documents
from gendertui.text.hashed_ngrams import EDGE, keys_of, pair_keys
from gendertui.text.spoken import Spoken
from gendertui.text.tokenizer import Tokenizer

if TYPE_CHECKING:
    from gendertui.corpus.units import Units
    from gendertui.scoring.characters import CharacterScore

MOST = 8
BEGINS, ENDS = "| {}", "{} |"
"""How a word is shown that a line begins or ends with."""


@dataclass(frozen=True)
class Weighed:
    """Words, and by how much they raise the log-odds of the positive label."""

    words: str
    """Lower-cased: ``we``, ``we are``, ``| we`` where a line begins with it."""
    log_odds: float


Words = Mapping[str, Sequence[Weighed]]
"""Part → words that weigh most in it."""


def part_lines(score: CharacterScore, words: Words, units: Units) -> list[str]:
    """What each part adds to a score, in log-odds, and below each the words that weigh most in it; nothing for a score
    that is the mean of lines."""
    found = []
    for name, value in score.parts.items():
        found.append(f"{number(value, 2, sign=True):>6}  {part_phrase(name, units)}")
        if words.get(name):
            found.append(
                " " * 8 + ", ".join(f"{each.words} {number(each.log_odds, 2, sign=True)}" for each in words[name])
            )
    return found


def words_json(words: Words) -> dict[str, list[dict[str, Any]]]:
    """``{"own-words": [{"words": "we are", "log_odds": -0.12}, …]}``."""
    return {
        name: [{"words": each.words, "log_odds": round(each.log_odds, 6)} for each in weighed]
        for name, weighed in words.items()
    }


def character_words(
    model: CharacterModel,
    speech: Speech,
    spoken: Spoken,
    texts: Sequence[str],
    tokenizer: Tokenizer,
    speaker: int,
    most: int = MOST,
) -> dict[str, tuple[Weighed, ...]]:
    """Part → the words that weigh most in it, whichever way, the heaviest first; parts without a word are left out.

    :param spoken: the lines that :attr:`Speech.line` counts, and :param texts: those lines as they are written.
    :param speaker: whose score it is.
    :param most: how many words of a part.
    """
    found: dict[str, tuple[Weighed, ...]] = {}
    for name, weight in model.stack.items():
        part = PARTS[name]
        if part.text is None or part.of == "lines":
            continue
        document, line, _ = pairs_of(speech, part.of)
        lines: Ints = line[document == speaker]
        if not len(lines):
            continue
        counted = Documents.of(
            spoken.of_kind(part.kind), model.keys[part.kind], np.zeros(len(lines), np.int64), lines, 1
        )
        factor = model.calibration.slope * float(weight.of(np.array([len(lines)]))[0])
        terms = factor * model.texts[part.text].terms(counted)
        keys = model.keys[part.kind][counted.gram]
        said = [[word for word in tokenizer(texts[at]) if word.strip()] for at in lines.tolist()]
        if part.kind == "addresses":
            weighed = _of_addresses(said, dict(zip(keys.tolist(), (terms / counted.count).tolist(), strict=True)))
        else:
            names = _names(said)
            weighed = {
                names[key]: term for key, term in zip(keys.tolist(), terms.tolist(), strict=True) if key in names
            }
        heaviest = sorted(weighed.items(), key=lambda item: (-abs(item[1]), item[0]))[:most]
        if heaviest:
            found[name] = tuple(Weighed(words, value) for words, value in heaviest)
    return found


def _names(said: Sequence[Sequence[str]]) -> dict[int, str]:
    """Number of each n-gram of some lines → its words."""
    names: dict[int, str] = {}
    edge = np.array([EDGE], np.uint32)
    for words in said:
        if not words:
            continue
        lower, keys = [word.lower() for word in words], keys_of(words)
        names.update(zip(keys.tolist(), lower, strict=True))
        pairs = pair_keys(keys[:-1], keys[1:]).tolist()
        names.update((key, f"{first} {second}") for key, first, second in zip(pairs, lower, lower[1:], strict=False))
        names[int(pair_keys(edge, keys[:1])[0])] = BEGINS.format(lower[0])
        names[int(pair_keys(keys[-1:], edge)[0])] = ENDS.format(lower[-1])
    return names


def _of_addresses(said: Sequence[Sequence[str]], terms: dict[int, float]) -> dict[str, float]:
    """What each address weighs: its word's share and that of each run of its letters.

    :param terms: number of an n-gram → what one occurrence of it adds.
    """
    weighed: defaultdict[str, float] = defaultdict(float)
    for words in said:
        called = addresses_in(words, np.arange(len(words)), np.zeros(len(words), np.int64))
        for at in np.flatnonzero(called).tolist():
            weighed[words[at].lower()] += sum(terms.get(key, 0.0) for key in address_keys(words[at]))
    return dict(weighed)
