"""The scores of a scene's characters as it goes on, line by line, without counting everything again at each."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from gendertui.arrays import Floats, Ints
from gendertui.corpus.speech import NOBODY, Speech
from gendertui.model.characters import PARTS, CharacterModel, LinearText
from gendertui.text.documents import Documents
from gendertui.text.spoken import Spoken

Counts = tuple[tuple[int, int], ...]
"""N-grams of a line and how often each occurs."""


class _Document:
    """A document's log-odds while lines come to it and leave it: the sums that :class:`LinearText` takes."""

    def __init__(self, text: LinearText) -> None:
        self._text = text
        self._counts: dict[int, int] = {}
        self._above = 0.0
        self._square = 0.0
        self.lines = 0

    def change(self, grams: Counts, sign: int) -> None:
        """Add a line (``sign`` 1), or take it away (−1)."""
        self.lines += sign
        for gram, times in grams:
            before = self._counts.get(gram, 0)
            after = before + sign * times
            idf, weight = float(self._text.idf[gram]), float(self._text.weights[gram])
            old = (1 + math.log(before)) * idf if before else 0.0
            new = (1 + math.log(after)) * idf if after else 0.0
            self._above += (new - old) * weight
            self._square += new * new - old * old
            self._counts[gram] = after

    @property
    def score(self) -> float:
        """0 without a line."""
        if not self.lines:
            return 0.0
        return self._text.intercept + (self._above / math.sqrt(self._square) if self._square > 1e-9 else 0.0)


class _Company:
    """What the others of a scene score, each weighing the root of its lines."""

    def __init__(self, speakers: int) -> None:
        self._own = np.zeros(speakers)
        self._lines = np.zeros(speakers, np.int64)

    def note(self, speaker: int, own: float, lines: int) -> None:
        self._own[speaker], self._lines[speaker] = own, lines

    def of(self, speaker: int) -> tuple[float, int]:
        """Log-odds, and the lines they rest on."""
        weights = np.sqrt(self._lines)
        weights[speaker] = 0
        total = float(weights.sum())
        others = int(self._lines.sum() - self._lines[speaker])
        return (float(weights @ self._own) / total if total else 0.0), others


def running_log_odds(model: CharacterModel, speech: Speech, spoken: Spoken) -> Floats:
    """[said] calibrated log-odds of who says each line, by all that was said up to it; 0 where nobody known does.

    :param speech: one group, in order; as :func:`gendertui.scoring.parts.part_scores` reads it.
    """
    grams = {
        name: _line_grams(model, speech, spoken, PARTS[name].kind)
        for name in model.stack
        if PARTS[name].text is not None
    }
    documents: dict[str, dict[int, _Document]] = {name: {} for name in grams}
    sums: dict[int, float] = {}
    company = _Company(speech.speakers)
    found = np.zeros(len(speech.line))
    heard = [name for name in grams if PARTS[name].of == "heard"]
    lines = _line_scores(model, speech, spoken) if "lines" in grams else np.zeros(len(speech.line))

    def document(name: str, speaker: int) -> _Document:
        return documents[name].setdefault(speaker, _Document(model.texts[name]))

    def hear(speaker: int | None, places: range, sign: int) -> None:
        if speaker is None or speaker == NOBODY:
            return
        for name in heard:
            for place in places:
                document(name, speaker).change(grams[name][place], sign)

    # The turn that lasts, who spoke before it in its scene, and where it began.
    current, before, begin = NOBODY, None, 0
    scene = -1
    for place in range(len(speech.line)):
        speaker = int(speech.speaker[place])
        if int(speech.scene[place]) != scene:
            scene, before, begin = int(speech.scene[place]), None, place
        elif speaker != current:
            # Whom the last turn was said to is known only now: the one before it, unless somebody else answers.
            turn = range(begin, place)
            if before is None:
                hear(speaker, turn, 1)
            elif before != speaker:
                hear(before, turn, -1)
            before, begin = current, place
        current = speaker
        hear(before, range(place, place + 1), 1)
        if speaker == NOBODY:
            continue
        sums[speaker] = sums.get(speaker, 0.0) + float(lines[place])
        if "own-words" in grams:
            own = document("own-words", speaker)
            own.change(grams["own-words"][place], 1)
            company.note(speaker, own.score, own.lines)
        said = _parts(model, speaker, documents, sums, company)
        found[place] = sum(model.contribution(name, score, number) for name, (score, number) in said.items())
        found[place] += model.offset
    return found


def _parts(
    model: CharacterModel,
    speaker: int,
    documents: Mapping[str, Mapping[int, _Document]],
    sums: Mapping[int, float],
    company: _Company,
) -> dict[str, tuple[float, int]]:
    """Part → its log-odds for a speaker and the lines they rest on."""
    own = documents["own-words"][speaker] if "own-words" in documents else None
    found: dict[str, tuple[float, int]] = {}
    for name in model.stack:
        if name == "company":
            found[name] = company.of(speaker)
        elif name == "lines" and own is not None:
            found[name] = sums[speaker] / own.lines, own.lines
        else:
            there = documents[name].get(speaker)
            found[name] = (0.0, 0) if there is None else (there.score, there.lines)
    return found


def _line_grams(model: CharacterModel, speech: Speech, spoken: Spoken, kind: str) -> list[Counts]:
    places = np.arange(len(speech.line))
    counted = Documents.of(spoken.of_kind(kind), model.keys[kind], places, speech.line, len(places))
    bounds = np.searchsorted(counted.document, np.arange(len(places) + 1))
    grams, times = counted.gram.tolist(), counted.count.astype(np.int64).tolist()
    return [
        tuple(zip(grams[start:end], times[start:end], strict=True))
        for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
    ]


def _line_scores(model: CharacterModel, speech: Speech, spoken: Spoken) -> Floats:
    places: Ints = np.arange(len(speech.line))
    return model.texts["lines"].scores(
        Documents.of(spoken.words, model.keys["words"], places, speech.line, len(places))
    )
