"""``character-lstm``: a network that reads a character by its own lines, what is said to it and its company.

``search_character_lstm.py`` compares it with the program's character model.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from gendertui.arrays import Bools, Floats, Ints
from gendertui.corpus.table import Corpus
from gendertui.evaluation.metrics.point import auc
from gendertui.text import vectors
from gendertui.text.corpus_tokens import tokenise_corpus, tokens_key
from gendertui.text.encode import EncodedLines
from gendertui.text.rules import rules_for
from gendertui.text.vocabulary import PAD, UNK, Vocabulary
from gendertui.training.characters.material import Material, Sides

SIDES = ("own", "said-to", "company")
"""What is pooled for a character: its own lines, those said to it, all others of its film."""
MINIMUM_COUNT = 3
"""Words that are rarer in the lines learnt from are unknown."""
STEPS_A_ROUND = 34
"""Steps between two looks at the validation films: about one reading of the train films."""
FILMS_AT_ONCE = 8
"""Scored together."""


@dataclass(frozen=True)
class Variant:
    """Settings of a network and its training."""

    encoder: Literal["lstm", "words"] = "lstm"
    """A bidirectional LSTM over word vectors, or the vectors alone; both pooled over the line by mean and maximum."""
    pooling: Literal["mean", "attention"] = "mean"
    """How a character's lines become one vector."""
    hidden: int = 32
    max_length: int = 32
    """Tokens read of a line."""
    dropout: float = 0.4
    word_dropout: float = 0.2
    """Share of the words of a train line that become unknown."""
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2
    films_a_step: int = 6
    lines_a_film: int = 160
    """Lines drawn anew of each film in each step: about 30 of a leading character."""
    line_rounds: int = 4
    """Rounds in which every line by itself is to tell its speaker's label, before whole characters are."""
    frozen: bool = False
    """Whether word vectors and encoder stay as the rounds of lines left them."""
    rounds: int = 8
    patience: int = 3
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Sample:
    """Some lines of some films, with speakers and films numbered from 0."""

    line: Ints
    """[lines] of the corpus."""
    speaker: Ints
    """[lines]."""
    film: Ints
    """[speakers]."""
    heard_by: Ints
    """[heard] speakers."""
    heard: Ints
    """[heard] which of :attr:`line` each hears."""
    character: Ints
    """[speakers] their numbers in the corpus."""


class Films:
    """The lines of a corpus by film, for sampling."""

    def __init__(self, sides: Sides, lengths: Ints) -> None:
        speech = sides.speech
        self._speech = speech
        self._usable = (lengths[speech.line] > 0) & (speech.speaker >= 0)
        self._places = np.split(np.arange(len(speech.line)), np.flatnonzero(np.diff(speech.group)) + 1)
        place_of = np.zeros(int(speech.line.max()) + 1, np.int64)
        place_of[speech.line] = np.arange(len(speech.line))
        hearer, line = speech.heard()
        order = np.argsort(speech.group_of[hearer], kind="stable")
        self._hearer, self._heard = hearer[order], place_of[line[order]]
        self._bounds = np.searchsorted(speech.group_of[self._hearer], np.arange(speech.groups + 1))

    def sample(self, films: Ints, most: int | None, generator: np.random.Generator) -> Sample:
        """Lines of some films.

        :param most: so many of each film at random; all of them by default.
        """
        drawn = [self._drawn(film, most, generator) for film in films]
        places = np.concatenate(drawn)
        character, speaker = np.unique(self._speech.speaker[places], return_inverse=True)
        number = np.full(len(self._speech.line), -1)
        number[places] = np.arange(len(places))
        spans = [np.arange(self._bounds[film], self._bounds[film + 1]) for film in films]
        pairs = np.concatenate(spans)
        pairs = pairs[(number[self._heard[pairs]] >= 0) & np.isin(self._hearer[pairs], character)]
        return Sample(
            line=self._speech.line[places],
            speaker=speaker,
            film=np.unique(self._speech.group_of[character], return_inverse=True)[1],
            heard_by=np.searchsorted(character, self._hearer[pairs]),
            heard=number[self._heard[pairs]],
            character=character,
        )

    def _drawn(self, film: int, most: int | None, generator: np.random.Generator) -> Ints:
        places = self._places[film]
        places = places[self._usable[places]]
        return places if most is None or len(places) <= most else generator.choice(places, most, replace=False)


