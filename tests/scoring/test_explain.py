from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gendertui.errors import GendertuiError
from gendertui.model.networks import NETWORKS
from gendertui.scoring import explain as module
from gendertui.scoring.explain import Change, changes, compare, explain
from gendertui.scoring.scorer import Scorer
from tests.builders.bundles import bundle

TEXT = "I love Zanzibar, but you have to go"


@pytest.fixture
def scorer(tmp_path: Path, rules: dict[str, Any]) -> Scorer:
    return Scorer(bundle(tmp_path / "model", rules))


@pytest.mark.parametrize("name", list(NETWORKS))
def test_each_attribution_is_what_the_log_odds_lose_without_the_word(
    tmp_path: Path, rules: dict[str, Any], name: str
) -> None:
    scorer = Scorer(bundle(tmp_path / "model", rules, name))
    explained = explain(scorer, TEXT)
    tokens = TEXT.replace(",", " ,").split()
    assert explained.scored.tokens == tokens
    assert explained.explained == len(explained.attributions) == len(tokens)
    whole = scorer.score(TEXT).log_odds
    # A word outside the vocabulary is read as <unk>.
    expected = [
        whole - scorer.score(" ".join([*tokens[:place], "Zanzibar", *tokens[place + 1 :]])).log_odds
        for place in range(len(tokens))
    ]
    assert list(explained.attributions) == pytest.approx(expected, abs=1e-5)
    assert explained.attributions[2] == 0
    assert max(map(abs, expected)) > 0.05


def test_an_explanation_is_the_same_at_every_prior(scorer: Scorer) -> None:
    even, rare = explain(scorer, TEXT), explain(scorer, TEXT, prior=0.1)
    assert even.attributions == rare.attributions
    for explained, prior in ((even, 0.5), (rare, 0.1)):
        assert explained.scored.probability == pytest.approx(scorer.score(TEXT, prior).probability, abs=1e-6)


def test_json(scorer: Scorer) -> None:
    explained = explain(scorer, TEXT)
    value = json.loads(json.dumps(explained.to_json()))
    scored = explained.scored.to_json()
    assert list(value) == [*scored, "tokens", "attributions", "method", "unit"]
    assert {key: value[key] for key in scored} == scored
    assert len(value["tokens"]) == len(value["attributions"])
    assert (value["method"], value["unit"]) == ("occlusion", "log-odds")


def test_all_variants_are_asked_in_one_go(scorer: Scorer) -> None:
    asked: list[int] = []
    engine = scorer.engine
    scorer.engine = lambda encoded: asked.append(len(encoded)) or engine(encoded)  # type: ignore[func-returns-value]
    explain(scorer, TEXT)
    assert asked == [1 + 8]  # The whole line, and one for each known token.


def test_of_a_line_too_long_the_first_tokens_are_explained_and_the_rest_say_that_they_are_not(
    scorer: Scorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "I love you . " * 10
    whole = explain(scorer, text)
    assert whole.explained == 40
    monkeypatch.setattr(module, "EXPLAIN_WORK", 40 * 10_000 * 7)
    cut = explain(scorer, text)
    assert cut.explained == 7
    assert cut.attributions[7:] == (None,) * 33
    assert cut.attributions[:7] == pytest.approx(whole.attributions[:7], abs=1e-6)
    assert cut.scored.probability == pytest.approx(whole.scored.probability)
    monkeypatch.setattr(module, "EXPLAIN_WORK", 1)
    assert explain(scorer, text).explained == 0
    assert json.loads(json.dumps(explain(scorer, text).to_json()))["attributions"] == [None] * 40


def test_an_empty_line_has_no_explanation(scorer: Scorer) -> None:
    for ask in (lambda: explain(scorer, " "), lambda: compare(scorer, "no", ""), lambda: compare(scorer, "", "no")):
        with pytest.raises(GendertuiError, match="nothing to score"):
            ask()


def test_an_edit_before_and_after(scorer: Scorer) -> None:
    compared = compare(scorer, "I love you, but I have to go.", "I love you but you have to go , no.", prior=0.3)
    assert compared.before == explain(scorer, "I love you, but I have to go.", prior=0.3)
    assert compared.after == explain(scorer, "I love you but you have to go , no.", prior=0.3)
    assert compared.moved == pytest.approx(compared.after.scored.log_odds - compared.before.scored.log_odds)
    assert compared.changes == (Change((3, 4), (3, 3)), Change((5, 6), (4, 5)), Change((9, 9), (8, 10)))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a b c", "a b c", []),
        ("a b c", "a x c", [((1, 2), (1, 2))]),
        ("a", "b", [((0, 1), (0, 1))]),
        ("a a", "a a a", [((2, 2), (2, 3))]),
        ("a b c d", "b c d", [((0, 1), (0, 0))]),
    ],
)
def test_which_tokens_changed(before: str, after: str, expected: list[Any]) -> None:
    assert [(tuple(b), tuple(a)) for b, a in changes(before.split(), after.split())] == expected


def test_a_very_long_edit_is_one_change() -> None:
    assert changes(["a", *["b"] * 5000, "c"], ["a", *["d", "e"] * 2500, "c"]) == [Change((1, 5001), (1, 5001))]
