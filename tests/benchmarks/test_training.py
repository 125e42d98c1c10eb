"""The tutorial's training step and evaluation pass beside :mod:`tests.benchmarks.reference_loop`, in one process.

One thread, CPU seconds, both sides by turns. The corpus is the shared one, the vectors are GloVe 50d. An epoch is
measured in two parts. Of the everyday batches, each round takes another systematic sample in the order of length, and
the seconds a token count for all their tokens. Of the longest batches of the pools of a hundred, the one with the
median longest line is measured and counts for each pool; where lines of one length are batched, every fifth of the
batches with longer lines than everyday ones, whose seconds a token count for all their tokens.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gendertui.arrays import Ints
from gendertui.corpus.load import load
from gendertui.training import bulk, devices
from gendertui.training.batches import DeviceLines, Order, epoch_order
from gendertui.training.config import preset, with_changes
from gendertui.training.epochs import BATCH_EVENT_SECONDS
from gendertui.training.learner import TrainStep
from gendertui.training.prepare import Prepared, prepare
from gendertui.training.running_metrics import RunningMetrics
from tests.benchmarks import reference_loop
from tests.benchmarks.reference_loop import POOL, Examples

pytestmark = pytest.mark.bench

ROUNDS = 3
EVERY = 120
"""One of so many everyday batches is measured in a round."""


@pytest.fixture(scope="module", autouse=True)
def torch_as_the_worker_has_it() -> Iterator[None]:
    mode, threads = torch.get_deterministic_debug_mode(), torch.get_num_threads()
    devices.make_deterministic()
    torch.set_num_threads(1)
    yield
    torch.set_deterministic_debug_mode(mode)
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def prepared(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    config = with_changes(preset("tutorial"), {"vectors": "glove-6b-50d", "threads": 1})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENDERTUI_HOME", str(tmp_path_factory.mktemp("home")))
        return prepare(config, load(shared_data / "collated_290_films.txt"))


def cpu_seconds(action: Callable[..., object], *given: object) -> float:
    begun = time.process_time()
    action(*given)
    return time.process_time() - begun


def shown(ratios: Sequence[float]) -> str:
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def part(order: Order, batches: Ints) -> Order:
    """Some batches of an order."""
    rows = [order.rows[order.bounds[batch] : order.bounds[batch + 1]] for batch in batches]
    return Order(np.concatenate(rows), np.cumsum([0, *(len(each) for each in rows)]))


class Ours:
    """What :class:`gendertui.training.epochs.EpochLoop` does with an order, its events and checkpoints aside."""

    def __init__(self, prepared: Prepared, **changes: Any) -> None:
        config = with_changes(prepared.config, changes)
        self.prepared = replace(prepared, config=config)
        self.learner = TrainStep(self.prepared)
        self.lines = DeviceLines.of(prepared.encoded, max_length=None, device=self.learner.device)
        self.lengths = self.lines.lengths[prepared.train_rows]
        self.order = epoch_order(config.batching, self.lengths, config.batch_size, config.seed, 1)

    def train(self, order: Order) -> None:
        metrics = RunningMetrics(over_batches=True)
        last = time.monotonic()
        for batch in self.lines.batches(Order(self.prepared.train_rows[order.rows], order.bounds)):
            metrics.add(*self.learner.step(batch), batch.labels)
            if time.monotonic() - last >= BATCH_EVENT_SECONDS:
                metrics.read()
                last = time.monotonic()
        metrics.read()


class Reference:
    """The article's loop over the same lines."""

    def __init__(self, prepared: Prepared) -> None:
        assert prepared.vectors is not None
        self.network = reference_loop.Network(torch.from_numpy(prepared.vectors.matrix))
        self.optimizer = torch.optim.Adam(self.network.parameters())
        self.examples = examples(prepared, prepared.train_rows)

    def train(self, order: Order) -> None:
        batches = [rows.tolist() for rows in np.split(order.rows, order.bounds[1:-1])]
        reference_loop.train(self.network, self.optimizer, self.examples, batches)


def examples(prepared: Prepared, rows: Ints) -> Examples:
    tokens, offsets = np.asarray(prepared.encoded.word_ids()), prepared.encoded.offsets
    ids = [tokens[offsets[row] : offsets[row + 1]].tolist() for row in rows]
    return Examples(ids, prepared.encoded.labels[rows].tolist())


def longest_of_batches(ours: Ours) -> Ints:
    return np.maximum.reduceat(ours.lengths[ours.order.rows], ours.order.bounds[:-1])


