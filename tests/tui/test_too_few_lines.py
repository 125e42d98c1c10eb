"""A report that has no figures, since validation has one line of a label, on every tab of the Evaluate pane."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from textual.widgets import Static

from gendertui import files
from gendertui.evaluation.report.build import build_report
from gendertui.tui.app import GendertuiApp
from gendertui.tui.evaluate.pane import EvaluatePane
from gendertui.tui.widgets.intervals import Intervals
from tests.builders import reports
from tests.builders.app import settle
from tests.builders.synthetic_scores import META, draw

WORDS = "Too few lines labelled f in validation (1) for a figure."


async def test_every_tab_says_so(make_app: Callable[..., GendertuiApp]) -> None:
    run = reports.make_run()
    scores = draw(np.random.default_rng(4), 30)
    scores = replace(scores, label=np.r_[1, np.zeros(len(scores.label) - 1)].astype(np.int8))
    known = json.loads(run.report_file.read_bytes())
    files.write_json(run.report_file, build_report(scores, replace(META, data_hash=known["data_hash"])))
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        pane = await app.show_pane("evaluate")
        assert isinstance(pane, EvaluatePane)
        for key, selector in (
            ("v", "#sentence"),
            ("c", "#characters-sentence"),
            ("u", "#words-roc"),
            ("s", "#slice-none"),
        ):
            await pilot.press(key)
            await settle(pilot)
            assert str(pane.query_one(selector, Static).content) == WORDS
        assert not any(chart.rows for chart in pane.query(Intervals))
