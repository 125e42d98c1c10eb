"""Where a set has a handful of lines of one label, the report says so and gives no figure that reads as a finding."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gendertui.evaluation.compare.runs import Candidate, side_by_side, side_by_side_lines
from gendertui.evaluation.report.build import build_report
from gendertui.evaluation.report.meta import Meta
from gendertui.evaluation.report.read import Report, verdict_lines
from gendertui.evaluation.report.schema import MINIMUM_LINES
from gendertui.evaluation.report.scores import Scores
from gendertui.model.bundle.card import model_card
from gendertui.training.checkpoint import Checkpoints
from gendertui.training.config import TrainingConfig
from gendertui.training.events import Baselines, Epoch
from gendertui.training.finish import finish
from gendertui.training.loop import Trainer
from gendertui.training.prepare import prepare
from tests.builders.corpora import SEPARATOR
from tests.builders.synthetic_scores import META, draw

FIGURE = re.compile(r"\d\.\d{2}|\d %|of 100")


def with_positive(number: int) -> Scores:
    """Validation lines of which ``number`` are labelled positive."""
    drawn = draw(np.random.default_rng(4), 30)
    label = np.zeros_like(drawn.label)
    label[:number] = 1
    return replace(drawn, label=label)


@pytest.mark.parametrize("meta", [META, replace(META, protocol="random", unit="line")], ids=["by film", "at random"])
def test_one_positive_line_gives_no_figure(meta: Meta) -> None:
    made = json.loads(json.dumps(build_report(with_positive(1), meta)))
    report = Report.from_json(made)
    part = report.sets["validation"]
    assert report.sentence == "Too few lines labelled f in validation (1) for a figure."
    assert (part.model, part.curves.roc, part.slices, part.answers) == ({}, (), {}, ())
    assert not any(part.baselines.values())
    words = verdict_lines(report)
    assert words.count(report.sentence) == 1
    assert not [line for line in words if FIGURE.search(line)]
    card = model_card({}, ("m", "f"), made, {})
    assert report.sentence in card
    assert "| balanced accuracy" not in card


def test_a_handful_is_enough_and_one_less_is_not() -> None:
    assert build_report(with_positive(MINIMUM_LINES), META)["sets"]["validation"]["model"]
    made = build_report(with_positive(MINIMUM_LINES - 1), META)
    assert made["sentence"] == f"Too few lines labelled f in validation ({MINIMUM_LINES - 1}) for a figure."


def test_runs_side_by_side_are_not_compared_on_them() -> None:
    scores = with_positive(1)
    runs = [
        Candidate(name, ("a", "b"), Report.from_json(build_report(scores, META)), scores, "a")
        for name in ("one", "two")
    ]
    first, second = side_by_side(runs)
    assert (first.figures, second.paired) == ({}, None)
    assert second.sentence == "Too few lines labelled f in validation (1) for a figure."
    assert not [line for line in side_by_side_lines((first, second)) if FIGURE.search(line)]


def test_epochs_say_it_too(tmp_path: Path) -> None:
    """Case 17: f in four lines of each of three films out of thirty."""
    rows = [
        (f"L{film * 16 + line}", f"u{film}", f"m{film}", "ANA", "f" if film % 10 == 3 and line < 4 else "m", text, "1")
        for film in range(30)
        for line, text in enumerate(["Come in.", "We sail at dawn.", "Bolt the gate.", "So you say."] * 4)
    ]
    path = tmp_path / "lines.txt"
    path.write_text("".join(f"{SEPARATOR.join(row)}\n" for row in rows), encoding="utf-8")
    from gendertui.corpus.load import load

    config = TrainingConfig(hidden_size=4, embedding_dim=4, epochs=1, threads=1, device="cpu")
    prepared = prepare(config, load(path))
    assert "too few lines labelled f in validation (4) for a figure" in prepared.warnings[-1]
    trainer = Trainer(prepared, checkpoints=Checkpoints(tmp_path / "checkpoint"))
    events = list(trainer.run())
    (epoch,) = [event for event in events if isinstance(event, Epoch)]
    (baselines,) = [event for event in events if isinstance(event, Baselines)]
    assert set(epoch.validation) == {"loss"}
    assert not any(baselines.figures.values())
    made = finish(prepared, trainer.result(), tmp_path, name="tiny").report
    assert made["sentence"] == "Too few lines labelled f in validation (4) for a figure."