def everyday(ours: Ours, besides: Ints, offset: int) -> Order:
    """A systematic sample, in the order of length, of an epoch's batches besides some."""
    batches = np.lexsort((np.diff(ours.order.bounds), longest_of_batches(ours)))
    batches = batches[~np.isin(batches, besides)]
    return part(ours.order, np.random.default_rng(offset).permutation(batches[offset * EVERY // ROUNDS :: EVERY]))


def tokens_of(ours: Ours, order: Order) -> int:
    return int(ours.lengths[order.rows].sum())


def arms_of(prepared: Prepared) -> dict[str, Ours]:
    arms = {"pooled": Ours(prepared), "exact-length": Ours(prepared, batching="exact-length")}
    if devices.resolve_precision("auto", prepared.device) == "bfloat16":
        arms["exact-length, bfloat16"] = Ours(prepared, batching="exact-length", precision="bfloat16")
    else:
        print("\nbfloat16: not measured, this CPU has no instructions for it")
    return arms


def longest_of_pools(pooled: Ours) -> Ints:
    """The batch with the longest line of each pool, those of shorter lines first."""
    longest = longest_of_batches(pooled)
    batches = np.arange(len(longest))
    found = np.array(
        [batches[start : start + POOL][longest[start : start + POOL].argmax()] for start in batches[::POOL]]
    )
    return found[np.argsort(longest[found])]


def test_the_tutorials_epoch(prepared: Prepared) -> None:
    reference, arms = Reference(prepared), arms_of(prepared)
    pooled = arms["pooled"]
    long = longest_of_pools(pooled)
    limit = np.delete(longest_of_batches(pooled), long).max()
    long_of = {name: long if ours is pooled else beyond(ours, int(limit)) for name, ours in arms.items()}
    print(f"\n{len(pooled.lengths):,} rows, {pooled.lengths.sum():,} tokens, {len(pooled.order)} pooled batches")
    print(f"longest lines of the pools: {longest_of_batches(pooled)[long].tolist()}, of other batches: {limit}")
    spent: dict[str, list[float]] = {name: [] for name in ("reference", *arms)}
    for number in range(ROUNDS):
        sample = everyday(pooled, long, number)
        spent["reference"].append(cpu_seconds(reference.train, sample) / tokens_of(pooled, sample))
        for name, ours in arms.items():
            sample = everyday(ours, long_of[name], number)
            spent[name].append(cpu_seconds(ours.train, sample) / tokens_of(ours, sample))
    for name in arms:
        ratios = [a / b for a, b in zip(spent["reference"], spent[name], strict=True)]
        rate = 1 / statistics.median(spent[name])
        print(f"everyday batches, {name}: {shown(ratios)} × the reference, {rate:,.0f} tokens/s")
    everyone: dict[str, Ours | Reference] = {"reference": reference, **arms}
    whole = {}
    for name, arm in everyone.items():
        ours = arms.get(name, pooled)
        all_long = part(ours.order, long_of.get(name, long))
        measured = part(ours.order, long[[len(long) // 2]] if ours is pooled else long_of[name][2::5])
        seconds = cpu_seconds(arm.train, measured)
        weight = len(long) if ours is pooled else tokens_of(ours, all_long) / tokens_of(ours, measured)
        usual = statistics.median(spent[name]) * (ours.lengths.sum() - tokens_of(ours, all_long))
        whole[name] = usual + weight * seconds
        print(f"{name}: an epoch {whole[name]:.0f} s, {weight * seconds:.0f} s of them for long lines")
    for name in arms:
        print(f"whole epoch, {name}: {whole['reference'] / whole[name]:.2f} × the reference")


def beyond(ours: Ours, limit: int) -> Ints:
    """The batches with a line longer than ``limit``, shortest first."""
    longest = longest_of_batches(ours)
    batches = np.flatnonzero(longest > limit)
    return batches[np.argsort(longest[batches], kind="stable")]


def test_the_evaluation_pass(prepared: Prepared) -> None:
    """All lines of the article's test set, batches as the article cut them; exact-length are those of scoring."""
    rows, ours, reference = prepared.validation_rows, Ours(prepared), Reference(prepared)
    held_out = examples(prepared, rows)
    batches = reference_loop.sorted_batches([len(ids) for ids in held_out.ids], 256)

    score = partial(bulk.logits_of, ours.learner.network, ours.lines, rows)
    arms = {"the article's batches": partial(score, batch_size=256), "exact-length": score}
    if devices.resolve_precision("auto", prepared.device) == "bfloat16":
        arms["exact-length, bfloat16"] = partial(score, precision="bfloat16")
    ratios: dict[str, list[float]] = {name: [] for name in arms}
    for _ in range(ROUNDS):
        theirs = cpu_seconds(reference_loop.evaluate, reference.network, held_out, batches)
        for name, run in arms.items():
            ratios[name].append(theirs / cpu_seconds(run))
    print(f"\n{len(rows):,} lines, {sum(map(len, held_out.ids)):,} tokens")
    for name, found in ratios.items():
        print(f"evaluation pass, {name}: {shown(found)} × the reference")
