from __future__ import annotations

import re
from typing import Any

from gendertui.corpus.units import FILM_UNITS, Noun, Units
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.bundle.card import model_card
from gendertui.model.refit import Refit, with_refit
from gendertui.training.config import TrainingConfig, model_settings

REPORT: dict[str, Any] = {
    "sentence": "A little better than words counted.",
    "protocol": "by-group",
    "unit": "group",
    "units": FILM_UNITS.to_json(),
    "sets": {
        "validation": {
            "rows": 1000,
            "groups": 44,
            "unit": "group",
            "model": {
                "auc": {"value": 0.6, "low": 0.59, "high": 0.61},
                "balanced_accuracy": {"value": 0.57, "low": None},
            },
            "baselines": {"majority": {"auc": {"value": 0.5}}, "tfidf-logistic": {"auc": {"value": 0.59}}},
            "paired": {
                "majority": {"auc": {"value": 0.1}},
                "tfidf-logistic": {
                    "auc": {"value": 0.01, "low": -0.002, "high": 0.022},
                    "balanced_accuracy": {"value": 0.004, "low": -0.011, "high": 0.02},
                },
            },
            "characters": {
                "rows": 170,
                "model": {"auc": {"value": 0.79, "low": 0.72, "high": 0.85}},
                "baselines": {"majority": {"auc": {"value": 0.5}}},
                "paired": {},
                "by_lines": [
                    {"lower": 1, "upper": 1, "n": 170, "auc": {"value": 0.56}, "balanced_accuracy": {"value": 0.54}},
                    {"lower": 10, "upper": 19, "n": 160, "auc": {"value": 0.7}, "balanced_accuracy": {"value": 0.63}},
                    {"lower": 80, "upper": None, "n": 0, "auc": None, "balanced_accuracy": None},
                ],
                "sentence": "A whole character is told more often.",
            },
        }
    },
    "article": {"accuracy": 0.7, "loss": 0.6},
    "notes": ["One split is one draw."],
}
DATA = {
    "command": "gendertui train --corpus lines.txt --preset quick",
    "name": "/home/someone/lines.txt",
    "rows": {"m": 6000, "f": 2500, "?": 2000},
    "hash": "ab" * 32,
}


def card() -> str:
    config = TrainingConfig(vectors="/home/someone/vectors.txt", gradient_clip_norm=None)
    return model_card(model_settings(config), ("m", "f"), REPORT, DATA)


def test_it_says_what_it_must() -> None:
    words = " ".join(card().split())
    assert "It does not tell a real person's gender" in words
    assert "`?` means unlabelled" in words
    assert "its table of characters" in words
    assert "vocabulary, though, holds the corpus's words" in words


def test_it_has_the_figures() -> None:
    assert "A little better than words counted." in card()
    assert "| validation | this model | majority | tfidf-logistic | more than tfidf-logistic |" in card()
    assert "| balanced accuracy | 57.0 % | – | – | +0.4 (−1.1 to +2.0) points |" in card()
    assert "| AUC | 0.600 (0.590–0.610) | 0.500 | 0.590 | +0.010 (−0.002 to +0.022) |" in card()
    assert "- Better than guessing? **yes**: AUC 0.600 (0.590–0.610), guessing 0.5." in card()
    assert "- Better than TF-IDF? **no**: +0.4 of 100 lines (−1.1 to +2.0) may be chance." in card()
    assert "1,000 lines of 44 films." in card()
    assert "accuracy 70.00 %, loss 0.600" in card()
    assert "- One split is one draw." in card()


def test_figures_of_a_sibling_are_said_to_be_before_any_of_them_and_once() -> None:
    refit = Refit(rows=93_394, groups=290, unit="group", share=0.7, epochs=3)
    made = model_card({}, ("m", "f"), with_refit({**REPORT, "remarks": []}, refit), DATA)
    assert "## How good it is\n\nThe figures are those of a sibling trained on 70 % of the labelled lines." in made
    assert "for 3 epochs, on all 93,394 of them (290 films)" in made
    assert made.count("sibling") == 1
    assert made.replace(f"{refit.sentence(FILM_UNITS)}\n\n", "") == model_card({}, ("m", "f"), REPORT, DATA)


