"""``gendertui corpus labels`` and ``--corrections``: what was decided by hand, seen, carried on, trained with."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gendertui.corpus.corrections.entry import LABEL, LEAVE_OUT, Key
from gendertui.corpus.corrections.file import corrections_file, decide, read
from gendertui.corpus.load import load
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.remembered import remember
from gendertui.corpus.splits.split import Split
from gendertui.corpus.table import Corpus
from gendertui.runs.folder import find
from tests.builders.command import gendertui
from tests.builders.corpora import collated

TINY = ["--hidden-size", "4", "--embedding-dim", "4", "--epochs", "1", "--threads", "1", "--device", "cpu"]


@pytest.fixture
def films(tmp_path: Path) -> Corpus:
    path = tmp_path / "films.txt"
    path.write_text(collated(), encoding="utf-8")
    corpus = load(path)
    decide(corpus, Key("speaker", "m0", "u1"), LABEL, "m")
    decide(corpus, Key("speaker", "m1", "u3"), LEAVE_OUT)
    return corpus


def test_they_are_said_on_opening_and_applied_when_asked_for(films: Corpus) -> None:
    words = "2 labels changed by hand: 1 to the other label, 1 taken away"
    plain = gendertui("corpus", "show", str(films.path), "--json")
    assert f"{words}; not applied without --corrections on." in plain.stderr
    assert json.loads(plain.stdout)["data_hash"] == films.data_hash
    changed = gendertui("corpus", "show", str(films.path), "--json", "--corrections", "on")
    assert f"{words}." in changed.stderr
    facts = json.loads(changed.stdout)
    assert facts["data_hash"] != films.data_hash
    assert any(note.startswith(words) for note in facts["notes"])
    remember(films.path, ReadingOptions(corrections=True))
    again = gendertui("corpus", "show", str(films.path), "--json")
    assert "Read as was chosen for this file before: --corrections on" in again.stderr
    assert json.loads(again.stdout)["data_hash"] == facts["data_hash"]
    off = gendertui("corpus", "show", str(films.path), "--json", "--corrections", "off")
    assert (json.loads(off.stdout)["data_hash"], "by hand" in off.stderr) == (films.data_hash, False)
    wrong = gendertui("corpus", "show", str(films.path), "--corrections", "maybe")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "--corrections is on or off" in wrong.stderr


def test_show_lists_what_holds(films: Corpus) -> None:
    shown = gendertui("corpus", "labels", "show", str(films.path))
    assert shown.returncode == 0, shown.stderr
    head, *rows = shown.stdout.splitlines()
    assert head.split() == ["unit", "group", "name", "decision", "label", "when", "who"]
    assert [row.split()[:5] for row in rows] == [
        ["speaker", "m0", "SOMEONE", "label", "f"],
        ["speaker", "m1", "SOMEONE", "leave-out", "f"],
    ]
    assert str(corrections_file(films)) in shown.stderr
    entries = [
        json.loads(line)
        for line in gendertui("corpus", "labels", "show", str(films.path), "--json").stdout.splitlines()
    ]
    said = [(entry["speaker"], entry["from"], entry["to"]) for entry in entries]
    assert said == [("u1", "f", "m"), ("u3", "f", None)]
    nothing = gendertui("corpus", "labels", "show", "sample")
    assert (nothing.returncode, nothing.stdout) == (0, "")
    assert "Nothing was decided" in nothing.stderr


def test_an_export_goes_to_another_home(films: Corpus, tmp_path: Path) -> None:
    exported = tmp_path / "labels.jsonl"
    assert gendertui("corpus", "labels", "export", str(films.path), str(exported)).returncode == 0
    assert gendertui("corpus", "labels", "export", str(films.path), str(exported)).returncode == 2
    assert gendertui("corpus", "labels", "export", str(films.path), "-").stdout == exported.read_text(encoding="utf-8")
    elsewhere = str(tmp_path / "elsewhere")
    words = ("corpus", "labels", "import", str(films.path), str(exported))
    assert "2 decisions added" in gendertui(*words, GENDERTUI_HOME=elsewhere).stderr
    assert "0 decisions added" in gendertui(*words, GENDERTUI_HOME=elsewhere).stderr
    shown = ("corpus", "show", str(films.path), "--json", "--corrections", "on")
    here, there = gendertui(*shown), gendertui(*shown, GENDERTUI_HOME=elsewhere)
    assert json.loads(here.stdout)["data_hash"] == json.loads(there.stdout)["data_hash"]
    refused = gendertui("corpus", "labels", "import", "sample", str(exported), GENDERTUI_HOME=elsewhere)
    assert refused.returncode == 3
    assert f"{exported}:2" in refused.stderr


def test_a_broken_file_is_named_and_is_in_nobodys_way_who_does_not_want_it(films: Corpus) -> None:
    path = corrections_file(films)
    path.write_text(path.read_text(encoding="utf-8") + "{\n", encoding="utf-8")
    wanted = gendertui("corpus", "show", str(films.path), "--corrections", "on")
    assert (wanted.returncode, wanted.stdout) == (3, "")
    assert f"{path}:4: the decisions about labels cannot be read: it is not JSON" in wanted.stderr
    plain = gendertui("corpus", "show", str(films.path))
    assert plain.returncode == 0
    assert f"{path}:4" in plain.stderr


def test_a_run_says_so_and_can_be_compared_with_one_without(films: Corpus) -> None:
    for name, flags in (("plain", []), ("mended", ["--corrections", "on"])):
        result = gendertui("train", "--corpus", str(films.path), *flags, *TINY, "--name", name)
        assert result.returncode == 0, result.stderr
    # What is decided later is no change of the run's corpus.
    decide(films, Key("speaker", "m2", "u5"), LABEL, "m")
    assert len(read(films).entries) == 3
    run, other = find("mended"), find("plain")
    said = "2 labels changed by hand: 1 to the other label, 1 taken away (characters; "
    assert any(note.startswith(said) for note in json.loads(run.report_file.read_text())["notes"])
    card = (run.model_folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert said in card
    assert "--corrections on" in card
    assert said not in (other.model_folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    told = gendertui("evaluate", "mended", "--test")
    assert told.returncode == 0, told.stderr
    assert said in told.stdout
    # The same lines are held out, but for those that lost their label.
    ours, theirs = (Split.load(each.path).assignment for each in (run, other))
    assert ((ours == theirs) | (ours == -1)).all()
    compared = gendertui("evaluate", "mended", "--against", "plain")
    assert compared.returncode == 0, compared.stderr
    assert re.search(r"A − B +[+−]", compared.stdout)
    assert "differ in labels changed by hand" in compared.stdout
