"""What programs import: its numbers are those of ``predict``, its names stay, and a pickled model finds its bundle."""

from __future__ import annotations

import copy
import inspect
import json
import os
import pickle
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, assert_type

import numpy as np
import pandas
import pyarrow as pa
import pytest
from numpy.typing import NDArray
from sklearn.base import clone, is_classifier
from sklearn.calibration import calibration_curve
from sklearn.frozen import FrozenEstimator
from sklearn.inspection import permutation_importance
from sklearn.metrics import get_scorer, roc_auc_score
from sklearn.model_selection import cross_val_score
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_info, threadpool_limits

import gendertui
from gendertui import blas
from gendertui.api import model as api_model
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle
from gendertui.model.calibration import CharacterCalibration
from gendertui.model.networks import NETWORKS
from gendertui.scoring.characters import CharacterScorer
from gendertui.scoring.prior import Prior
from gendertui.scoring.scorer import Scorer
from gendertui.scoring.speakers import Speakers
from tests.builders import bundles

LINES = ["I love you, darling.", "Shut up, man!", "rain", "A word that none knows: xqzzt."]
PAGE = (Path(__file__).resolve().parents[1] / "docs" / "python.md").read_text(encoding="utf-8")


@pytest.fixture
def model() -> gendertui.Model:
    return gendertui.load("films-290")


@pytest.fixture(scope="session")
def rules() -> dict[str, Any]:
    rules: dict[str, Any] = json.loads((store.shipped_folder() / "tokenizer.json").read_bytes())
    return rules


