"""``gendertui evaluate`` on a real run: the verdict, the test set and its readings, folds, other runs."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from pathlib import Path

import msgspec
import pytest

from gendertui import paths, spawn
from gendertui.cli import main
from gendertui.corpus.load import load
from gendertui.corpus.samples import SAMPLES
from gendertui.corpus.splits.split import Split
from gendertui.evaluation.audit import store
from gendertui.evaluation.report.read import read_report
from gendertui.runs.folder import RunFolder
from gendertui.training.config import with_changes
from tests.builders.audits import AUDIT
from tests.builders.command import gendertui, start
from tests.builders.processes import copy_of, wait_for

pytestmark = pytest.mark.xdist_group("tiny-run")


def here(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[object, str, str]:
    """As :func:`gendertui`, in this process, where torch is loaded already."""
    with pytest.raises(SystemExit) as left:
        main(words)
    captured = capfd.readouterr()
    return left.value.code, captured.out, captured.err


def test_a_test_set_is_opened_by_an_act_and_each_reading_counts(
    tiny_run: RunFolder, capfd: pytest.CaptureFixture[str]
) -> None:
    copy_of(tiny_run, "other")
    closed = gendertui("evaluate", "tiny")
    assert closed.returncode == 0
    assert "\nvalidation: " in closed.stdout
    assert "\ntest: " not in closed.stdout
    assert "--test opens it" in closed.stderr

    opened = gendertui("evaluate", "tiny", "--test")
    assert opened.returncode == 0, opened.stderr
    assert "\ntest: " in opened.stdout
    assert "read once" in opened.stdout
    assert "test lines" in opened.stderr
    rows = len(Split.load(tiny_run.path).rows(2))
    answer = json.loads(gendertui("evaluate", "tiny", "--test", "--json").stdout)
    assert answer["report"]["sets"]["test"]["rows"] == rows
    assert answer["report"]["test_readings"] == 1

    # Another run on the same split reads the same test set, which is then said of the first one, too.
    code, printed, _ = here(capfd, "evaluate", "other", "--test")
    assert code == 0
    assert "read 2 times" in printed
    assert "read 2 times" in gendertui("evaluate", "tiny").stdout
    assert len(paths.readings_file().read_text().splitlines()) == 2


def test_nothing_that_is_written_holds_a_line_of_the_corpus(
    tiny_run: RunFolder, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert here(capfd, "evaluate", "--test", "--strong-baseline")[0] == 0
    texts = [text.encode() for text in load("sample").column("text").to_pylist() if len(text) > 20]
    written = [path for path in (home / "state").rglob("*") if path.is_file()]
    assert tiny_run.scores_file in written
    for path in written:
        data = path.read_bytes()
        assert not [text for text in texts if text in data], path


def test_another_corpus_is_refused_and_a_moved_one_is_taken(
    tiny_run: RunFolder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = tiny_run.report_file.read_bytes()
    moved = tmp_path / "moved"
    shutil.copytree(SAMPLES["sample"].path.parent, moved)
    lines = moved / SAMPLES["sample"].path.name
    kept = lines.read_bytes()
    lines.write_bytes(b"".join(kept.splitlines(keepends=True)[1:]))
    code, _, errors = here(capfd, "evaluate", "--test", "--corpus", str(lines))
    assert code == 3
    assert "this is not the corpus of the run" in errors
    assert tiny_run.report_file.read_bytes() == before
    assert not paths.readings_file().exists()

    lines.write_bytes(kept)
    record = tiny_run.record()
    tiny_run.write_config({**record, "corpus": {**record["corpus"], "path": "/nowhere/lines.txt"}})
    code, _, errors = here(capfd, "evaluate", "--test")
    assert code == 3
    assert "--corpus" in errors
    code, printed, _ = here(capfd, "evaluate", "--test", "--corpus", str(lines))
    assert code == 0
    assert "\ntest: " in printed


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["nothing-like-it"], 6, "there is no run"),
        (["--corpus", "sample"], 2, "--corpus says where"),
        (["--folds", "1"], 2, "--folds"),
        (["--against", "tiny"], 2, "not compared with itself"),
        (["--folds", "30"], 3, "too few for 30 folds"),
    ],
)
def test_mistakes_are_said(
    tiny_run: RunFolder, capfd: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    left, _, errors = here(capfd, "evaluate", *words)
    assert (left, said in errors) == (code, True), errors


def test_without_a_run_it_says_how_to_start_one(capfd: pytest.CaptureFixture[str]) -> None:
    code, _, errors = here(capfd, "evaluate")
    assert code == 6
    assert "no run has finished yet" in errors
    assert "gendertui train" in errors


def test_runs_stand_side_by_side(tiny_run: RunFolder, capfd: pytest.CaptureFixture[str]) -> None:
    copy_of(tiny_run, "other")
    elsewhere = copy_of(tiny_run, "elsewhere")
    split = Split.load(elsewhere.path)
    split.assignment[split.rows(0)[0]] = -1
    split.save(elsewhere.path)
    code, printed, _ = here(capfd, "evaluate", "tiny", "--against", "other", "--against", "elsewhere")
    assert code == 0
    assert f"A  {tiny_run.name}\nB  other\nC  elsewhere\n" in printed
    assert "A − B         +0.0" in printed
    assert "C cannot be paired with A" in printed
    answer = json.loads(here(capfd, "evaluate", "tiny", "--against", "other", "--json")[1])
    first, second = answer["side_by_side"]
    assert first["figures"] == second["figures"]
    assert second["paired"]["auc"]["value"] == 0


def test_folds_are_interrupted_gone_on_with_and_pooled(
    tiny_run: RunFolder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = tiny_run.path / "folds.jsonl"
    process = start(["evaluate", "--folds", "3"], tmp_path)
    # Not only there: the row of the first fold in it.
    wait_for(lambda: (rows.exists() and rows.stat().st_size) or process.poll() is not None, 120)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert "of 3 folds are finished and kept: the same command continues" in (tmp_path / "stderr").read_text()
    assert len(rows.read_text().splitlines()) < 3

    code, printed, errors = here(capfd, "evaluate", "--folds", "3")
    assert code == 0
    assert "fold 1 of 3" not in errors
    assert "fold 3 of 3" in errors
    assert "cross-fitted over all films" in printed
    table = printed[printed.index("cross-fitted") :].splitlines()
    assert [line.split()[0] for line in table if line[:1].isdigit()] == ["1", "2", "3"]
    assert max(len(line) for line in table if "  " in line) <= 78
    answer = json.loads(here(capfd, "evaluate", "--folds", "3", "--json")[1])
    assert answer["folds"]["rows"] == sum(fold["rows"] for fold in answer["folds"]["folds"])
    assert 0 < answer["folds"]["figures"]["model"]["auc"]["value"] < 1


def test_a_learning_curve_says_whether_more_would_help(tiny_run: RunFolder, capfd: pytest.CaptureFixture[str]) -> None:
    code, printed, errors = here(capfd, "evaluate", "--learning-curve")
    assert code == 0
    assert "TF-IDF + LR" in errors
    table = printed[printed.index("lines by TF-IDF + LR") :].splitlines()
    rows = [line.split()[0] for line in table if line.startswith(("1/", "all "))]
    assert rows[-2:] == ["1/2", "all"]
    assert [line for line in table if line.startswith("The last doubling, from")]
    answer = json.loads(here(capfd, "evaluate", "--learning-curve", "--json")[1])["learning_curve"]
    assert answer["unit"] == "group"
    assert answer["curves"][0]["sizes"][-1]["divisor"] == 1
    code, _, errors = here(capfd, "evaluate", "--network")
    assert code == 2
    assert "--network goes with --learning-curve" in errors


def test_after_the_articles_protocol_it_says_why_not_70(tiny_run: RunFolder, capfd: pytest.CaptureFixture[str]) -> None:
    record = tiny_run.record()
    config = with_changes(tiny_run.config(), {**record["requested"], "split": "tutorial"})
    article = RunFolder.create(config, record["corpus"], name="article")
    subprocess.run(spawn.command("gendertui.runs.worker.main", str(article.path)), check=True)
    code, _, errors = here(capfd, "evaluate", "article", "--test")
    assert code == 2
    assert "no test set to open" in errors

    code, printed, errors = here(capfd, "evaluate", "article")
    assert code == 0
    assert "closed" not in errors
    told = printed[printed.index("Why not 70 %?") :].splitlines()
    by_movie = read_report(tiny_run.report_file).sets["validation"].model["balanced_accuracy"]
    assert told[1].endswith(f"the same model by film has a balanced accuracy of {by_movie.text(percent=True)}.")
    assert "gendertui audit sample --split tutorial" in told[2]
    assert "what whole characters tell" in told[3].lower()
    assert len(told) == 4

    # Another model by film is not the same model; and an audit that was made is read.
    tiny_run.write_config({**record, "config": {**record["config"], "hidden_size": 5}})
    store.keep(msgspec.structs.replace(AUDIT, data_hash=record["corpus"]["data_hash"]))
    found = json.loads(here(capfd, "evaluate", "article", "--json")[1])["why_not_70"]
    assert len(found["sentences"]) == 3
    assert "has not been measured" in found["sentences"][0]
    by_film, whole = found["missing"]
    assert by_film.endswith(f"gendertui evaluate {article.name} --folds 5")
    assert whole.endswith("gendertui train --corpus sample --preset quick")
