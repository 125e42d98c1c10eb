"""How right the remaining time is, by what real workers wrote.

Their clock is the processor's: what else the machine does at the time says nothing of the program.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from gendertui.runs.folder import RunFolder
from gendertui.training.config import TrainingConfig, preset
from gendertui.training.events import Event, parse
from tests.builders.remaining_time import AT_MOST, read, said, summary, write

TRIES = 3
SHOWN = (0.25, 0.5, 0.75)
"""Of a run."""
WORKER = """
import sys, time
from gendertui.training import stopwatch

class Processor:
    monotonic = staticmethod(time.process_time)

stopwatch.time = Processor
from gendertui.runs.worker.main import main
sys.exit(main(sys.argv[1:]))
"""
ALL_EPOCHS = {"threads": 1, "patience": None, "patience_steps": None, "max_steps": None, "max_minutes": None}
RUNS: dict[str, tuple[str, TrainingConfig]] = {
    "exact-length": ("messages", preset("quick").model_copy(update={**ALL_EPOCHS, "hidden_size": 128, "epochs": 6})),
    "short epochs": ("messages", preset("quick").model_copy(update={**ALL_EPOCHS, "epochs": 12})),
    "pooled": (
        "messages",
        preset("tutorial").model_copy(
            update={"threads": 1, "vectors": "random", "embedding_dim": 50, "hidden_size": 48, "batch_size": 64}
            | {"epochs": 5}
        ),
    ),
}


def events_of(corpus: str, config: TrainingConfig) -> list[Event]:
    """Of a run that a worker has trained to its end."""
    run = RunFolder.create(config, {"path": corpus, "name": corpus})
    subprocess.run([sys.executable, "-c", WORKER, str(run.path)], check=True, capture_output=True)
    lines = run.events_file.read_text(encoding="utf-8").splitlines()
    return [event for event in map(parse, lines) if event is not None]


def wrong_by(name: str, folder: Path) -> float:
    """By how much the remaining time of a run is wrong, as a share of it: the median of what is said."""
    corpus, config = RUNS[name]
    events = events_of(corpus, config)
    found = said(events)
    for at in SHOWN:
        each = next(each for each in found if each.done >= at * config.epochs)
        print(f"{name}, {corpus}, after {each.done:.2f} epochs: said {each.seconds:.1f} s, was {each.left:.1f} s")
    recording = folder / f"{name.replace(' ', '-')}.csv"
    write(recording, events)
    print(f"{summary(name, found)}; recorded in {recording}")
    return median(each.error for each in found)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", RUNS)
def test_after_a_tenth_of_an_epoch_the_remaining_time_is_right_within_a_fifth(name: str, tmp_path: Path) -> None:
    """Its median: a neighbour that comes or goes makes a processor slower or faster in the midst of a run. That all of
    what is said is right, where none does, is tested with recordings."""
    assert any(wrong_by(name, tmp_path) <= AT_MOST for _ in range(TRIES))


def test_what_is_said_of_recorded_runs_is_right_within_a_fifth_or_a_second() -> None:
    """All of it, not the median: recordings of real workers, ten batches a second."""
    for recording in sorted((Path(__file__).parent / "recorded").glob("*.csv")):
        found = said(read(recording))
        print(summary(recording.stem, found))
        assert len(found) > 15
        assert [each for each in found if not each.is_right] == []
