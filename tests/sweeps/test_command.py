"""``gendertui sweep`` as it is typed: what cannot work is said before anything starts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("optuna", reason="the extra [sweep] is not installed")

from gendertui import paths
from gendertui.errors import ExitCode
from gendertui.sweeps.definition import find
from gendertui.sweeps.presence import present
from gendertui.sweeps.queue import TrialQueue
from gendertui.sweeps.storage import shown_url
from tests.builders.command import answer
from tests.builders.corpora import collated
from tests.builders.sweeps import made_sweep

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def corpus(home: Path) -> str:
    path = home / "lines.txt"
    path.write_text(collated(films=12, lines=24), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--search", "droput=0..1"], ExitCode.USAGE, "there is no field 'droput' to search"),
        (["--search", "dropout=0.6..0.1"], ExitCode.USAGE, "dropout: the range '0.6..0.1' is empty"),
        (["--search", "dropout=0..0.6", "--time", "soon"], ExitCode.USAGE, "'soon' is no time"),
        (["--search", "dropout=0..0.6", "--trials", "0"], ExitCode.USAGE, "--trials"),
        (["--search", "dropout=0..0.6", "--split", "random"], ExitCode.USAGE, "draws its own folds"),
        (["--search", "dropout=0..0.6", "--folds", "12"], ExitCode.DATA, "Give at most 11 folds"),
        (["--search", "vectors=random|/nowhere.txt"], ExitCode.MODEL, "/nowhere.txt"),
        (["--search", "dropout=0..0.6", "--storage", "sqlite:////nowhere/a.db"], ExitCode.RUN, "cannot be used"),
        (["--search", "dropout=0..0.6", "--storage", "nonsense"], ExitCode.RUN, "Give an Optuna storage URL"),
        (["--search", "dropout=0..0.6", "--storage", "nodb://u:secret@host/x"], ExitCode.RUN, "nodb://u:***@host/x"),
    ],
)
def test_what_cannot_work_leaves_nothing(
    words: list[str], code: ExitCode, says: str, corpus: str, capfd: Captured
) -> None:
    got, out, err = answer(["sweep", "new", "first", "--corpus", corpus, *words], capfd)
    assert (got, out) == (code, "")
    assert says in err and "Traceback" not in err and "secret" not in err
    assert not paths.sweeps_dir().exists() or not [*paths.sweeps_dir().iterdir()]


def test_from_new_to_remove(corpus: str, capfd: Captured) -> None:
    words = ["--search", "learning_rate=log:1e-4..1e-2, hidden_size=8|16", "--trials", "2", "--folds", "2"]
    code, out, err = answer(["sweep", "new", "A first", "--corpus", corpus, "--dropout", "0.25", *words], capfd)
    assert (code, out.strip()) == (0, str(paths.sweeps_dir() / "a-first"))
    assert "2 trials, each of 2 folds" in err and "of 12 films" in err and "too few for an interval" in err
    sweep = find("first")
    assert sweep.definition().base().dropout == 0.25
    assert answer(["sweep", "new", "a-first", "--corpus", corpus, *words], capfd)[0] == ExitCode.USAGE

    code, out, err = answer(["sweep", "best", "first"], capfd)
    assert code == ExitCode.RUN and "no trial of the sweep has finished yet" in err

    with present(sweep.workers_folder) as name:
        queue = TrialQueue(sweep, name)
        trial = queue.next()
        assert trial is not None
        trial.report(0.61, 0)
        queue.complete(trial, 0.61)
        code, out, err = answer(["sweep", "remove", "first", "--yes"], capfd)
        assert code == ExitCode.RUN and "is being worked on" in err
    code, out, err = answer(["sweep", "show", "first"], capfd)
    assert code == 0 and "best: trial 0, mean AUC 0.610: learning rate" in out
    shown = json.loads(answer(["sweep", "show", "first", "--json"], capfd)[1])
    assert shown["best"]["auc"] == 0.61 and shown["trials"][0]["figures"] == {"0": 0.61}
    assert json.loads(answer(["sweep", "list", "--json"], capfd)[1])[0]["name"] == "a-first"
    assert "a-first" in answer(["sweep"], capfd)[1]

    assert answer(["sweep", "stop", "first"], capfd)[0] == 0
    code, out, err = answer(["sweep", "work", "first"], capfd)
    assert code == ExitCode.RUN and "sweep work a-first --resume" in err
    assert answer(["sweep", "remove", "first"], capfd)[0] == ExitCode.USAGE
    assert answer(["sweep", "remove", "first", "--yes"], capfd)[0] == 0
    code, out, err = answer(["sweep", "show", "first"], capfd)
    assert code == ExitCode.RUN and "there is no sweep 'first'" in err


def test_a_storage_of_ones_own_has_the_study_until_the_sweep_is_removed(home: Path, capfd: Captured) -> None:
    import optuna

    url = f"sqlite:///{home}/studies.db"
    sweep = made_sweep(storage=url)
    assert not sweep.journal_file.exists()
    assert optuna.get_all_study_names(url) == ["first"]
    assert answer(["sweep", "show", "first"], capfd)[0] == 0
    assert answer(["sweep", "remove", "first", "--yes"], capfd)[0] == 0
    assert optuna.get_all_study_names(url) == []
    made_sweep(storage=url)
    assert answer(["sweep", "remove", "first", "--yes", "--keep-study"], capfd)[0] == 0
    assert optuna.get_all_study_names(url) == ["first"]


@pytest.mark.parametrize("spoilt", ["{", '{"schema": 2}', '{"schema": 1}', ""])
def test_a_spoilt_definition_is_said_in_words(spoilt: str, capfd: Captured) -> None:
    sweep = made_sweep()
    (sweep.path / "sweep.json").write_text(spoilt)
    for words in (["show", "first"], ["work", "first"], ["best", "first"], ["stop", "first"]):
        code, _, err = answer(["sweep", *words], capfd)
        assert code == ExitCode.RUN and "the sweep cannot be read" in err and "Traceback" not in err
    made_sweep("second")
    listed = json.loads(answer(["sweep", "list", "--json"], capfd)[1])
    assert [(each["name"], each["state"]) for each in listed] == [("first", "unreadable"), ("second", "new")]
    assert "unreadable" in answer(["sweep", "list"], capfd)[1]
    assert answer(["sweep", "remove", "first", "--yes"], capfd)[0] == 0
    assert not sweep.path.exists()


@pytest.mark.parametrize("spoilt", ["garbage\n", '{"op_code": 0}\n', "[]\n"])
def test_a_spoilt_journal_is_said_in_words(spoilt: str, capfd: Captured) -> None:
    sweep = made_sweep()
    sweep.journal_file.write_text(spoilt)
    code, _, err = answer(["sweep", "show", "first"], capfd)
    assert code == ExitCode.RUN and "Traceback" not in err and "unexpected" not in err


def test_a_journal_that_is_gone_is_said_in_words(capfd: Captured) -> None:
    sweep = made_sweep()
    sweep.journal_file.unlink()
    code, _, err = answer(["sweep", "show", "first"], capfd)
    assert code == ExitCode.RUN and "no study named 'first'" in err


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://me:pass@host/db", "postgresql+psycopg://me:***@host/db"),
        ("postgresql://me:p/a@ss@host/db", "postgresql://me:***@host/db"),
        ("sqlite:///x.db", "sqlite:///x.db"),
        ("redis://host:6379/0", "redis://host:6379/0"),
    ],
)
def test_a_password_is_not_shown(url: str, shown: str) -> None:
    assert shown_url(url) == shown
