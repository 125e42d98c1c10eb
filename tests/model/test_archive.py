"""A model goes to another machine whole, says nothing of this one, and nothing else comes in by its way."""

from __future__ import annotations

import io
import json
import random
import socket
import tarfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from gendertui import paths
from gendertui.corpus.units import FILM_UNITS
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model import store
from gendertui.model.archive import pack, unpack
from gendertui.model.bundle.bundle import Bundle, write_bundle
from gendertui.model.bundle.manifest import CARD, EMBEDDING, MANIFEST, REPORT, TOKENIZER, VOCABULARY, WEIGHTS
from gendertui.model.calibration import Calibration
from gendertui.scoring.forward import pooled_bilstm
from gendertui.scoring.scorer import Scorer
from gendertui.text.vocabulary import SPECIALS, Vocabulary
from tests.builders.damage import BYTES, signed

FILES = (VOCABULARY, TOKENIZER, REPORT, CARD, WEIGHTS)
CONFIG = {"hidden_size": 3, "num_layers": 1, "embedding_dim": 4, "vectors": "random"}
WORDS = [*SPECIALS, "the", "rain", "falls"]
LINES = ["The rain falls.", "Snow!"]


def write(folder: Path, name: str = "rain", **changes: Any) -> Path:
    generator = np.random.default_rng(5)
    config = {**CONFIG, **changes.pop("config", {})}
    words = changes.pop("words", WORDS)
    shapes = pooled_bilstm.shapes(config, len(words))
    content: dict[str, Any] = {
        "name": name,
        "network": "pooled-bilstm",
        "config": config,
        "labels": ("m", "f"),
        "units": FILM_UNITS,
        "calibration": Calibration(1.5, -0.25),
        "vocabulary": Vocabulary(words),
        "tokenizer_rules": json.loads((store.shipped_folder() / TOKENIZER).read_bytes()),
        "tensors": {key: generator.normal(size=shape).astype(np.float32) for key, shape in shapes.items()},
        "report": {"schema": 1, "corpus": "lines"},
        "card": "# rain\n",
        "run": "20260101-120000-quick-secret-corpus",
    }
    write_bundle(folder, **{**content, **changes})
    return folder


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return write(tmp_path / "made" / "model")


def packed(folder: Path, name: str | None = None) -> bytes:
    stream = io.BytesIO()
    pack(folder, stream, name=name)
    return stream.getvalue()


def take(data: bytes, name: str | None = None) -> str:
    return unpack(io.BytesIO(data), "there", name=name, check=Scorer)


def answers(folder: Path) -> list[float]:
    scorer = Scorer(Bundle.load(folder))
    return [scorer.score(line).probability for line in LINES]


def nothing_came_in() -> bool:
    return not store.path().exists() or not list(store.path().iterdir())


def test_what_comes_in_is_what_went_out(whole: Path) -> None:
    assert take(packed(whole)) == "rain"
    there = Bundle.load(store.path() / "rain")
    assert answers(there.folder) == answers(whole)
    for name in FILES:
        assert (there.folder / name).read_bytes() == (whole / name).read_bytes()
    assert {file.name for file in there.folder.iterdir()} == {*FILES, MANIFEST}
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in there.folder.iterdir())
    assert [model.name for model in store.list_models() if not model.shipped] == ["rain"]


def test_the_bytes_are_the_same_each_time_and_after_a_journey(whole: Path) -> None:
    first = packed(whole)
    assert packed(whole) == first
    take(first)
    assert packed(store.path() / "rain") == first


def test_an_archive_says_nothing_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither what the tar's headers could say nor what the bundle knew."""
    for variable in ("USER", "LOGNAME"):
        monkeypatch.setenv(variable, "some-user")
    monkeypatch.setenv("HOME", "/home/some-user")
    monkeypatch.setattr(socket, "gethostname", lambda: "some-host")
    folder = write(tmp_path / "made" / "model", config={"vectors": str(tmp_path / "my.glove.txt")})
    data = packed(folder)
    for secret in (str(tmp_path), "some-user", "some-host", "secret-corpus", "20260101-120000"):
        assert secret.encode() not in data, secret
    assert b"my.glove.txt" in data
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            assert (member.mtime, member.uid, member.gid, member.uname, member.gname) == (0, 0, 0, "", "")
            assert (member.mode, member.pax_headers) == (0o600, {})


