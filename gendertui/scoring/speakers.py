"""Every speaker of a corpus scored, group by group."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Bools, Ints
from gendertui.corpus.speech import Speech, speaker_labels
from gendertui.corpus.speech_table import speech_of, whole_unit
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.characters import CharacterModel
from gendertui.scoring.character_words import Words, character_words
from gendertui.scoring.characters import CharacterScore, CharacterScorer
from gendertui.scoring.scorer import Scorer
from gendertui.text.spoken import Spoken

CHUNK_LINES = 20_000
"""Lines of whole groups that are scored at a time, as far as groups allow."""


@dataclass(frozen=True)
class ScoredSpeaker:
    """A speaker of a corpus."""

    row: int
    """A row of the corpus that it says."""
    labelled: str | None
    """The label that its lines carry; ``None`` where they carry none, or both."""
    score: CharacterScore | None
    """``None`` where none of its lines has a word that the model knows."""
    words: Words = field(default_factory=dict)
    """Where they were asked for and there is a model of characters."""


class Speakers:
    """The speakers of a corpus, or those without a label, in the order in which they first speak.

    :param unlabelled: those alone none of whose lines has a label.
    :raises GendertuiError: nobody says the lines of the corpus (code DATA).
    """

    def __init__(self, corpus: Corpus, *, unlabelled: bool) -> None:
        if whole_unit(corpus) is None:
            raise GendertuiError(
                "nobody is said to say the lines of this corpus",
                where=str(corpus.path),
                hint="Say which column names them: --speaker COLUMN. Lines without speakers go by predict --file.",
                code=ExitCode.DATA,
            )
        self._corpus = corpus
        # Somebody whose lines are all blank is there, too, and cannot be scored.
        self._speech, _ = speech_of(corpus, blank=True)
        self._labels, _ = speaker_labels(corpus.label_codes(), self._speech)
        self._wanted = ~self._with_label() if unlabelled else np.ones(self._speech.speakers, np.bool_)
        speaker, line = self._speech.own()
        self._rows = np.zeros(self._speech.speakers, np.int64)
        self._rows[speaker[::-1]] = line[::-1]

    def __len__(self) -> int:
        return int(self._wanted.sum())

    @property
    def rows(self) -> Ints:
        """[speakers] a row of the corpus that each says."""
        return self._rows[self._wanted]

    def scored(self, scorer: Scorer, scores: CharacterScorer, *, explained: bool = False) -> Iterator[ScoredSpeaker]:
        """Score them.

        :param scores: of the same bundle. :param explained: with the words that weigh most.
        """
        for places in self._chunks():
            part, speakers, _ = self._speech.part(places)
            if not self._wanted[speakers].any():
                continue
            if scores.model is None:
                yield from self._by_mean(scorer, scores, part, speakers)
            else:
                yield from self._by_model(scorer, scores, scores.model, part, speakers, explained=explained)

    def _by_model(
        self,
        scorer: Scorer,
        scores: CharacterScorer,
        model: CharacterModel,
        part: Speech,
        speakers: Ints,
        *,
        explained: bool,
    ) -> Iterator[ScoredSpeaker]:
        said, speaking, _ = part.part(self._corpus.has_text()[part.line])
        texts = self._texts(said.line)
        # The lines are counted anew: the first that is said here is line 0.
        here = dataclasses.replace(said, line=np.arange(len(said.line)))
        tokenizer = scorer.bundle.tokenizer
        spoken = Spoken.of_texts(texts, tokenizer)
        known = np.zeros(part.speakers, np.bool_)
        known[speaking] = _known(model, here, spoken)
        scored = dict(zip(speaking.tolist(), enumerate(scores.of_speech(here, spoken)), strict=True))
        for number, speaker in enumerate(speakers.tolist()):
            if not self._wanted[speaker]:
                continue
            if not known[number]:
                yield self._speaker(speaker, None, {})
                continue
            at, score = scored[number]
            words = character_words(model, here, spoken, texts, tokenizer, at) if explained else {}
            yield self._speaker(speaker, score, words)

    def _by_mean(
        self, scorer: Scorer, scores: CharacterScorer, part: Speech, speakers: Ints
    ) -> Iterator[ScoredSpeaker]:
        said = part.speaker >= 0
        said[said] = self._wanted[speakers[part.speaker[said]]]
        sums, lines = np.zeros(part.speakers), np.zeros(part.speakers, np.int64)
        answers = scorer.score_many(self._texts(part.line[said]))
        for speaker, scored in zip(part.speaker[said].tolist(), answers, strict=True):
            if not isinstance(scored, GendertuiError) and scored.has_known_word:
                sums[speaker] += scored.log_odds
                lines[speaker] += 1
        for number in np.flatnonzero(self._wanted[speakers]).tolist():
            score = scores.score(sums[number] / lines[number], int(lines[number])) if lines[number] else None
            yield self._speaker(int(speakers[number]), score, {})

    def _speaker(self, speaker: int, score: CharacterScore | None, words: Words) -> ScoredSpeaker:
        label = int(self._labels[speaker])
        return ScoredSpeaker(int(self._rows[speaker]), None if label < 0 else self._corpus.labels[label], score, words)

    def _with_label(self) -> Bools:
        speaker, line = self._speech.own()
        labelled = self._corpus.label_codes()[line] >= 0
        found: Bools = np.bincount(speaker[labelled], minlength=self._speech.speakers) > 0
        return found

    def _chunks(self) -> Iterator[slice]:
        """The places of whole groups, about :data:`CHUNK_LINES` at a time."""
        starts = np.flatnonzero(np.diff(self._speech.group, prepend=-2))
        ends = np.append(starts[1:], len(self._speech.line))
        begin = 0
        for end in ends.tolist():
            if end - begin >= CHUNK_LINES or end == len(self._speech.line):
                yield slice(begin, end)
                begin = end

    def _texts(self, rows: Ints) -> list[str]:
        texts: list[str] = self._corpus.column("text").take(rows).to_pylist()
        return texts


def _known(model: CharacterModel, speech: Speech, spoken: Spoken) -> npt.NDArray[np.bool_]:
    """[speakers] whether a line of theirs has an n-gram that the model knows."""
    speaker, line = speech.own()
    owner, keys = spoken.words.occurrences(line)
    known = np.isin(keys, model.keys["words"])
    found: Bools = np.bincount(speaker[owner[known]], minlength=speech.speakers) > 0
    return found
