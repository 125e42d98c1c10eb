"""A bundle comes back as it was written, and every way it can be broken is said in words."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendertui import files
from gendertui.corpus.units import FILM_UNITS
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.bundle.bundle import Bundle, copy_bundle, write_bundle
from gendertui.model.bundle.manifest import (
    CARD,
    EMBEDDING,
    MANIFEST,
    REPORT,
    SMALL_FILES,
    TOKENIZER,
    VOCABULARY,
    WEIGHTS,
)
from gendertui.model.calibration import Calibration, CharacterCalibration
from gendertui.text.vocabulary import SPECIALS, Vocabulary
from tests.builders.damage import signed

WORDS = 600
DIM = 4
FILES = [*SMALL_FILES, MANIFEST, WEIGHTS]
RULES: dict[str, Any] = {
    "format": 1,
    "spacy_version": "3.8.0",
    "whitespace_tokens": "drop",
    "lowercase": True,
    "prefix": r"^\(",
    "suffix": r"[.!?,]$",
    "infix": "-",
    "token_match": None,
    "url_match": None,
    "special_cases": {"don't": ["do", "n't"]},
    "phrases": {},
    "plain_letters": False,
}
VOCABULARY_WORDS = Vocabulary([*SPECIALS, *(f"word{number}" for number in range(WORDS - 2))])


def tensors(dtype: str = "float32") -> dict[str, np.ndarray[Any, Any]]:
    random = np.random.default_rng(7)
    return {
        EMBEDDING: random.normal(size=(WORDS, DIM)).astype(dtype),
        "output.weight": random.normal(size=(1, 8)).astype(dtype),
        "output.bias": random.normal(size=1).astype(dtype),
    }


def write(folder: Path, **changes: Any) -> Path:
    content: dict[str, Any] = {
        "name": "a name",
        "network": "pooled-bilstm",
        "config": {"hidden_size": 2, "vectors": "/home/someone/my.glove.txt"},
        "labels": ("m", "f"),
        "units": FILM_UNITS,
        "calibration": Calibration(1.5, -0.25),
        "vocabulary": VOCABULARY_WORDS,
        "tokenizer_rules": RULES,
        "tensors": tensors(),
        "report": {"schema": 1, "sentence": "It knows little."},
        "card": "# Card\n",
    }
    write_bundle(folder, **{**content, **changes})
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "model")


def use_all(folder: Path) -> tuple[Any, ...]:
    """Everything a bundle has to give."""
    bundle = Bundle.load(folder)
    bundle.verify()
    rows = bundle.embedding_rows(np.arange(WORDS))
    values = {name: value.tolist() for name, value in bundle.tensors().items()}
    return bundle.manifest, bundle.vocabulary.words, bundle.report(), bundle.card(), values, rows.tolist()


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_it_comes_back(tmp_path: Path, dtype: str) -> None:
    given_tensors = tensors(dtype)
    bundle = Bundle.load(write(tmp_path / "new" / "model", tensors=given_tensors, run="20260101-run"))
    assert (bundle.name, bundle.network, bundle.labels) == ("a name", "pooled-bilstm", ("m", "f"))
    assert (bundle.calibration, bundle.prior) == (Calibration(1.5, -0.25), "even")
    assert bundle.manifest.run == "20260101-run"
    assert bundle.vocabulary.words == VOCABULARY_WORDS.words
    assert bundle.tokenizer("(Don't go-go!  Now") == ["(", "don't", "go", "-", "go", "!", "now"]
    assert bundle.report()["sentence"] == "It knows little."
    assert bundle.card() == "# Card\n"
    read = bundle.tensors()
    assert set(read) == {"output.weight", "output.bias"}
    for name, tensor in read.items():
        assert tensor.dtype == np.float32
        assert np.array_equal(tensor, given_tensors[name].astype(np.float32))
    ids = np.array([[0, 599], [256, 3]])
    rows = bundle.embedding_rows(ids)
    assert rows.dtype == np.float32
    assert np.array_equal(rows, given_tensors[EMBEDDING].astype(np.float32)[ids])
    assert bundle.shapes[EMBEDDING] == (WORDS, DIM)


def test_the_score_of_characters_comes_back_and_may_be_absent(folder: Path, tmp_path: Path) -> None:
    # Bundles of version 0.1 have none.
    assert Bundle.load(folder).character_calibration is None
    assert "character_calibration" not in json.loads((folder / MANIFEST).read_bytes())
    given = CharacterCalibration(slope=12.5, half_lines=20.25, intercept=-0.125)
    write(tmp_path / "other", character_calibration=given)
    assert Bundle.load(tmp_path / "other").character_calibration == given
    copy_bundle(tmp_path / "other", tmp_path / "copy", "copied")
    assert Bundle.load(tmp_path / "copy").character_calibration == given


def test_what_stands_in_the_folder(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(FILES)
    assert [path.name for path in folder.parent.iterdir()] == ["model"]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())


def test_it_says_nothing_about_the_machine(folder: Path) -> None:
    assert Bundle.load(folder).config["vectors"] == "my.glove.txt"
    assert not any(b"someone" in path.read_bytes() for path in folder.iterdir())


def test_only_the_rows_needed_are_read(folder: Path) -> None:
    """The block of a damaged row is refused; lines that do not need it are scored."""
    data = bytearray((folder / WEIGHTS).read_bytes())
    damaged = data.index(tensors()[EMBEDDING][300].tobytes())
    data[damaged] ^= 1
    (folder / WEIGHTS).write_bytes(data)
    bundle = Bundle.load(folder)
    assert np.array_equal(bundle.embedding_rows(np.array([0, 255, 512, 599])), tensors()[EMBEDDING][[0, 255, 512, 599]])
    with pytest.raises(GendertuiError, match="rows 256 to 511"):
        bundle.embedding_rows(np.array([256]))


def test_writing_again_replaces(folder: Path) -> None:
    write(folder, name="another")
    assert Bundle.load(folder).name == "another"
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_a_write_that_fails_leaves_what_was_there(folder: Path) -> None:
    with pytest.raises(ValueError, match="float64"):
        write(folder, name="another", tensors={**tensors(), "output.bias": np.zeros(1)})
    assert Bundle.load(folder).name == "a name"
    assert [path.name for path in folder.parent.iterdir()] == ["model"]


def test_another_folder_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("dear")
    with pytest.raises(GendertuiError, match="not a model"):
        write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_a_bundle_that_is_just_being_replaced_is_still_one(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "copy"
    copy_bundle(folder, place, "first")
    with ThreadPoolExecutor(1) as pool:
        with files.locked(tmp_path):  # As another publisher holds it while it renames.
            (place / MANIFEST).rename(tmp_path / "manifest")
            second = pool.submit(copy_bundle, folder, place, "second")
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)
            (tmp_path / "manifest").rename(place / MANIFEST)
        second.result()
    assert Bundle.load(place).manifest.name == "second"


def test_a_copy_has_its_own_name(folder: Path, tmp_path: Path) -> None:
    copy_bundle(folder, tmp_path / "copy", "other name")
    assert Bundle.load(tmp_path / "copy").name == "other name"
    assert use_all(tmp_path / "copy")[1:] == use_all(folder)[1:]


# The ways to be broken


def edit_manifest(folder: Path, change: Callable[[dict[str, Any]], Any], sign: bool = True) -> None:
    path = folder / MANIFEST
    value = json.loads(path.read_bytes())
    change(value)
    path.write_text(json.dumps(signed(value) if sign else value))


def check_broken(folder: Path, *words: str) -> None:
    with pytest.raises(GendertuiError) as caught:
        use_all(folder)
    assert caught.value.code == ExitCode.MODEL
    assert caught.value.hint
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("name", [VOCABULARY, TOKENIZER, WEIGHTS, REPORT, CARD])
def test_a_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    check_broken(folder, f"{name} is missing", str(folder))


@pytest.mark.parametrize("name", [VOCABULARY, TOKENIZER, WEIGHTS, REPORT, CARD])
def test_a_file_cut_short(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:-1])
    check_broken(folder, f"{name} is cut short")


@pytest.mark.parametrize("name", [VOCABULARY, TOKENIZER, WEIGHTS, REPORT, CARD])
def test_a_file_too_long(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    check_broken(folder, f"{name} is not the model's")


def test_no_model_at_all(tmp_path: Path) -> None:
    check_broken(tmp_path / "nowhere", "no such model folder")
    check_broken(tmp_path, "no bundle.json")


def test_a_foreign_one(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"model_type": "bert"}')
    check_broken(folder, "not a gendertui model")
    (folder / MANIFEST).write_text("[]")
    check_broken(folder, "not a gendertui model")


def test_a_newer_one(folder: Path) -> None:
    edit_manifest(folder, lambda value: value.update(version=2))
    check_broken(folder, "format 2", "newer gendertui")


def test_a_manifest_cut_short(folder: Path) -> None:
    (folder / MANIFEST).write_bytes((folder / MANIFEST).read_bytes()[:200])
    check_broken(folder, "cut short")


def test_an_edited_manifest(folder: Path) -> None:
    edit_manifest(folder, lambda value: value["calibration"].update(slope=2.0), sign=False)
    check_broken(folder, "edited")


@pytest.mark.parametrize("name", ["name", "network", "labels", "calibration", "files", "tensors", "config"])
def test_an_incomplete_manifest(folder: Path, name: str) -> None:
    edit_manifest(folder, lambda value: value.pop(name))
    check_broken(folder, "incomplete")


def test_a_manifest_that_points_elsewhere(folder: Path) -> None:
    edit_manifest(folder, lambda value: value["files"].update({"../secret": {"bytes": 1, "sha256": "0" * 64}}))
    check_broken(folder, "incomplete")


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("calibration", {"slope": float("nan")}),
        ("calibration", {"intercept": float("-inf")}),
        ("calibration", {"slope": "nan"}),
        ("calibration", {"intercept": "-inf"}),
        ("calibration", {"slope": True}),
        ("config", {"num_layers": 10**12}),
        ("config", {"hidden_size": 0}),
        ("config", {"max_length": -1}),
        ("config", {"max_length": "12"}),
        ("files", {WEIGHTS: {"bytes": 10**18, "sha256": None}}),
        ("files", {VOCABULARY: {"bytes": -1, "sha256": "0" * 64}}),
        ("tensors", {"output.weight": {"dtype": "F32", "shape": [10**12, 10**12], "sha256": ["0" * 64]}}),
        ("tensors", {"output.weight": {"dtype": "F32", "shape": [0, 8], "sha256": []}}),
        ("tensors", {"output.weight": {"dtype": "F32", "shape": [2] * 10**5, "sha256": ["0" * 64]}}),
        ("tensors", {"output.weight": {"dtype": "F64", "shape": [1, 8], "sha256": ["0" * 64]}}),
    ],
)
def test_numbers_that_no_model_has(folder: Path, part: str, change: dict[str, Any]) -> None:
    """Refused before anything of that size is tried, though all hashes agree."""
    edit_manifest(folder, lambda value: value[part].update(change))
    check_broken(folder, MANIFEST)


@pytest.mark.parametrize("change", [{"members": 10**12}, {"members": -1}, {"bigram_buckets": 10**12}])
def test_numbers_that_no_ensemble_has(folder: Path, change: dict[str, Any]) -> None:
    edit_manifest(folder, lambda value: value.update(network="ensemble", config={**value["config"], **change}))
    check_broken(folder, MANIFEST)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"half_lines": -1.0}, "half_lines"),
        ({"half_lines": "inf"}, "half_lines"),
        ({"slope": "nan"}, "slope"),
        ({"intercept": "-inf"}, "intercept"),
        ({"slope": 10**400}, "int too large"),
        ({"slope": None}, "slope"),
        ({"half_lines": float("nan")}, "not JSON compliant"),
    ],
)
def test_a_score_of_characters_that_no_model_has(tmp_path: Path, change: dict[str, Any], word: str) -> None:
    folder = write(tmp_path / "a", character_calibration=CharacterCalibration(12.5, 20.25, -0.125))
    edit_manifest(folder, lambda value: value["character_calibration"].update(change))
    check_broken(folder, MANIFEST, word)


@pytest.mark.parametrize(
    "change",
    [
        {"labels": "mf"},
        {"labels": ["m", "m"]},
        {"run": 5},
        {"version": 0},
        {"version": "1"},
        {"prior": "natural"},
        {"created": "\x1b[2J"},
        {"name": ["a"]},
    ],
)
def test_words_that_no_model_has(folder: Path, change: dict[str, Any]) -> None:
    edit_manifest(folder, lambda value: value.update(change))
    check_broken(folder, "incomplete")


def test_a_manifest_out_of_all_proportion(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"[" * 10**6)
    check_broken(folder, "not JSON")
    with (folder / MANIFEST).open("r+b") as stream:
        stream.truncate(2**40)
    check_broken(folder, "more than 16,777,216 bytes")


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(folder: Path) -> None:
    for name in (MANIFEST, WEIGHTS, CARD):
        held = (folder / name).read_bytes()
        (folder / name).unlink()
        os.mkfifo(folder / name)
        check_broken(folder)
        (folder / name).unlink()
        (folder / name).write_bytes(held)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("name", [EMBEDDING, "output.bias"])
def test_weights_that_are_not_finite(tmp_path: Path, name: str, value: float) -> None:
    spoiled = tensors()
    spoiled[name].ravel()[-1] = value
    check_broken(write(tmp_path / "model", tensors=spoiled), "not finite", name)


def test_rules_of_another_spacy_are_refused_with_their_place(tmp_path: Path) -> None:
    folder = write(tmp_path / "model", tokenizer_rules={**RULES, "spacy_version": "4.1.0"})
    check_broken(folder, "spaCy 4.1.0", "spaCy 3.8", str(folder / TOKENIZER))


def test_shapes_that_do_not_fit(folder: Path) -> None:
    edit_manifest(folder, lambda value: value["tensors"]["output.weight"].update(shape=[2, 4]))
    check_broken(folder, "output.weight is F32 (1, 8) instead of F32 (2, 4)")


def test_tensors_of_another_name(folder: Path) -> None:
    edit_manifest(folder, lambda value: value["tensors"].update(other=value["tensors"].pop("output.weight")))
    check_broken(folder, "do not name the same tensors")


def test_a_vocabulary_of_another_size(folder: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other")
    words = Vocabulary(VOCABULARY_WORDS.words[:-1]).to_bytes()
    (other / VOCABULARY).write_bytes(words)
    from gendertui.model.bundle.manifest import sha256

    edit_manifest(
        other, lambda value: value["files"].update({VOCABULARY: {"bytes": len(words), "sha256": sha256(words)}})
    )
    check_broken(other, "600 word vectors for 599 words")


@pytest.mark.parametrize("name", FILES)
def test_any_flipped_bit_is_found_or_harmless(tmp_path: Path, name: str) -> None:
    """Harmless: in the white space of bundle.json."""
    whole = write(tmp_path / "whole")
    content = (whole / name).read_bytes()
    expected = use_all(whole)

    @given(bit=st.integers(0, len(content) * 8 - 1))
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def flip(bit: int) -> None:
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        folder = tmp_path / "damaged"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole, folder)
        (folder / name).write_bytes(damaged)
        try:
            found = use_all(folder)
        except GendertuiError as error:
            assert error.code == ExitCode.MODEL
        else:
            assert name == MANIFEST
            assert found == expected

    flip()
