"""What docs/development.md says an addition takes: each is added to a copy of the package, and used there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders.extension import Extended


@pytest.fixture
def package(tmp_path: Path) -> Extended:
    return Extended(tmp_path / "package")


PANE = '''
"""Notes."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from gendertui.tui.keys import bindings
from gendertui.tui.pane import Pane
from gendertui.tui.panes import PANES


class NotesPane(Pane):
    ABOUT = "What came to mind."
    BINDINGS: ClassVar = [*bindings(PANES["notes"].keys)]

    def compose(self) -> ComposeResult:
        yield Static("nothing yet", id="note")

    def action_jot(self) -> None:
        self.query_one("#note", Static).update("jotted down")
'''

PANE_RECORD = """
        PaneRecord(
            name="notes",
            title="Notes",
            view="gendertui.tui.notes:NotesPane",
            own_keys=(Key("j", "jot", "Jot down", "Jot something down."),),
        ),
"""

SIXTH_PANE = """
import asyncio, json

from textual.widgets import Input, Static, Tabs

from gendertui.subprocesses import probe
from gendertui.tui.app import GendertuiApp
from gendertui.tui.commands import Actions
from gendertui.tui.panes import FUNCTION_KEYS
from tests.builders.app import fake_devices, settle, until

probe.devices = fake_devices

async def main():
    app = GendertuiApp()
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "6")
        await until(pilot, lambda: app.pane is not None and app.pane.id == "notes", "the sixth pane")
        await settle(pilot)
        await pilot.press("j")
        await settle(pilot)
        seen = {
            "tabs": [str(tab.label) for tab in app.query_one(Tabs).query("Tab")],
            "note": str(app.query_one("#note", Static).content),
            "footer": [active.binding.description for active in app.active_bindings.values() if active.binding.show],
            "palette": [name for name, _, _ in Actions(app.screen).of_keys() if "Notes" in name],
            "function keys": [key.shown for key in FUNCTION_KEYS],
        }
        await pilot.press("question_mark")
        await settle(pilot)
        seen["help"] = app.export_screenshot()
        await pilot.press("escape", "f5")
        await until(pilot, lambda: isinstance(app.focused, Input), "the prompt")
        await pilot.press("f6")
        await settle(pilot)
        seen["after F6"] = app.pane.id
    print(json.dumps(seen))


asyncio.run(main())
"""


def test_a_sixth_pane_is_a_module_and_a_record(package: Extended) -> None:
    package.add("tui/notes.py", PANE)
    package.insert("tui/panes/__init__.py", '    )\n}\n"""By name, in the order of the tabs', PANE_RECORD.lstrip("\n"))
    package.takes("A pane", 2)
    seen = json.loads(package.run(SIXTH_PANE))
    assert seen["tabs"][-2:] == ["5 Predict", "6 Notes"]
    assert seen["note"] == "jotted down"
    assert "Jot down" in seen["footer"]
    assert seen["palette"] == ["Notes: jot down (j)", "Notes (6)"]
    help_screen = seen["help"].replace("&#160;", " ")
    for words in ("Help: Notes", "What came to mind.", "Jot something down.", "1–6", "F1–F5"):
        assert words in help_screen, words
    # F6 compares lines in Predict: a sixth pane goes without a function key rather than take it.
    assert seen["function keys"] == ["F1", "F2", "F3", "F4", "F5"]
    assert seen["after F6"] == "predict"


TAB = '''
"""Weather."""

from textual.app import ComposeResult
from textual.widgets import Static

from gendertui.tui.evaluate.tab import EvaluateTab


class WeatherTab(EvaluateTab):
    def compose(self) -> ComposeResult:
        yield Static("it rains", id="weather")

    def draw(self, shown) -> None:
        pass

    def focus_first(self) -> None:
        self.parent.parent.focus()
'''

TAB_RECORD = """
                TabRecord(
                    name="weather",
                    title="Weather",
                    view="gendertui.tui.evaluate.weather:WeatherTab",
                    key="w",
                    help="Show the weather.",
                ),
"""

NEW_TAB = """
import asyncio, json

from gendertui.subprocesses import probe
from gendertui.tui.app import GendertuiApp
from gendertui.tui.widgets.tab_line import TabLine
from tests.builders.app import fake_devices, settle, until

probe.devices = fake_devices

async def main():
    app = GendertuiApp()
    async with app.run_test(size=(100, 40)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "4")
        await settle(pilot)
        await pilot.press("w")
        await until(pilot, lambda: app.query("#weather") and app.query_one("#weather").is_on_screen, "the new tab")
        line = app.query_one("#evaluate-tabs", TabLine)
        names = [item.shown for item in line.items]
        print(json.dumps([names, line.chosen]))


asyncio.run(main())
"""


def test_a_tab_of_evaluate_is_a_module_and_a_record(package: Extended) -> None:
    package.add("tui/evaluate/weather.py", TAB)
    package.insert("tui/panes/evaluate.py", '        TabRecord(\n            name="compare"', TAB_RECORD.lstrip("\n"))
    package.takes("A tab of Evaluate", 2)
    names, chosen = json.loads(package.run(NEW_TAB))
    assert names[-2:] == ["w Weather", "o Compare"]
    assert chosen == "weather"


READER = '''
"""One JSON object for each line."""

