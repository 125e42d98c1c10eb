from __future__ import annotations

from gendertui.model.card import model_card
from gendertui.training.config import TrainingConfig

REPORT = {
    "sentence": "A little better than words counted.",
    "protocol": "by-movie",
    "sets": {
        "validation": {
            "rows": 1000,
            "groups": 44,
            "unit": "movie",
            "model": {
                "auc": {"value": 0.6, "low": 0.59, "high": 0.61},
                "balanced_accuracy": {"value": 0.57, "low": None},
            },
            "baselines": {"majority": {"auc": {"value": 0.5}}},
        }
    },
}
DATA = {"name": "/home/someone/lines.txt", "rows": {"m": 6000, "f": 2500, "?": 2000}, "hash": "ab" * 32}


def card() -> str:
    config = TrainingConfig(vectors="/home/someone/vectors.txt").model_dump()
    return model_card(config, ("m", "f"), REPORT, DATA)


def test_it_says_what_it_must() -> None:
    words = " ".join(card().split())
    assert "It does not tell a real person's gender" in words
    assert "`?` means unlabelled" in words
    assert "its table of characters" in words
    assert "vocabulary, though, holds the corpus's words" in words


def test_it_has_the_figures() -> None:
    assert "A little better than words counted." in card()
    assert "| this model | 0.570 | 0.600 (0.590–0.610) |" in card()
    assert "| majority | – | 0.500 |" in card()
    assert "m 6,000, f 2,500, ? 2,000" in card()
    assert "ab" * 32 in card()


def test_it_holds_no_path() -> None:
    assert "someone" not in card()
    assert "- vectors: vectors.txt" in card()


def test_without_figures_it_says_so() -> None:
    assert "Nothing was measured." in model_card({}, ("a", "b"), {}, {})
