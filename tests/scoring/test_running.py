"""Scores of a scene as it goes on are those of the scene up to there, counted from the beginning."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gendertui.corpus.speech import speech_of_scene
from gendertui.model.characters import CharacterModel
from gendertui.scoring.parts import part_scores
from gendertui.scoring.running import running_log_odds
from gendertui.text.rules import rules_for
from gendertui.text.spoken import Spoken
from gendertui.text.tokenizer import Tokenizer
from gendertui.training.characters.fit import fit_characters
from tests.builders.scenes import material_of, talking

WORDS = ("moon", "sun", "madam", "sir", ",", "blue", "door", ".", "unheard-of")
SAID = st.lists(
    st.tuples(st.sampled_from([None, "Ann", "BEN", "Cy", "ann"]), st.lists(st.sampled_from(WORDS), max_size=5)),
    min_size=1,
    max_size=14,
)


@pytest.fixture(scope="module")
def model() -> CharacterModel:
    material = material_of(talking(20, 40))
    side = material.all()
    fitted = fit_characters(side.speech, material.spoken, side.labels, material.unit)
    assert fitted is not None
    return fitted.model


@settings(deadline=None)
@given(said=SAID)
def test_each_is_that_of_the_scene_up_to_the_line(
    model: CharacterModel, said: list[tuple[str | None, list[str]]]
) -> None:
    names = [name for name, _ in said]
    tokenizer = Tokenizer.from_rules(rules_for("drop", True))
    spoken = Spoken.of_texts([" ".join(words) for _, words in said], tokenizer)
    found = running_log_odds(model, speech_of_scene(names), spoken)
    for place, name in enumerate(names):
        if name is None:
            assert found[place] == 0
            continue
        so_far = speech_of_scene(names[: place + 1])
        whole = part_scores(model.texts, model.keys, so_far, spoken, tuple(model.stack)).log_odds(model)
        assert found[place] == pytest.approx(whole[so_far.speaker[place]], abs=1e-6)


def test_it_has_parts_that_move_it(model: CharacterModel) -> None:
    assert set(model.stack) == {"lines", "own-words", "said-to", "addressed-as", "company"}
    tokenizer = Tokenizer.from_rules(rules_for("drop", True))
    texts = ["Yes , sir .", "moon moon", "sir , the sun", "door"]
    found = running_log_odds(model, speech_of_scene(["a", "b", "a", "b"]), Spoken.of_texts(texts, tokenizer))
    assert len(np.unique(np.round(found, 6))) == 4
