"""What the app says is kept, and what cannot be read in seconds stays on the screen."""

from __future__ import annotations

from collections.abc import Callable

from textual.widgets import Input, Static

from gendertui.errors import GendertuiError
from gendertui.tui.app import GendertuiApp
from gendertui.tui.messages.log import MOST_MESSAGES, MessageLog
from gendertui.tui.messages.messages_screen import MessagesScreen
from gendertui.tui.messages.remedy_screen import RemedyScreen
from gendertui.tui.widgets.table import VirtualTable
from tests.builders.app import settle
from tests.builders.bursts import send
from tests.builders.screens import rows

App = Callable[..., GendertuiApp]
SHORT = GendertuiError("there is no such file", where="/nowhere", hint="Look where it is.")
LONG = GendertuiError(
    "the download failed",
    where="https://example.org/glove.zip",
    hint="Fetch https://example.org/glove.zip by hand (md5 0123) and put it at /somewhere.",
)


async def test_what_was_said_is_listed_newest_first_and_copied(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.say("Copied.")
        app.say("Copied.")
        app.say("a [red]line[/red] of a corpus\x1b[2J", warning=True)
        app.show_error(GendertuiError("there is no such file", where="/nowhere"))
        await pilot.press("f12")
        await settle(pilot)
        assert isinstance(app.screen, MessagesScreen)
        shown = "\n".join(rows(app))
        assert "a [red]line[/red] of a corpus␛[2J" in shown
        assert "×2" in shown
        assert shown.index("There is no such file · /nowhere") < shown.index("a [red]line") < shown.index("Copied.")
        await pilot.press("down", "y")
        assert app.clipboard == "a [red]line[/red] of a corpus␛[2J\n"
        # What is said meanwhile is listed too, and the cursor stays on its message.
        app.say("another")
        await settle(pilot)
        table = app.screen.query_one(VirtualTable)
        assert (len(table.order), table.cursor) == (4, 2)
        await pilot.press("f12")
        await settle(pilot)
        assert len(app.screen_stack) == 1


async def test_messages_are_filtered_as_one_types(make_app: App, model: str) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.say("Copied.")
        app.show_error(GendertuiError("no such file"))
        send(pilot, "f12", "slash", *"error", "enter", "y")
        await settle(pilot)
        assert len(app.screen.query_one(VirtualTable).order) == 1
        assert app.clipboard == "No such file\n"
        send(pilot, "slash", "x")
        await settle(pilot)
        assert "Nothing matches." in str(app.screen.query_one("#message-words", Static).content)
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert len(app.screen_stack) == 1


async def test_a_short_error_is_a_notice_and_a_long_remedy_a_screen_that_stays_and_is_copied(
    make_app: App, model: str
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.show_error(SHORT)
        await settle(pilot)
        assert app.query_one("#prompt", Input).has_focus
        assert [note.title for note in app._notifications] == ["There is no such file"]
        app.clear_notifications()
        app.show_error(LONG)
        app.show_error(LONG)
        await settle(pilot)
        assert [type(screen) for screen in app.screen_stack[1:]] == [RemedyScreen]
        assert not app._notifications
        await pilot.press("y")
        assert app.clipboard == f"The download failed\n{LONG.where}\n{LONG.hint}\n"
        await pilot.press("enter", "f12")
        await settle(pilot)
        assert len(app.screen.query_one(VirtualTable).order) == 2
        assert "https://example.org/glove.zip" in str(app.screen.query_one("#message-words", Static).content)


def test_the_oldest_messages_are_dropped() -> None:
    now = 0.0
    log = MessageLog(lambda: now)
    for place in range(MOST_MESSAGES + 3):
        log.add("information", "", f"message {place}")
    assert len(log) == len(log.matching()) == MOST_MESSAGES
    assert log.matching()[0].text == f"message {MOST_MESSAGES + 2}"
    assert log.matching()[-1].text == "message 3"