def test_tar_itself_makes_a_bundle_of_it(whole: Path, tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(packed(whole))) as archive:
        archive.extractall(tmp_path / "by-hand", filter="data")
    assert answers(tmp_path / "by-hand" / "rain") == answers(whole)


def test_it_can_come_in_under_another_name(whole: Path) -> None:
    data = packed(whole)
    assert (take(data), take(data, "sleet")) == ("rain", "sleet")
    assert Bundle.load(store.path() / "sleet").name == "sleet"
    assert answers(store.path() / "sleet") == answers(whole)


def test_a_name_that_is_taken_is_said_and_what_is_there_stays(whole: Path, tmp_path: Path) -> None:
    store.publish(write(tmp_path / "other", calibration=Calibration(9.0, 0.0)), "rain")
    for name in ("rain", Bundle.load(store.shipped_folder()).name):
        with pytest.raises(GendertuiError, match="already") as caught:
            take(packed(whole), name)
        assert "--name" in (caught.value.hint or "")
    assert Bundle.load(store.path() / "rain").calibration.slope == 9.0
    assert [folder.name for folder in store.path().iterdir()] == ["rain"]


@pytest.mark.parametrize("name", ["a b", "../a", "$(x)", "-rf", "é", "a\n", "x" * 101])
def test_a_name_a_shell_could_misread_is_none(whole: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(GendertuiError, match="cannot be a model's name") as caught:
        take(packed(whole), name)
    assert (caught.value.code, caught.value.hint) == (ExitCode.USAGE, store.NAME_RULE)
    with pytest.raises(GendertuiError, match="cannot be a model's name"):
        packed(write(tmp_path / "odd", name=name))
    assert nothing_came_in()


def test_a_broken_bundle_does_not_go_out(whole: Path) -> None:
    data = bytearray((whole / WEIGHTS).read_bytes())
    data[-1] ^= 1
    (whole / WEIGHTS).write_bytes(data)
    with pytest.raises(GendertuiError, match="damaged"):
        packed(whole)


def test_a_bundle_that_does_not_fit_its_network_does_not_come_in(tmp_path: Path) -> None:
    folder = write(tmp_path / "made" / "model", tensors={EMBEDDING: np.zeros((5, 4), np.float32)})
    with pytest.raises(GendertuiError, match="does not fit its configuration") as caught:
        take(packed(folder))
    assert caught.value.where == "there"
    assert nothing_came_in()


def test_memory_does_not_grow_with_the_model(tmp_path: Path) -> None:
    """60 MB of word vectors pass through in less than 8."""
    width, count = 3000, 5000
    folder = write(
        tmp_path / "made" / "model",
        config={"embedding_dim": width, "hidden_size": 1},
        words=[*SPECIALS, *(f"word{number}" for number in range(count - 2))],
    )
    assert (folder / WEIGHTS).stat().st_size > 60_000_000
    file = tmp_path / "model.tar"
    tracemalloc.start()
    try:
        with file.open("wb") as stream:
            pack(folder, stream)
        with file.open("rb") as stream:
            unpack(stream, "there", check=Scorer)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


# What is made to look like an export


def members(folder: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(packed(folder))) as archive:
        return [(member, archive.extractfile(member).read()) for member in archive]  # type: ignore[union-attr]


def tar(parts: list[tuple[tarfile.TarInfo, bytes]], **options: Any) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", **options) as archive:
        for header, content in parts:
            archive.addfile(header, io.BytesIO(content))
    return stream.getvalue()


def extra(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", content: bytes = b"") -> Any:
    header = tarfile.TarInfo(name)
    header.type, header.linkname, header.size = kind, link, len(content)
    return header, content


def with_extra(*odd: Any, at: int | None = None, format: int = tarfile.USTAR_FORMAT) -> Callable[[Path], bytes]:
    def make(folder: Path) -> bytes:
        parts = members(folder)
        place = len(parts) if at is None else at
        return tar([*parts[:place], *odd, *parts[place:]], format=format)

    return make


def with_member(index: int, **changes: Any) -> Callable[[Path], bytes]:
    """One member's header changed, its checksum made right again."""

    def make(folder: Path) -> bytes:
        parts = members(folder)
        for name, value in changes.items():
            setattr(parts[index][0], name, value)
        return b"".join(
            header.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512) for header, content in parts
        ) + bytes(10240)

    return make


def in_folder(name: str) -> Callable[[Path], bytes]:
    """The whole model, in a folder of another name."""

    def make(folder: Path) -> bytes:
        parts = members(folder)
        for header, _ in parts:
            header.name = f"{name}/{header.name.partition('/')[2]}"
        return tar(parts, format=tarfile.USTAR_FORMAT)

    return make


def with_manifest(change: Callable[[dict[str, Any]], Any]) -> Callable[[Path], bytes]:
    """The manifest changed and signed again."""

    def make(folder: Path) -> bytes:
        (header, content), *others = members(folder)
        value = json.loads(content)
        change(value)
        content = json.dumps(signed(value)).encode()
        header.size = len(content)
        return tar([(header, content), *others], format=tarfile.USTAR_FORMAT)

    return make


def as_pax(folder: Path) -> bytes:
    parts = members(folder)
    parts[3][0].pax_headers = {"GNU.sparse.realsize": str(2**50), "comment": "é" * 2000}
    return tar(parts, format=tarfile.PAX_FORMAT)


def compressed(folder: Path) -> bytes:
    import gzip

    return gzip.compress(packed(folder))


MADE_UP: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "nothing": (lambda _: b"", "cut short"),
    "text": (lambda _: b"ssh: connect to host: no route\n" * 40, "not an exported model"),
    "zeros": (lambda _: bytes(10240), "empty"),
    "compressed": (compressed, "compressed"),
    "another tar": (lambda _: tar([extra("notes/a.txt", content=b"hello")]), "begins with 'notes/a.txt'"),
    "absolute name": (with_extra(extra("/tmp/evil", content=b"x")), "does not belong"),
    "name that climbs": (with_extra(extra("rain/../../evil", content=b"x")), "does not belong"),
    "name that climbs, in time": (with_member(2, name="rain/../vocab.txt"), "does not belong"),
    "in the folder above": (in_folder(".."), r"begins with '\.\./bundle\.json'"),
    "in this folder": (in_folder("."), "begins with"),
    "in the root": (in_folder(""), "begins with '/bundle.json'"),
    "in a folder that is no name": (in_folder("a b"), "begins with 'a b/bundle.json'"),
    "another folder": (with_member(3, name="other/report.json"), "does not belong"),
    "file too many": (with_extra(extra("rain/run.sh", content=b"x")), "does not belong"),
    "file twice": (with_extra(extra("rain/vocab.txt", content=b"x"), at=3), "twice"),
    "manifest twice": (with_extra(extra("rain/bundle.json", content=b"{}")), "twice"),
    "folder": (with_extra(extra("rain", tarfile.DIRTYPE)), "does not belong"),
    "symbolic link": (with_member(1, type=tarfile.SYMTYPE, linkname="/etc/passwd"), "plain file"),
    "hard link": (with_member(4, type=tarfile.LNKTYPE, linkname="rain/vocab.txt"), "plain file"),
    "device": (with_member(5, type=tarfile.CHRTYPE), "plain file"),
    "pipe": (with_member(5, type=tarfile.FIFOTYPE), "plain file"),
    "sparse file": (with_member(5, type=tarfile.GNUTYPE_SPARSE), "plain file"),
    "manifest as a link": (with_member(0, type=tarfile.SYMTYPE, linkname="/etc/passwd"), "plain file"),
    "huge manifest": (with_member(0, size=2**40), "plain file"),
    "negative size": (with_member(0, size=-512), "plain file"),
    "huge file": (with_member(5, size=2**60), "plain file"),
    "file too short": (with_member(2, size=5), "plain file"),
    "extended headers": (as_pax, "does not belong"),
    "long name": (with_extra(extra("x" * 300), format=tarfile.GNU_FORMAT), "does not belong"),
    "without a file": (lambda folder: tar([each for each in members(folder) if REPORT not in each[0].name]), "lacks"),
    "manifest last": (lambda folder: tar(members(folder)[::-1]), "begins with"),
    "two models": (lambda folder: packed(folder) * 2, "something follows"),
    "trailing bytes": (lambda folder: packed(folder) + b"x", "something follows"),
    "endless zeros": (lambda folder: packed(folder) + bytes(2**21), "something follows"),
    "no end": (lambda folder: packed(folder).rstrip(b"\0") + bytes(512), "cut short"),
    "newer format": (with_manifest(lambda value: value.update(version=99)), "newer"),
    "size of its own": (
        with_manifest(lambda value: value["files"][WEIGHTS].update(bytes=2**62)),
        "whole number",
    ),
    "file to be placed elsewhere": (
        with_manifest(lambda value: value["files"].update({"../x": {"bytes": 1, "sha256": "0" * 64}})),
        "incomplete",
    ),
    "vocabulary of another": (
        with_manifest(lambda value: value["files"][VOCABULARY].update(sha256="0" * 64)),
        "damaged",
    ),
}


