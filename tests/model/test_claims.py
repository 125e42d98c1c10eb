"""A model's name is claimed in one step, by one, for as long as that process lives. The processes are real."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gendertui import paths, processes
from gendertui.errors import GendertuiError
from gendertui.model import claims, store
from gendertui.model.bundle.bundle import write_manifest
from gendertui.model.bundle.manifest import read_manifest
from tests.builders.processes import end

HOLD = """
import sys
from gendertui.errors import GendertuiError
from gendertui.model import claims
sys.stdin.readline()
try:
    claims.claim("mine", run=sys.argv[1])
except GendertuiError as error:
    print(error.what, flush=True)
else:
    print("claimed", flush=True)
    sys.stdin.readline()
"""


def holder(run: str) -> subprocess.Popen[bytes]:
    """A process that claims ``mine`` for a run when it is told to, and then lives on."""
    return subprocess.Popen([sys.executable, "-c", HOLD, run], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def told(process: subprocess.Popen[bytes]) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    return process.stdout.readline().decode().strip()


def left() -> list[str]:
    return sorted(path.name for path in paths.models_dir().iterdir())


def test_a_claim_holds_until_its_process_has_ended(tmp_path: Path) -> None:
    other = holder("first")
    try:
        assert told(other) == "claimed"
        for act in (
            lambda: claims.claim("mine", run="second"),
            lambda: claims.claim("mine"),
            lambda: store.rename(store.publish(store.shipped_folder(), "another").name, "mine"),
        ):
            with pytest.raises(GendertuiError, match="claimed by the run first"):
                act()
        # Another start of the same run changes nothing; its worker takes the claim over.
        claims.claim("mine", run="first")
        claims.release("mine")
        with pytest.raises(GendertuiError, match="claimed"):
            claims.claim("mine", run="second")
    finally:
        end(other)
    claims.claim("mine", run="second")
    assert left() == [".mine.claim", "another"]
    claims.release("mine")
    assert left() == ["another"]


def test_of_some_that_claim_a_name_at_once_one_gets_it() -> None:
    some = [holder(str(number)) for number in range(4)]
    try:
        for process in some:
            assert process.stdin is not None
            process.stdin.write(b"\n")
            process.stdin.flush()
        said = [process.stdout.readline().decode().strip() for process in some if process.stdout is not None]
    finally:
        for process in some:
            end(process)
    assert sorted(text == "claimed" for text in said) == [False, False, False, True]
    assert all(text == "claimed" or "is claimed by the run" in text for text in said)


def test_a_run_may_replace_its_own_model_and_nobody_elses() -> None:
    folder = store.publish(store.shipped_folder(), "mine")
    with pytest.raises(GendertuiError, match="there is a model named 'mine' already"):
        claims.claim("mine", run="first")
    write_manifest(folder, dataclasses.replace(read_manifest(folder), run="first"))
    claims.claim("mine", run="first")
    claims.release("mine")
    with pytest.raises(GendertuiError, match="already"), claims.claimed("mine"):
        pass
    assert left() == ["mine"]


def test_a_claim_is_handed_over_to_the_process_that_was_started() -> None:
    claims.claim("mine", run="first")
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    claims.hand_over("mine", child.pid)
    claims.release("mine")
    assert left() == [".mine.claim"]
    end(child)
    with claims.claimed("mine"):
        assert left() == [".mine.claim"]
    assert left() == []


def test_a_claim_of_another_machine_holds_for_a_week() -> None:
    claims.claim("mine", run="first")
    claim = paths.models_dir() / ".mine.claim"
    claim.write_text(claim.read_text().replace(processes.mark()[:8], "00000000"))
    with pytest.raises(GendertuiError, match="claimed"):
        claims.claim("mine", run="second")
    then = time.time() - 2 * processes.OTHER_MACHINE_SECONDS
    os.utime(claim, (then, then))
    claims.claim("mine", run="second")


@pytest.mark.parametrize("content", [b"", b"{}", b'{"mark": 3}', b"[" * 100_000])
def test_a_spoiled_claim_holds_for_as_long_as_it_may_be_being_written(content: bytes) -> None:
    claims.claim("mine", run="first")
    claim = paths.models_dir() / ".mine.claim"
    claim.write_bytes(content)
    with pytest.raises(GendertuiError, match="claimed by another process"):
        claims.claim("mine", run="first")
    os.utime(claim, (1.0, 1.0))
    claims.claim("mine", run="second")


def test_listing_the_models_clears_what_a_run_that_was_killed_at_its_end_claims() -> None:
    store.publish(store.shipped_folder(), "its-model")
    other, killed = holder("going"), subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert told(other) == "claimed"
        claims.claim("killed", run="killed")
        claims.hand_over("killed", killed.pid)
        store.list_models()
        assert left() == [".killed.claim", ".mine.claim", "its-model"]
        end(killed)
        assert next(model.name for model in store.list_models()) == "its-model"
        assert left() == [".mine.claim", "its-model"]
    finally:
        end(killed)
        end(other)
