"""A model written as ONNX says what torch says, and what the program's own scorer says."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import gendertui
from gendertui.cli.root import run as cli
from gendertui.cli.terminal.exit import run_command
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.networks import NETWORKS
from gendertui.model.onnx import export
from gendertui.scoring.engine import Ids, NumpyEngine
from gendertui.scoring.scorer import Scorer
from gendertui.text.vocabulary import PAD
from gendertui.training.engine import TorchEngine
from tests.builders import bundles

CLOSE = 1e-5
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "python.md").read_text(encoding="utf-8")

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


@pytest.fixture(scope="session")
def rules() -> dict[str, Any]:
    return Bundle.load(store.shipped_folder()).tokenizer_rules()


def run(path: Path, encoded: list[Ids], padding: int = PAD) -> NDArray[np.float32]:
    """[lines, 2] what onnxruntime says."""
    lengths = np.array([len(ids) for ids in encoded], np.int64)
    tokens = np.full((len(encoded), lengths.max()), padding, np.int64)
    for row, ids in enumerate(encoded):
        tokens[row, : len(ids)] = ids
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"tokens": tokens, "lengths": lengths})
    assert found.dtype == np.float32
    answer: NDArray[np.float32] = found
    return answer


def wanted(bundle: Bundle, logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """[lines, 2] what these logits mean; the labels are m and f, in alphabetical order f and m."""
    positive = bundle.calibration.apply(logits)
    return np.stack([positive, 1 - positive], axis=1)


@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_says_what_torch_says(network: str, rules: dict[str, Any], tmp_path: Path) -> None:
    bundle = bundles.bundle(tmp_path / "own", rules, network)
    export.write(bundle, tmp_path / "own.onnx")
    random = np.random.default_rng(7)
    words = len(bundle.vocabulary)
    of_several = [random.integers(0, words, size).astype(np.int32) for size in (1, 9, 3, 30, 1, 2, 17, 9)]
    of_one = [random.integers(0, words, 4).astype(np.int32) for _ in range(3)]
    spread = 0.0
    for encoded in (of_several, of_one, of_several[3:4], of_several[:1]):
        found = run(tmp_path / "own.onnx", encoded)
        np.testing.assert_allclose(found, wanted(bundle, TorchEngine(bundle, "cpu")(encoded)), atol=CLOSE)
        np.testing.assert_allclose(found, wanted(bundle, NumpyEngine(bundle)(encoded)), atol=CLOSE)
        # What stands behind a line's end is not looked at.
        np.testing.assert_allclose(run(tmp_path / "own.onnx", encoded, padding=words - 1), found, atol=1e-6)
        spread = max(spread, float(np.ptp(found[:, 0])))
    assert spread > 0.1


def test_the_shipped_model_says_the_same_of_real_lines(sample_corpus: Corpus, tmp_path: Path) -> None:
    bundle = Bundle.load(store.shipped_folder())
    export.write(bundle, tmp_path / "films.onnx")
    scorer = Scorer(bundle)
    lines = [line for line in sample_corpus.column("text").to_pylist() if line.strip()][:100]
    encoded = [scorer.encode(line).ids for line in lines]
    found = run(tmp_path / "films.onnx", encoded)
    np.testing.assert_allclose(found, wanted(bundle, TorchEngine(bundle, "cpu")(encoded)), atol=CLOSE)
    np.testing.assert_allclose(found[:, 0], [scorer.score(line).probability for line in lines], atol=CLOSE)


def test_what_it_is_stands_in_it(rules: dict[str, Any], tmp_path: Path) -> None:
    bundle = bundles.bundle(tmp_path / "own", rules)
    path, vocabulary, tokenizer = export.write(bundle, tmp_path / "own.v1.onnx")
    assert (vocabulary.name, tokenizer.name) == ("own.v1.vocabulary.json", "own.v1.tokenizer.json")
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    assert [(each.domain, each.version) for each in model.opset_import] == [("", 17)]
    assert {each.key: each.value for each in model.metadata_props} == {"name": "small", "labels": '["f", "m"]'}
    assert json.loads(tokenizer.read_bytes()) == rules
    assert json.loads(vocabulary.read_bytes()) == {
        "labels": ["f", "m"],
        "max_length": None,
        "unknown": 0,
        "padding": 1,
        "words": list(bundle.vocabulary.words),
    }
    again = tmp_path / "again.onnx"
    export.write(bundle, again)
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("taken", ["own.onnx", "own.vocabulary.json", "own.tokenizer.json"])
def test_nothing_is_overwritten(taken: str, rules: dict[str, Any], tmp_path: Path) -> None:
    bundle = bundles.bundle(tmp_path / "own", rules)
    (tmp_path / taken).write_text("mine")
    with pytest.raises(GendertuiError, match="there is something already") as caught:
        export.write(bundle, tmp_path / "own.onnx")
    assert caught.value.where == str(tmp_path / taken)
    assert [each.name for each in tmp_path.glob("own.*")] == [taken]


def test_an_export_that_fails_leaves_nothing(
    rules: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = bundles.bundle(tmp_path / "own", rules)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export.files, "write_atomic", full)  # type: ignore[attr-defined]
    with pytest.raises(OSError, match="No space"):
        export.write(bundle, tmp_path / "own.onnx")
    assert not list(tmp_path.glob("own.*"))


def test_what_cannot_be_written_is_said(rules: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gendertui.model.onnx.networks import GRAPHS  # Needs onnx, which the tests can do without.

    bundle = bundles.bundle(tmp_path / "own", rules)
    with monkeypatch.context() as small:
        small.setattr(export, "MOST_BYTES", 100)
        with pytest.raises(GendertuiError, match="too large for ONNX"):
            export.write(bundle, tmp_path / "own.onnx")
    with monkeypatch.context() as fewer:
        fewer.delitem(GRAPHS, bundle.network)
        with pytest.raises(GendertuiError, match="pooled-bilstm cannot be written as ONNX\nThese can: tutorial-lstm"):
            export.write(bundle, tmp_path / "own.onnx")
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(GendertuiError, match="not installed") as caught:
        export.write(bundle, tmp_path / "own.onnx")
    assert caught.value.hint == "Install it: pip install 'gendertui[onnx]'"
    assert caught.value.code == ExitCode.USAGE
    assert not list(tmp_path.glob("own.*"))


def test_the_command_and_the_page_make_the_same_of_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    command = ["models", "export", "290", "films.onnx"]
    assert run_command(lambda: cli(command)) == 0
    written = [f"films{ending}" for ending in (".onnx", ".vocabulary.json", ".tokenizer.json")]
    assert capsys.readouterr().out.split() == written
    assert run_command(lambda: cli(command)) == ExitCode.USAGE
    assert "films.onnx: there is something already" in capsys.readouterr().err
    code = re.search(r"## ONNX\n.*?```python\n(.*?)```", PAGE, re.DOTALL)
    assert code is not None
    world: dict[str, Any] = {}
    exec(code[1], world)
    lines = ["I love  you,\tdarling.", "SHUT UP!", "Don't you dare... 5:30 p.m. o'clock?", "word " * 100, "(xqzzt)"]
    model = gendertui.load("films-290")
    assert tuple(world["known"]["labels"]) == model.labels
    np.testing.assert_allclose(world["probabilities"](lines), model.predict_proba(lines), atol=CLOSE)
