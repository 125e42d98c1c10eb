"""A corpus of no films is spoken of without films: every command's output, the card and the panes."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gendertui.cli import main
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.store import resolve
from gendertui.runs.folder import find
from gendertui.tui.app import GendertuiApp
from gendertui.tui.panes import PANES
from tests.builders.app import settle
from tests.builders.command import gendertui
from tests.builders.screens import rows

pytestmark = pytest.mark.xdist_group("nouns")

FILMISH = re.compile(r"film|movie|screenwriter|scripted|dialogue|\bcharacters?\b(?!\W+n-gram)", re.IGNORECASE)
OFFERS = re.compile(r"films-290|the film\W+corpus", re.IGNORECASE)
"""The shipped model's name, and what is offered for download: they may stand anywhere."""
TINY = ["--hidden-size", "4", "--embedding-dim", "4", "--epochs", "1", "--threads", "1", "--device", "cpu"]
WORDS = ("the", "a", "we", "you", "it", "was", "is", "late", "cake", "rain", "very", "so", "again", "lamp", "went")
SCENE = "INES: We went to the shop.\nOLU: The queue was so late.\nINES: The cake is lovely today.\n"


@dataclass(frozen=True)
class Kind:
    """A corpus, by what it has beside text and label."""

    labels: tuple[str, str]
    columns: tuple[str, ...]
    split: str
    """What the verdict says of the split."""
    unit: str
    """Plural of what is counted beside the lines; empty where lines are."""
    caution: str


KINDS = {
    "authors": Kind(("f", "m"), ("author",), "split by author", "authors", "people labelled"),
    "threads": Kind(("ham", "spam"), ("thread", "speaker"), "split by thread", "threads", "lines labelled"),
    "nothing": Kind(("ham", "spam"), (), "split random", "", "lines labelled"),
}


def table(kind: Kind) -> Iterator[dict[str, str]]:
    """900 rows of 30 groups of three speakers each; some words are commoner under the second label."""
    draw = random.Random(7)
    for number in range(900):
        group, speaker = number // 30, f"s{number // 30}-{number % 3}"
        label = (number % 3 == 0) if "speaker" in kind.columns else (group % 2 == 0 if kind.columns else number % 2)
        marked = ["garden", "lovely"] if label and draw.random() < 0.7 else ["bus", "queue"]
        text = " ".join([*draw.choices(WORDS, k=9), *marked, f"no{number % 211}"])
        whole = {"author": f"a{group}", "thread": f"t{group}", "speaker": speaker}
        yield {**{name: whole[name] for name in kind.columns}, "label": kind.labels[bool(label)], "text": text}


@pytest.fixture(
    scope="module",
    params=["nothing", *(pytest.param(kind, marks=pytest.mark.long) for kind in KINDS if kind != "nothing")],
)
def trained_on(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Kind, Path, Path]:
    """A corpus, its file, and a home with a finished run named tiny on it; what training printed names no films."""
    kind, folder = KINDS[request.param], tmp_path_factory.mktemp("words")
    corpus = folder / "lines.jsonl"
    corpus.write_text("".join(f"{json.dumps(row)}\n" for row in table(kind)), encoding="utf-8")
    told = gendertui("train", "--corpus", str(corpus), "--name", "tiny", *TINY, GENDERTUI_HOME=str(folder / "home"))
    assert told.returncode == 0, told.stderr
    assert filmish(told.stdout + told.stderr) == []
    return kind, corpus, folder / "home"


@pytest.fixture
def kind(trained_on: tuple[Kind, Path, Path]) -> Kind:
    return trained_on[0]


@pytest.fixture
def trained(trained_on: tuple[Kind, Path, Path], home: Path) -> Path:
    """The corpus, its run in the test's own home."""
    shutil.copytree(trained_on[2], home, dirs_exist_ok=True)
    return trained_on[1]


def filmish(text: str) -> list[str]:
    """Where it speaks of films, with what is around."""
    text = OFFERS.sub("", text)
    return [text[max(0, found.start() - 60) : found.end() + 60] for found in FILMISH.finditer(text)]


