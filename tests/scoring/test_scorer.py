from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.calibration import Calibration
from gendertui.scoring.explain import explain
from gendertui.scoring.scorer import ScoredLine, Scorer
from gendertui.scoring.verdict import NO_KNOWN_WORD
from gendertui.scoring.wording import line_accuracy, line_verdict, unknown_words
from tests.builders.bundles import bundle, config_of, network

TEXTS = ["I love you, but I have to go.", "no", "Zanzibar!", "you you you", "I have to go. " * 40, "a  b"]


@pytest.fixture
def scorer(tmp_path: Path, rules: dict[str, Any]) -> Scorer:
    return Scorer(bundle(tmp_path / "model", rules))


def test_a_scored_line(scorer: Scorer) -> None:
    scored = scorer.score(TEXTS[0])
    logit = float(scorer.engine([scorer.encode(TEXTS[0]).ids])[0])
    assert scored.tokens == ["I", "love", "you", ",", "but", "I", "have", "to", "go", "."]
    assert (scored.words, scored.unknown_words) == (8, 0)
    assert scored.probability == pytest.approx(1 / (1 + np.exp(-(0.7 * logit + 0.2))))
    assert scored.probabilities == {"m": pytest.approx(1 - scored.probability), "f": scored.probability}
    assert (scored.text, scored.prior, scored.model) == (TEXTS[0], 0.5, "small")
    assert scored.log_odds == pytest.approx(0.7 * logit + 0.2)
    some = scorer.score("Zanzibar , Zanzibar no")
    assert (some.words, some.unknown_words, some.has_known_word) == (3, 2, True)
    assert unknown_words(some) == "2 of 3 words unknown"


def test_weights_too_large_for_an_answer_give_none(tmp_path: Path, rules: dict[str, Any]) -> None:
    huge = {
        key: np.full(tensor.shape, 3e38, np.float32) for key, tensor in network("pooled-bilstm").state_dict().items()
    }
    with np.errstate(all="ignore"), pytest.raises(GendertuiError, match="not finite") as caught:
        Scorer(bundle(tmp_path / "model", rules, tensors=huge)).score("no")
    assert caught.value.code == ExitCode.MODEL


def test_a_prior_adds_its_log_odds(scorer: Scorer) -> None:
    even, rare = scorer.score("no"), scorer.score("no", prior=0.1)
    odds = even.probability / (1 - even.probability) / 9
    assert rare.probability == pytest.approx(odds / (1 + odds))
    assert rare.prior == 0.1
    assert rare.log_odds == even.log_odds


@pytest.mark.parametrize(
    ("intercept", "label"),
    [(-3.0, "m"), (-0.21, "m"), (-0.19, None), (0.0, None), (0.19, None), (0.21, "f"), (3.0, "f")],
)
def test_the_label_and_when_there_is_none(
    tmp_path: Path, rules: dict[str, Any], intercept: float, label: str | None
) -> None:
    made = bundle(tmp_path / "model", rules, calibration=Calibration(0.0, intercept))
    assert Scorer(made).score("no").label == label


@pytest.mark.parametrize(
    "text", ["qwxz zzkk vvv", "日本語のせりふです", "Я иду домой", "🙂", "http://example.org/x", "…!", ", . qwxz"]
)
@pytest.mark.parametrize("prior", [0.5, 0.9])
def test_of_a_line_without_a_known_word_nothing_is_told(
    tmp_path: Path, rules: dict[str, Any], text: str, prior: float
) -> None:
    scorer = Scorer(bundle(tmp_path / "model", rules, calibration=Calibration(1.0, 3.0)))
    scored = scorer.score(text, prior)
    value = scored.to_json()
    assert (scored.label, value["label"]) == (None, None)
    assert value["note"] == NO_KNOWN_WORD
    assert value["probabilities"]["f"] == pytest.approx(scored.probability, abs=1e-6)
    assert line_verdict(scored) == f"can't tell ({NO_KNOWN_WORD})"
    assert unknown_words(scored) == ""
    assert line_accuracy(scored, scorer.record) is None
    (many,) = scorer.score_many([text], prior)
    assert isinstance(many, ScoredLine) and many.label is None
    # One known word is enough for an answer.
    assert scorer.score(f"{text} love", prior).label is not None


