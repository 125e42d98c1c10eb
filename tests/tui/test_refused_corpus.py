"""What the app does with a corpus of a person's own: one that cannot be trained on, one named like the sample."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gendertui import paths
from gendertui.corpus.load import load
from gendertui.corpus.recent import recent
from gendertui.tui.app import GendertuiApp
from gendertui.tui.evaluate.audit_target import at_hand
from gendertui.tui.evaluate.subject import Shown, of_model, read
from tests.builders import reports
from tests.builders.app import settle, until
from tests.builders.corpora import SEPARATOR, collated

App = Callable[..., GendertuiApp]


async def test_start_refuses_what_cannot_be_split_and_makes_no_run(make_app: App, model: str, tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    rows = [f"L{n}{SEPARATOR}u{n % 4}{SEPARATOR}m{n % 24}{SEPARATOR}ANA{SEPARATOR}{'mf'[n % 2]}" for n in range(240)]
    path.write_text("".join(f"{row}{SEPARATOR}{SEPARATOR}1\n" for row in rows), encoding="utf-8")
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        app.open_corpus(str(path))
        await settle(pilot)
        assert app.corpus is not None
        assert recent() == [str(path)]
        app.train_quick()
        await until(pilot, lambda: "No labelled line has a text" in said(app), "the refusal")
        assert app.run_view is None
    assert not list(paths.runs_dir().glob("*"))


def said(app: GendertuiApp) -> str:
    return "\n".join(f"{message.title} {message.text}" for message in app.messages.matching())


def test_an_audit_of_a_persons_own_sample_opens_their_file(tmp_path: Path) -> None:
    run = reports.make_run()
    shown: Shown = read(of_model("m", run.path, run.name))
    own = tmp_path / "sample.txt"
    own.write_text(collated(), encoding="utf-8")
    target = at_hand(shown, load(own))
    assert target is not None
    assert target.source == str(own)