class CharacterNetwork(nn.Module):
    """Line encoder → a vector for each character and each of :data:`SIDES` → the sum of a linear score of each."""

    def __init__(self, variant: Variant, pretrained: npt.NDArray[np.float32]) -> None:
        super().__init__()
        self.variant = variant
        scaled = torch.from_numpy(pretrained / pretrained[pretrained.any(axis=1)].std() * 0.3)
        words, dimension = pretrained.shape
        self.embedding = nn.Embedding(words, dimension, padding_idx=PAD, _weight=scaled)
        self.lstm = nn.LSTM(dimension, variant.hidden, bidirectional=True) if variant.encoder == "lstm" else None
        width = 2 * (2 * variant.hidden if self.lstm else dimension)
        self.dropout = nn.Dropout(variant.dropout)
        self.heads = nn.ModuleList(nn.Linear(width, 1) for _ in SIDES)
        self.attention = nn.ModuleList(nn.Linear(width, 1) for _ in SIDES)
        for layer in self.attention:
            nn.init.zeros_(layer.weight)  # type: ignore[arg-type]
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        # A mean over many lines has a small spread: the sides' scores begin larger than a line's.
        self.scale = nn.Parameter(torch.full((len(SIDES),), 3.0))

    def encode(self, encoded: EncodedLines, lines: Ints) -> Tensor:
        """``[lines, width]`` of lines of a corpus, each with a token at least."""
        lengths = np.minimum(encoded.lengths[lines], self.variant.max_length)
        order = np.argsort(lengths, kind="stable")
        bounds = np.flatnonzero(np.diff(lengths[order], prepend=-1, append=-1))
        # Lines of one length at a time: twice as fast on a CPU as packed sequences.
        parts = [
            self._of_length(encoded, lines[order[begin:end]], int(lengths[order[begin]]))
            for begin, end in pairwise(bounds)
        ]
        back = np.empty(len(order), np.int64)
        back[order] = np.arange(len(order))
        return self.dropout(torch.cat(parts)[torch.from_numpy(back)])  # type: ignore[no-any-return]

    def _of_length(self, encoded: EncodedLines, lines: Ints, length: int) -> Tensor:
        tokens = torch.from_numpy(encoded.take(encoded.offsets[lines] + np.arange(length)[:, None]).astype(np.int64))
        if self.training and self.variant.word_dropout:
            tokens = tokens.masked_fill(torch.rand(tokens.shape) < self.variant.word_dropout, UNK)
        states = self.dropout(self.embedding(tokens))
        if self.lstm is not None:
            states, _ = self.lstm(states)
        # A long line's mean is less noisy: without an LSTM, which can count, it keeps its weight.
        mean = states.mean(dim=0) if self.lstm is not None else states.sum(dim=0) / length**0.5
        return torch.cat((mean, states.amax(dim=0)), dim=1)

    def line_logits(self, encoded: EncodedLines, sample: Sample) -> tuple[Tensor, Tensor]:
        """``[lines]`` of each line's speaker and ``[heard]`` of each hearer, from one line alone."""
        values = self.encode(encoded, sample.line)
        heard = values[torch.from_numpy(sample.heard)]
        return self.heads[0](values)[:, 0], self.heads[1](heard)[:, 0]

    def forward(self, encoded: EncodedLines, sample: Sample) -> Tensor:
        """``[speakers]`` log-odds of the positive label."""
        values = self.encode(encoded, sample.line)
        speaker, film = torch.from_numpy(sample.speaker), torch.from_numpy(sample.film)
        number = len(sample.character)
        own, heard_by = self._sums(0, values, speaker, number), torch.from_numpy(sample.heard_by)
        heard = self._sums(1, values[torch.from_numpy(sample.heard)], heard_by, number)
        mine = self._sums(2, values, speaker, number)
        together = torch.zeros(int(film.max()) + 1, mine.shape[1]).index_add(0, film, mine)
        sums = (own, heard, together[film] - mine)
        logits = torch.zeros(number)
        for side, summed in enumerate(sums):
            weight = summed[:, -1]
            pooled = summed[:, :-1] / weight.clamp(min=1e-3)[:, None]
            score = self.heads[side](pooled)[:, 0] * self.scale[side]
            logits = logits + torch.where(weight > 1e-3, score, torch.zeros(()))
        return logits

    def _sums(self, side: int, values: Tensor, owner: Tensor, number: int) -> Tensor:
        """``[number, width + 1]`` weighted sums of lines' vectors, and the sum of the weights."""
        if self.variant.pooling == "attention":
            weights = self.attention[side](values).clamp(-5, 5).exp()
        else:
            weights = torch.ones(len(values), 1)
        return torch.zeros(number, values.shape[1] + 1).index_add(
            0, owner, torch.cat((values * weights, weights), dim=1)
        )


