"""The probe answers from a process of its own; what does not change is cached."""

from __future__ import annotations

import sys

import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.subprocesses import probe
from gendertui.subprocesses.probe import physical_index
from gendertui.training.config import preset, with_changes


def test_the_machine_multiplies() -> None:
    answer = probe.devices(fresh=True, matmul=True)
    (cpu,) = [device for device in answer["devices"] if device["id"] == "cpu"]
    assert cpu["name"]
    assert cpu["matmul_ms"] > 0
    assert cpu["error"] is None
    assert 0 < cpu["memory_free"] <= cpu["memory_total"]
    assert answer["default"] in {device["id"] for device in answer["devices"]}
    assert answer["cached"] is False


def test_capabilities_are_cached_but_not_what_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = probe.devices()
    assert fresh["cached"] is False
    with monkeypatch.context() as without_processes:
        without_processes.setattr(probe, "SubprocessTask", lambda *_, **__: pytest.fail("asked again"))
        cached = probe.devices()
    assert cached["cached"] is True
    assert [device["name"] for device in cached["devices"]] == [device["name"] for device in fresh["devices"]]
    assert all(device["memory_free"] is None for device in cached["devices"])
    # Other hardware is another answer: it would be asked for.
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(GendertuiError):
        probe.devices()


def test_a_probe_that_dies_says_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(GendertuiError, match="probe of devices failed: exit code 1") as caught:
        probe.devices(fresh=True)
    assert caught.value.code is ExitCode.DEVICE


def test_a_probe_that_is_ended_says_so() -> None:
    with pytest.raises(GendertuiError, match="probe of devices was ended"):
        probe.devices(fresh=True, started=lambda end: end())


def test_an_unknown_device_is_refused_by_the_timing() -> None:
    with pytest.raises(GendertuiError) as caught:
        probe.speed(with_changes(preset("quick"), {"device": "cuda:63"}), 100)
    assert caught.value.code is ExitCode.DEVICE
    assert "cuda:63" in caught.value.what


def test_speed_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    config = with_changes(preset("quick"), {"hidden_size": 8, "embedding_dim": 8, "device": "cpu", "threads": 1})
    measured = probe.speed(config, 100)
    assert measured is not None and measured > 0
    monkeypatch.setattr(probe, "SubprocessTask", lambda *_, **__: pytest.fail("asked again"))
    assert probe.speed(with_changes(config, {"epochs": 9}), 101) == measured


@pytest.mark.parametrize(
    ("changes", "again"),
    [({"members": 8}, True), ({"bigram_buckets": 2**10}, True), ({"hidden_size": 9}, True), ({"seed": 9}, False)],
)
def test_what_changes_the_speed_is_timed_by_itself(
    changes: dict[str, int], again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([1000.0, 500.0])
    monkeypatch.setattr(probe, "_ask", lambda *_: {"tokens_per_second": next(answers)})
    config = preset("best")
    assert probe.speed(config, 100) == 1000
    assert probe.speed(with_changes(config, changes), 100) == (500 if again else 1000)


@pytest.mark.parametrize(
    ("index", "visible", "uuid", "expected"),
    [
        (0, None, None, 0),
        (1, None, None, 1),
        (0, "3", None, 3),
        (1, "3, 1", None, 1),
        (0, "3", "aaaa-1", 2),
        (0, "GPU-bbbb", None, 5),
        (0, "GPU-", None, None),
        (2, "3,1", None, None),
        (0, "MIG-1", None, None),
    ],
)
def test_physical_index(index: int, visible: str | None, uuid: str | None, expected: int | None) -> None:
    smi = {"GPU-aaaa-1": 2, "GPU-bbbb-2": 5}
    assert physical_index(index, visible, uuid, smi) == expected
