"""Several processes that train one network: which lines are whose, and that they end where one process does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gendertui.corpus.table import Corpus
from gendertui.training import streamed_lines
from gendertui.training.batches import DeviceLines, epoch_order
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.loop import Result, Trainer
from gendertui.training.parallel.shares import Share, dealt, share_of
from gendertui.training.prepare import Prepared
from gendertui.training.running_metrics import RunningMetrics
from gendertui.training.streamed_lines import StreamedLines, lines_of
from tests.builders.ranked_training import train_together
from tests.builders.training import NETWORKS

BATCHINGS = st.sampled_from(["pooled", "exact-length"])
LENGTHS = arrays.arrays(np.int64, st.integers(1, 200), elements=st.integers(1, 60))
SIZES = st.integers(1, 40)


@given(LENGTHS, SIZES, st.integers(1, 5), BATCHINGS)
def test_every_line_is_one_processs_and_all_do_as_many_steps(
    lengths: np.ndarray, size: int, processes: int, batching: str
) -> None:
    order = epoch_order(batching, lengths, size, 7, 1)
    shares = [share_of(order, lengths, rank, processes) for rank in range(processes)]
    for batch in range(len(order)):
        rows = order.rows[order.bounds[batch] : order.bounds[batch + 1]]
        parts = [_batch(share, batch) for share in shares]
        assert all(len(part) for part in parts)
        counted = [part for part, share in zip(parts, shares, strict=True) if not share.idle[batch]]
        np.testing.assert_array_equal(np.concatenate(counted), rows)
        assert {int(share.whole[batch]) for share in shares} == {len(rows)}
        fair, longest = lengths[rows].sum() / processes, lengths[rows].max()
        assert all(lengths[part].sum() <= fair + longest for part in counted)
    assert {len(share.order) for share in shares} == {len(order)}


@given(LENGTHS, SIZES, st.integers(1, 5), BATCHINGS)
def test_every_batch_is_scored_in_as_many_rounds(lengths: np.ndarray, size: int, processes: int, batching: str) -> None:
    order = epoch_order(batching, lengths, size, 7, 1)
    parts = [dealt(order, rank, processes) for rank in range(processes)]
    assert {len(part) for part in parts} == {-(-len(order) // processes)}
    batches = {tuple(order.rows[begin:end]) for begin, end in zip(order.bounds, order.bounds[1:], strict=False)}
    found = {
        tuple(part.rows[begin:end]) for part in parts for begin, end in zip(part.bounds, part.bounds[1:], strict=False)
    }
    assert found == batches


@pytest.mark.parametrize("over_batches", [False, True])
def test_figures_of_parts_add_up_to_those_of_the_whole(over_batches: bool) -> None:
    generator = torch.Generator().manual_seed(1)
    whole, parts = RunningMetrics(over_batches=over_batches), [RunningMetrics(over_batches=over_batches) for _ in "ab"]
    for rows in (7, 1, 12):
        logits, labels = torch.randn(rows, generator=generator), torch.randint(2, (rows,), generator=generator).float()
        losses = torch.rand(rows, generator=generator)
        whole.add(losses.sum(), logits, labels)
        for part, here in zip(parts, (slice(0, rows // 3), slice(rows // 3, rows)), strict=True):
            part.add(losses[here].sum(), logits[here], labels[here], whole=rows)
    total = RunningMetrics(over_batches=over_batches)
    total.restore(*(part.state() for part in parts))
    assert (total.batches, total.rows) == pytest.approx((whole.batches, whole.rows))
    one, other = total.read(), whole.read()
    assert (one.loss, one.accuracy) == pytest.approx((other.loss, other.accuracy))
    assert one.balanced_accuracy == (other.balanced_accuracy and pytest.approx(other.balanced_accuracy))


@pytest.mark.xdist_group("worker")
@pytest.mark.parametrize(
    ("networks", "processes"),
    [
        (["pooled-bilstm"], 2),
        pytest.param([name for name in NETWORKS if name != "pooled-bilstm"], 2, marks=pytest.mark.long),
        pytest.param(list(NETWORKS), 3, marks=pytest.mark.long),
    ],
)
def test_they_end_where_one_process_does_and_resume_bit_for_bit(
    corpus: Corpus, tmp_path: Path, networks: list[str], processes: int
) -> None:
    found = train_together(corpus.path, tmp_path / "ranks", networks, processes)
    for name in networks:
        print(f"{name}, {processes} processes: loss {found[name]['loss']:.1e}, weights {found[name]['weights']:.1e}")
        assert found[name]["epochs"] == 3
        assert found[name]["loss"] < 1e-5
        assert found[name]["weights"] < 1e-5
        assert found[name]["resumed"]["bit_identical"]
        assert found[name]["same"]
        assert f"processes was {processes}, is 1" in found[name]["alone"]["why"]
        assert not found[name]["alone"]["bit_identical"]


def test_lines_that_do_not_fit_on_the_device_are_streamed_to_the_same_weights(
    prepared: Callable[..., Prepared], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = prepared(max_length=9, epochs=1)
    cpu = torch.device("cpu")
    assert isinstance(lines_of(lines.encoded, max_length=9, device=cpu), DeviceLines)
    whole = _trained(lines, tmp_path / "whole")
    monkeypatch.setattr(streamed_lines, "FREE_SHARE", 1e-8)
    source = lines_of(lines.encoded, max_length=9, device=cpu)
    assert isinstance(source, StreamedLines)
    streamed = _trained(lines, tmp_path / "streamed")
    for name, value in whole.weights.items():
        torch.testing.assert_close(streamed.weights[name], value, rtol=0, atol=0)


@pytest.mark.parametrize("batching", ["pooled", "exact-length"])
@pytest.mark.parametrize("chunk", [1, 100, 10**6])
def test_streamed_batches_are_those_of_the_device(prepared: Callable[..., Prepared], batching: str, chunk: int) -> None:
    encoded = prepared().encoded
    cpu = torch.device("cpu")
    whole = DeviceLines.of(encoded, max_length=None, device=cpu)
    streamed = StreamedLines(encoded, max_length=None, device=cpu, chunk_tokens=chunk)
    order = epoch_order(batching, np.maximum(whole.lengths, 1), 16, 1, 1)
    for start in (0, len(order) - 1):
        pairs = list(zip(whole.batches(order, start), streamed.batches(order, start), strict=True))
        assert len(pairs) == len(order) - start
        for one, other in pairs:
            assert torch.equal(one.tokens, other.tokens)
            assert torch.equal(one.labels, other.labels)
            assert torch.equal(one.lengths.on_host, other.lengths.on_host)


def _batch(share: Share, batch: int) -> np.ndarray:
    return share.order.rows[share.order.bounds[batch] : share.order.bounds[batch + 1]]


def _trained(prepared: Prepared, folder: Path) -> Result:
    trainer = Trainer(prepared, checkpoints=Checkpoints(folder))
    list(trainer.run())
    return trainer.result()
