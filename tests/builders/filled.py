"""A world in which every pane, tab and list has what a person who works with the program would find there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from gendertui import paths
from gendertui.corpus.load import load
from gendertui.runs.folder import RunFolder
from gendertui.tui.app import GendertuiApp
from gendertui.tui.predict import history_file
from tests.builders import app as world
from tests.builders import held_out, prompt, reports, scripted_sweeps
from tests.builders.app import settle

LINE = "I love you, but I have to go."
VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "corpus, lines": ("corpus", ("l",)),
    "corpus, reading": ("corpus", ("e",)),
    "corpus, words": ("corpus", ("w",)),
    "corpus, duplicates": ("corpus", ("d", "right")),
    "corpus, split": ("corpus", ("t",)),
    "corpus, groups": ("corpus", ("u",)),
    "corpus, problems": ("corpus", ("p",)),
    "configure": ("configure", ()),
    "train, watch": ("train", ("w",)),
    "train, runs": ("train", ("r",)),
    "train, compare": ("train", ("r", "down", "space", "space", "c")),
    "train, log": ("train", ("l",)),
    "train, sweeps": ("train", ("S", "escape")),
    "train, a sweep": ("train", ("S", "enter")),
    "evaluate, verdict": ("evaluate", ("v",)),
    "evaluate, characters": ("evaluate", ("c",)),
    "evaluate, what the score reads": ("evaluate", ("c", "n")),
    "evaluate, one by one": ("evaluate", ("n", "down")),
    "evaluate, mistakes": ("evaluate", ("i", "down")),
    "evaluate, curves": ("evaluate", ("u",)),
    "evaluate, slices": ("evaluate", ("s",)),
    "evaluate, leaks": ("evaluate", ("l",)),
    "evaluate, growth": ("evaluate", ("h",)),
    "evaluate, compare": ("evaluate", ("o", "enter")),
}
"""Name → pane and the keys that show it, in the order in which they are to be pressed."""


def corpus(folder: Path) -> Path:
    """Three times the sample, under other names, and rows that cannot be read, as a corpus of films has them."""
    made = folder / "films"
    made.mkdir()
    for path in sorted(Path(load("sample").path).parent.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        copies = [re.sub(r"\b([Lmu])(\d+)\b", rf"\g<1>{copy}\g<2>", line) for line in lines for copy in "123"]
        broken = [line.rpartition("+++$+++")[0] for line in lines[5::29]] if path.stem == "sample_lines" else []
        (made / path.name).write_text("\n".join([*copies, *broken]) + "\n", encoding="utf-8")
    return made / "sample_lines.txt"


def make(alive: Callable[[RunFolder], RunFolder]) -> None:
    """Two runs that are over, with all that Evaluate shows; one at work, with a log; a sweep; a model; a history."""
    reports.make_two_runs()
    run = RunFolder(paths.runs_dir() / world.FINISHED)
    held_out.make(run, 60)
    reports.make_scores(run, 0.12)
    reports.keep_learning_curve(run, network=True)
    reports.keep_audit()
    _make_model(run)
    world.write_history(paths.history_file())
    texts = load("sample").column("text").to_pylist()[::31]
    for place, text in enumerate(text for text in texts if text):
        probability = 0.3 + 0.01 * (7 * place % 41)
        label = None if abs(probability - 0.5) < 0.05 else "mf"[probability > 0.5]
        history_file.append(
            history_file.HistoryEntry(text, probability, label, ("m", "f"), world.MODEL, world.NOW - 3000)
        )
    going = alive(world.make_training())
    scripted_sweeps.fill(scripted_sweeps.make(), 14, running={2: going.name})
    going.log_file.write_text(
        "".join(
            f"2026-09-21 09:{15 + second // 60:02d}:{second % 60:02d} epoch {1 + second // 40}, batch {13 * second}: "
            f"loss 0.{6_900 - 3 * second}, {4_600 + second % 7} lines a second, learning rate 0.001, 412 MB of memory\n"
            for second in range(120)
        ),
        encoding="utf-8",
    )


def _make_model(run: RunFolder) -> None:
    """The run's, which scores characters as a whole, and whose report says how often it was right."""
    report = json.loads(run.report_file.read_text(encoding="utf-8"))
    report["sets"]["validation"]["confidence"] = prompt.confident_report()["sets"]["validation"]["confidence"]
    prompt.make_model(whole=True, report=report, run=run.name)


async def see(pilot: Pilot[None], view: str) -> None:
    """Show a view of :data:`VIEWS`."""
    app = pilot.app
    assert isinstance(app, GendertuiApp)
    pane, keys = VIEWS[view]
    await settle(pilot)
    await app.show_pane(pane)
    await settle(pilot)
    if keys:
        app.action_leave_field()
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def ask(pilot: Pilot[None]) -> None:
    """Type a line into Predict."""
    assert isinstance(pilot.app, GendertuiApp)
    await pilot.app.show_pane("predict")
    pilot.app.query_one("#prompt", Input).value = LINE
    await settle(pilot)


async def paste_scene(pilot: Pilot[None]) -> None:
    """A scene of two dozen lines, pasted into Predict."""
    assert isinstance(pilot.app, GendertuiApp)
    await pilot.app.show_pane("predict")
    pilot.app.post_message(events.Paste(prompt.SCENE * 4))
    await settle(pilot)