def test_json(scorer: Scorer) -> None:
    value = json.loads(json.dumps(scorer.score("no").to_json()))
    assert list(value) == ["text", "label", "probabilities", "prior", "model"]
    assert list(value["probabilities"]) == ["m", "f"]
    assert sum(value["probabilities"].values()) == pytest.approx(1)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\xa0"])
def test_nothing_to_score(scorer: Scorer, text: str) -> None:
    with pytest.raises(GendertuiError, match="nothing to score") as caught:
        scorer.score(text)
    assert caught.value.code == ExitCode.DATA


def test_many_lines_are_answered_in_their_order_each_as_if_alone(scorer: Scorer) -> None:
    texts = [TEXTS[4], "", *TEXTS[:3], " ", "no " * 700]
    many = scorer.score_many(texts, prior=0.3)
    for text, answer in zip(texts, many, strict=True):
        if text.strip():
            assert isinstance(answer, ScoredLine)
            alone = scorer.score(text, prior=0.3)
            assert (answer.text, answer.tokens, answer.words) == (text, alone.tokens, alone.words)
            assert answer.probability == pytest.approx(alone.probability, abs=1e-6)
        else:
            assert isinstance(answer, GendertuiError)
            assert "empty" in answer.what
    assert scorer.score_many([]) == []


@pytest.mark.parametrize("prior", [0.0, 1.0, -1.0, 2.0, float("nan")])
def test_a_prior_that_is_no_rate(scorer: Scorer, prior: float) -> None:
    with pytest.raises(GendertuiError, match="no rate") as caught:
        scorer.score("no", prior=prior)
    assert caught.value.code == ExitCode.USAGE


def test_a_long_line_is_cut_as_in_training(tmp_path: Path, rules: dict[str, Any]) -> None:
    made = bundle(tmp_path / "model", rules, config={**config_of("pooled-bilstm"), "max_length": 3})
    scored = Scorer(made).score("I love you too much")
    assert scored.tokens == ["I", "love", "you"]
    assert scored.probability == Scorer(made).score("I love you").probability
    assert scored.notes == ["only the first 3 of its 5 tokens are read"]
    assert (
        [scored.to_json()["note"]] == [explain(Scorer(made), "I love you too much").to_json()["note"]] == scored.notes
    )
    assert "note" not in Scorer(made).score("I love you").to_json()


def test_control_characters_and_markup_are_text(scorer: Scorer) -> None:
    scored = scorer.score("\x1b[31m[red]no[/red]\x00")
    assert "no" in "".join(scored.tokens)


def test_scoring_loads_numpy_and_nothing_heavier(tmp_path: Path, rules: dict[str, Any]) -> None:
    folder = bundle(tmp_path / "model", rules).folder
    code = (
        "import sys\n"
        "from gendertui.model.bundle.bundle import Bundle\n"
        "from gendertui.scoring.scorer import Scorer\n"
        "assert Scorer(Bundle.load(sys.argv[1])).score('I love you, I can\\'t go...').tokens\n"
        "print(*{name.split('.')[0] for name in sys.modules})\n"
    )
    result = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    heavy = {"torch", "spacy", "sklearn", "imblearn", "scipy", "pandas", "pyarrow", "pydantic", "textual"}
    assert heavy.isdisjoint(result.stdout.split())


def test_a_network_of_the_future(tmp_path: Path, rules: dict[str, Any]) -> None:
    with pytest.raises(GendertuiError, match="'transformer' is not known") as caught:
        Scorer(bundle(tmp_path / "model", rules, network="transformer"))
    assert "pooled-bilstm" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "change",
    [{"hidden_size": 7}, {"num_layers": 1}, {"num_layers": 3}, {"embedding_dim": 4}, {"hidden_size": None}],
)
def test_a_configuration_that_does_not_fit(tmp_path: Path, rules: dict[str, Any], change: dict[str, Any]) -> None:
    with pytest.raises(GendertuiError) as caught:
        Scorer(bundle(tmp_path / "model", rules, config={**config_of("pooled-bilstm"), **change}))
    assert caught.value.code == ExitCode.MODEL
