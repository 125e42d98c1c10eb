"""The characters that a run held out, as ``evaluate --characters`` lists them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gendertui import files
from gendertui.corpus.load import load
from gendertui.evaluation.report.character_scores import CharacterScores
from gendertui.evaluation.report.read import read_report
from gendertui.runs.folder import RunFolder
from gendertui.runs.results.characters import held_out, held_out_lines, known
from tests.builders import held_out as builder
from tests.builders import reports
from tests.builders.command import gendertui


@pytest.fixture
def run(home: object) -> RunFolder:
    made = reports.make_run()
    builder.make(made)
    return made


def test_the_most_wrong_come_first_and_the_parts_add_up(run: RunFolder) -> None:
    report = read_report(run.report_file)
    found = held_out(run, report, "validation")
    scores = CharacterScores.load(run.character_scores_file)
    assert scores is not None
    assert len(found) == int(scores.whole.sum())
    assert [each.label for each in found][-1] is None
    against = [each.against for each in found]
    assert against == sorted(against, reverse=True)
    first = found[0]
    assert first.label is not None and first.label != first.scored
    # Calibrated as the report has it, of the parts as of their sum.
    (place,) = np.flatnonzero(scores.whole & (scores.row == first.row))
    assert first.log_odds == pytest.approx(0.5 * scores.log_odds[place] + 0.1, abs=1e-6)
    assert first.parts["said-to"] == pytest.approx(0.5 * scores.contributions["said-to"][place], abs=1e-6)
    value = first.to_json()
    assert sum(value["probabilities"].values()) == pytest.approx(1)
    assert value["offset"] + sum(value["parts"].values()) == pytest.approx(value["log_odds"])
    assert value["probabilities"][first.label] < 0.5


def test_names_are_the_corpus_s_and_ids_do_without(run: RunFolder) -> None:
    corpus, report = load("sample"), read_report(run.report_file)
    found = held_out(run, report, "validation")
    names = known(corpus, found)
    first = found[0]
    assert names[first.row].name == corpus.column("speaker")[first.row].as_py()
    lines = held_out_lines(found, names, report, "validation")
    table = lines[2:]
    assert max(map(len, table)) <= 78
    assert names[first.row].name[:20] in table[1]
    assert first.id is not None and first.id in held_out_lines(found, {}, report, "validation")[3]


def test_the_command_lists_them_and_says_where_there_are_none(run: RunFolder) -> None:
    printed = gendertui("evaluate", run.name, "--characters")
    assert printed.returncode == 0, printed.stderr
    assert "most that of the first" in printed.stdout
    answer = json.loads(gendertui("evaluate", run.name, "--characters", "--json").stdout)
    listed = answer["characters"]["validation"]
    assert len(listed) == len(held_out(run, read_report(run.report_file), "validation"))
    assert listed[0]["name"]
    run.character_scores_file.unlink()
    refused = gendertui("evaluate", run.name, "--characters")
    assert refused.returncode != 0
    assert "the run has no list of characters" in refused.stderr


def test_an_older_report_has_no_list(run: RunFolder) -> None:
    value = json.loads(run.report_file.read_bytes())
    del value["sets"]["validation"]["characters"]["readings"]
    files.write_json(run.report_file, value)
    refused = gendertui("evaluate", run.name, "--characters")
    assert "Train the configuration again" in refused.stderr