@dataclass(frozen=True, eq=False)
class Trained:
    """A network, and all lines of the corpus in its words."""

    network: CharacterNetwork
    encoded: EncodedLines
    rounds: int
    """The round whose weights it has."""

    def scores(self, films: Films, which: Ints, characters: int) -> Floats:
        """[characters of the corpus] log-odds of those of some films from all of their lines; 0 for the others."""
        self.network.eval()
        found = np.zeros(characters)
        generator = np.random.default_rng(0)
        with torch.no_grad():
            for some in np.array_split(which, -(-len(which) // FILMS_AT_ONCE)):
                sample = films.sample(some, None, generator)
                found[sample.character] = self.network(self.encoded, sample).numpy()
        return found


@dataclass(frozen=True, eq=False)
class Data:
    """A corpus as the networks and the stack read it."""

    material: Material
    sides: Sides
    films: Films

    @classmethod
    def of(cls, corpus: Corpus) -> Data:
        rules = rules_for("drop", True)
        texts = corpus.column("text").to_pylist()
        tokenised = tokenise_corpus(texts, rules, tokens_key(corpus.data_hash, rules))
        material = Material.of(corpus, tokenised)
        if material is None:
            raise ValueError("nobody says the lines of this corpus")
        sides = material.all()
        return cls(material, sides, Films(sides, tokenised.lengths))

    def inside(self, films: Ints) -> Bools:
        """[characters] whether each is labelled and of one of some films."""
        return np.isin(self.sides.speech.group_of, films) & (self.sides.labels >= 0)

    def encoded(self, films: Ints) -> tuple[EncodedLines, npt.NDArray[np.float32]]:
        """All lines in the words of some films, and the words' pretrained vectors."""
        speech, tokenised = self.sides.speech, self.material.tokenised
        counts = tokenised.counts(speech.line[np.isin(speech.group, films)])
        vocabulary = Vocabulary.from_counts(tokenised.words, counts, min_frequency=MINIMUM_COUNT)
        return tokenised.encode(tokenised.numbers(vocabulary)), vectors.load("glove-6b-50d", vocabulary).matrix


def train(variant: Variant, data: Data, films: Ints, *, held: Ints | None = None, rounds: int | None = None) -> Trained:
    """Train on the labelled characters of some films.

    :param held: validation films, which choose the rounds.
    :param rounds: how many to train where there are no validation films.
    """
    torch.manual_seed(variant.seed)
    generator = np.random.default_rng(variant.seed)
    encoded, pretrained = data.encoded(films)
    network = CharacterNetwork(variant, pretrained)
    labels, characters = data.sides.labels, data.sides.speech.speakers
    optimiser = optimiser_of(network, variant)
    for _ in range(variant.line_rounds):
        for sample in _samples(variant, data, films, generator):
            _step(network, optimiser, _line_loss(network, encoded, sample, labels))
    if variant.frozen:
        for module in (network.embedding, network.lstm):
            if module is not None:
                module.requires_grad_(False)
    best, weights, chosen = -1.0, network.state_dict(), rounds or 0
    for done in range(1, (rounds or variant.rounds) + 1):
        network.train()
        for sample in _samples(variant, data, films, generator):
            _step(network, optimiser, _loss(network(encoded, sample), labels[sample.character]))
        if held is None:
            continue
        judged = data.inside(held)
        figure = auc(Trained(network, encoded, done).scores(data.films, held, characters)[judged], labels[judged])
        if figure > best:
            best, chosen = figure, done
            weights = {name: value.clone() for name, value in network.state_dict().items()}
        elif done - chosen >= variant.patience:
            break
    if held is not None:
        network.load_state_dict(weights)
    return Trained(network, encoded, chosen)


def optimiser_of(network: CharacterNetwork, variant: Variant) -> torch.optim.Optimizer:
    """AdamW; word vectors and scales do not decay."""
    free = {id(network.embedding.weight), id(network.scale)}
    decaying = [parameter for parameter in network.parameters() if id(parameter) not in free]
    groups = [
        {"params": decaying, "weight_decay": variant.weight_decay},
        {"params": [network.embedding.weight, network.scale], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=variant.learning_rate)


def _samples(variant: Variant, data: Data, films: Ints, generator: np.random.Generator) -> list[Sample]:
    """Those of one round."""
    return [
        data.films.sample(generator.choice(films, variant.films_a_step, replace=False), variant.lines_a_film, generator)
        for _ in range(STEPS_A_ROUND)
    ]


def _line_loss(
    network: CharacterNetwork, encoded: EncodedLines, sample: Sample, labels: npt.NDArray[np.int8]
) -> Tensor:
    own, heard = network.line_logits(encoded, sample)
    said_by = labels[sample.character][sample.speaker]
    return _loss(own, said_by) + _loss(heard, labels[sample.character][sample.heard_by])


def _loss(logits: Tensor, labels: npt.NDArray[np.int8]) -> Tensor:
    """Binary cross-entropy of those with a label, both labels weighing the same."""
    known = np.flatnonzero(labels >= 0)
    target = labels[known]
    counts = np.maximum(np.bincount(target, minlength=2), 1)
    weight = torch.from_numpy((len(target) / 2 / counts)[target].astype(np.float32))
    wanted = torch.from_numpy(target.astype(np.float32))
    return nn.functional.binary_cross_entropy_with_logits(logits[torch.from_numpy(known)], wanted, weight=weight)


def _step(network: CharacterNetwork, optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
