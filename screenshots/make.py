"""Take the README's pictures from the running app: `make screenshots`.

A real run on the bundled messages, in a home of its own; no line of any other corpus can get into a picture.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
SIZE = (120, 36)
LINE = "I love you, but I have to go."
SCENE = """\
ANNA: You said the bridge would hold, captain.
REED: It will hold, Anna. Get the others across.
ANNA: And if it does not?
REED: Then I am sorry, my dear. Go!
ANNA: Thank you for the tea, sir. It was lovely.
REED: Move, damn it.
"""


async def until(pilot: Any, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 240
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("the app did not get there in four minutes")
        await pilot.pause(0.2)


async def take() -> None:
    from textual.events import Paste

    from gendertui.tui.app import GendertuiApp
    from gendertui.tui.predict.scene_view import SceneView

    app = GendertuiApp()
    async with app.run_test(size=SIZE) as pilot:

        async def picture(name: str) -> None:
            await pilot.pause(1.0)
            app.clear_notifications()
            await pilot.pause(0.5)
            (FOLDER / f"{name}.svg").write_text(app.export_screenshot(title="gendertui"), encoding="utf-8")
            print(f"screenshots/{name}.svg")

        await until(pilot, lambda: app.scorer is not None and app.probed is not None)
        await pilot.press(*LINE, "enter")
        await picture("predict")
        view = app.query_one(SceneView)
        app.post_message(Paste(SCENE))
        await until(pilot, lambda: view.scene is not None)
        await picture("scene")
        app.open_corpus("messages")
        await until(pilot, lambda: app.corpus is not None)
        await pilot.press("f1")
        await picture("corpus")
        await pilot.press("e")
        await picture("reading")
        await pilot.press("f2")
        await picture("configure")
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.run_view is not None and app.run_view.over)
        await pilot.press("f3")
        await picture("train")
        await pilot.press("f4")
        await picture("evaluate")


def main() -> None:
    # Textual reads this when it is imported.
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    with tempfile.TemporaryDirectory() as home:
        os.environ["GENDERTUI_HOME"] = home
        asyncio.run(take())


if __name__ == "__main__":
    main()
