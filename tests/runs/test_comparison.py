"""Runs compared: what differs, figures on the same lines only, curves; as text and as files."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.splits.split import Split
from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.folder import RunFolder, RunInfo
from gendertui.runs.records import Status
from gendertui.runs.results import comparison_text as text
from gendertui.runs.results.comparison import Compared, compared, settings_of
from gendertui.training.config import FIELDS, preset, with_changes
from gendertui.training.events import Epoch, Event, Resumed


def made(name: str, changes: dict[str, Any] | None = None, *, corpus: str = "films", curve: Any = ()) -> RunFolder:
    """A run that is over and has no report."""
    config = with_changes(preset("quick"), changes or {})
    run = RunFolder.create(config, {"path": "lines.txt", "name": corpus}, name=name, preset="quick")
    run.write_status(Status(state="failed", why="no room", epoch=len(curve), epochs=3))
    lines = [_epoch(number, auc).to_json() for number, auc in enumerate(curve, 1)]
    run.events_file.write_text("".join(f"{line}\n" for line in lines))
    return run


def _epoch(number: int, auc: float) -> Event:
    return Epoch(
        time=1.0,
        epoch=number,
        epochs=3,
        train={"loss": 0.6},
        validation={"loss": 0.6, "auc": auc},
        seconds=1,
        best=True,
    )


@pytest.fixture
def trained(tiny_run: RunFolder, tmp_path: Path) -> tuple[RunFolder, RunFolder, RunFolder]:
    """A run on the sample, its copy with other scores, and one that held out other lines."""
    copies = []
    for name in ("copy", "elsewhere"):
        folder = tiny_run.path.with_name(f"20991231-000000-{name}")
        shutil.copytree(tiny_run.path, folder)
        copies.append(RunFolder(folder))
    copy, elsewhere = copies
    record = copy.record()
    copy.write_config({**record, "config": {**record["config"], "dropout": 0.1, "seed": 7}})
    scores = dict(np.load(copy.scores_file))
    scores["logit"] = scores["logit"][::-1].copy()
    np.savez(copy.scores_file, **scores)
    split = Split.load(elsewhere.path)
    split.assignment[:] = split.assignment[::-1].copy()
    split.save(elsewhere.path)
    return tiny_run, copy, elsewhere


def test_what_differs_comes_in_the_words_of_the_form() -> None:
    runs = [made("a"), made("b", {"learning_rate": 0.0007, "lowercase": False}), made("c", corpus="messages")]
    found = compared(runs)
    assert [run.letter for run in found.runs] == ["A", "B", "C"]
    heads, rows = text.settings_table(found)
    assert heads == ("differs", "A", "B", "C")
    rate = f"{preset('quick').learning_rate:g}"
    assert {row[0]: row[1:] for row in rows} == {
        "corpus": ("films", "films", "messages"),
        "learning rate": (rate, "0.0007", rate),
        "lowercase": ("yes", "no", "yes"),
    }
    assert found.remarks == tuple(f"{letter} has no figures yet: it has no report." for letter in "ABC")


@given(data=st.data())
def test_a_setting_is_named_exactly_where_the_runs_are_not_alike(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["epochs", "hidden_size", "seed", "batch_size"]))
    values = data.draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    runs = tuple(_stand_in(letter, name, value) for letter, value in zip("ABCD", values, strict=False))
    assert set(FIELDS) <= set(runs[0].settings)
    differing = {each for each in runs[0].settings if len({run.settings[each] for run in runs}) > 1}
    assert differing == ({name} if len(set(values)) > 1 else set())


def _stand_in(letter: str, name: str, value: int) -> Compared:
    config = with_changes(preset("quick"), {name: value})
    info = RunInfo(letter, Path(letter), "finished", "dead", "", 1, 1, "quick", "", "films", 0.0, "")
    return Compared(letter, info, settings_of(info, config, ""), (), ())


def test_curves_are_of_each_epoch_once() -> None:
    run, other = made("a", curve=(0.5, 0.6, 0.7)), made("b", curve=(0.55,))
    with run.events_file.open("a") as stream:
        stream.write(Resumed(epoch=3, batch=0, bit_identical=True).to_json() + "\n")
        stream.write(_epoch(3, 0.65).to_json() + "\n")
    first, second = compared([run, other]).runs
    assert (first.epochs, first.aucs) == ((1.0, 2.0, 3.0), (0.5, 0.6, 0.65))
    assert (second.epochs, second.aucs) == ((1.0,), (0.55,))


def test_figures_stand_together_only_on_the_same_lines(trained: tuple[RunFolder, ...]) -> None:
    found = compared(trained)
    assert [[entry.letter for entry in group] for group in found.groups] == [["A", "B"], ["C"]]
    assert found.groups[0][1].paired is not None
    assert "C cannot be paired with A: it was judged on other lines, of another split." in found.remarks
    _, rows = text.settings_table(found)
    assert {row[0]: row[1:] for row in rows}["dropout"][1] == "0.1"
    (_, (_, first)), (heading, (_, second)) = text.figures_tables(found)
    assert [row[0] for row in first] == ["A", "B", "A − B"]
    assert [row[0] for row in second] == ["C"]
    assert heading.startswith("validation of sample: ")
    # No cell of the figures needs more than a narrow terminal has.
    assert all(sum(map(len, row)) + 4 < 78 for row in (*first, *second))


def test_files_have_the_same_figures(trained: tuple[RunFolder, ...]) -> None:
    found = compared(trained)
    rows = list(csv.DictReader(io.StringIO(text.as_csv(found))))
    value = json.loads(text.as_json(found))
    assert [row["letter"] for row in rows] == [run["letter"] for run in value["runs"]] == ["A", "B", "C"]
    assert rows[1]["dropout"] == value["runs"][1]["settings"]["dropout"] == "0.1"
    for row, run in zip(rows, value["runs"], strict=True):
        assert float(row["balanced_accuracy"]) == run["balanced_accuracy"]
    assert [row["first"] for row in rows] == ["", "A", ""]
    assert value["runs"][2]["first_minus_this_auc"] is None
    assert value["runs"][0]["validation_auc"][0]["epoch"] == 1.0
    markdown = text.as_markdown(found)
    for run in found.runs:
        assert run.info.name in markdown
    assert "| A − B |" in markdown


def test_nothing_in_a_name_is_markup_in_markdown() -> None:
    found = compared([made("a", corpus="x|y](z) `*_<b>"), made("b")])
    row = next(line for line in text.as_markdown(found).splitlines() if line.startswith("| corpus"))
    assert row.replace("\\|", "").count("|") == 4
    assert "x\\|y\\](z) \\`\\*\\_\\<b\\>" in row


@pytest.mark.parametrize("number", [0, 1, 9])
def test_so_many_runs_are_not_compared(number: int) -> None:
    with pytest.raises(GendertuiError, match="2 to 8") as caught:
        compared([made(f"r{place}") for place in range(number)])
    assert caught.value.code is ExitCode.USAGE


def test_a_run_is_not_compared_with_itself() -> None:
    run = made("a")
    with pytest.raises(GendertuiError, match="itself"):
        compared([run, run])


def test_scores_that_cannot_be_read_are_said_and_leave_the_rest(trained: tuple[RunFolder, ...]) -> None:
    first, copy, _ = trained
    copy.scores_file.write_bytes(b"no")
    found = compared([first, copy])
    assert [[entry.letter for entry in group] for group in found.groups] == [["A"]]
    assert any(remark.startswith("B has no figures:") for remark in found.remarks)


def test_a_file_is_named_for_what_is_in_it(tmp_path: Path) -> None:
    assert text.format_of(tmp_path / "a.MD") == "markdown"
    (tmp_path / "b.csv").write_text("mine")
    for name, words in (("a.txt", "csv"), ("b.csv", "already")):
        with pytest.raises(GendertuiError, match=words):
            text.format_of(tmp_path / name)


def test_the_split_that_differs_stands_beside_that_of_the_figures() -> None:
    comparison = compared([made("one"), made("two", {"split": "by-group"})])
    rows = list(csv.DictReader(io.StringIO(text.as_csv(comparison))))
    assert [row["split"] for row in rows] == ["auto", "by-group"]
    assert "validation_split" in rows[0]
