"""Take the README's pictures and its tour from the running app: `make screenshots`.

Real runs on the bundled messages, in a home of its own; no line of any other corpus can get into a picture.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import resvg_py
from PIL import Image

from screenshots import cast

FOLDER = Path(__file__).parent
SIZE = (120, 40)
PICTURE_PIXELS, TOUR_PIXELS = 1480, 980
"""Widths."""
COLOURS = 96
"""Of a picture: enough for a terminal, a third of the bytes."""
FONT = "DejaVu Sans Mono"
"""Textual's pictures name a font that browsers fetch; this one most systems have."""
LINE = "I love you, but I have to go."
SCENE = """\
ANNA: You said the bridge would hold, captain.
REED: It will hold, Anna. Get the others across.
ANNA: And if it does not?
REED: Then I am sorry, my dear. Go!
ANNA: Thank you for the tea, sir. It was lovely.
REED: Move, damn it.
"""
OTHERS = ({"hidden_size": 32, "dropout": 0.5}, {"learning_rate": 0.0005, "max_steps": 200})
"""What the runs beside the first one change of it."""
SEARCH = "learning_rate=log:1e-4..1e-2, hidden_size=16|32|64, dropout=0..0.6"
TRIALS, FOLDS = 10, 2


def png(svg: str, width: int) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=re.sub(r"Fira Code(, ?monospace)?", FONT, svg), width=width))


class Camera:
    """Takes pictures of the app, and keeps those of the tour.

    :param app: it must have a screen.
    """

    def __init__(self, app: Any, pilot: Any) -> None:
        self._app, self._pilot = app, pilot
        self._tour: list[tuple[Image.Image, float]] = []

    def _svg(self) -> str:
        svg: str = self._app.export_screenshot(title="gendertui")
        return svg

    def words(self) -> str:
        """What is on the screen."""
        return "\n".join("".join(piece.text for piece in row) for row in self._app.screen._compositor.render_strips())

    async def frame(self, seconds: float) -> None:
        """Add the screen to the tour, to be seen for so long."""
        await self._pilot.pause(0.1)
        image = Image.open(io.BytesIO(png(self._svg(), TOUR_PIXELS)))
        self._tour.append((image.convert("P", palette=Image.Palette.ADAPTIVE, colors=48), seconds))

    async def type(self, text: str) -> None:
        """Type, a few letters a frame."""
        for start in range(0, len(text), 4):
            await self._pilot.press(*text[start : start + 4])
            await self.frame(0.15)

    async def picture(self, name: str) -> None:
        await self._pilot.pause(1.0)
        self._app.clear_notifications()
        await self._pilot.pause(0.5)
        svg = self._svg()
        (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")
        image = Image.open(io.BytesIO(png(svg, PICTURE_PIXELS)))
        image.convert("RGB").quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)
        print(f"screenshots/{name}.svg, .png")
        await self.frame(2.5)

    def save_tour(self) -> None:
        images = [image for image, _ in self._tour]
        times = [int(1000 * seconds) for _, seconds in self._tour]
        images[0].save(
            FOLDER / "tour.gif", save_all=True, append_images=images[1:], duration=times, loop=0, optimize=True
        )
        print(f"screenshots/tour.gif: {len(images)} frames")


async def until(pilot: Any, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 240
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("the app did not get there in four minutes")
        await pilot.pause(0.2)


def train_others() -> None:
    """The runs beside the first one."""
    from gendertui.corpus.load import load
    from gendertui.runs import launch
    from gendertui.training.config import preset

    for changes in OTHERS:
        run = launch.start(preset("quick").model_copy(update=changes), load("messages"), preset="quick")
        while not run.info().over:
            time.sleep(0.5)


def sweep() -> None:
    """A small one on the messages, to its end."""
    from gendertui.corpus.load import load
    from gendertui.sweeps import manage, work
    from gendertui.sweeps.definition import Definition
    from gendertui.training.config import preset

    corpus, config = load("messages"), preset("quick").model_copy(update={"max_steps": 120})
    wanted = Definition(
        search=SEARCH, config=config.model_dump(), corpus={}, preset="quick", folds=FOLDS, trials=TRIALS
    )
    work.work(manage.new("first", wanted, corpus), corpus, say=print, signals=lambda: 0)


async def take() -> None:
    from textual.events import Paste

    from gendertui.tui.app import GendertuiApp
    from gendertui.tui.dialogs.choice import Choice
    from gendertui.tui.predict.scene_view import SceneView
    from gendertui.tui.widgets.table import VirtualTable

    app = GendertuiApp()
    async with app.run_test(size=SIZE) as pilot:
        camera = Camera(app, pilot)
        await until(pilot, lambda: app.scorer is not None and app.probed is not None)
        await camera.frame(1.5)
        await camera.type(LINE)
        await pilot.press("enter")
        await camera.picture("predict")
        view = app.query_one(SceneView)
        app.post_message(Paste(SCENE))
        await until(pilot, lambda: view.scene is not None)
        await camera.picture("scene")
        app.open_corpus("messages")
        await until(pilot, lambda: app.corpus is not None)
        await pilot.press("f1")
        await camera.picture("corpus")
        await pilot.press("e")
        await camera.picture("reading")
        await pilot.press("f2")
        await camera.picture("configure")
        await pilot.press("ctrl+r")
        while not (app.run_view is not None and app.run_view.over):
            await pilot.pause(0.8)
            await camera.frame(0.4)
        # Which model answers from now on.
        await until(pilot, lambda: isinstance(app.screen, Choice))
        await camera.frame(2.5)
        await pilot.press("enter")
        await camera.picture("train")
        await asyncio.to_thread(train_others)
        await pilot.press("r")
        await until(pilot, lambda: len(app.query_one("#runs-table", VirtualTable).order) == 1 + len(OTHERS))
        for _ in range(1 + len(OTHERS)):
            await pilot.press("space")
        await camera.picture("runs")
        await pilot.press("c")
        await camera.picture("compare")
        await asyncio.to_thread(sweep)
        await pilot.press("S")
        await until(pilot, lambda: "best so far" in camera.words())
        await camera.picture("sweeps")
        await pilot.press("w", "f4")
        await camera.picture("evaluate")
        camera.save_tour()


def main() -> None:
    # Textual reads this when it is imported.
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(GENDERTUI_HOME=home, GENDERTUI_MODELS_DIR=f"{home}/models")
        asyncio.run(take())
    with tempfile.TemporaryDirectory() as home:
        cast.record(home, FOLDER / "tour.cast")
    print("screenshots/tour.cast")


if __name__ == "__main__":
    main()
