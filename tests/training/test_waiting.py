"""What an epoch reads back from the device: on a GPU each of these calls would wait for all that was launched."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor
from torch.overrides import TorchFunctionMode

from gendertui.model.networks import recurrent
from gendertui.model.networks.lengths import Lengths
from gendertui.training import learner
from gendertui.training.batches import Batch, DeviceLines, Order, epoch_order
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.devices import Device
from gendertui.training.loop import Trainer
from gendertui.training.prepare import Prepared
from tests.builders.training import BAG, ENSEMBLE, POOLED, TUTORIAL

WAITS = {"item", "tolist", "cpu", "numpy", "__array__", "__bool__", "__int__", "__float__", "__index__", "nonzero"}
WAITS |= {"masked_select", "unique", "unique_consecutive", "equal", "allclose", "is_nonzero"}


class Watch(TorchFunctionMode):
    """Counts the calls of :data:`WAITS` on tensors that would be on the device: all but lengths on the host, and what
    is computed from them alone."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: Counter[str] = Counter()
        self._on_host: dict[int, Tensor] = {}

    def is_on_host(self, value: object) -> None:
        for each in value if isinstance(value, tuple | list) else (value,):
            if isinstance(each, Tensor):
                self._on_host[id(each)] = each

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "")
        tensors = [each for each in args if isinstance(each, Tensor)]
        if tensors and all(id(each) in self._on_host for each in tensors):
            self.is_on_host(result)
        elif name == "_pack_padded_sequence":
            self.is_on_host(result[1])  # the batch size of each step
        elif name in WAITS:
            self.waits[name] += 1
        return result


def waits_of(prepared: Prepared, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, Counter[str]]:
    """Batches of the first epoch, and how often it waited, its validation and checkpoint included."""
    watch, batches = Watch(), 0
    gather = DeviceLines._gather

    def gathered(lines: DeviceLines, rows: Tensor, lengths: Lengths) -> Batch:
        nonlocal batches
        batches += 1
        apart = Lengths(lengths.on_host.clone(), lengths.on_device.clone())
        watch.is_on_host(apart.on_host)
        return gather(lines, rows, apart)

    monkeypatch.setattr(DeviceLines, "_gather", gathered)
    monkeypatch.setattr(time, "monotonic", lambda: 1.0)
    trainer = Trainer(prepared, checkpoints=Checkpoints(folder))
    told = trainer.run()
    while next(told).type != "baselines":
        pass
    with watch:
        while next(told).type != "epoch":
            pass
    monkeypatch.undo()
    return batches, watch.waits


@pytest.mark.parametrize(
    "network",
    [POOLED, {**POOLED, "batching": "pooled"}, {**TUTORIAL, "packed": True}, BAG, {**ENSEMBLE, "batching": "pooled"}],
)
def test_an_epoch_waits_as_often_whatever_its_batches(
    prepared: Callable[..., Prepared], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: dict[str, Any]
) -> None:
    """With a clock that stands still the sums are read after the first batch and after the last."""
    network = dict(network)
    packed = network.pop("packed", False)
    found = []
    for size in (64, 8):
        lines = prepared(**{**network, "gradient_clip_norm": 1.0, "batch_size": size, "epochs": 1})
        if packed:
            monkeypatch.setattr(recurrent, "_by_runs", recurrent._packed)
        found.append(waits_of(lines, tmp_path / str(size), monkeypatch))
    (few, waits), (many, more_waits) = found
    assert many > 1.5 * few
    assert waits == more_waits
    assert 0 < waits["cpu"] < 10


@pytest.mark.parametrize(
    ("network", "batching"),
    [(POOLED, "exact-length"), (POOLED, "pooled"), (TUTORIAL, "pooled"), (BAG, "pooled"), (ENSEMBLE, "pooled")],
)
def test_a_step_neither_reads_the_device_nor_mixes_it_with_the_host(
    prepared: Callable[..., Prepared], monkeypatch: pytest.MonkeyPatch, network: dict[str, Any], batching: str
) -> None:
    """Tensors of the device ``meta`` hold nothing: reading one fails, and so does what takes host tensors besides."""
    data = prepared(**{**network, "batching": batching, "gradient_clip_norm": 1.0, "balance": "class-weights"})
    data = replace(data, device=Device("meta", "nothing"))
    monkeypatch.setattr(learner, "arithmetic", lambda *_: nullcontext())
    step = learner.TrainStep(data)
    lines = DeviceLines.of(data.encoded, max_length=None, device=step.device)
    order = epoch_order(batching, lines.lengths[data.train_rows], 16, 0, 1)
    batches = lines.batches(Order(data.train_rows[order.rows], order.bounds))
    several = batching == "pooled"
    for batch in islice((each for each in batches if (len(each.lengths.runs) > 1) == several), 2):
        loss, logits = step.step(batch)
        assert (loss.device, logits.device) == (step.device, step.device)
    with pytest.raises(RuntimeError, match="meta"):
        loss.item()