@pytest.mark.parametrize("kind", list(MADE_UP))
def test_what_is_no_export_does_not_come_in(kind: str, whole: Path, tmp_path: Path) -> None:
    make, words = MADE_UP[kind]
    data = make(whole)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(GendertuiError, match=words) as caught:
        take(data)
    assert caught.value.code == ExitCode.MODEL
    assert caught.value.where == "there"
    assert caught.value.hint
    assert nothing_came_in()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("length", [1, 511, 512, 700, 5000, -10240, -12000])
def test_a_stream_that_breaks_off(length: int, whole: Path) -> None:
    data = packed(whole)
    with pytest.raises(GendertuiError, match="cut short"):
        take(data[:length])
    assert nothing_came_in()


@pytest.mark.parametrize("name", FILES)
def test_a_bit_flipped_in_any_file_is_found_before_anything_is_published(name: str, whole: Path) -> None:
    """In the weights: in a word's vector, which nothing else would read before a line asks for that word."""
    content = (whole / name).read_bytes()
    tensor = safetensors.numpy.load(content)[EMBEDDING].tobytes() if name == WEIGHTS else content
    data = bytearray(packed(whole))
    data[data.index(tensor) + len(tensor) // 2] ^= 1
    with pytest.raises(GendertuiError, match="damaged") as caught:
        take(bytes(data))
    assert caught.value.where == "there"
    assert nothing_came_in()


def spoiled(whole: Path, seed: int) -> None:
    """One archive spoiled on its way, by ``seed``: an error and nothing there, or the model itself."""
    draw = random.Random(seed)
    data = draw.choice(BYTES)(packed(whole), draw)
    try:
        name = take(data)
    except GendertuiError as error:
        assert error.code == ExitCode.MODEL
        assert nothing_came_in()
    else:
        assert answers(store.path() / name) == answers(whole)
        store.remove(name)


def test_an_archive_spoiled_on_its_way_is_an_error_or_harmless(whole: Path) -> None:
    for seed in range(30):
        spoiled(whole, seed)


@pytest.mark.long
def test_five_hundred_archives_spoiled_on_their_way(whole: Path) -> None:
    for seed in range(1000, 1500):
        spoiled(whole, seed)


def test_the_store_is_not_left_with_pieces_when_the_disk_is_full(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gendertui.model.archive.write_manifest", full)
    with pytest.raises(OSError, match="No space left"):
        take(packed(whole))
    assert not list(paths.models_dir().iterdir())
