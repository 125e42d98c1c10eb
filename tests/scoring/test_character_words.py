"""The words that weigh most in a character's score: those that were planted, as the text at hand has them."""

from __future__ import annotations

import numpy as np
import pytest

from gendertui.corpus.speech import speech_of_scene
from gendertui.model.characters import PARTS
from gendertui.scoring.character_words import character_words
from gendertui.scoring.parts import part_scores
from gendertui.text.rules import rules_for
from gendertui.text.spoken import Spoken
from gendertui.text.tokenizer import Tokenizer
from gendertui.training.characters.fit import fit_characters
from tests.builders.scenes import material_of, talking

SCENE = [("Ann", "the moon , sir ."), ("Ben", "Yes , madam ."), ("Ann", "moon"), ("Ben", "the sun , madam")]


def test_the_planted_words_weigh_most_and_their_sum_is_the_part() -> None:
    material = material_of(talking(40, 60, own=0.3, heard=0.3))
    side = material.all()
    fitted = fit_characters(side.speech, material.spoken, side.labels, material.unit)
    assert fitted is not None
    model, tokenizer = fitted.model, Tokenizer.from_rules(rules_for("drop", True))
    texts = [text for _, text in SCENE]
    speech, spoken = speech_of_scene([name for name, _ in SCENE]), Spoken.of_texts(texts, tokenizer)
    found = character_words(model, speech, spoken, texts, tokenizer, 0, most=100)
    own = {weighed.words: weighed.log_odds for weighed in found["own-words"]}
    assert own["moon"] > 0
    heard = {weighed.words: weighed.log_odds for weighed in found["said-to"]}
    assert (
        heard["madam"]
        > 0
        > {w.words: w.log_odds for w in character_words(model, speech, spoken, texts, tokenizer, 1)["said-to"]}["sir"]
    )
    assert [weighed.words for weighed in found["said-to"]] == sorted(heard, key=lambda word: (-abs(heard[word]), word))
    # With the intercept, the words add up to what the part adds.
    scores = part_scores(model.texts, model.keys, speech, spoken, tuple(model.stack))
    added = model.contributions(scores.scores, scores.lines)
    for name, words in found.items():
        text = PARTS[name].text
        assert text is not None
        factor = model.calibration.slope * float(model.stack[name].of(np.array([scores.lines[name][0]]))[0])
        total = sum(weighed.log_odds for weighed in words) + factor * model.texts[text].intercept
        assert total == pytest.approx(added[name][0], abs=1e-6), name
