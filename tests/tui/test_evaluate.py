"""What keys do in the Evaluate pane, and what it says where something is missing."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static
from textual.worker import WorkerState

from gendertui import files
from gendertui.corpus.load import load
from gendertui.corpus.splits.split import Split
from gendertui.corpus.units import NO_UNITS
from gendertui.evaluation.audit.store import SVM, measured
from gendertui.evaluation.report.read import read_report
from gendertui.runs.folder import RunFolder
from gendertui.runs.results import test_set_evaluations
from gendertui.tui.app import GendertuiApp
from gendertui.tui.configure.form import FieldRow
from gendertui.tui.configure.summary import leak_warnings
from gendertui.tui.corpus.pane import CorpusPane
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.terms import TermsScreen
from gendertui.tui.evaluate.job import Job, Task
from gendertui.tui.evaluate.metric_table import MetricTable
from gendertui.tui.evaluate.pane import EvaluatePane
from gendertui.tui.panes import PANES
from gendertui.tui.widgets.tab_line import TabLine
from gendertui.tui.widgets.table import VirtualTable
from tests.builders import held_out, reports
from tests.builders.app import settle, until

App = Callable[..., GendertuiApp]
SIZE = (100, 30)


async def evaluate(pilot: Pilot[None], *presses: str) -> EvaluatePane:
    """Show the pane and press keys, each after what the last one started is done."""
    app = pilot.app
    assert isinstance(app, GendertuiApp)
    await settle(pilot)
    pane = await app.show_pane("evaluate")
    await settle(pilot)
    for press in presses:
        await pilot.press(press)
        await settle(pilot)
    assert isinstance(pane, EvaluatePane)
    return pane


def text(pane: EvaluatePane, selector: str) -> str:
    return str(pane.query_one(selector, Static).content)


def table_text(table: VirtualTable) -> str:
    return "\n".join(table.render_line(y).text for y in range(table.size.height))


def notices(app: GendertuiApp) -> str:
    return "\n".join(f"{message.title} {message.text}" for message in app.messages.matching())


async def test_keys_go_to_the_tabs_and_a_tab_is_made_when_it_is_first_shown(make_app: App) -> None:
    reports.make_run()
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot)
        app.theme = "ansi-dark" if "ansi-dark" in app.available_themes else app.theme
        assert [tab.id for tab in pane.query("#evaluate-views > *")] == ["tab-verdict"]
        for key, tab in (
            ("c", "characters"),
            ("i", "mistakes"),
            ("right", "curves"),
            ("s", "slices"),
            ("left", "curves"),
        ):
            await pilot.press(key)
            await settle(pilot)
            assert pane.tab is not None and pane.tab.id == f"tab-{tab}"
            assert pane.query_one("#evaluate-tabs", TabLine).chosen == tab
        assert len(pane.query("#evaluate-views > *")) == 5
        await pilot.click("#evaluate-tabs", offset=(3, 0))
        await settle(pilot)
        assert pane.tab is not None and pane.tab.id == "tab-verdict"
        assert [tab.name for tab in PANES["evaluate"].tabs] == [
            item.id for item in pane.query_one("#evaluate-tabs", TabLine).items
        ]


async def test_enter_on_a_mistake_opens_its_corpus_and_then_jumps_to_the_line(make_app: App) -> None:
    reports.make_run()
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot, "i", "down", "down")
        assert "in sample, which is not open" in text(pane, "#mistakes-words")
        await pilot.press("enter")
        await settle(pilot)
        corpus = app.corpus
        assert corpus is not None
        wanted = reports.sample_lines(corpus)[2]["row"]
        line = corpus.column("text")[wanted].as_py()
        assert line[:20] in table_text(pane.query_one("#mistakes", VirtualTable))
        assert text(pane, "#mistake-line") == line
        # A filter that would hide the line is taken away.
        lines = await app.show_pane("corpus")
        assert isinstance(lines, CorpusPane)
        lines.query_one("#filter", Input).value = "no line has this in it"
        await settle(pilot)
        pane = await evaluate(pilot, "enter")
        assert app.pane is lines
        table = lines.query_one("#lines", VirtualTable)
        assert table.row_at(table.cursor) == wanted and table.has_focus


async def test_the_next_list_and_the_next_kind_of_slice(make_app: App) -> None:
    reports.make_run()
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot, "i")
        table = pane.query_one("#mistakes", VirtualTable)
        assert "0.910" in table_text(table)
        await pilot.press("n")
        await settle(pilot)
        assert "0.500" in table_text(table) and "can't tell" in str(pane.query_one("#mistake").border_subtitle)
        await pilot.press("s", "n")
        await settle(pilot)
        slices = pane.query_one("#slice-group VirtualTable", VirtualTable)
        assert pane.query_one("#slice-kinds", TabLine).chosen == "group"
        assert "keeper" in table_text(slices) and "m0 " not in table_text(slices)
        assert "12 are not shown" in text(pane, "#slice-group Static")
        await pilot.press("n", "n", "n", "n")
        await settle(pilot)
        assert "accuracy 62.0 %" in table_text(pane.query_one("#slice-speaker VirtualTable", VirtualTable))


async def test_a_name_that_is_clicked_is_chosen_and_the_keys_act_below_it(make_app: App) -> None:
    reports.make_run()
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        for tab, line, at, chosen, focused in (
            ("u", "#curve-views", 9, "precision", "#curve-report"),
            ("i", "#mistake-lists", 30, "uncertain", "#mistakes"),
        ):
            pane = await evaluate(pilot, tab)
            pane.focus()
            await pilot.click(line, offset=(at, 0))
            await settle(pilot)
            assert pane.query_one(line, TabLine).chosen == chosen
            assert pane.query_one(focused).has_focus


async def test_markup_and_escapes_of_a_corpus_are_shown_as_they_stand(make_app: App, tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    rows = [
        (f"L{n}", f"u{n % 4}", "m0", "[b]A[/]", "mf"[n % 2], f"[red]{n}[/red] \x1b[2J [/oops", "1") for n in range(80)
    ]
    path.write_text("\n".join(" +++$+++ ".join(row) for row in rows) + "\n", encoding="utf-8")
    corpus = load(path)
    run = reports.make_run()
    value = reports.report(reports.sample_lines(corpus), [], [], corpus.data_hash)
    files.write_json(run.report_file, value)
    app = make_app(str(path))
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot, "i")
        shown = table_text(pane.query_one("#mistakes", VirtualTable))
        assert "[red]0[/red] ␛[2J [/oops" in shown and "\x1b" not in shown
        assert text(pane, "#mistake-line") == "[red]0[/red] ␛[2J [/oops"


async def test_the_test_set_is_opened_only_after_a_question(make_app: App) -> None:
    corpus, run = load("sample"), reports.make_run()
    split = Split.load(run.path)
    test_set = split.without_corrections(corpus.data_hash)
    test_set_evaluations.record(test_set_evaluations.Reading(*test_set, "another", 1.0, "weights"))
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot, "t")
        assert isinstance(app.screen, Choice)
        assert "been read once, over all runs" in str(app.screen.query_one(".question", Static).content)
        await pilot.press("enter")
        await settle(pilot)
        assert test_set_evaluations.count(corpus.data_hash, split) == 1
        assert not pane.query_one("#job").display and "validation" in text(pane, "#subject")


async def test_an_open_test_set_is_shown_with_the_number_of_its_readings(make_app: App) -> None:
    reports.make_run(test=True)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot, "t")
        assert not isinstance(app.screen, Choice)
        assert "test" in text(pane, "#subject") and "read 2 times" in text(pane, "#subject")
        assert "On the test set, it puts 56.2 of 100" in text(pane, "#sentence")
        assert "0.591" in str(pane.query_one("#auc Intervals").render())
        await pilot.press("t")
        await settle(pilot)
        assert "0.604" in str(pane.query_one("#auc Intervals").render())


async def test_what_needs_a_run_is_refused_in_words_without_one(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await evaluate(pilot, "t", "b", "o")
        assert notices(app).count("is on this machine") == 2
        assert "Only runs are compared" in notices(app)
        assert not isinstance(app.screen, Choice)


async def test_a_broken_report_is_told_of_and_another_model_can_be_chosen(make_app: App) -> None:
    reports.make_run().report_file.write_text("{", encoding="utf-8")
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot)
        assert "the report cannot be read" in text(pane, "#subject")
        await pilot.press("c")
        await settle(pilot)
        await pilot.press("m")
        await settle(pilot)
        assert isinstance(app.screen, Choice)


async def test_a_second_run_stands_beside_the_first_with_their_difference(make_app: App) -> None:
    reports.make_two_runs()
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot, "o", "enter")
        assert "cannot be told apart" in text(pane, "#compare-sentence")
        assert "longer-films  1,760 validation lines of 44 films" in text(pane, "#compare-names")
        assert "A − B" in str(pane.query_one("#difference-auc Intervals").render())


# Leaks


async def test_leaks_are_measured_when_asked_for_and_the_work_can_be_ended(make_app: App) -> None:
    reports.make_run()
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot, "l")
        assert "has not been measured yet. a measures it" in text(pane, "#leaks-sentence")
        await pilot.press("a")
        await until(pilot, lambda: "Measuring sample" in text(pane, "#job") and pane.query_one("#job").display, "work")
        await pilot.press("x")
        await settle(pilot)
        assert "cancelled" in notices(app) and not pane.query_one("#job").display
        reports.keep_audit()
        await pilot.press("v", "l")
        pane._measured()
        await settle(pilot)
        assert "80.6 %" in text(pane, "#leaks-sentence") and "55.4 %" in text(pane, "#leaks-sentence")
        assert "+16.3 (+15.4 to +17.2)" in text(pane, "#leaks-trials-rows")


# The learning curve


async def test_a_learning_curve_is_measured_when_asked_for_and_the_work_can_be_ended(make_app: App) -> None:
    run = reports.make_run()
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        pane = await evaluate(pilot, "h")
        assert "Would more films help? This has not been measured yet. a measures it" in text(pane, "#learning-words")
        await pilot.press("a")
        await until(pilot, lambda: "Measuring the learning curve" in text(pane, "#job"), "work")
        await pilot.press("x")
        await settle(pilot)
        assert "cancelled" in notices(app)
        reports.keep_learning_curve(run)
        pane._measured()
        await settle(pilot)
        lines = text(pane, "#words-tfidf-logistic")
        assert "1/8       25  0.561 (0.549–0.573)" in lines
        assert "The next, to 406 films, would likely bring AUC +0.010 (+0.004 to +0.016): a forecast." in lines
        assert "no measurement" in text(pane, "#learning-words")
        assert "a measures the run's own network" in text(pane, "#learning-words")
        assert pane.query_one("#view-tfidf-logistic").display and not pane.query_one("#view-characters").display
        await pilot.press("n")
        await settle(pilot)
        assert pane.query_one("#view-characters").display and not pane.query_one("#view-tfidf-logistic").display
        assert "AUC, characters by all of their lines" in str(pane.query_one("#plot-characters").border_title)


async def test_a_curve_with_the_network_has_three_views_and_awaits_nothing(make_app: App) -> None:
    reports.keep_learning_curve(reports.make_run(), network=True)
    app = make_app()
    async with app.run_test(size=(160, 40)) as pilot:
        pane = await evaluate(pilot, "h")
        assert all(view.display for view in pane.query("LearningCurveTab .view"))
        assert pane.tab is not None and pane.tab.awaits is None
        assert "a measures" not in text(pane, "#learning-words")
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, TermsScreen)
        assert "with all of train: 0." in str(app.screen.query_one(Static).content)


async def test_without_its_run_a_model_has_no_learning_curve(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot, "h")
        assert "only where the run a model came from is on this machine" in text(pane, "#learning-words")
        assert pane.tab is not None and pane.tab.awaits is None


async def test_characters_are_listed_ordered_and_opened(make_app: App) -> None:
    run = reports.make_run()
    held_out.make(run)
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot, "c")
        assert pane.check_action("order", ()) is False
        await pilot.press("n", "n")
        await settle(pilot)
        assert pane.check_action("order", ()) is True
        table = pane.query_one("#held-out-table", VirtualTable)
        wrong = table.cell(0, "wrong").plain
        assert wrong.startswith("+") and wrong in table_text(table)
        assert "what is said to it" in text(pane, "#held-out-parts")
        assert "opens the corpus" in text(pane, "#held-out-about")
        found = table.cell(0, "name").plain
        # By lines: the last of the builder has most.
        await pilot.press("d")
        await settle(pilot)
        assert [table.cell(place, "lines").plain for place in (0, 11)] == ["80", "3"]
        await pilot.press("d", "d", "d", "enter")
        await settle(pilot)
        assert app.corpus is not None
        named = table.cell(0, "name").plain
        assert named != found and "⏎ lines" in text(pane, "#held-out-about")
        await pilot.press("enter")
        await settle(pilot)
        said = str(app.screen.query_one("#held-out-passages", Static).content)
        assert f"▶ {named}" in said
        await pilot.press("escape")
        run.character_scores_file.unlink()
        assert pane.tab is not None and pane.tab.shown is not None
        pane._show(dataclasses.replace(pane.tab.shown))
        await settle(pilot)
        assert "the run has no list of characters" in text(pane, "#held-out-about")


async def test_a_tutorial_run_opens_with_why_not_70(make_app: App) -> None:
    reports.make_run("20260919-081500-by-film", "by-film")
    reports.make_run(protocol="tutorial")
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot)
        assert "58.8 % averaged over batches" in text(pane, "#why-words")
        assert "a measures it" in text(pane, "#why-words")
        # What characters tell is known already, and does not stand in for what has to be measured.
        assert pane.check_action("measure", ()) is True
        reports.keep_audit("tutorial")
        pane._measured()
        await settle(pilot)
        figures, shared, worth, how = text(pane, "#why-words").split("\n\n")
        assert pane.check_action("measure", ()) is False
        assert "77.8 %" in figures and "58.8 %" in figures
        assert "22 of their 44 films" in shared
        assert "73.1 %" in worth and "56.8 %" in worth
        assert "57.1 %" in how and "77.9 %" in how


async def test_configure_warns_of_a_split_that_leaks(make_app: App, model: str) -> None:
    app = make_app("sample")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await app.show_pane("configure")
        await settle(pilot)
        row = app.query_one("#row-split", FieldRow)
        row.text = "random"
        await settle(pilot)
        said = str(app.query_one("#summary", Static).content)
        assert "! random split leaks: train has other lines of the same characters" in said
        reports.keep_audit()
        row.text = "by-speaker"
        await settle(pilot)
        said = str(app.query_one("#summary", Static).content)
        assert "! split by character: TF-IDF + LR reads 58.1 % instead of 56.8 % by film on this corpus" in said


def test_a_split_by_film_is_not_warned_of() -> None:
    assert leak_warnings(load("sample"), "by-group") == ()
    assert leak_warnings(load("sample"), "tutorial")


# A job


async def test_a_job_says_how_far_it_is_and_ends_when_told(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        said: list[str | None] = []
        job = Job(app, "job-of-a-test", said.append)
        done: list[str] = []
        gate = threading.Event()

        def work(task: Task) -> None:
            task.progress("halfway", 1, 2)
            gate.wait(5)
            task.progress("end", 0, 0)

        job.start("Counting", work, lambda: done.append("first"))
        job.start("Another", work, lambda: done.append("second"))
        gate.set()
        await settle(pilot)
        assert said == ["Counting…", "Counting: halfway 50 %", "Counting: end", None]
        assert done == ["first"] and "counting is still at work" in notices(app)
        gate.clear()
        job.start("Counting", work, lambda: done.append("third"))
        await until(pilot, lambda: said[-1] == "Counting: halfway 50 %", "the work to be halfway")
        job.cancel()
        gate.set()
        await settle(pilot)
        assert done == ["first"] and not job.going
        assert not [worker for worker in app.workers if worker.state is WorkerState.ERROR]


@pytest.mark.xdist_group("tiny-run")
async def test_real_processes_open_a_real_test_set_and_measure_a_real_corpus(
    make_app: App, tiny_run: RunFolder
) -> None:
    # After one epoch on the sample its model does not answer unasked; the run that is followed is judged all the same.
    app = make_app("sample", tiny_run.name)
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot)
        assert app.model_name != "tiny" and text(pane, "#subject").startswith("tiny")
        pane = await evaluate(pilot, "t", "down", "enter")
        opened = read_report(tiny_run.report_file)
        assert set(opened.sets) == {"validation", "test"} and opened.test_readings == 1
        assert "test" in text(pane, "#subject") and "read once" in text(pane, "#subject")
        assert "On the test set" in text(pane, "#sentence")
        await evaluate(pilot, "l", "a")
        audit = measured(load("sample").data_hash)
        assert audit is not None
        strict = audit.trial(audit.strictest, SVM)
        assert strict is not None
        worth = f"{100 * strict.balanced_accuracy.value:.1f} %"
        assert text(pane, "#leaks-sentence").endswith(f"divided by film, the same model has {worth}.")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Too few characters of one label are among the lines held out"),
        ({"slices": {}}, "an older version wrote it"),
        ({"units": NO_UNITS.to_json()}, "There are no speakers to judge: the corpus does not say who speaks"),
    ],
)
async def test_without_characters_the_reason_is_said(make_app: App, changed: reports.Json, said: str) -> None:
    run = reports.make_run()
    report = json.loads(run.report_file.read_bytes())
    validation = {**report["sets"]["validation"], "characters": None}
    top = {key: value for key, value in changed.items() if key == "units"}
    validation |= {key: value for key, value in changed.items() if key not in top}
    files.write_json(run.report_file, {**report, **top, "sets": {"validation": validation}})
    async with make_app().run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot, "c")
        assert said in text(pane, "#characters-sentence")
        # Nor do keys stop acting where a report has nothing to show.
        await pilot.press("s", "v")
        await settle(pilot)
        assert pane.tab is not None and pane.tab.id == "tab-verdict"


async def test_enter_explains_the_figure_in_focus_or_all_of_them(make_app: App) -> None:
    reports.make_run()
    app = make_app()

    def explained() -> str:
        assert isinstance(app.screen, TermsScreen)
        return str(app.screen.query_one(Static).content)

    async with app.run_test(size=(120, 40)) as pilot:
        pane = await evaluate(pilot, "enter")
        assert all(word in explained() for word in ("balanced accuracy", "AUC within films", "ECE", "TF-IDF + LR"))
        await pilot.press("escape", "tab", "tab", "enter")
        await settle(pilot)
        assert explained().startswith("AUC\n") and "balanced" not in explained()
        assert "This model: 0." in explained() and "of 100 such pairs" in explained()
        await pilot.press("enter")
        pane.query_one(MetricTable).focus()
        await pilot.press("down", "down", "enter")
        await settle(pilot)
        assert explained().startswith("accuracy\n")
        await pilot.press("escape")
        await pilot.click(MetricTable, offset=(2, 5))
        await settle(pilot)
        assert explained().startswith("F1\n")
        await pilot.press("escape", "u", "enter")
        await settle(pilot)
        assert all(word in explained() for word in ("ROC curve", "area below the curve", "This model: 0.", "ECE"))
        await pilot.press("escape", "i")
        await settle(pilot)
        assert not pane.check_action("explain", ())


async def test_what_is_of_another_corpus_is_said_to_be(make_app: App) -> None:
    reports.make_run()
    app = make_app("messages")
    async with app.run_test(size=SIZE) as pilot:
        pane = await evaluate(pilot, "l")
        assert text(pane, "#leaks-sentence").startswith("Of the corpus that is open, not of the model above: messages")
        await pilot.press("m")
        await settle(pilot)
        choices = app.screen.query_one(OptionList)
        rows = [str(choices.get_option_at_index(row).prompt) for row in range(choices.option_count)]
        assert "balanced accuracy 57.1 %, AUC 0.604 on sample" in rows[0]
