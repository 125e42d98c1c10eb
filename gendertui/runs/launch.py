"""Start a worker: a process in its own session, which outlives the one that started it."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gendertui import files, settings, spawn
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import claims, place, store
from gendertui.runs import continuation, control, lock, queue, room, torchrun
from gendertui.runs import on_end as at_end
from gendertui.runs.folder import RunFolder, slug
from gendertui.training.config import TrainingConfig, with_changes

if TYPE_CHECKING:
    from gendertui.corpus.splits.split import Split
    from gendertui.corpus.table import Corpus

# Longest time a worker may take to acquire its lock, which it does before it imports anything slow.
LOCK_SECONDS = 60.0
LOOK_PAUSE = 0.02
LOG_LINES = 5


def start(
    config: TrainingConfig,
    corpus: Corpus | str | Path,
    *,
    name: str | None = None,
    preset: str | None = None,
    use: bool | None = None,
    on_end: str | None = None,
    wait: bool = False,
    split: Split | None = None,
    publish: bool = True,
    processes: int = 1,
    made: Callable[[RunFolder], object] | None = None,
) -> RunFolder:
    """Create a run's folder and start its worker; returns once the worker holds its lock (some 0.3 s).

    Blocks for that long: a screen calls it in a thread.

    :param corpus: what the worker loads. One that has been read is split here, and its words are looked for among the
        vectors', so that what cannot be trained on is refused before a run's folder is made; a path, or ``sample``, is
        left to the worker.
    :param name: part of the folder's name, and the published model's name.
    :param preset: where the configuration came from, for the lists.
    :param use: whether its model answers from now on, and if not the one that does now; without it their figures say,
        see :mod:`gendertui.model.standing`.
    :param on_end: a shell command for when the run ends, in place of the setting; see :mod:`gendertui.runs.on_end`.
    :param wait: put it into the queue: its worker begins when the device is free and it is its turn.
    :param split: the sets of a corpus that has been read, in place of those that the configuration would draw.
    :param publish: whether its model goes into the store of models; if not it stays in the run's folder.
    :param processes: that train it together, each on a device of its own; torchrun starts them.
    :param made: is given the run before its worker starts, so that others know of it should this process end meanwhile.
    :raises GendertuiError: a model of that name exists (code USAGE), or another claims it (code MODEL); the corpus
        cannot be split (code DATA); the word vectors cannot be used (code MODEL); the disk has no room for the run, or
        the worker could not start (code RUN): the hint has its last words.
    """
    run = _make(config, corpus, name=name, preset=preset, use=use, processes=processes, split=split, publish=publish)
    if made is not None:
        made(run)
    try:
        if wait:
            run.write_status(dataclasses.replace(run.status(), state="queued"))
            queue.join(run)
        _spawn(run, *(["--wait"] if wait else []), on_end=on_end)
    except GendertuiError as error:
        run.write_status(dataclasses.replace(run.status(), state="failed", why=error.what))
        raise
    return run


def make(
    config: TrainingConfig,
    corpus: Corpus | str | Path,
    *,
    name: str | None = None,
    preset: str | None = None,
    use: bool | None = None,
    processes: int = 1,
) -> RunFolder:
    """Create a run's folder for something else to start, such as a scheduler's job.

    Parameters and errors as of :func:`start`.
    """
    run = _make(config, corpus, name=name, preset=preset, use=use, processes=processes)
    claims.release(run.model_name())
    run.write_status(dataclasses.replace(run.status(), state="stopped", why="not started yet: its job does that"))
    return run


def _make(
    config: TrainingConfig,
    corpus: Corpus | str | Path,
    *,
    name: str | None,
    preset: str | None,
    use: bool | None,
    processes: int,
    split: Split | None = None,
    publish: bool = True,
) -> RunFolder:
    """Create a run's folder, and claim its model's name."""
    if name is not None and (store.path() / slug(name)).exists():
        raise GendertuiError(
            f"there is a model named {slug(name)!r} already",
            where=str(store.path()),
            hint="Give the run another name.",
            code=ExitCode.USAGE,
        )
    from gendertui.corpus.samples import SAMPLES
    from gendertui.training.pretrained import with_vectors

    if isinstance(corpus, str | Path):
        config = with_vectors(config)
        room.check_start(config, SAMPLES[str(corpus)].path if corpus in SAMPLES else Path(corpus))
    else:
        from gendertui.corpus.splits.split import make_split

        if split is None:
            make_split(corpus, config.split, config.split_seed)
        config = with_vectors(config, corpus)
        room.check_start(config, corpus)
    run = RunFolder.create(_with_absolute_vectors(config), _described(corpus), name=name, preset=preset)
    _write_choices(run, use, processes)
    if split is not None:
        split.save(run.path)
        run.write_config({**run.record(), "given_split": True})
    if not publish:
        run.write_config({**run.record(), "publish": False})
    try:
        claims.claim(run.model_name(), run=run.name)
    except GendertuiError:
        files.remove_dir(run.path)
        raise
    return run


def resume(
    folder: Path | RunFolder,
    *,
    corpus: Corpus | None = None,
    changes: Mapping[str, Any] | None = None,
    use: bool | None = None,
    on_end: str | None = None,
    wait: bool = False,
    processes: int | None = None,
) -> RunFolder:
    """Start a worker that continues from the run's last checkpoint, or from the beginning if there is none.

    :param corpus: the run's, where it has moved; see :func:`gendertui.runs.results.corpus.corpus_of`.
    :param changes: what to continue with instead, see :func:`gendertui.runs.continuation.checked`; a finished run is
        continued by more epochs.
    :param on_end: as for :func:`start`; the one the run was started with is not kept.
    :param wait: as of :func:`start`.
    :param processes: as of :func:`start`; by default as many as it was last started with.
    :raises GendertuiError: the run is finished, has a worker already, or has no room on its disk (code RUN); it cannot
        be changed so; another has the name of its model (code MODEL); or the worker could not start.
    """
    run = folder if isinstance(folder, RunFolder) else RunFolder(folder)
    config, status, changes = run.config(), run.status(), changes or {}
    if status.state == "finished" and "epochs" not in changes:
        more = continuation.suggested_epochs(config, status)
        raise GendertuiError(
            "the run is finished: there is nothing to resume",
            where=str(run.path),
            hint=f"Train it for more epochs: gendertui train --resume {run.name} --epochs {more}",
            code=ExitCode.RUN,
        )
    if run.has_worker():
        raise _has_worker(run)
    effective = continuation.checked(config, status, changes)
    room.check_resume(run)
    claims.claim(run.model_name(), run=run.name)
    if corpus is not None:
        record = run.record()
        record["corpus"].update(_described(corpus))
        run.write_config(record)
    _write_choices(run, use, processes)
    # A request that the last worker did not live to read does not apply to the next one.
    control.write_control(run, "resume")
    if wait:
        queue.join(run)
    changed = ["--changes", json.dumps(effective)] if effective else []
    _spawn(run, "--resume", *changed, *(["--wait"] if wait else []), on_end=on_end)
    return run


def _write_choices(run: RunFolder, use: bool | None, processes: int | None) -> None:
    """Write down whether the model is to answer, and how many processes train it, where that was said."""
    chosen = {"use": use, "processes": processes}
    run.write_config(run.record() | {name: value for name, value in chosen.items() if value is not None})


def _described(corpus: Corpus | str | Path) -> dict[str, Any]:
    """A run's record of its corpus, its path absolute: a worker that resumes may be started in another folder."""
    if not isinstance(corpus, str | Path):
        from gendertui.runs.results.corpus import described

        return described(corpus)
    from gendertui.corpus.reading.remembered import remembered
    from gendertui.corpus.samples import SAMPLES

    if corpus in SAMPLES:
        return {"path": str(corpus)}
    path = Path(corpus).expanduser().absolute()
    return {"path": str(path), "reading": remembered(path).to_json()}


