"""Killed at random instants and started again, the output is that of an unbroken run, byte for byte."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from gendertui.bulk.request import Request
from tests.builders.bulk import contents, request_for, score_here
from tests.builders.command import COMMAND


def written(path: Path, lines: int) -> Path:
    path.write_text("".join(f"{'rain' if n % 3 else 'snow'} falls {n}\n" for n in range(lines)))
    return path


def is_running(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


def watch(out: Path, names: int, running: Callable[[], bool]) -> None:
    """Wait until so many different names, temporary ones too, have been seen in a folder, or nobody writes to it."""
    seen: set[str] = set()
    while len(seen) < names and running():
        for folder, _, found in os.walk(out):
            seen.update(f"{folder}/{name}" for name in found)


def check_parts(out: Path, whole: dict[str, bytes]) -> int:
    """Every part that is there is whole; how many that are."""
    parts = {name: data for name, data in contents(out).items() if name.startswith("part-")}
    assert all(whole[name] == data for name, data in parts.items())
    return len(parts)


def killed_again_and_again(request: Request, path: Path, folder: Path, kills: int, seed: int) -> None:
    score_here(request, [path], folder / "whole")
    whole = contents(folder / "whole")
    # Every process is forked from one that has imported everything.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.builders.bulk"])
    random_instants = random.Random(seed)
    out = folder / "out"
    for _ in range(kills):
        process = context.Process(target=score_here, args=(request, [path], out))
        process.start()
        there = len(contents(out)) if out.exists() else 0
        watch(out, there + random_instants.randrange(2, 14), process.is_alive)
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        check_parts(out, whole)
    score_here(request, [path], out)
    assert contents(out) == whole


def test_three_kills(bundle: Path, tmp_path: Path) -> None:
    request = request_for(bundle, part_bytes=200)
    killed_again_and_again(request, written(tmp_path / "a.txt", 300), tmp_path, 3, seed=1)


@pytest.mark.long
def test_twenty_kills(bundle: Path, tmp_path: Path) -> None:
    request = request_for(bundle, part_bytes=200)
    killed_again_and_again(request, written(tmp_path / "a.txt", 4_000), tmp_path, 20, seed=2)


@pytest.mark.long
def test_twenty_kills_of_the_command(bundle: Path, tmp_path: Path) -> None:
    """The whole group at once, the first process alone, and with signals that it answers."""
    path = written(tmp_path / "a.txt", 6_000)
    words = [*COMMAND, "predict", "--model", str(bundle), "--file", str(path), "--part-size", "500", "--workers", "2"]
    subprocess.run([*words, "--out", tmp_path / "whole"], check=True, capture_output=True)
    whole = contents(tmp_path / "whole")
    out = tmp_path / "out"
    instants = random.Random(3)
    grown = []
    for number in range(20):
        process = subprocess.Popen([*words, "--out", out], stderr=subprocess.PIPE, process_group=0)
        there = len(contents(out)) if out.exists() else 0
        watch(out, there + instants.randrange(2, 40), partial(is_running, process))
        if number % 4 == 0:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.send_signal((signal.SIGKILL, signal.SIGTERM, signal.SIGINT)[number % 4 - 1])
        # The pipe ends with the last process that has it.
        said = process.communicate()[1].decode()
        assert process.returncode == (-9, -9, 143, 130)[number % 4]
        assert "Traceback" not in said
        grown.append(check_parts(out, whole))
        if number % 4 > 1:
            assert "The same command scores what is missing." in said
            assert not [name for name in contents(out) if name.endswith(".part")]
    subprocess.run([*words, "--out", out], check=True, capture_output=True)
    assert contents(out) == whole
    print(f"\n20 kills; parts after each: {grown} of {len(whole) // 2}")
    assert grown[0] < grown[-1]
