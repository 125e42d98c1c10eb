"""The script of an array job that scores the shards of an input, for Slurm's ``sbatch``."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from gendertui import spawn


def script(words: Sequence[str], shards: int, workers: int, folder: str) -> str:
    """A script that runs as it is printed.

    :param words: of the command, without the shard and the workers.
    :param shards: jobs of the array.
    :param workers: processes, and so cores, of each.
    :param folder: in which the jobs are started, to which paths are relative.
    """
    command = shlex.join([*spawn.command("gendertui"), *words])
    return f"""#!/bin/bash
#SBATCH --job-name=gendertui-predict
#SBATCH --array=1-{shards}
#SBATCH --cpus-per-task={workers}
#SBATCH --mem-per-cpu=2G
#SBATCH --time=24:00:00
#SBATCH --requeue
#SBATCH --output=gendertui-predict-%A_%a.log
# A job that is stopped, or put back in the queue, goes on with the parts that are missing. The same is true of the
# whole array: submit it again until nothing is missing.
cd {shlex.quote(folder)} || exit
exec {command} \\
  --workers {workers} --shard "$SLURM_ARRAY_TASK_ID/{shards}"
"""