import json

import pyarrow as pa

from gendertui.corpus.problems import Problems
from gendertui.corpus.reading.records import Records


def sniff(path):
    return path.suffix == ".jsonl"


def files(path):
    return [path]


def records(path, options, progress=None):
    data = path.read_bytes()
    rows = [json.loads(line) for line in data.splitlines()]
    found = Records(("text", "label"), iter([pa.RecordBatch.from_pylist(rows)]), Problems())
    found.digest.update(data)
    return found
'''

READER_RECORD = """
    Reader(
        name="jsonl",
        title="JSON objects with text and label",
        suffixes=(".jsonl",),
        module="gendertui.corpus.readers.jsonl",
    ),
"""

NEW_FORMAT = """
import json, sys
from pathlib import Path

from gendertui.corpus.load import load
from gendertui.corpus.readers import suffixes

path = Path(sys.argv[1])
first = load(str(path))
path.write_text(path.read_text() + '{"text": "Not a cloud.", "label": "dry"}\\n')
# The cache looks at the files that the reader names.
second = load(str(path))
print(json.dumps([len(first), len(second), sorted(second.labels), ".jsonl" in suffixes()]))
"""


def test_a_corpus_format_is_a_module_and_a_record(package: Extended, tmp_path: Path) -> None:
    package.add("corpus/readers/jsonl.py", READER)
    package.insert("corpus/readers/__init__.py", '    Reader(\n        name="collated"', READER_RECORD.lstrip("\n"))
    package.takes("A corpus format", 2)
    corpus = tmp_path / "weather.jsonl"
    corpus.write_text('{"text": "It pours.", "label": "wet"}\n{"text": "The sun!", "label": "dry"}\n', encoding="utf-8")
    assert json.loads(package.run(NEW_FORMAT, str(corpus))) == [2, 3, ["dry", "wet"], True]


SPLIT = '''
"""Whole decades in one set."""

import numpy as np


def by_decade(corpus, seed):
    decades = corpus.groups("year") % 3
    return np.where(corpus.label_codes() < 0, -1, decades).astype(np.int8)
'''

SPLIT_RECORD = """
        SplitProtocol(
            name="by-decade",
            wording="by decade",
            function="gendertui.corpus.splits.by_decade:by_decade",
            groups=("year",),
        ),
"""

# Stricter than all others: an audit measures it, compares the others with it, and has a name for it.
NEW_SPLIT = """
import asyncio

from textual.widgets import Select

from gendertui.cli.train.command import train
from gendertui.corpus.load import load
from gendertui.corpus.splits.split import make_split
from gendertui.evaluation.audit.text import phrase
from gendertui.evaluation.audit.trials import TRIALS, folds
from gendertui.subprocesses import probe
from gendertui.tui.app import GendertuiApp
from tests.builders.app import TOKENS_PER_SECOND, fake_devices, settle, until
from tests.builders.screens import rows

probe.devices, probe.speed = fake_devices, lambda *_, **__: TOKENS_PER_SECOND
corpus = load("sample")
flags = train.make_context("train", ["--corpus", "sample", "--split", "by-decade"]).params
assert make_split(corpus, flags["split"], 0).protocol == "by-decade"
assert TRIALS[-1] == "by-decade" and phrase("by-decade", corpus.units) == "by decade"
parts = list(folds(corpus, "by-decade", 0))
years = corpus.groups("year")
assert len(parts) == 5 and not any(set(years[part.train]) & set(years[part.held_out]) for part in parts)


async def main():
    app = GendertuiApp("sample")
    async with app.run_test(size=(120, 60)) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        app.query_one("#row-split").query_one(Select).value = "by-decade"
        await until(pilot, lambda: ", by-decade" in " ".join(" ".join(rows(app)).split()), "the lines of its sets")


asyncio.run(main())
"""


def test_a_split_is_a_function_and_a_record(package: Extended) -> None:
    package.add("corpus/splits/by_decade.py", SPLIT)
    place = '        SplitProtocol(\n            name="by-group"'
    package.insert("corpus/splits/__init__.py", place, SPLIT_RECORD.lstrip("\n"))
    package.takes("A split protocol", 2)
    package.run(NEW_SPLIT)


NETWORK = '''
"""The mean of the words' vectors, and one linear layer."""

from torch import nn


class MeanOfWords(nn.Module):
    def __init__(self, config, vocab_size, pad_index):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, config["embedding_dim"], padding_idx=pad_index)
        self.output = nn.Linear(config["embedding_dim"], 1)

    def forward(self, tokens, lengths):
        summed = self.embedding(tokens).sum(dim=1)
        return self.output(summed / lengths.on_device.unsqueeze(1))[:, 0].float()


