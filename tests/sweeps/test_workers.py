"""Workers of a sweep as processes: killed, ended and finished, on a journal and on PostgreSQL."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("optuna", reason="the extra [sweep] is not installed")

from gendertui import paths
from gendertui.corpus.splits.split import Split
from gendertui.runs import control
from gendertui.runs.folder import RunFolder
from gendertui.runs.results.reports import report_of
from gendertui.state_files import parse_lines
from gendertui.sweeps.definition import Sweep, find
from gendertui.sweeps.trials import AGAIN, Reader, read
from tests.builders.command import gendertui, start
from tests.builders.corpora import collated

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

TINY = ["--network", "pooled-bilstm", "--hidden-size", "4", "--embedding-dim", "4", "--epochs", "1", "--threads", "1"]
NOISE = ["--label", "label", "--group", "group", "--trials", "30", "--set-aside", "0.4", "--epochs", "3"]


@pytest.fixture(params=["journal", "postgresql"])
def storage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The flags of ``sweep new``; PostgreSQL is Debian's, with a database of its own on a socket of its own."""
    if request.param == "journal":
        yield []
        return
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    # It refuses to be root's.
    as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_owner:
        shutil.chown(folder, "postgres")

    def run(program: str, *words: str) -> None:
        subprocess.run([*as_owner, str(found[-1] / program), *words], check=True, capture_output=True, cwd="/")

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "sweeps", "--auth=trust", "--no-sync")
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", f"-c listen_addresses='' -k {folder}", "start")
    try:
        yield ["--storage", f"postgresql+psycopg://sweeps@/postgres?host={folder}"]
    finally:
        run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture
def corpus(home: Path) -> str:
    path = home / "lines.txt"
    path.write_text(collated(films=12, lines=24), encoding="utf-8")
    return str(path)


def new(corpus: str, *words: str) -> Sweep:
    made = gendertui("sweep", "new", "first", "--corpus", corpus, "--folds", "2", *TINY, *words)
    assert made.returncode == 0, made.stderr
    return find("first")


def waited(sweep: Sweep, process: subprocess.Popen[bytes]) -> RunFolder:
    """A run of the sweep that trains, as soon as there is one."""
    reader = Reader(sweep)
    while True:
        assert process.poll() is None
        for name in (name for trial in reader.read().trials for name in trial.runs.values()):
            run = RunFolder(paths.runs_dir() / name)
            if run.info().state == "training":
                return run
        time.sleep(0.05)


def check_all_accounted_for(sweep: Sweep, wanted: int) -> None:
    """Each trial is finished with all its folds, or is tried again by exactly one other; no run works on."""
    view, shares, lines = read(sweep), sweep.shares(), sweep.corpus()
    assert view.counted == wanted and view.workers == 0
    continued = [trial.continues for trial in view.trials if trial.continues is not None]
    assert sorted(continued) == [trial.number for trial in view.trials if trial.state in AGAIN]
    for trial in view.trials:
        assert trial.state in {"complete", "pruned", *AGAIN}
        if trial.state == "complete":
            assert sorted(trial.figures) == sorted(trial.runs) == list(range(view.definition.steps))
        for step, name in trial.runs.items():
            run = RunFolder(paths.runs_dir() / name)
            assert run.info().shown == "finished"
            wanted_split = shares.fold(lines, step % view.definition.folds)
            assert (Split.load(run.path).assignment == wanted_split.assignment).all()
    runs = {name for trial in view.trials for name in trial.runs.values()}
    assert runs == {folder.name for folder in paths.runs_dir().iterdir()}


def test_one_of_two_workers_is_killed_and_every_trial_is_accounted_for(
    storage: list[str], corpus: str, tmp_path: Path
) -> None:
    sweep = new(corpus, "--search", "dropout=0..0.6, hidden_size=2|4", "--trials", "4", *storage)
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    first = start(["sweep", "work", "first"], folders[0])
    run = waited(sweep, first)
    second = start(["sweep", "work", "first"], folders[1])
    first.kill()
    first.wait()
    # With it goes the run's own worker, as when a machine is lost.
    if run.has_worker():
        control.kill(run)
    assert second.wait() == 0, (folders[1] / "stderr").read_text()
    check_all_accounted_for(sweep, 4)
    assert [trial.state for trial in read(sweep).trials].count("died") == 1
    assert "The sweep is finished" in (folders[1] / "stderr").read_text()


def test_an_ended_worker_gives_its_trial_back_and_the_next_resumes_it(corpus: str, tmp_path: Path) -> None:
    sweep = new(corpus, "--search", "dropout=0..0.6", "--trials", "1", "--epochs", "400", "--patience", "400")
    worker = start(["sweep", "work", "first"], tmp_path)
    run = waited(sweep, worker)
    while not run.checkpoint_folder.is_dir():
        time.sleep(0.05)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait() == 143
    view = read(sweep)
    assert [trial.state for trial in view.trials] == ["given back", "waiting"]
    assert run.info().shown == "stopped"
    worker = start(["sweep", "work", "first"], tmp_path)
    while not any(event["type"] == "resumed" for event in parse_lines(run.events_file.read_bytes())):
        assert worker.poll() is None
        time.sleep(0.05)
    worker.send_signal(signal.SIGINT)
    assert worker.wait() == 130
    assert read(sweep).trials[0].runs == read(sweep).trials[2].runs


def test_noise_flatters_the_search_and_not_the_honest_figure(home: Path, tmp_path: Path) -> None:
    """A 95 % interval misses once in twenty times, and which trial wins is up to chance: so does this."""
    generator = np.random.default_rng(1)
    words = [f"word{number}" for number in range(60)]
    path = home / "noise.csv"
    rows = [
        f"{' '.join(generator.choice(words, 5))},{generator.choice(['m', 'f'])},film {film}"
        for film in range(45)
        for _ in range(16)
    ]
    path.write_text("text,label,group\n" + "\n".join(rows) + "\n", encoding="utf-8")
    search = "learning_rate=log:1e-4..1e-1, hidden_size=2|4|8, dropout=0..0.6, weight_decay=log:1e-6..1e-1"
    sweep = new(str(path), *NOISE, "--search", search)
    workers = []
    for number in range(2):
        (tmp_path / str(number)).mkdir()
        workers.append(start(["sweep", "work", "first"], tmp_path / str(number)))
    assert [worker.wait() for worker in workers] == [0, 0], (tmp_path / "0" / "stderr").read_text()
    check_all_accounted_for(sweep, 30)
    assert set(read(sweep).importance) == {"learning_rate", "hidden_size", "dropout", "weight_decay"}
    best = gendertui("sweep", "best", "first")
    assert best.returncode == 0, best.stderr
    print(gendertui("sweep", "show", "first").stdout, best.stdout)
    outcome = read(sweep).outcome
    assert outcome is not None
    assert outcome["cross_validated"] > 0.5
    assert outcome["low"] < 0.5 < outcome["high"]
    assert outcome["difference"] == pytest.approx(outcome["cross_validated"] - outcome["honest"])
    assert outcome["readings"] == 1
    # Shown again, it is the same reading.
    assert gendertui("sweep", "best", "first").stdout == best.stdout
    run = RunFolder(paths.runs_dir() / outcome["run"])
    assert report_of(run).test_readings == 1
    assert re.search(r"opened once\.$", best.stdout.strip())
