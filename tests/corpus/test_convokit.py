"""ConvoKit corpora: of films and of others, old and new, and what only a person can decide about them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendertui.corpus.load import load
from gendertui.corpus.query.neighbours import neighbours
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.question import ReadingQuestionError
from gendertui.errors import GendertuiError


def written(
    folder: Path,
    speakers: dict[str, dict[str, Any]],
    said: list[dict[str, Any]],
    conversations: dict[str, dict[str, Any]] | None = None,
    *,
    old: bool = False,
) -> Path:
    folder.mkdir(exist_ok=True)

    def described(objects: dict[str, dict[str, Any]]) -> str:
        return json.dumps(objects if old else {key: {"meta": meta, "vectors": []} for key, meta in objects.items()})

    (folder / ("users.json" if old else "speakers.json")).write_text(described(speakers))
    (folder / "conversations.json").write_text(described(conversations or {}))
    (folder / "utterances.jsonl").write_text("".join(json.dumps(each) + "\n" for each in said))
    return folder


def utterance(number: int, who: str, where: str, text: str, **more: Any) -> dict[str, Any]:
    tree = {"parsed": [{"rt": 0, "toks": [{"tok": "x", "dep": "ROOT"}]}]}
    return {"id": f"L{number}", "conversation_id": where, "speaker": who, "text": text, "meta": tree, **more}


PEOPLE = {
    "u0": {"gender": "M", "movie_idx": "m0", "movie_name": "low tide", "character_name": "ANA", "credit_pos": "?"}
}
PEOPLE["u1"] = {**PEOPLE["u0"], "gender": "f", "character_name": "BEN", "credit_pos": "2"}
SCENE = [utterance(3, "u0", "L2", "And then?"), utterance(2, "u1", "L2", "It rained."), utterance(9, "u0", "L9", "Hm.")]
FILM = {"L2": {"release_year": "1989/I", "genre": "['drama', 'war']"}, "L9": {"release_year": "?", "genre": "[]"}}


def test_a_film_corpus_has_its_films_and_characters(tmp_path: Path) -> None:
    corpus = load(written(tmp_path / "movie", PEOPLE, SCENE, FILM))
    rows = corpus.table.to_pylist()
    assert corpus.units.about == "films"
    assert [(row["label"], row["speaker"], row["credit"]) for row in rows] == [
        ("m", "ANA", None),
        ("f", "BEN", "2"),
        ("m", "ANA", None),
    ]
    assert [(row["title"], row["year"], row["genres"]) for row in rows[:2]] == [("low tide", 1989, "drama,war")] * 2
    assert [rows[row]["text"] for row in neighbours(corpus, 0)] == ["It rained.", "And then?", "Hm."]


def test_old_and_new_are_read_alike_in_a_folder_and_in_a_zip(tmp_path: Path) -> None:
    people = {"u0": {"gender": "m"}, "u1": {"gender": "f"}}
    new = written(tmp_path / "new", people, SCENE)
    said = [
        {"root": each["conversation_id"], "user": each["speaker"], "id": each["id"], "text": each["text"]}
        for each in SCENE
    ]
    old = written(tmp_path / "old", people, said, old=True)
    archive = tmp_path / "corpus.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in new.iterdir():
            packed.write(file, f"movie-corpus/{file.name}")
    tables = [load(path).table for path in (new, old, archive, new / "utterances.jsonl")]
    assert all(table.equals(tables[0]) for table in tables[1:])
    assert load(archive).units.group is not None
    assert load(archive).units.about == "people"
    assert load(archive).data_hash == load(new).data_hash


def test_metadata_with_two_values_are_asked_about(tmp_path: Path) -> None:
    people = {
        f"u{number}": {"is_admin": number % 2, "team": "ab"[number // 2], "name": f"person {number}"}
        for number in range(4)
    }
    said = [utterance(number, f"u{number % 4}", "c", f"Text number {number}.") for number in range(8)]
    path = written(tmp_path / "wiki", people, said)
    with pytest.raises(ReadingQuestionError, match="is_admin and team may each be the label") as caught:
        load(path)
    assert [load(path, each.options).labels for each in caught.value.candidates] == [("0", "1"), ("a", "b")]
    with pytest.raises(GendertuiError, match="no metadata 'height'"):
        load(path, ReadingOptions(label="height"))


def test_times_order_a_conversation(tmp_path: Path) -> None:
    people = {"u0": {"kind": "a"}, "u1": {"kind": "b"}, "u2": {"kind": "b"}}
    said = [
        {**utterance(0, "u1", "c", "Third."), "id": "zz", "timestamp": "30.5"},
        {**utterance(0, "u0", "c", "First."), "id": "yy", "timestamp": 10},
        {**utterance(0, "u2", "c", "Second."), "id": "xx", "timestamp": 20},
    ]
    corpus = load(written(tmp_path / "talk", people, said))
    texts = corpus.column("text").to_pylist()
    assert [texts[row] for row in corpus.scene_order()] == ["First.", "Second.", "Third."]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.one_of(st.text(max_size=30), st.just(json.dumps(SCENE[0])), st.just('{"id": "L1"}')), max_size=8)
)
def test_every_line_is_read_or_reported(tmp_path: Path, lines: list[str]) -> None:
    path = written(tmp_path / "fuzz", {"u0": {"gender": "m"}, "u1": {"gender": "f"}}, [])
    text = "\n".join(lines)
    (path / "utterances.jsonl").write_bytes(text.encode("utf-8", "replace"))
    corpus = load(path, labelled=False)
    plain = text.encode("utf-8", "replace").decode().removeprefix("\ufeff")
    ends = "\n" if "\n" in plain else "\r"
    assert corpus.rows_read == sum(bool(line.strip()) for line in plain.split(ends))
    assert corpus.rows_read == len(corpus) + sum(corpus.left_out.values())


def rated(number: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            **utterance(each, f"u{each % 3}", f"L{each // 2}", f"So many words {each}"),
            "meta": {"mean": each / 7, **{key: value[each % 2] for key, value in more.items()}},
        }
        for each in range(number)
    ]


PLAIN: dict[str, dict[str, Any]] = {f"u{each}": {} for each in range(3)}


def test_the_label_may_be_of_utterances(tmp_path: Path) -> None:
    corpus = load(written(tmp_path / "requests", PLAIN, rated(20, Binary=(1, -1))))
    assert corpus.labels == ("-1", "1")
    assert corpus.column("label").to_pylist() == ["1", "-1"] * 10
    assert [each.why for each in corpus.reading.decisions if each.field == "label"] == [
        "the only metadata of the utterances that has two values"
    ]


def test_the_label_may_be_of_conversations(tmp_path: Path) -> None:
    talks = {f"L{each}": {"attacked": each % 2 == 0, "page": f"p{each}"} for each in range(10)}
    corpus = load(written(tmp_path / "talks", PLAIN, rated(20), talks))
    assert corpus.column("label").to_pylist() == ["True", "True", "False", "False"] * 5


def test_several_metadata_of_utterances_are_asked_about(tmp_path: Path) -> None:
    path = written(tmp_path / "requests", PLAIN, rated(20, Binary=(1, -1), first=(True, False)))
    with pytest.raises(ReadingQuestionError, match="metadata of the utterances") as caught:
        load(path)
    assert load(path, caught.value.candidates[0].options).labels == ("-1", "1")
    assert load(path, ReadingOptions(label="-"), labelled=False).counts()[None] == 20
