"""The running sums against plain Python, read at any time."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from gendertui.training.running_metrics import RunningMetrics

Batch = tuple[Tensor, Tensor, Tensor]


def batch(seed: int, rows: int) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(rows, generator=generator)
    labels = (torch.rand(rows, generator=generator) > 0.4).float()
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, labels, reduction="sum"), logits, labels


batches_of = st.lists(st.builds(batch, st.integers(0, 99), st.integers(1, 9)), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(batches_of, st.booleans(), st.sets(st.integers(0, 11)), st.integers(0, 11))
def test_the_same_to_the_bit_whenever_read_or_restored(
    batches: list[Batch], over_batches: bool, reads: set[int], restored: int
) -> None:
    once, often = (RunningMetrics(over_batches=over_batches) for _ in range(2))
    for number, each in enumerate(batches):
        once.add(*each)
        often.add(*each)
        if number in reads:
            often.read()
        if number == restored:
            state, often = often.state(), RunningMetrics(over_batches=over_batches)
            often.restore(state)
    assert often.state() == once.state()
    assert often.read() == once.read()


@settings(max_examples=40, deadline=None)
@given(batches_of)
def test_means_over_rows_and_over_batches(batches: list[Batch]) -> None:
    over_rows, over_batches = RunningMetrics(over_batches=False), RunningMetrics(over_batches=True)
    for each in batches:
        over_rows.add(*each)
        over_batches.add(*each)
    right = [((logits > 0) == (labels > 0.5)).tolist() for _, logits, labels in batches]
    labels = [label for _, _, each in batches for label in each.tolist()]
    joined = [hit for each in right for hit in each]
    sums = over_rows.read()
    assert sums.loss == pytest.approx(sum(float(loss) for loss, _, _ in batches) / len(labels))
    assert sums.accuracy == pytest.approx(sum(joined) / len(joined))
    shares = [[hit for hit, each in zip(joined, labels, strict=True) if each == label] for label in (0.0, 1.0)]
    if all(shares):
        assert sums.balanced_accuracy == pytest.approx(sum(sum(each) / len(each) for each in shares) / 2)
    else:
        assert sums.balanced_accuracy is None
    means = over_batches.read()
    assert means.loss == pytest.approx(sum(float(loss) / len(own) for loss, _, own in batches) / len(batches))
    assert means.accuracy == pytest.approx(sum(sum(each) / len(each) for each in right) / len(batches))
    assert means.balanced_accuracy is None
