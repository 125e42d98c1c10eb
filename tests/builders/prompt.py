"""The small model of :mod:`tests.builders.app` with a report of confidence and of characters, and a scene for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from textual.pilot import Pilot

from gendertui.corpus.units import FILM_UNITS
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle, write_bundle
from gendertui.model.bundle.manifest import EMBEDDING
from gendertui.model.calibration import Calibration, CharacterCalibration
from gendertui.model.characters import PARTS, CharacterModel, LinearText, Weight
from gendertui.text.addresses import address_keys
from gendertui.text.hashed_ngrams import word_key
from gendertui.tui.app import GendertuiApp
from gendertui.tui.predict.attributions import AttributionView
from tests.builders import app as world
from tests.builders.app import settle

MODEL = world.MODEL

SCENE = """\
ANNA: I love you, but I have to go.
BEN: The ship! The door!
ANNA: (softly) Sorry.
Ben: To the ship, go!
Anna: I love the rain. I love you.
CLARA: Have you to go?
"""

SCREENPLAY = """\
EXT. HARBOUR - NIGHT

                    ANNA
              (softly)
          I love you, but I have
          to go.

She leaves.

                    BEN
          The ship! The door!
"""


def bucket(lo: float, hi: float, share: float, half: float | None, n: int) -> dict[str, Any]:
    low, high = (None, None) if half is None else (share - half, share + half)
    return {"lower": lo, "upper": hi, "n": n, "groups": 44, "accuracy": share, "low": low, "high": high}


def by_lines(lo: int, hi: int | None, share: float, half: float | None, n: int) -> dict[str, Any]:
    low, high = (None, None) if half is None else (share - half, share + half)
    figure = {"value": share, "low": low, "high": high, "groups": 44, "note": ""}
    return {"lower": lo, "upper": hi, "n": n, "groups": 44, "auc": None, "balanced_accuracy": figure}


def confident_report() -> dict[str, Any]:
    """The report of :mod:`tests.builders.app` and what the prompt reads of one."""
    validation = {
        **world.REPORT["sets"]["validation"],
        "confidence": [
            bucket(0.5, 0.55, 0.52, 0.03, 5925),
            bucket(0.55, 0.6, 0.58, 0.04, 4570),
            bucket(0.6, 0.7, 0.64, 0.05, 2970),
            bucket(0.7, 1.0, 0.71, None, 663),
        ],
        "characters": {
            "counts": {"m": 401, "f": 211},
            "by_lines": [
                by_lines(1, 1, 0.56, 0.03, 612),
                by_lines(2, 4, 0.61, 0.04, 588),
                by_lines(5, None, 0.7, None, 540),
            ],
        },
    }
    return {**world.REPORT, "sets": {"validation": validation}}


def character_model() -> CharacterModel:
    """One that reads the few words of :mod:`tests.builders.app`, and whom a line calls by a name of :data:`SCENE`."""
    words = dict(sorted((word_key(word), push) for word, push in zip(world.WORDS, world.PUSH, strict=True)))
    called = {address_keys("Anna")[0]: 1.5, address_keys("Ben")[0]: -1.5}
    kinds = {"words": words, "addresses": dict(sorted(called.items()))}

    def text(kind: str) -> LinearText:
        weights = np.array([*kinds[kind].values()], np.float32)
        return LinearText(weights, np.ones_like(weights), 0.0)

    texts = {part.text: text(part.kind) for part in PARTS.values() if part.text is not None}
    return CharacterModel(
        unit="speaker",
        keys={kind: np.array([*known], np.uint32) for kind, known in kinds.items()},
        texts=texts,
        stack={name: Weight(0.2, 0.8) for name in PARTS},
        intercept=-0.1,
    )


def make_model(
    *,
    characters: bool = True,
    whole: bool = False,
    report: dict[str, Any] | None = None,
    run: str = "a run that has gone",
) -> None:
    """Publish it; without a calibration for characters where that is asked for.

    :param whole: with :func:`character_model`.
    :param report: by default that of this module.
    """
    world.make_model()
    folder = store.path() / MODEL
    bundle = Bundle.load(folder)
    tensors = {name: np.array(tensor) for name, tensor in bundle.tensors().items()}
    tensors[EMBEDDING] = np.array(bundle.embedding_rows(np.arange(len(bundle.vocabulary), dtype=np.int32)))
    write_bundle(
        folder,
        name=MODEL,
        network=bundle.network,
        config=bundle.config,
        labels=bundle.labels,
        units=FILM_UNITS,
        calibration=Calibration(),
        character_calibration=CharacterCalibration(slope=6.0, half_lines=4.0, intercept=-0.1) if characters else None,
        characters=character_model() if whole else None,
        vocabulary=bundle.vocabulary,
        tokenizer_rules=world.rules(),
        tensors=tensors,
        report=report or confident_report(),
        card="A model for pictures of the app.\n",
        run=run,
    )


async def answered(pilot: Pilot[None]) -> None:
    """Wait until the line is scored and explained."""
    await settle(pilot)


def shown(app: GendertuiApp, selector: str) -> str:
    """The text of the words on the screen, every row of them."""
    words = app.screen.query_one(selector, AttributionView)
    rows = int(words.virtual_size.height)
    return "\n".join(words.render_line(y - int(words.scroll_offset.y)).text.rstrip() for y in range(rows))