def build(config, vocab_size, pad_index):
    return MeanOfWords(config, vocab_size, pad_index)
'''

NETWORK_RECORD = """
        Network(
            name="mean-of-words",
            function="gendertui.model.networks.mean_of_words:build",
            sizes={"embedding_dim": _WIDTH},
        ),
"""

FORWARD = '''
"""The mean of the words' vectors, and one linear layer."""

import numpy as np


def forward(tensors, tokens, embedded, lengths):
    read = np.arange(tokens.shape[1]) < lengths[:, None]
    mean = np.where(read[:, :, None], embedded, 0).sum(axis=1) / lengths[:, None]
    return (mean @ tensors["output.weight"].T + tensors["output.bias"])[:, 0]


def shapes(config, vocabulary):
    size = config["embedding_dim"]
    return {"embedding.weight": (vocabulary, size), "output.weight": (1, size), "output.bias": (1,)}
'''

FORWARD_RECORD = '        Forward("mean-of-words", "gendertui.scoring.forward.mean_of_words"),\n'

COMMAND = "import sys; from gendertui.cli import main; main(sys.argv[1:])"

ANSWERED = """
import json, sys
from gendertui.cli import main

try:
    main(["predict", "--model", "mean", "--json", "We leave at dawn"])
except SystemExit as end:
    assert not end.code
print(json.dumps("torch" in sys.modules))
"""


def answer(package: Extended) -> tuple[float, bool]:
    """The probability of the second label, and whether torch was needed for it."""
    said, torch = package.run(ANSWERED).splitlines()
    probability: float = json.loads(said)["probabilities"]["f"]
    return probability, json.loads(torch)


def test_a_network_is_a_module_and_a_record_and_a_forward_pass_another_of_each(package: Extended) -> None:
    package.add("model/networks/mean_of_words.py", NETWORK)
    package.insert(
        "model/networks/__init__.py", '        Network(\n            name="ensemble"', NETWORK_RECORD.lstrip("\n")
    )
    package.takes("A network", 2)
    words = [
        "train",
        "--corpus",
        "sample",
        "--network",
        "mean-of-words",
        "--epochs",
        "1",
        "--device",
        "cpu",
        "--name",
        "mean",
    ]
    package.run(COMMAND, *words)
    by_torch, needed = answer(package)
    assert needed
    package.add("scoring/forward/mean_of_words.py", FORWARD)
    package.insert("scoring/forward/__init__.py", '        Forward("ensemble"', FORWARD_RECORD)
    package.takes("A network with a forward pass in numpy", 4)
    by_numpy, needed = answer(package)
    assert not needed
    assert by_numpy == pytest.approx(by_torch, abs=1e-5)


FIELD = """
    warmth: Annotated[
        float,
        Field(ge=0, le=1, description="how warm the network is"),
        FieldMetadata(group="advanced", affects_speed=True),
    ] = 0.25
"""

NEW_FIELD = """
import asyncio, json, sys

from gendertui.model.bundle.card import model_card
from gendertui.subprocesses import probe
from gendertui.training.config import TrainingConfig, model_settings, with_changes
from gendertui.tui.app import GendertuiApp
from textual.widgets import Input, Static
from tests.builders.app import TOKENS_PER_SECOND, fake_devices, settle

warm = with_changes(TrainingConfig(), {"warmth": 0.75})
speeds = iter([1000, 500])
probe._ask = lambda request, *_: {"tokens_per_second": next(speeds)}
seen = {
    "card": model_card(model_settings(warm), ("m", "f"), {}, {}),
    "speeds": [probe.speed(TrainingConfig(), 100), probe.speed(warm, 100), probe.speed(TrainingConfig(), 100)],
}
probe.devices, probe.speed = fake_devices, lambda *_, **__: TOKENS_PER_SECOND


async def main():
    app = GendertuiApp("sample")
    async with app.run_test(size=(120, 60)) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        row = app.query_one("#row-warmth")
        seen["row"] = [row.text, row.render().plain.split(maxsplit=1)[1]]
        row.query_one(Input).value = "2"
        await settle(pilot)
        seen["wrong"] = row.problem


asyncio.run(main())
print(json.dumps(seen))
"""


def test_a_field_is_a_record(package: Extended) -> None:
    package.insert("training/config.py", "    device: Annotated[\n", FIELD.lstrip("\n"))
    package.takes("A field of the configuration", 1)
    help_text = " ".join(package.run(COMMAND, "train", "--help").split())
    assert "--warmth X how warm the network is. [0.25; at least 0 and at most 1]" in help_text
    seen = json.loads(package.run(NEW_FIELD))
    assert "- warmth: 0.75" in seen["card"]
    assert seen["speeds"] == [1000, 500, 1000]
    assert seen["row"] == ["0.25", "how warm the network is"]
    assert seen["wrong"] == "a number at least 0 and at most 1"
    with pytest.raises(AssertionError, match="--warmth"):
        package.run(COMMAND, "train", "--corpus", "sample", "--warmth", "2")
