"""``gendertui audit`` on the bundled sample."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gendertui.evaluation.audit.store import Audit
from tests.builders.command import gendertui
from tests.builders.corpora import corpus_file


def test_it_prints_tables_a_terminal_can_hold_and_the_same_as_json() -> None:
    text = gendertui("audit", "sample", "--split", "random", "--split-seed", "4")
    assert text.returncode == 0
    assert text.stderr == ""
    assert max(map(len, text.stdout.splitlines())) <= 78
    assert "Split random, seed 4" in text.stdout
    found = gendertui("audit", "sample", "--split", "random", "--split-seed", "4", "--json")
    assert found.stdout.count("\n") == 1
    audit = Audit.from_json(json.loads(found.stdout))
    assert (audit.leaks.protocol, audit.leaks.seed) == ("random", 4)
    assert len(audit.trials) == 15
    for trial in audit.trials:
        assert f"{100 * trial.accuracy.value:.1f} %" in text.stdout
        assert f"{trial.auc.value:.3f}" in text.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [(("sample", "--split", "by-moon"), 2), (("sample", "--split-seed", "-1"), 2), (("nowhere.txt",), 3), ((), 2)],
)
def test_what_is_wrong_is_said(words: tuple[str, ...], code: int) -> None:
    result = gendertui("audit", *words)
    assert (result.returncode, result.stdout) == (code, "")
    assert "Traceback" not in result.stderr


def test_a_corpus_too_small_is_3(tmp_path: Path) -> None:
    result = gendertui("audit", str(corpus_file(tmp_path, *"abcdefgh")), "--split", "random")
    assert result.returncode == 3
    assert result.stderr.startswith("gendertui: ")