def block(heading: str) -> str:
    """The code below a heading of the page."""
    found = re.search(rf"^#+ {heading}\n.*?```python\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_names_are_the_promised_ones() -> None:
    assert set(gendertui.__all__) == {"Explanation", "GendertuiError", "Model", "__version__", "load"}
    assert set(gendertui.__all__) <= set(dir(gendertui))
    public = {
        name: str(inspect.signature(value)) if inspect.isfunction(value) else "property"
        for name, value in vars(gendertui.Model).items()
        if not name.startswith("_")
    }
    assert {"load": str(inspect.signature(gendertui.load)), **public} == {
        "load": "(model: 'str | PathLike[str] | None' = None, *, missing: 'Missing' = 'error') -> 'Model'",
        "name": "property",
        "labels": "property",
        "classes_": "property",
        "predict": "(self, lines: 'Iterable[Any]') -> 'NDArray[Any]'",
        "predict_proba": "(self, lines: 'Iterable[Any]') -> 'Floats'",
        "explain": "(self, line: 'str') -> 'Explanation'",
        "score_characters": (
            "(self, frame: 'Any', *, text: 'str' = 'text', speaker: 'str' = 'speaker_id', "
            "group: 'str | None' = 'group_id', conversation: 'str | None' = None, position: 'str | None' = None) "
            "-> 'dict[str, NDArray[Any]]'"
        ),
        "score": "(self, lines: 'Iterable[Any]', labels: 'Iterable[Any]', sample_weight: 'Any' = None) -> 'float'",
        "fit": "(self, *_: 'object', **__: 'object') -> 'NoReturn'",
        "get_params": "(self, deep: 'bool' = True) -> 'dict[str, Any]'",
    }
    assert list(inspect.signature(gendertui.Explanation).parameters) == [
        *("text", "label", "probabilities", "tokens", "attributions", "towards", "notes")
    ]
    with pytest.raises(AttributeError, match="no attribute 'unload'"):
        _ = gendertui.unload


@pytest.mark.parametrize("network", NETWORKS)
def test_probabilities_are_those_of_predict(network: str, rules: dict[str, Any], tmp_path: Path) -> None:
    bundle = bundles.bundle(tmp_path / "own", rules, network)
    scorer = Scorer(bundle)
    model = gendertui.load(tmp_path / "own")
    assert model.labels == ("f", "m")
    assert bundle.labels == ("m", "f")
    found = assert_type(model.predict_proba(LINES), NDArray[np.float64])
    assert found.shape == (len(LINES), 2)
    scored = [scorer.score(line) for line in LINES]
    np.testing.assert_allclose(found, [[each.probabilities[label] for label in "fm"] for each in scored], atol=1e-6)
    likelier = [max(each.probabilities, key=each.probabilities.__getitem__) for each in scored]
    assert model.predict(LINES).tolist() == likelier
    assert model.score(LINES, likelier) == 1.0
    assert model.score(LINES, ["", *likelier[1:]], sample_weight=[3, 1, 1, 1]) == 0.5
    with pytest.raises(ValueError, match=r"for 4 lines there are labels of shape \(1,\)"):
        model.score(LINES, likelier[:1])


def test_a_model_is_found_as_by_models_use(model: gendertui.Model) -> None:
    for name in (None, "290", store.shipped_folder(), str(store.shipped_folder())):
        assert gendertui.load(name).name == model.name == "films-290"
    with pytest.raises(gendertui.GendertuiError, match="there is no model 'nobody'") as caught:
        gendertui.load("nobody")
    assert caught.value.code == ExitCode.MODEL
    with pytest.raises(ValueError, match="missing is 'drop'"):
        gendertui.load(missing="drop")  # type: ignore[arg-type]


HOLDERS: dict[str, Callable[[list[str]], Any]] = {
    "tuple": tuple,
    "iterator": iter,
    "numpy": np.array,
    "numpy of objects": lambda lines: np.array(lines, object),
    "column": lambda lines: np.array(lines)[:, None],
    "pandas": pandas.Series,
    "pandas with its own index": lambda lines: pandas.Series(lines, index=range(9, 9 - len(lines), -1)),
    "categories": lambda lines: pandas.Series(lines, dtype="category"),
    "frame": lambda lines: pandas.DataFrame({"any": lines}),
    "pyarrow": pa.array,
    "table": lambda lines: pa.table({"any": lines}),
    "chunks": lambda lines: pa.chunked_array([lines[:1], lines[1:]]),
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_lines_come_from_whatever_holds_them(model: gendertui.Model, holder: str) -> None:
    np.testing.assert_array_equal(model.predict_proba(HOLDERS[holder](LINES)), model.predict_proba(LINES))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("rain", r"this is one text.*\n.*\[line\]"),
        (b"rain", "this is one text"),
        ({"rain": 1}, "a dict is no list of lines"),
        ({"rain", "snow"}, "a set is no list of lines"),
        (None, "a NoneType is no list of lines"),
        (np.array([["a", "b"]]), r"ndarray of shape \(1, 2\) is no list"),
        (pandas.DataFrame({"a": ["x"], "b": ["y"]}), r"DataFrame of shape \(1, 2\) is no list"),
        (["a", None], r"1 of 2 lines cannot be scored: lines\[1\] is missing \(None\)"),
        (pandas.Series(["a", None, "b"]), r"lines\[1\] is missing"),
        (["a", float("nan")], r"lines\[1\] is missing \(nan\)"),
        (["a", pandas.NA], r"lines\[1\] is missing \(<NA>\)"),
        ([" \t\n", "a", ""], r"2 of 3 lines cannot be scored: lines\[0\] is empty, lines\[2\] is empty\n"),
        ([""] * 9, r"9 of 9 .*lines\[4\] is empty, …"),
        (["a", 3], r"lines\[1\] is of type int, which is no text\nGive texts"),
        (pa.table({"a": ["x"], "b": ["y"]}), r"Table of shape \(1, 2\) is no list"),
    ],
)
def test_what_is_no_list_of_lines_is_refused(model: gendertui.Model, lines: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        model.predict_proba(lines)
    error = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(error, gendertui.GendertuiError)
    assert str(error) == str(caught.value)


def test_missing_lines_have_no_score_where_that_is_wanted() -> None:
    model = gendertui.load(missing="nan")
    lines = ["rain", None, "", float("nan"), pandas.NA, "snow"]
    found = model.predict_proba(lines)
    assert np.isnan(found).all(axis=1).tolist() == [False, True, True, True, True, False]
    np.testing.assert_array_equal(found[[0, 5]], gendertui.load().predict_proba(["rain", "snow"]))
    assert [label is None for label in model.predict(lines)] == [False, True, True, True, True, False]
    assert model.predict_proba([None]).shape == (1, 2)
    with pytest.raises(ValueError, match="is of type int"):
        model.predict_proba([3])


def test_no_lines_have_no_scores(model: gendertui.Model) -> None:
    assert model.predict_proba([]).shape == (0, 2)
    assert model.predict([]).tolist() == []


def test_lines_are_held_some_at_a_time(model: gendertui.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = model.predict_proba(LINES * 5)
    monkeypatch.setattr(api_model, "_CHUNK_LINES", 3)
    scorer, sizes = model._scorer, []
    engine = scorer.engine

    def counted(encoded: Any) -> Any:
        sizes.append(len(encoded))
        return engine(encoded)

    monkeypatch.setattr(scorer, "engine", counted)
    np.testing.assert_allclose(model.predict_proba(LINES * 5), whole, atol=1e-6)
    assert sizes == [3] * 6 + [2]


def test_a_line_is_explained_as_by_predict(model: gendertui.Model) -> None:
    found = model.explain(LINES[0])
    assert found.text == LINES[0]
    assert list(found.probabilities) == ["f", "m"]
    np.testing.assert_allclose(list(found.probabilities.values()), model.predict_proba(LINES[:1])[0], atol=1e-6)
    assert (found.label, found.towards, found.notes) == ("f", "f", ())
    by_token = dict(zip(found.tokens, found.attributions, strict=True))
    assert by_token["darling"] is not None and by_token["darling"] > 0
    assert model.explain("xqzzt").label is None
    assert "no word" in model.explain("xqzzt").notes[0]
    for wrong in ("", None, 3):
        with pytest.raises(ValueError, match=r"lines\[0\]"):
            model.explain(wrong)  # type: ignore[arg-type]


@pytest.fixture
def lines(sample_corpus: Corpus) -> pandas.DataFrame:
    """The bundled sample as a frame."""
    frame: pandas.DataFrame = sample_corpus.table.to_pandas()
    return frame


def test_speakers_score_as_by_predict(model: gendertui.Model, lines: pandas.DataFrame, sample_corpus: Corpus) -> None:
    scorer = Scorer(Bundle.load(store.shipped_folder()))
    wanted = list(Speakers(sample_corpus, unlabelled=False).scored(scorer, CharacterScorer.of(scorer, Prior())))
    found = model.score_characters(lines, position="line_id")
    assert list(found) == ["speaker", "group", "lines", "probability_f", "probability_m", "label"]
    assert found["lines"].tolist() == [0 if each.score is None else each.score.lines for each in wanted]
    assert found["label"].tolist() == [None if each.score is None else each.score.label for each in wanted]
    scores = [each.score for each in wanted]
    probabilities = np.array([None if score is None else score.probability for score in scores], np.float64)
    np.testing.assert_allclose(found["probability_f"], probabilities, atol=1e-9)
    np.testing.assert_allclose(found["probability_f"] + found["probability_m"], 1)
    ids = sample_corpus.column("speaker_id").take(pa.array([each.row for each in wanted])).to_pylist()
    assert found["speaker"].tolist() == ids


def test_columns_come_from_whatever_holds_them(model: gendertui.Model, lines: pandas.DataFrame) -> None:
    some = lines.head(300)
    wanted = model.score_characters(some, position="line_id")
    frame = some.rename(columns={"text": "body", "speaker_id": "who", "group_id": "film"})
    mapping = {name: frame[name].tolist() for name in ("body", "who", "film", "line_id")}
    for other in (frame, pa.Table.from_pandas(frame), mapping):
        again = model.score_characters(other, text="body", speaker="who", group="film", position="line_id")
        for name, values in wanted.items():
            np.testing.assert_array_equal(again[name], values)


def test_what_is_not_known_of_speakers_counts_for_nothing(model: gendertui.Model) -> None:
    frame: dict[str, list[Any]] = {
        "text": ["I love you.", "Shut up, man!", None, "xqzzt", "Hello, darling."],
        "who": [7, 8, 7, 9, None],
        "scene": [1, 1, 1, 1, 1],
        "place": [1, 2, 3, 4, 5],
    }
    found = model.score_characters(frame, speaker="who", group="scene", conversation="scene", position="place")
    assert found["speaker"].tolist() == [7, 8, 9]
    assert found["lines"].tolist() == [1, 1, 0]
    assert found["label"].tolist()[2] is None
    assert np.isnan(found["probability_f"]).tolist() == [False, False, True]
    # What is said to somebody, and by the others there, counts where it is known.
    alone = model.score_characters(frame, speaker="who", group=None)
    assert list(alone) == ["speaker", "lines", "probability_f", "probability_m", "label"]
    assert not np.allclose(alone["probability_f"][:2], found["probability_f"][:2])
    for nobody in ({**frame, "who": [None] * 5}, {name: values[:0] for name, values in frame.items()}):
        empty = model.score_characters(nobody, speaker="who", group="scene")
        assert [len(values) for values in empty.values()] == [0] * 6


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (["rain"], "a list has no columns"),
        ({"text": ["a"]}, "no column 'who'\nIts columns: text. Say what yours are called"),
        ({"text": ["a"], "who": ["x"]}, "no column 'group_id'"),
        ({"text": [1], "who": ["x"], "group_id": ["g"]}, "'text' holds int64, which is no text"),
        ({"text": ["a", 1], "who": ["x", "x"], "group_id": ["g", "g"]}, "'text' cannot be read"),
        ({"text": ["a", "b"], "who": ["x"], "group_id": ["g", "g"]}, "of 2 lengths: 1, 2"),
        ({"text": ["a"], "who": [["x"]], "group_id": ["g"]}, "'who' cannot be read as string"),
    ],
)
def test_a_frame_that_lacks_something_is_refused(model: gendertui.Model, frame: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        model.score_characters(frame, speaker="who")


def test_a_place_that_is_missing_is_refused(model: gendertui.Model) -> None:
    frame = {"text": ["a", "b"], "speaker_id": ["x", "x"], "group_id": ["g", "g"], "at": [1, None]}
    with pytest.raises(ValueError, match="'at' has no value in 1 rows"):
        model.score_characters(frame, position="at")


def test_speakers_score_by_the_mean_of_their_lines_where_the_model_has_no_more(
    rules: dict[str, Any], tmp_path: Path
) -> None:
    calibration = CharacterCalibration(2.0, 1.0, 0.1)
    scorer = Scorer(bundles.bundle(tmp_path / "own", rules, character_calibration=calibration))
    frame = {"text": ["I love you", "zzz", "no", "I have to go"], "speaker_id": ["a", "b", "a", "c"]}
    found = gendertui.load(tmp_path / "own").score_characters(frame, group=None)
    mean = (scorer.score("I love you").log_odds + scorer.score("no").log_odds) / 2
    wanted = [float(calibration.apply(mean, 2)), float(calibration.apply(scorer.score("I have to go").log_odds, 1))]
    assert found["lines"].tolist() == [2, 0, 1]
    np.testing.assert_allclose(found["probability_f"][[0, 2]], wanted, atol=1e-6)
    assert np.isnan(found["probability_f"][1])


def test_a_model_without_a_score_of_speakers_says_so(rules: dict[str, Any], tmp_path: Path) -> None:
    bundles.bundle(tmp_path / "own", rules)
    with pytest.raises(gendertui.GendertuiError, match="no score for speakers"):
        gendertui.load(tmp_path / "own").score_characters({})


# Pickled


def test_a_pickled_model_is_a_reference(model: gendertui.Model) -> None:
    data = pickle.dumps(model)
    assert len(data) < 1000
    for again in (pickle.loads(data), copy.deepcopy(model)):
        assert again._opened is None
        assert repr(again) == repr(model) == "gendertui.load('films-290')"
        np.testing.assert_array_equal(again.predict_proba(LINES), model.predict_proba(LINES))
    kept = pickle.loads(pickle.dumps(gendertui.load(missing="nan")))
    assert np.isnan(kept.predict_proba([None])).all()


def test_a_process_opens_what_was_sent_to_it(model: gendertui.Model) -> None:
    code = (
        "import json, pickle, sys; model = pickle.load(sys.stdin.buffer)\n"
        "found = model.predict_proba(json.loads(sys.argv[1])).tolist()\n"
        "heavy = {'torch', 'spacy', 'sklearn', 'pandas', 'pyarrow', 'scipy'}\n"
        "print(json.dumps([found, sorted(heavy & {name.split('.')[0] for name in sys.modules})]))"
    )
    command = [sys.executable, "-c", code, json.dumps(LINES)]
    done = subprocess.run(command, input=pickle.dumps(model), capture_output=True, check=True)
    found, heavy = json.loads(done.stdout)
    assert heavy == []
    np.testing.assert_allclose(found, model.predict_proba(LINES), atol=1e-6)


@pytest.fixture
def sent(rules: dict[str, Any], tmp_path: Path) -> Iterator[tuple[Path, bytes, NDArray[np.float64]]]:
    """A bundle, a model of it pickled, and what it says."""
    folder = tmp_path / "own"
    bundles.bundle(folder, rules)
    model = gendertui.load(folder)
    yield folder, pickle.dumps(model), model.predict_proba(LINES)


def test_a_bundle_that_has_gone_is_missed(sent: tuple[Path, bytes, NDArray[np.float64]]) -> None:
    folder, data, wanted = sent
    store.publish(folder, "small")
    shutil.rmtree(folder)
    # The store has the same, under any name.
    np.testing.assert_array_equal(pickle.loads(data).predict_proba(LINES), wanted)
    store.rename("small", "other")
    np.testing.assert_array_equal(pickle.loads(data).predict_proba(LINES), wanted)
    store.remove("other")
    with pytest.raises(gendertui.GendertuiError, match="is not on this machine") as caught:
        pickle.loads(data).predict_proba(LINES)
    assert caught.value.where == str(folder)
    assert "gendertui models pull HOST small" in str(caught.value)


def test_a_bundle_that_has_changed_is_refused(
    sent: tuple[Path, bytes, NDArray[np.float64]], rules: dict[str, Any]
) -> None:
    folder, data, _ = sent
    bundles.bundle(folder, rules, report={"other": 1})
    store.publish(folder, "small")
    for where in (folder, store.path() / "small"):
        with pytest.raises(gendertui.GendertuiError, match="is not the one that was sent here") as caught:
            pickle.loads(data).predict_proba(LINES)
        assert caught.value.where == str(where)
        shutil.rmtree(folder, ignore_errors=True)


def test_a_name_and_a_run_change_nothing_of_what_a_model_is(rules: dict[str, Any], tmp_path: Path) -> None:
    tensors = Bundle.load(store.shipped_folder())
    first = bundles.bundle(tmp_path / "first", rules).manifest
    assert first.contents_hash != tensors.manifest.contents_hash
    store.publish(tmp_path / "first", "other")
    store.rename_run("none", "any", [])
    assert Bundle.load(store.path() / "other").manifest.contents_hash == first.contents_hash


# Threads


def test_threads_share_a_model() -> None:
    wanted = gendertui.load().predict_proba(LINES * 5)
    for _ in range(3):
        model = pickle.loads(pickle.dumps(gendertui.load()))
        wrong: list[str] = []

        def score(model: gendertui.Model = model, wrong: list[str] = wrong) -> None:
            if not np.array_equal(model.predict_proba(LINES * 5), wanted):
                wrong.append("another answer")

        threads = [threading.Thread(target=score) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong


def test_two_threads_that_begin_at_once_fill_one_table_of_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second makes no table of its own when the first is already filling one."""
    bundle = Bundle.load(store.shipped_folder())
    ids = np.arange(10)
    wanted = Bundle.load(store.shipped_folder()).embedding_rows(ids)
    second, done = threading.Event(), threading.Event()
    empty, calls = np.empty, []

    def interrupted(*words: Any) -> Any:
        calls.append(threading.current_thread().name)
        if len(calls) == 1:
            second.wait(0.3)  # Nobody comes where the other has to wait.
        else:
            second.set()
            done.wait(0.3)
        return empty(*words)

    monkeypatch.setattr(np, "empty", interrupted)
    found: list[NDArray[np.float32]] = []

    def first() -> None:
        found.append(bundle.embedding_rows(ids))
        done.set()

    threads = [threading.Thread(target=work) for work in (first, lambda: found.append(bundle.embedding_rows(ids)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_array_equal(bundle.embedding_rows(ids), wanted)
    assert len(calls) == 1


def test_blas_gets_its_threads_back_when_the_last_has_left() -> None:
    def limits() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    with threadpool_limits(limits=2, user_api="blas"):
        before = limits()
        assert set(before) == {2}
        first, second = blas.one_thread(), blas.one_thread()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert set(limits()) == {1}
        second.__exit__(None, None, None)
        assert limits() == before


# scikit-learn


def test_it_is_a_fitted_classifier(model: gendertui.Model) -> None:
    check_is_fitted(model)
    assert is_classifier(model)
    assert clone(model) is model
    assert model.classes_.tolist() == sorted(model.labels)
    assert model.get_params() == {"model": "films-290", "missing": "error"}
    with pytest.raises(gendertui.GendertuiError, match="is trained already"):
        model.fit(LINES, ["f", "m", "f", "m"])


@pytest.fixture
def labelled(lines: pandas.DataFrame) -> pandas.DataFrame:
    kept = lines[lines["label"].notna() & lines["text"].str.strip().ne("")]
    return kept.head(80)


def test_tools_of_scikit_learn_take_it(model: gendertui.Model, labelled: pandas.DataFrame) -> None:
    texts, labels = labelled["text"], labelled["label"]
    positive = model.predict_proba(texts)[:, 1]
    # Alphabetical classes: with the others the area would be that of the other label.
    area = roc_auc_score(labels == "m", positive)
    assert area > 0.5
    assert get_scorer("roc_auc")(model, texts, labels) == pytest.approx(area)
    right = np.where(labels == "m", positive, 1 - positive)
    assert get_scorer("neg_log_loss")(model, texts, labels) == pytest.approx(np.log(right).mean())
    assert get_scorer("accuracy")(model, texts, labels) == model.score(texts, labels)
    importance = permutation_importance(model, texts.to_frame(), labels, n_repeats=2, random_state=0)
    assert importance["importances"].shape == (1, 2)
    assert importance["importances_mean"][0] > 0
    assert len(cross_val_score(FrozenEstimator(model), texts.to_numpy(), labels.to_numpy(), cv=2)) == 2
    rates, means = calibration_curve(labels == "m", positive, n_bins=3)
    assert len(rates) == len(means)


@pytest.mark.long
def test_its_calibration_is_drawn(model: gendertui.Model, labelled: pandas.DataFrame) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed: pip install '.[long]'").use("agg")
    from sklearn.calibration import CalibrationDisplay

    texts, labels = labelled["text"], labelled["label"]
    drawn = CalibrationDisplay.from_estimator(model, texts, labels, n_bins=3)
    rates, means = calibration_curve(labels == "m", model.predict_proba(texts)[:, 1], n_bins=3)
    np.testing.assert_allclose(drawn.prob_true, rates)
    np.testing.assert_allclose(drawn.prob_pred, means)
    print(f"drawn: {len(rates)} points of {len(labels)} lines")


# The page


def test_the_page_does_what_it_says() -> None:
    world: dict[str, Any] = {}
    exec("\n".join([block("From Python"), block("What there is"), block("scikit-learn")]), world)
    model, lines, speakers = (world[name] for name in ("model", "lines", "speakers"))
    shown = re.search(r"# \[\[(.*?), (.*?)\], \[(.*?), (.*?)\]\]", PAGE)
    assert shown is not None
    found = model.predict_proba(["I love you.", "Shut up, man!"])
    np.testing.assert_allclose(np.array(shown.groups(), float), found.ravel(), atol=0.005)
    assert "".join(model.labels) == "fm"
    assert lines["f"].between(0, 1).all()
    assert speakers["speaker"].tolist() == ["Ann", "Bob", "Ann"]
    assert speakers["group"].tolist() == ["one", "one", "two"]


def test_the_page_names_every_argument() -> None:
    for name, function in (("gendertui.load", gendertui.load), ("score_characters", gendertui.Model.score_characters)):
        signature = inspect.signature(function)
        for parameter in signature.parameters.values():
            if parameter.kind == parameter.KEYWORD_ONLY:
                default = f'"{parameter.default}"' if parameter.default else "None"
                said = re.search(rf"\*\*`[^`]*{name}\(([^`]*)\)`\*\*", PAGE)
                assert said is not None
                assert f"{parameter.name}={default}" in said[1]


@pytest.mark.long
@pytest.mark.parametrize(("engine", "package"), [("Dask", "dask.distributed"), ("Ray", "ray"), ("Spark", "pyspark")])
def test_an_engine_scores_as_the_page_says(
    engine: str, package: str, model: gendertui.Model, lines: pandas.DataFrame, tmp_path: Path
) -> None:
    pytest.importorskip(package, reason=f"{engine} is not installed; docs/development.md says how")
    given = tmp_path / "lines.parquet"
    given.mkdir()
    parts = np.array_split(np.arange(len(lines)), 8)
    for number, rows in enumerate(parts):
        lines[["line_id", "text"]].iloc[rows].to_parquet(given / f"{number}.parquet")
    script = tmp_path / "score.py"
    script.write_text(block(engine), encoding="utf-8")
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    done = subprocess.run([sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    scored = pandas.read_parquet(tmp_path / "scored.parquet").set_index("line_id").loc[lines["line_id"]]
    assert scored["text"].tolist() == lines["text"].tolist()
    said = scored["text"].str.strip().ne("")
    wanted = model.predict_proba(scored["text"][said])[:, 0]
    np.testing.assert_allclose(scored["probability_f"][said], wanted, atol=1e-6)
    assert scored["probability_f"][~said].isna().all()
    print(f"{engine}: {len(scored):,} lines in {len(parts)} files, as in one process")
