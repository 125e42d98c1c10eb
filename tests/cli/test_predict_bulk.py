"""``gendertui predict --out``: the flags that go with it, what it says, and the script that it prints."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.builders.bulk import contents, request_for, score_here, table_of
from tests.builders.weather_model import predict


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.txt"
    path.write_text("".join(f"{'rain' if n % 3 else 'snow'} falls {n}\n" for n in range(60)) + "\n\n")
    return path


WRONG: dict[str, tuple[list[str], str]] = {
    "no file": (["--out", "OUT"], "give --file PATH"),
    "standard input": (["--file", "-", "--out", "OUT"], "Standard input is not read in parts"),
    "no such file": (["--file", "nowhere", "--out", "OUT"], "nowhere: there is no such file or folder"),
    "a shard outside of N": (["--file", "FILE", "--out", "OUT", "--shard", "3/2"], "'3/2' is no shard: write I/N"),
    "shard 0": (["--file", "FILE", "--out", "OUT", "--shard", "0/2"], "'0/2' is no shard"),
    "no shard": (["--file", "FILE", "--out", "OUT", "--shard", "2"], "'2' is no shard"),
    "no workers": (["--file", "FILE", "--out", "OUT", "--workers", "0"], "not in the range"),
    "no size": (["--file", "FILE", "--out", "OUT", "--part-size", "much"], "'much' is no size"),
    "two sizes": (["--file", "FILE", "--out", "OUT", "--part-size", "2GB"], "'2GB' is no size from 1B to 1GB"),
    "explained": (["--file", "FILE", "--out", "OUT", "--explain"], "--explain: not with --out"),
    "labels": (["--file", "FILE", "--out", "OUT", "--label", "x"], "--label: of a --file the texts alone are read"),
    "without out": (["--file", "FILE", "--workers", "2", "--shard", "1/2"], "--shard, --workers: these go with --out"),
    "several without out": (["--file", "FILE", "--file", "FILE"], "Several files are scored with --out DIR"),
    "both forms": (["--file", "FILE", "--out", "OUT", "--csv", "--json"], "exclude each other"),
    "a folder of others": (["--file", "FILE", "--out", "FOLDER"], "this folder has other files in it"),
    "a file": (["--file", "FILE", "--out", "FILE"], "this is no folder"),
    "no such device": (["--file", "FILE", "--out", "OUT", "--device", "cuda:77"], "cuda:77"),
}


@pytest.mark.parametrize("what", list(WRONG))
def test_what_does_not_go_is_refused_before_anything_starts(
    bundle: Path, lines: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    words, said = WRONG[what]
    places = {"FILE": lines, "OUT": tmp_path / "out", "FOLDER": tmp_path}
    answer = predict(capsys, "--model", bundle, *(places.get(word, word) for word in words))
    assert answer.code in (2, 3, 5)
    assert said in " ".join(answer.err.split())
    assert not (tmp_path / "out").exists()


def test_a_folder_that_has_all_says_so_and_counts_what_could_not_be_scored(
    bundle: Path, lines: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    score_here(request_for(bundle, part_bytes=200), [lines], out)
    whole = contents(out)
    words = ("--model", bundle, lines, "--out", out, "--part-size", "200B")
    answer = predict(capsys, *words)
    assert answer.out == f"{out}: 62 rows in 5 parts, 2 could not be scored (empty: 2)\n"
    assert "5 of 5 parts are there already." in answer.err
    assert answer.code == 0
    assert predict(capsys, *words, "--shard", "1/5").out == f"{out}: 15 rows in 1 part, all scored\n"
    assert contents(out) == whole
    refused = predict(capsys, *words, "--csv")
    assert refused.code == 2
    assert "format was parquet, now it is csv" in refused.err


def test_the_script_of_an_array_job_runs_as_printed(
    bundle: Path, lines: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my lines.txt").write_bytes(lines.read_bytes())
    words = ("--model", bundle, "--file", "my lines.txt", "--out", "scored", "--part-size=200B")
    answer = predict(capsys, *words, "--shard", "1/1", "--workers", "1", "--print-sbatch", "2")
    script = tmp_path / "job.sh"
    script.write_text(answer.out)
    assert "#SBATCH --array=1-2\n" in answer.out
    request = request_for(bundle, part_bytes=200)
    score_here(request, ["my lines.txt"], tmp_path / "whole")
    score_here(request, ["my lines.txt"], tmp_path / "scored", [0, 4])
    environment = {**os.environ, "SLURM_ARRAY_TASK_ID": "2"}
    done = subprocess.run(["bash", script], capture_output=True, text=True, env=environment, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "scored: 28 rows in 2 parts, all scored\n"
    assert "1 part of other shards is not there yet." in done.stderr
    score_here(request, ["my lines.txt"], tmp_path / "scored", [2])
    assert contents(tmp_path / "scored") == contents(tmp_path / "whole")
    assert table_of(tmp_path / "scored")["file"].unique().to_pylist() == ["my lines.txt"]