def here(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[object, str, str]:
    """As :func:`gendertui`, in this process: exit code, stdout and stderr."""
    with pytest.raises(SystemExit) as left:
        main(words)
    captured = capfd.readouterr()
    return left.value.code, captured.out, captured.err


def test_every_command_speaks_of_what_the_corpus_has(
    kind: Kind, trained: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    scene = tmp_path / "scene.txt"
    scene.write_text(SCENE, encoding="utf-8")
    line = tmp_path / "one.txt"
    line.write_text("The garden is lovely today.\n", encoding="utf-8")
    run = find("tiny").name
    commands = [
        ("corpus", "show", str(trained), "--groups", "--words", "--duplicates", "--split", "auto"),
        ("corpus", "show", str(trained), "--json", "--groups", "--split", "random"),
        ("corpus", "suspects", str(trained)),
        ("corpus", "suspects", str(trained), "--unit", "line", "--json"),
        ("corpus", "labels", "show", str(trained)),
        ("audit", str(trained)),
        ("evaluate", run, "--test"),
        ("evaluate", run, "--strong-baseline"),
        ("models", "list"),
        ("models", "show", "tiny"),
        ("runs", "list"),
        ("runs", "show", run),
        ("predict", "--model", "tiny", "The garden is lovely today."),
        ("predict", "--model", "tiny", "--file", str(line)),
        *(("predict", "--model", "tiny", "--scene", str(scene), *form) for form in ((), ("--json",), ("--csv",))),
        ("predict", "--model", "tiny", "--prior", "0.3", "--scene", str(scene)),
    ]
    if kind.unit:
        commands.append(("evaluate", run, "--folds", "2"))
    told = {words: here(capfd, *words) for words in commands}
    assert {words: errors for words, (code, _, errors) in told.items() if code} == {}
    assert {words: found for words, (_, out, errors) in told.items() if (found := filmish(out + errors))} == {}
    _, shown, _ = told["evaluate", run, "--test"]
    assert kind.split in shown
    assert ("so the split could only be at random" in " ".join(shown.split())) is (not kind.unit)
    if kind.unit:
        assert re.search(rf"validation: \d+ lines of \d+ {kind.unit}, {kind.split}", shown)
        assert f"On {kind.unit} it has not seen" in shown
    assert kind.caution in told["predict", "--model", "tiny", "--file", str(line)][2]
    card = Bundle.load(resolve("tiny")).card()
    assert filmish(card) == []
    assert ("real person's gender" in card) is ("f" in kind.labels)


def test_the_unlabelled_speakers_of_a_corpus_are_called_what_they_are(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "forum.jsonl"
    labels = ("ham", "spam", None)
    lines = [
        {"thread": f"t{n % 4}", "speaker": f"u{n % 8}", "label": labels[n % 8 % 3], "text": f"We went to {n}"}
        for n in range(64)
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    for form in ((), ("--json",), ("--csv",)):
        code, out, errors = here(capfd, "predict", "--corpus", str(path), "--unlabelled", *form)
        assert code == 0, errors
        assert filmish(out) == []
        assert "speaker" in out.splitlines()[0]


async def test_every_pane_speaks_of_what_the_corpus_has(
    kind: Kind, trained: Path, make_app: Callable[..., GendertuiApp], capfd: pytest.CaptureFixture[str]
) -> None:
    assert here(capfd, "audit", str(trained))[0] == 0
    app = make_app(str(trained))
    found: dict[str, list[str]] = {}

    def look(name: str) -> str:
        text = "\n".join(rows(app))
        if filmish(text):
            found[name] = filmish(text)
        return text

    async with app.run_test(size=(160, 60)) as pilot:
        await settle(pilot)
        app.use_model("tiny", remember=False)
        await settle(pilot)
        for pane in PANES.values():
            await app.show_pane(pane.name)
            await settle(pilot)
            look(pane.name)
            for tab in pane.tabs:
                await pilot.press(tab.key)
                await settle(pilot)
                look(f"{pane.name} {tab.name}")
            await pilot.press("escape")
            app.action_help()
            await settle(pilot)
            look(f"{pane.name} help")
            await pilot.press("escape")
            await settle(pilot)
        await app.show_pane("evaluate")
        await settle(pilot)
        shown = look("evaluate")
        await app.show_pane("predict")
        await settle(pilot)
        pilot.app.query_one("#prompt").focus()
        await pilot.press(*"lovely")
        await settle(pilot)
        look("predict, a line")
    assert found == {}
    if kind.unit:
        assert kind.unit in shown