def test_it_has_the_characters() -> None:
    assert "A whole character is told more often." in card()
    assert "| AUC | 0.790 (0.720–0.850) | 0.500 |" in card()
    assert "| 1 | 170 | 54.0 % | 0.560 |" in card()
    assert "| 10–19 | 160 | 63.0 % | 0.700 |" in card()
    assert "| 80+ | 0 | – | – |" in card()


def test_it_says_what_it_was_trained_on_and_how() -> None:
    assert "Corpus: lines.txt." in card()
    assert "m 6,000, f 2,500, ? 2,000" in card()
    assert "ab" * 32 in card()
    assert "```\ngendertui train --corpus lines.txt --preset quick\n```" in card()


def test_what_rounds_to_nothing_has_no_minus() -> None:
    part = {"model": {"auc": {"value": 0.5}}, "paired": {"x": {"auc": {"value": -0.0001}}}}
    assert "| AUC | 0.500 | +0.000 |" in model_card({}, ("m", "f"), {"sets": {"validation": part}}, {})


def test_a_label_may_hold_any_sign() -> None:
    report = {"sets": {"validation": {"model": {"f1_positive": {"value": 0.5}}}}}
    assert r"| F1 of a\|b | 0.500 |" in model_card({}, ("c", "a|b"), report, {})


def test_every_setting_that_is_part_of_the_model_is_in_it() -> None:
    settings = card().partition("## Settings\n\n")[2].splitlines()
    assert [line.removeprefix("- ").partition(":")[0] for line in settings] == list(model_settings(TrainingConfig()))
    assert {"- members: 1", "- bigram_buckets: 131072", "- gradient_clip_norm: none"} <= set(settings)


def test_the_card_of_the_shipped_model_has_all_its_settings() -> None:
    shipped = Bundle.load(store.shipped_folder())
    settings = shipped.card().partition("## Settings\n\n")[2].splitlines()
    assert settings == [f"- {name}: {'none' if value is None else value}" for name, value in shipped.config.items()]


def test_it_holds_no_path() -> None:
    assert "someone" not in card()
    assert "- vectors: vectors.txt" in card()


def test_its_caution_is_that_of_what_the_labels_are_about() -> None:
    def words(units: Units) -> str:
        return " ".join(model_card({}, ("m", "f"), {**REPORT, "units": units.to_json()}, DATA).split())

    people = words(Units(Noun.of("author"), None, "people"))
    assert "It measures what people labelled `m` or `f` in this corpus write. It does not tell a real person" in people
    assert "1,000 lines of 44 authors." in people
    assert "Split: by author. Intervals are 95 %, over the choice of authors" in people
    other = words(Units(Noun.of("thread"), None))
    assert "what the labels `m` and `f` of this corpus are like" in other
    assert "person" not in other
    for card in (people, other):
        assert not re.search("film|movie|screenwriter|scripted", card)


def test_without_figures_it_says_so() -> None:
    assert "Nothing was measured." in model_card({}, ("a", "b"), {}, {})


def test_it_says_what_a_score_of_characters_reads() -> None:
    figure = {"value": 0.9, "low": 0.85, "high": 0.94}
    characters = {
        **REPORT["sets"]["validation"]["characters"],
        "readings": [
            {
                "name": "mean-of-lines",
                "phrase": "the mean",
                "auc": figure,
                "balanced_accuracy": figure,
                "difference": {},
            },
            {
                "name": "model",
                "phrase": "all of it",
                "auc": figure,
                "balanced_accuracy": figure,
                "difference": {"auc": {"value": 0.07, "low": 0.05, "high": 0.09}},
            },
        ],
        "missing": ["company"],
        "bands": [{"lower": 1, "upper": 4, "n": 12, "groups": 3, "auc": None, "balanced_accuracy": figure}],
        "lines_in_place": {
            "alone": {"balanced_accuracy": {"value": 0.58}},
            "in_place": {"balanced_accuracy": {"value": 0.79}},
        },
    }
    validation = {**REPORT["sets"]["validation"], "characters": characters}
    made = model_card({}, ("m", "f"), {**REPORT, "sets": {"validation": validation}}, DATA)
    assert "| all of it | 0.900 (0.850–0.940) | 90.0 % (85.0–94.0) | +0.070 (+0.050 to +0.090) |" in made
    assert "Not read, since the corpus does not tell it: the others of its film." in made
    assert "| 1–4 | 12 | 90.0 % (85.0–94.0) | – |" in made
    assert "each alone 58.0 %" in made
    assert "79.0 %" in made