def _spawn(run: RunFolder, *options: str, on_end: str | None) -> None:
    model, processes = run.model_name(), run.processes()
    try:
        # Where models are kept may be set otherwise while it runs.
        environment = {**spawn.environment(), place.VARIABLE: str(place.models_dir())}
        # Several processes were given the cores that they use.
        way = ["--give-way"] if processes == 1 and settings.value("give_way") else []
    except GendertuiError:
        claims.release(model)
        raise
    at_end.give(environment, on_end)
    log = os.open(run.log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    words, held = spawn.command("gendertui.runs.worker.main", str(run.path), *options, *way), []
    if processes > 1:
        words, held = torchrun.command(words, processes), torchrun.hold(run.launcher_lock_file)
        environment = torchrun.environment(processes) | environment
    try:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            close_fds=True,
            pass_fds=held,
            start_new_session=True,
            env=environment,
        )
    except OSError as error:
        claims.release(model)
        raise GendertuiError(
            f"the worker could not be started: {error}", where=str(run.path), code=ExitCode.RUN
        ) from error
    finally:
        for descriptor in (log, *held):
            os.close(descriptor)
    # Wait for it in a thread, or it stays a zombie for as long as this process lives.
    threading.Thread(target=process.wait, name=f"wait-{run.name}", daemon=True).start()
    claims.hand_over(model, process.pid)
    # torchrun imports torch before it starts a worker.
    limit = LOCK_SECONDS if processes == 1 else 3 * LOCK_SECONDS
    deadline = time.monotonic() + limit
    # Its own heartbeat: another worker of the same run, started at the same time, may have come first.
    while (beat := run.heartbeat()) is None or process.pid not in (beat.pid, beat.launcher) or not beat.is_this_boot:
        if process.poll() is not None:
            if lock.is_held(run.lock_file):
                raise _has_worker(run)
            raise _ended_at_once(run, process.returncode)
        if time.monotonic() > deadline:
            # torchrun takes what it has started with it only if it is asked to end.
            process.terminate() if processes > 1 else process.kill()
            raise GendertuiError(
                f"the worker did not start within {limit:.0f} s", where=str(run.log_file), code=ExitCode.RUN
            )
        time.sleep(LOOK_PAUSE)


def _has_worker(run: RunFolder) -> GendertuiError:
    return GendertuiError(
        "the run has a worker already",
        where=str(run.path),
        hint=f"Follow it: gendertui runs follow {run.name}",
        code=ExitCode.RUN,
    )


def _ended_at_once(run: RunFolder, code: int) -> GendertuiError:
    lines = run.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
    return GendertuiError(
        f"the worker ended at once with exit code {code}",
        where=str(run.log_file),
        hint="\n".join(lines) or None,
        code=ExitCode.RUN,
    )


def _with_absolute_vectors(config: TrainingConfig) -> TrainingConfig:
    """Make a vectors path independent of the folder in which a worker, also a resumed one, is started."""
    path = Path(config.vectors).expanduser()
    is_path = os.sep in config.vectors or path.suffix in {".txt", ".zip"} or ".zip:" in config.vectors
    return with_changes(config, {"vectors": str(path.absolute())}) if is_path else config
