"""``gendertui train`` with real workers: its output, and what each signal does."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gendertui.errors import GendertuiError
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.runs import control
from gendertui.runs.folder import RunFolder, list_runs
from gendertui.training.events import Done, Epoch, parse
from tests.builders.command import gendertui, on_terminal, start
from tests.builders.corpora import corpus_file
from tests.builders.processes import wait_for

TINY = ["--corpus", "sample", "--hidden-size", "4", "--embedding-dim", "4", "--threads", "1", "--device", "cpu"]
# More than any test waits for: such a run ends because it is stopped.
ENDLESS = [*TINY, "--epochs", "1000", "--selection-metric", "last", "--max-steps", "none"]


@contextmanager
def training(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], RunFolder]]:
    """A ``train`` that would go on for ever, followed, one epoch behind it; no worker is left after the block."""
    process = start(["train", *ENDLESS], folder)
    try:
        wait_for(lambda: process.poll() is not None or any(run.epoch >= 1 for run in list_runs()))
        assert process.poll() is None, (folder / "stderr").read_text(encoding="utf-8")
        yield process, RunFolder(list_runs()[0].folder)
    finally:
        process.kill()
        process.wait()
        for run in list_runs():
            try:
                control.kill(run.folder)
            except GendertuiError:
                continue  # It is gone already, as it should be.


def test_a_run_from_start_to_verdict_to_a_scored_line() -> None:
    command = 'cat > "$GENDERTUI_FOLDER"/told; echo "$GENDERTUI_STATE" >> "$GENDERTUI_FOLDER"/told; exit 3'
    result = gendertui("train", *TINY, "--epochs", "2", "--name", "small", "--on-end", command)
    assert result.returncode == 0, result.stderr
    folder = Path(result.stdout.splitlines()[-1])
    # It has waited for the command.
    verdict, state = (folder / "told").read_text(encoding="utf-8").rsplit("\n", 2)[:2]
    assert (json.loads(verdict)["model"], state) == ("small", "finished")
    assert "the command of --on-end failed: exit code 3" in result.stderr
    assert "the command at its end failed: exit code 3" in gendertui("runs", "show", "latest").stdout
    assert (folder / "report.json").is_file()
    assert "epoch 1/2: loss " in result.stderr
    assert "epoch 2/2: loss " in result.stderr
    assert "balanced accuracy" in result.stderr
    assert "majority" in result.stderr
    assert "\r" not in result.stderr
    (run,) = json.loads(gendertui("runs", "list", "--json").stdout)
    assert run["state"] == "finished"
    answer = json.loads(gendertui("predict", "--json", "I will be there before the rain starts.").stdout)
    shipped = store.info(Bundle.load(store.shipped_folder()).name)
    assert shipped is not None
    # From the sample's few films nothing can be told: the one that comes with the program goes on answering.
    assert answer["model"] == shipped.name != run["model"] == "small"
    assert (
        f"model small: newest, but too few films to tell it from guessing. {shipped.shown} still answers. gendertui "
        "predict --model small asks it, gendertui models use small lets it answer from now on." in result.stderr
    )
    assert json.loads(gendertui("runs", "--json").stdout) == [run]
    store.use("small")
    told = gendertui("runs", "follow", "small")
    assert "model small: it answers from now on" in told.stderr
    answer = gendertui("predict", "I will be there before the rain starts.").stdout
    assert answer.strip().endswith(" %, too few films to tell it from guessing]")
    assert (told.returncode, told.stdout.splitlines()[-1]) == (0, str(folder))
    assert "epoch 2/2" in told.stderr
    again = gendertui("train", "--resume", "small")
    assert again.returncode == 6
    assert f"gendertui train --resume {folder.name} --epochs 4" in again.stderr
    assert gendertui("train", "--resume", "small", "--epochs", "2").returncode == 2
    further = gendertui("train", "--resume", "small", "--epochs", "3")
    assert (further.returncode, further.stdout) == (0, f"{folder}\n"), further.stderr
    assert "epoch 3/3" in further.stderr
    assert [run.epochs for run in list_runs()] == [3]


def test_a_run_whose_epochs_ran_out_while_it_was_learning_says_so_everywhere(tmp_path: Path) -> None:
    texts = [f"{word} and {number % 7}" for number in range(200) for word in ("the spanner", "some soup")]
    corpus = ["--corpus", str(corpus_file(tmp_path, *texts))]
    result = gendertui(
        *("train", *corpus, *TINY[2:], "--network", "pooled-bilstm", "--dropout", "0.5"),
        *("--epochs", "3", "--batch-size", "128", "--learning-rate", "0.0003"),
    )
    assert result.returncode == 0, result.stderr
    remark = (
        "Still learning when it stopped after 3 epochs: more epochs would likely help; gendertui train --resume RUN "
        "--epochs 6 continues it."
    )
    assert result.stderr.count(remark) == 1
    shown = gendertui("runs", "show", "latest").stdout
    assert f"finished: {remark}" in shown
    assert remark in shown.partition("balanced accuracy")[2]
    (run,) = list_runs()
    assert run.why == remark


def test_json_is_the_runs_events_and_nothing_else() -> None:
    result = gendertui("train", *TINY, "--epochs", "1", "--json")
    assert result.returncode == 0, result.stderr
    events = [parse(line) for line in result.stdout.splitlines()]
    assert None not in events
    assert isinstance(events[-1], Done)
    assert sum(isinstance(event, Epoch) for event in events) == 1
    assert "epoch" not in result.stderr


def test_training_on_all_films_shows_its_progress_and_the_verdict_says_whose_figures_it_has() -> None:
    code, shown = on_terminal("train", *TINY, "--epochs", "1", "--refit", "all", "--batch-size", "4")
    assert code == 0, shown
    assert re.search(r"mtraining on all films\b.* \d+ %.*\d+ of \d+ batches", shown, re.DOTALL)
    words = " ".join(shown.split())
    assert "The figures are those of a sibling trained on 65 % of the labelled lines." in words
    (run,) = list_runs()
    assert run.model is not None
    card = Bundle.load(store.resolve(run.model)).card()
    assert "The figures are those of a sibling" in card
    assert "--refit all" in card


def test_ctrl_c_stops_with_a_checkpoint_resume_goes_on_and_stop_keeps_the_best(tmp_path: Path) -> None:
    with training(tmp_path) as (process, run):
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=120) == 130
        assert run.alive() == "dead"
        assert run.status().state == "stopped"
        assert run.status().why == "stopped by Ctrl-C, at a checkpoint"
        assert (run.checkpoint_folder / "current").exists()
        assert (tmp_path / "stdout").read_text(encoding="utf-8").splitlines()[-1] == str(run.path)
        assert f"--resume {run.name}" in (tmp_path / "stderr").read_text(encoding="utf-8")

        before = run.status().epoch
        resumed = gendertui("train", "--resume", run.name, "--detach")
        assert resumed.stdout == f"{run.path}\n", resumed.stderr
        wait_for(lambda: run.status().epoch > before)
        assert gendertui("runs", "stop", run.name).returncode == 0
        told = gendertui("runs", "follow", run.name)
        assert told.returncode == 0, told.stderr
        assert "resumed at" in told.stderr
        assert "The run is stopped: asked to stop; the model is that of epoch" in told.stderr
        assert run.status().model is not None


def test_sigterm_stops_it_too_and_a_second_signal_stops_it_now(tmp_path: Path) -> None:
    with training(tmp_path) as (process, run):
        process.send_signal(signal.SIGTERM)
        wait_for(lambda: "Stopping" in (tmp_path / "stderr").read_text(encoding="utf-8"))
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 143
        assert run.alive() == "dead"


def test_a_run_outlives_a_closed_terminal_and_whoever_follows_it(tmp_path: Path) -> None:
    with training(tmp_path) as (process, run):
        (tmp_path / "follow").mkdir()
        follower = start(["runs", "follow", "latest"], tmp_path / "follow")
        seen = tmp_path / "follow" / "stderr"
        wait_for(lambda: "epoch 1/" in seen.read_text(encoding="utf-8"))
        control.request(run, "pause")
        wait_for(lambda: f"paused; gendertui runs resume {run.name} continues it" in seen.read_text(encoding="utf-8"))
        control.request(run, "resume")
        wait_for(lambda: "\ncontinued\n" in seen.read_text(encoding="utf-8"))
        follower.send_signal(signal.SIGINT)
        assert follower.wait(timeout=60) == 130
        assert "Traceback" not in seen.read_text(encoding="utf-8")
        process.send_signal(signal.SIGHUP)
        assert process.wait(timeout=60) == -signal.SIGHUP
        epoch = run.status().epoch
        wait_for(lambda: run.status().epoch > epoch)
        assert run.alive() == "alive"


def test_the_tutorial_without_its_vectors_starts_nothing_and_lists_the_ways_out(home: Path) -> None:
    result = gendertui("train", "--corpus", "sample", "--preset", "tutorial")
    assert result.returncode == 4
    for way in ("glove-6b-200d", "glove.6B.zip", str(home), "--vectors glove-6b-50d", "--vectors PATH", "random"):
        assert way in result.stderr
    assert not (home / "state" / "runs").exists()


NUMBERS = " 0.1 0.2 0.3 0.4"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (f"2 300\nthe{NUMBERS}\nyou{NUMBERS}\n", "the header says 300, the lines have 4"),
        (b"2 3\nthe \x0b\x23\xa8\xbe\x6b\x9a\xf7\x3e\x9c\xa2\x03\xbf\nyou \x0b\x23\xa8\x3e", "binary format"),
        (
            f"the{NUMBERS}\nyou{NUMBERS}\n".replace(" ", "\t", 1).replace("you ", "you\t"),
            "a tab stands after each word",
        ),
        (f"zz1{NUMBERS}\nzz2{NUMBERS}\n", "no word of the corpus has a vector"),
    ],
    ids=["header", "binary", "tab", "other-words"],
)
def test_vectors_that_would_train_on_nothing_start_nothing(
    content: str | bytes, says: str, tmp_path: Path, home: Path
) -> None:
    path = tmp_path / "vectors.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = gendertui("train", "--corpus", "sample", "--vectors", str(path))
    assert result.returncode == 4
    assert says in result.stderr
    assert str(path) in result.stderr
    assert not (home / "state" / "runs").exists()


def test_the_tutorial_reports_in_the_articles_words() -> None:
    result = gendertui(
        "train", *TINY, "--preset", "tutorial", "--vectors", "random", "--epochs", "1", "--num-layers", "1"
    )
    assert result.returncode == 0, result.stderr
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Epoch 1: ")]
    assert [part.split(":")[0] for part in line.removeprefix("Epoch 1: ").split(" | ")] == [
        "Train Loss",
        "Train Acc",
        "Val Loss",
        "Val. Acc",
        "Time",
    ]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--corpus", "nowhere.txt"], 3, "nowhere.txt"),
        (["--corpus", "sample", "--vectors", "nowhere.zip"], 4, "nowhere.zip"),
        (["--corpus", "sample", "--device", "cuda:77"], 5, "cpu"),
        (["--resume", "nobody"], 6, "nobody"),
        ([], 2, "--corpus"),
        (["--resume", "latest", "--dropout", "0.1"], 2, "leave out --dropout"),
        ([*TINY, "--nproc", "9999", "--batch-size", "10000"], 5, "than there are cores on this machine"),
        ([*TINY, "--nproc", "2", "--batch-size", "1"], 2, "cannot be divided among 2 processes"),
        (["--corpus", "sample", "--print-sbatch", "--detach"], 2, "leave out --resume, --detach"),
    ],
    ids=[
        "corpus",
        "vectors",
        "device",
        "run",
        "nothing",
        "resume-with-a-field",
        "processes-above-cores",
        "processes-above-lines",
        "script-and-start",
    ],
)
def test_what_cannot_be_is_said_before_anything_starts(words: list[str], code: int, says: str, home: Path) -> None:
    result = gendertui("train", *words)
    assert result.returncode == code
    assert says in result.stderr
    assert not (home / "state" / "runs").exists()


def test_a_script_is_printed_and_its_run_waits_for_it() -> None:
    result = gendertui("train", *TINY, "--nproc", "2", "--print-sbatch", "--name", "clustered")
    assert result.returncode == 0, result.stderr
    (run,) = list_runs()
    assert (run.shown, run.why) == ("stopped", "not started yet: its job does that")
    assert result.stdout.startswith("#!/bin/bash\n#SBATCH --job-name=" + run.name)
    assert "--nproc-per-node=2 --max-restarts=3" in result.stdout
    assert str(run.folder) in result.stdout
    assert RunFolder(run.folder).processes() == 2
