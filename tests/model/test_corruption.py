"""A spoiled bundle never answers wrongly in silence, and is never a traceback.

Damage (a disk, a transfer, a careless hand) ends in an error or in the whole bundle's own answers. A forgery, whose
hashes agree with what was changed, cannot be told from another model as long as it makes sense: labels exchanged and
signed again are another model. It ends in an error or in probabilities.
"""

from __future__ import annotations

import json
import math
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from gendertui.corpus.units import FILM_UNITS
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle, write_bundle
from gendertui.model.bundle.manifest import CARD, MANIFEST, REPORT, TOKENIZER, VOCABULARY, WEIGHTS
from gendertui.model.calibration import Calibration
from gendertui.scoring.forward import tutorial_lstm
from gendertui.scoring.scorer import ScoredLine, Scorer
from gendertui.text.vocabulary import SPECIALS, Vocabulary
from tests.builders.damage import damage, forge

LINES = ["I love you, but I have to go.", "Don't (ever) go-go!", "zzyzx 10a.m.", "¿Qué?  :-) now " * 20]
CONFIG = {"hidden_size": 3, "num_layers": 2, "embedding_dim": 4, "max_length": 12}
WORDS = ["I", "love", "you", ",", "but", "have", "to", "go", ".", "do", "n't", "(", ")", "-", "!", "now", "the", "rain"]


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The shipped bundle, and a tiny one of the article's network with two blocks of words."""
    folder = tmp_path_factory.mktemp("whole") / "tiny"
    rules = json.loads((store.shipped_folder() / TOKENIZER).read_bytes())
    vocabulary = Vocabulary([*SPECIALS, *WORDS, *(f"word{number}" for number in range(300))])
    generator = np.random.default_rng(3)
    shapes = tutorial_lstm.shapes(CONFIG, len(vocabulary))
    write_bundle(
        folder,
        name="tiny",
        network="tutorial-lstm",
        config=CONFIG,
        labels=("m", "f"),
        units=FILM_UNITS,
        calibration=Calibration(1.5, -0.25),
        vocabulary=vocabulary,
        tokenizer_rules=rules,
        tensors={name: generator.normal(size=shape).astype(np.float32) for name, shape in shapes.items()},
        report=Bundle.load(store.shipped_folder()).report(),
        card="# tiny\n",
    )
    return [store.shipped_folder(), folder]


def answers(folder: Path) -> list[ScoredLine]:
    scorer = Scorer(Bundle.load(folder))
    return [scorer.score(line) for line in LINES]


def content(folder: Path) -> list[object]:
    """All that a bundle holds; of bundle.json and its like what stands in them, not how it is written."""
    files: list[object] = [json.loads((folder / name).read_bytes()) for name in (MANIFEST, TOKENIZER, REPORT)]
    return [*files, *((folder / name).read_bytes() for name in (VOCABULARY, CARD, WEIGHTS))]


def check(wholes: list[Path], store_folder: Path, seed: int) -> None:
    """One corruption, drawn by ``seed``, of a bundle in the store."""
    draw = random.Random(seed)
    whole, other = draw.sample(wholes, 2)
    folder = store_folder / "spoiled"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    forged = draw.random() < 0.4
    how = forge(folder, draw) if forged else damage(folder, other, draw)
    try:
        found = answers(folder)
    except GendertuiError as error:
        assert error.what, how
        assert error.code in (ExitCode.MODEL, ExitCode.DATA), how
    else:
        if forged:
            assert all(math.isfinite(line.probability) and 0 <= line.probability <= 1 for line in found), how
        else:
            assert found == answers(whole), how
    # Whatever is wrong with it, it is listed, and the list is not kept from the others.
    assert [model.name for model in store.list_models() if not model.shipped] == ["spoiled"]
    try:
        Bundle.load(folder).verify()
    except GendertuiError:
        return
    if not forged:
        # Checked whole, it is whole: the rows and words that these lines have no use for, too.
        assert content(folder) == content(whole), how


@pytest.mark.parametrize("part", range(4))
def test_a_spoiled_bundle_is_an_error_or_harmless(wholes: list[Path], part: int) -> None:
    for seed in range(15 * part, 15 * part + 15):
        check(wholes, store.path(), seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_five_hundred_spoiled_bundles(wholes: list[Path], part: int) -> None:
    for seed in range(1000 + 50 * part, 1050 + 50 * part):
        check(wholes, store.path(), seed)
