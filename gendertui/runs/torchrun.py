"""Start the processes of a run with torchrun, which starts them again when one is lost."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from gendertui import machine, paths, spawn
from gendertui.runs.folder import RunFolder

_TORCHRUN = "torch.distributed.run"
MOST_RESTARTS = 3
FRESH_STORE = {"TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1"}
"""Has torchrun give the processes a new store of addresses at each start. Otherwise those that are started again read
the addresses of those that are gone."""


def command(worker: Sequence[str], processes: int) -> list[str]:
    """The command that starts so many workers on this machine.

    :param worker: the command of one.
    """
    options = ["--standalone", f"--nproc-per-node={processes}", f"--max-restarts={MOST_RESTARTS}", "--no-python"]
    return [*spawn.command(_TORCHRUN, *options), *worker]


def environment(processes: int) -> dict[str, str]:
    """What so many processes find in their environment: each has its part of the cores."""
    return {"OMP_NUM_THREADS": str(max(1, machine.cores() // processes)), **FRESH_STORE}


def hold(path: Path) -> list[int]:
    """Lock a file; return the descriptors to be passed to torchrun: the file is locked until that ends.

    Between the end of one worker and the start of the next this shows that the run goes on.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    # Where the file system has no locks there is a gap, as on several machines.
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return [descriptor]


def sbatch(run: RunFolder) -> str:
    """The script that trains a run under Slurm: each machine has as many processes as the run, by default on one."""
    processes = run.processes()
    python, folder, log = map(shlex.quote, (sys.executable, str(run.path), f"{run.path}/slurm.log"))
    gpus = "" if run.config().device == "cpu" else f"#SBATCH --gpus-per-node={processes}\n"
    home = os.environ.get(paths.HOME_VARIABLE)
    fresh = "".join(f"export {name}={value}\n" for name, value in FRESH_STORE.items())
    moved = f"export {paths.HOME_VARIABLE}={shlex.quote(str(Path(home).absolute()))}\n" if home else ""
    return f"""#!/bin/bash
#SBATCH --job-name={run.name}
#SBATCH --nodes=1
#SBATCH --ntasks-per-node=1
{gpus}#SBATCH --cpus-per-task={4 * processes}
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output={log}

# The machines share this folder, and the corpus. A job that ran out of time, or was preempted, goes on where it was:
# hand the script in once more.
{moved}{fresh}head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)
srun --kill-on-bad-exit=1 {python} -m {_TORCHRUN} \\
  --nnodes="$SLURM_NNODES" --nproc-per-node={processes} --max-restarts={MOST_RESTARTS} \\
  --rdzv-backend=c10d --rdzv-endpoint="$head:$((20000 + SLURM_JOB_ID % 20000))" --rdzv-id="$SLURM_JOB_ID" \\
  -m gendertui.runs.worker {folder}
"""
