"""Several processes that train small networks together, and what became of it at rank 0.

``torchrun … -m tests.builders.ranked_training CORPUS FOLDER NETWORK…`` is what each of them runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.builders.training import NETWORKS, TINY, After

if TYPE_CHECKING:
    from gendertui.training.loop import Result, Trainer
    from gendertui.training.parallel.ranks import Ranks
    from gendertui.training.prepare import Prepared
    from gendertui.training.validated import FollowingTrainer

_ROOT = Path(__file__).parents[2]


def train_together(corpus: Path, folder: Path, networks: Sequence[str], processes: int) -> dict[str, dict[str, Any]]:
    """What :func:`_both` and :func:`_broken_off` say of each network."""
    folder.mkdir()
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    result = subprocess.run(
        [*torchrun, "-m", "tests.builders.ranked_training", str(corpus), str(folder), *networks],
        cwd=_ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert result.returncode == 0, result.stdout
    found: dict[str, dict[str, Any]] = json.loads((folder / "found.json").read_text())
    return found


def _main(corpus_file: Path, folder: Path, networks: Sequence[str]) -> None:
    from gendertui.corpus.load import load
    from gendertui.training.config import TrainingConfig
    from gendertui.training.parallel.ranks import ProcessGroup
    from gendertui.training.prepare import prepare

    ranks, corpus, found = ProcessGroup("cpu"), load(corpus_file), {}
    for name in networks:
        # Each process draws the dropout of its own lines.
        config = {**TINY, **NETWORKS[name]}
        found[name] = _both(prepare(TrainingConfig(**config | {"dropout": 0.0}), corpus), folder / name, ranks)
        found[name] |= _broken_off(prepare(TrainingConfig(**config), corpus), folder / name, ranks)
    if ranks.rank == 0:
        (folder / "found.json").write_text(json.dumps(found))


def _trainer(
    prepared: Prepared, folder: Path, ranks: Ranks, control: After | None = None
) -> Trainer | FollowingTrainer:
    from gendertui.training.checkpoint import Checkpoints
    from gendertui.training.loop import Trainer
    from gendertui.training.validated import FollowingTrainer

    if ranks.rank:
        return FollowingTrainer(prepared, checkpoints=Checkpoints(folder), ranks=ranks)
    return Trainer(prepared, checkpoints=Checkpoints(folder), control=control, ranks=ranks)


def _run(trainer: Trainer | FollowingTrainer, *, resume: bool = False) -> tuple[Result | None, list[Any]]:
    from gendertui.training.loop import Trainer

    told = list(trainer.run(resume=resume))
    return trainer.result() if isinstance(trainer, Trainer) else None, told


def _both(prepared: Prepared, folder: Path, ranks: Ranks) -> dict[str, float]:
    """How far all together are from one process on its own, after each epoch the largest difference of the loss and in
    the end of a weight."""
    from gendertui.training.parallel.ranks import ALONE

    together, _ = _run(_trainer(prepared, folder.with_name(f"{folder.name}-together"), ranks))
    if together is None:
        return {}
    alone, _ = _run(_trainer(prepared, folder.with_name(f"{folder.name}-alone"), ALONE))
    assert alone is not None
    return {
        "loss": max(
            abs(one["train"]["loss"] - other["train"]["loss"])
            for one, other in zip(together.history, alone.history, strict=True)
        ),
        "weights": max(_difference(together, alone).values()),
        "epochs": len(alone.history),
    }


def _broken_off(prepared: Prepared, folder: Path, ranks: Ranks) -> dict[str, Any]:
    """Whether a training that is stopped and resumed ends as an unbroken one, and what it says where one process
    resumes it."""
    from gendertui.training.parallel.ranks import ALONE

    polls = After(-1)
    whole, _ = _run(_trainer(prepared, folder.with_name(f"{folder.name}-whole"), ranks, polls))
    stopped = _trainer(
        prepared, folder.with_name(f"{folder.name}-broken"), ranks, After(max(1, int(0.45 * polls.seen)))
    )
    _run(stopped)
    assert stopped.stopped
    again, told = _run(_trainer(prepared, folder.with_name(f"{folder.name}-broken"), ranks), resume=True)
    if whole is None or again is None:
        return {}
    _, alone = _run(_trainer(prepared, folder.with_name(f"{folder.name}-broken"), ALONE), resume=True)
    return {
        "resumed": told[0].to_object(),
        "same": not any(_difference(whole, again).values()),
        "alone": alone[0].to_object(),
    }


def _difference(one: Result, other: Result) -> dict[str, float]:
    return {name: float((value - other.weights[name]).abs().max()) for name, value in one.weights.items()}


if __name__ == "__main__":
    _main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
