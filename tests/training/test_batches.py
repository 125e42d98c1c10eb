"""Orders and gathering, against what torchtext did and against plain Python."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.training.batches import (
    POOL_BATCHES,
    RUN_STEP_LINES,
    STEP_LINES,
    DeviceLines,
    Order,
    epoch_order,
    exact_length,
    in_length_order,
    pooled,
)

lengths_of = st.lists(st.integers(1, 12), min_size=1, max_size=400).map(lambda found: np.array(found, np.int64))
ORDERS = ["pooled", "exact-length"]


def batches(order: Order) -> list[np.ndarray]:
    return [order.rows[first:last] for first, last in zip(order.bounds[:-1], order.bounds[1:], strict=True)]


@settings(max_examples=50, deadline=None)
@given(lengths_of, st.integers(1, 40), st.integers(0, 99), st.sampled_from(ORDERS))
def test_every_row_once_an_epoch(lengths: np.ndarray, size: int, seed: int, batching: str) -> None:
    order = epoch_order(batching, lengths, size, seed, 1)
    assert sorted(order.rows) == list(range(len(lengths)))
    assert all(1 <= len(batch) <= size for batch in batches(order))


@settings(max_examples=30, deadline=None)
@given(lengths_of, st.integers(1, 40), st.integers(0, 99))
def test_exact_length_never_mixes_lengths(lengths: np.ndarray, size: int, seed: int) -> None:
    for batch in batches(exact_length(lengths, size, seed, 1)):
        assert len(set(lengths[batch])) == 1


@settings(max_examples=30, deadline=None)
@given(lengths_of, st.integers(1, 40), st.booleans())
def test_scoring_order_is_sorted(lengths: np.ndarray, size: int, exact: bool) -> None:
    order = in_length_order(lengths, size, exact=exact)
    assert sorted(order.rows) == list(range(len(lengths)))
    longest = [lengths[batch].max() for batch in batches(order)]
    assert longest == sorted(longest)
    for batch in batches(order):
        assert list(lengths[batch]) == sorted(lengths[batch], reverse=True)


def test_pooled_is_torchtexts_bucket_iterator() -> None:
    """Pools of 100 batches; sorted inside a pool, cut, shuffled; longest first inside a batch."""
    size = 4
    lengths = np.random.default_rng(0).integers(1, 60, 2 * POOL_BATCHES * size + 30)
    found = batches(pooled(lengths, size, 7, 1))
    assert len(found) == 2 * POOL_BATCHES + 8
    for start in (0, POOL_BATCHES, 2 * POOL_BATCHES):
        pool = found[start : start + POOL_BATCHES]
        shortest_first = sorted(pool, key=lambda batch: (lengths[batch].min(), lengths[batch].max()))
        joined = np.concatenate([lengths[batch][::-1] for batch in shortest_first])
        # A pool sorted by length was cut into these batches, and they do not come in that order.
        assert list(joined) == sorted(joined)
        if len(pool) > 10:
            assert [id(batch) for batch in pool] != [id(batch) for batch in shortest_first]
    assert all(list(lengths[batch]) == sorted(lengths[batch], reverse=True) for batch in found)


@pytest.mark.parametrize("batching", ORDERS)
def test_the_order_comes_from_seed_and_epoch_alone(batching: str) -> None:
    lengths = np.random.default_rng(0).integers(1, 9, 500)
    first = epoch_order(batching, lengths, 16, 42, 3)
    torch.manual_seed(1)
    np.random.seed(1)
    torch.rand(10)
    np.random.random(10)
    np.testing.assert_array_equal(first.rows, epoch_order(batching, lengths, 16, 42, 3).rows)
    for other in (epoch_order(batching, lengths, 16, 42, 4), epoch_order(batching, lengths, 16, 43, 3)):
        assert not np.array_equal(first.rows, other.rows)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(2, 50), min_size=1, max_size=9), min_size=1, max_size=30),
    st.integers(1, 7),
    st.one_of(st.none(), st.integers(1, 5)),
    st.sampled_from(ORDERS),
)
def test_batches_hold_their_lines(lines: list[list[int]], size: int, max_length: int | None, batching: str) -> None:
    offsets = np.concatenate(([0], np.cumsum([len(line) for line in lines]))).astype(np.int64)
    labels = np.array([len(line) % 2 for line in lines], np.int8)
    tokens = np.array([token for line in lines for token in line], np.int32)
    on_device = DeviceLines(tokens, offsets, labels, pad_index=1, max_length=max_length, device=torch.device("cpu"))
    order = epoch_order(batching, on_device.lengths, size, 0, 1)
    for rows, batch in zip(batches(order), on_device.batches(order), strict=True):
        for row, got, length, label in zip(rows, batch.tokens, batch.lengths.on_host, batch.labels, strict=True):
            wanted = lines[row][:max_length]
            assert got[: int(length)].tolist() == wanted
            assert (got[int(length) :] == 1).all()
            assert float(label) == labels[row]
        assert batch.tokens.dtype == torch.int64
        assert batch.tokens.shape[1] == int(batch.lengths.on_host.max())


def test_a_late_start_gives_the_remaining_batches() -> None:
    offsets = np.arange(0, 101, 2, dtype=np.int64)
    lines = DeviceLines(
        np.arange(100, dtype=np.int32),
        offsets,
        np.zeros(50, np.int8),
        pad_index=1,
        max_length=None,
        device=torch.device("cpu"),
    )
    order = exact_length(lines.lengths, 8, 0, 1)
    all_of_them, late = list(lines.batches(order)), list(lines.batches(order, start=3))
    assert len(late) == len(all_of_them) - 3
    for one, other in zip(all_of_them[3:], late, strict=True):
        torch.testing.assert_close(one.tokens, other.tokens, rtol=0, atol=0)


@settings(max_examples=40, deadline=None)
@given(lengths_of, st.integers(1, 40), st.sampled_from(ORDERS))
def test_the_work_of_an_epoch_is_that_of_its_time_steps(lengths: np.ndarray, size: int, batching: str) -> None:
    order = epoch_order(batching, lengths, size, 1, 1)
    done = order.work(lengths)
    assert len(done) == len(order) + 1
    assert done[0] == 0 and done[-1] == pytest.approx(1) and (np.diff(done) > 0).all()
    steps = [(len(batch) + STEP_LINES) * lengths[batch].max() for batch in batches(order)]
    assert np.diff(done) == pytest.approx(np.array(steps) / sum(steps))


@settings(max_examples=40, deadline=None)
@given(lengths_of, st.integers(1, 40))
def test_where_each_length_of_a_batch_takes_its_own_time_steps_they_all_count(lengths: np.ndarray, size: int) -> None:
    order = pooled(lengths, size, 1, 1)
    found = [lengths[batch] for batch in batches(order)]
    work = [sum(batch) + RUN_STEP_LINES * sum(set(batch)) for batch in found]
    assert np.diff(order.work(lengths, by_runs=True)) == pytest.approx(np.array(work) / sum(work))
