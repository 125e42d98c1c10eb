"""Labels changed by hand: kept, applied, taken back, carried to another machine; and what a broken file says."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui import paths
from gendertui.corpus.corrections.apply import corrected
from gendertui.corpus.corrections.entry import LABEL, LEAVE_OUT, RIGHT, UNDO, Correction, Key
from gendertui.corpus.corrections.file import corrections_file, decide, export_text, import_from, read, undo
from gendertui.corpus.corrections.history import Changes, History
from gendertui.corpus.corrections.summary import said_on_opening
from gendertui.corpus.corrections.unit import key_of, label_of, rows_of
from gendertui.corpus.load import load
from gendertui.corpus.moved import load_known
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.splits.split import make_split
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from tests.builders.corpora import collated

ON = ReadingOptions(corrections=True)
HOW = "--corrections on"
LINES = 4
SEPARATOR = " +++$+++ "
LABELS = {"u0": "m", "u1": "f", "u2": "?", "u3": "m"}


def film_file(folder: Path) -> Path:
    """Two films with the same four ids of speakers each, who say four lines."""
    spoken = [(film, number, who) for film in ("m0", "m1") for number in range(LINES) for who in LABELS]
    rows = [
        SEPARATOR.join((f"L{row}", who, film, f"NAME {who}", LABELS[who], f"line {number} of {who}", "?"))
        for row, (film, number, who) in enumerate(spoken)
    ]
    path = folder / "films.txt"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def films(tmp_path: Path) -> Corpus:
    return load(film_file(tmp_path))


def speaker(group: str, who: str) -> Key:
    return Key("speaker", group, who)


def label(corpus: Corpus, key: Key) -> str | None:
    return label_of(corpus, rows_of(corpus, key))


def test_a_decision_changes_its_unit_alone_and_only_where_that_is_switched_on(films: Corpus) -> None:
    decide(films, speaker("m0", "u0"), LABEL, "f")
    decide(films, speaker("m1", "u1"), LEAVE_OUT)
    decide(films, speaker("m0", "u2"), LABEL, "m")
    decide(films, speaker("m1", "u0"), RIGHT)
    assert load(films.path).counts() == films.counts()
    changed = load(films.path, ON)
    assert label(changed, speaker("m0", "u0")) == "f"
    assert label(changed, speaker("m1", "u1")) is None
    assert label(changed, speaker("m0", "u2")) == "m"
    untouched = [speaker(group, who) for group in ("m0", "m1") for who in LABELS]
    for key in set(untouched) - {speaker("m0", "u0"), speaker("m1", "u1"), speaker("m0", "u2")}:
        assert label(changed, key) == label(films, key)
    assert changed.counts() == {"m": 16, "f": 8, None: 8}
    assert changed.table.drop_columns(["label"]).equals(films.table.drop_columns(["label"]))
    (note,) = set(changed.notes) - set(films.notes)
    assert note == (
        "3 labels changed by hand: 1 to the other label, 1 given where there was none, 1 taken away "
        "(characters; 12 lines)."
    )


def test_they_are_part_of_the_data_hash_as_far_as_they_change_a_label(films: Corpus) -> None:
    decide(films, speaker("m0", "u0"), RIGHT)
    assert load(films.path, ON).data_hash == films.data_hash
    decide(films, speaker("m0", "u0"), LABEL, "f")
    one = load(films.path, ON)
    assert one.data_hash != films.data_hash == one.base_hash
    decide(one, speaker("m0", "u1"), LEAVE_OUT)
    two = load(films.path, ON)
    assert len({films.data_hash, one.data_hash, two.data_hash}) == 3
    undo(two, speaker("m0", "u1"))
    assert load(films.path, ON).data_hash == one.data_hash
    undo(films, speaker("m0", "u0"))
    assert load(films.path, ON).data_hash == films.data_hash


def test_nothing_is_taken_from_what_has_no_label(films: Corpus) -> None:
    assert decide(films, speaker("m0", "u2"), LEAVE_OUT).act == RIGHT
    assert load(films.path, ON).data_hash == films.data_hash


def test_undo_takes_back_one_decision_at_a_time_and_forgets_none(films: Corpus) -> None:
    key = speaker("m0", "u0")
    decide(films, key, LABEL, "f")
    decide(films, key, LEAVE_OUT)
    undone = undo(films, key)
    assert undone is not None
    assert (undone.before, undone.after) == (None, "f")
    assert label(load(films.path, ON), key) == "f"
    undone = undo(films, key)
    assert undone is not None
    assert (undone.before, undone.after) == ("f", "m")
    assert undo(films, key) is None
    assert [entry.act for entry in read(films).entries] == [LABEL, LEAVE_OUT, UNDO, UNDO]
    assert label(load(films.path, ON), key) == "m"


def test_right_and_the_own_label_mean_the_files_label_whatever_was_decided_before(films: Corpus) -> None:
    key = speaker("m0", "u0")
    decide(films, key, LABEL, "f")
    seen_changed = load(films.path, ON)
    assert decide(seen_changed, key, RIGHT).after == "m"
    assert decide(seen_changed, key, LABEL, "m").act == RIGHT
    assert load(films.path, ON).data_hash == films.data_hash
    undo(films, key)
    undo(films, key)
    undo(films, key)
    # The corpus that is still open has the label of then.
    assert decide(seen_changed, key, RIGHT).after == "m"


def test_a_unit_or_a_label_that_is_not_there_is_refused(films: Corpus) -> None:
    for key, act, wanted in (
        (speaker("m0", "u9"), RIGHT, None),
        (speaker("m9", "u0"), RIGHT, None),
        (Key("line", row=999, digest="0"), RIGHT, None),
        (Key("line", row=0, digest="0"), RIGHT, None),
        (speaker("m0", "u0"), LABEL, "x"),
    ):
        with pytest.raises(GendertuiError) as caught:
            decide(films, key, act, wanted)
        assert caught.value.code == ExitCode.USAGE
    assert not read(films).entries


def test_single_lines_and_whole_groups_work_the_same_way(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    rows = [f"{'good' if number % 2 else 'bad'},author {number // 5},text number {number}" for number in range(40)]
    path.write_text("label,author,text\n" + "\n".join(rows) + "\n", encoding="utf-8")
    corpus = load(path)
    line, group = key_of(corpus, "line", 3), key_of(corpus, "group", 20)
    decide(corpus, line, LABEL, "bad")
    decide(corpus, group, LEAVE_OUT)
    changed = load(path, ON)
    own, now = corpus.column("label").to_pylist(), changed.column("label").to_pylist()
    assert [row for row in range(40) if own[row] != now[row]] == [3, 20, 21, 22, 23, 24]
    assert now[3] == "bad"
    assert "(lines and authors; 6 lines)" in changed.notes[-1]
    assert "text number" not in corrections_file(corpus).read_text(encoding="utf-8")


def test_they_belong_to_the_content_and_not_to_the_path(films: Corpus, tmp_path: Path) -> None:
    decide(films, speaker("m0", "u0"), LABEL, "f")
    copy = tmp_path / "copy.txt"
    copy.write_bytes(films.path.read_bytes())
    assert label(load(copy, ON), speaker("m0", "u0")) == "f"
    copy.write_bytes(films.path.read_bytes() + films.path.read_bytes())
    assert label(load(copy, ON), speaker("m0", "u0")) == "m"


def test_a_run_finds_the_labels_it_was_trained_on_after_more_was_decided(films: Corpus) -> None:
    decide(films, speaker("m0", "u0"), LABEL, "f")
    trained_on = load(films.path, ON)
    decide(films, speaker("m0", "u1"), LEAVE_OUT)
    undo(films, speaker("m0", "u0"))
    assert load(films.path, ON).data_hash != trained_on.data_hash
    again = load_known(films.path, ON, trained_on.data_hash)
    assert again.data_hash == trained_on.data_hash
    assert again.table.equals(trained_on.table)
    assert load_known(films.path, ON, "of another corpus").data_hash == load(films.path, ON).data_hash


def test_the_file_can_be_read_by_people(films: Corpus) -> None:
    decide(films, speaker("m0", "u0"), LABEL, "f")
    head, entry = map(json.loads, corrections_file(films).read_text(encoding="utf-8").splitlines())
    assert head == {"schema": 1, "corpus": "films", "data_hash": films.data_hash, "labels": ["m", "f"]}
    assert entry.pop("who")
    assert entry.pop("when").endswith("Z")
    assert entry == {
        "unit": "speaker",
        "group": "m0",
        "speaker": "u0",
        "name": "NAME u0",
        "decision": "label",
        "from": "m",
        "to": "f",
    }
    assert corrections_file(films).is_relative_to(paths.state_dir())
    assert corrections_file(films).stat().st_mode & 0o077 == 0


GOOD = {
    "unit": "speaker",
    "group": "m0",
    "speaker": "u0",
    "decision": "label",
    "from": "m",
    "to": "f",
    "when": "2026-01-31T12:00:00Z",
    "who": "somebody",
}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "it is not JSON"),
        ("[1]", "it is not a JSON object"),
        ("", "it is not JSON"),
        (json.dumps({**GOOD, "unit": "film"}), "unit is 'film'"),
        (json.dumps({**GOOD, "decision": "wrong"}), "decision is 'wrong'"),
        (json.dumps({**GOOD, "to": "x"}), "to is 'x', not 'm', 'f' or null"),
        (json.dumps({**GOOD, "to": "m"}), "label does not go from 'm' to 'm'"),
        (json.dumps({**GOOD, "decision": "leave-out"}), "left out has no label"),
        (json.dumps({**GOOD, "when": "yesterday"}), "when is 'yesterday'"),
        (json.dumps({name: value for name, value in GOOD.items() if name != "who"}), "it has no who"),
        (json.dumps({**GOOD, "unit": "line", "row": "3"}), "row is '3'"),
        ("[" * 100_000, "it is not JSON"),
    ],
    ids=lambda text: text[:40],
)
def test_a_broken_line_is_named_and_stops_only_who_wants_it(films: Corpus, line: str, says: str) -> None:
    decide(films, speaker("m0", "u0"), LABEL, "f")
    decide(films, speaker("m0", "u1"), LABEL, "m")
    path = corrections_file(films)
    head, first, second = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join((head, first, line, second)) + "\n", encoding="utf-8")
    for act in (lambda: load(films.path, ON), lambda: decide(films, speaker("m0", "u3"), RIGHT)):
        with pytest.raises(GendertuiError) as caught:
            act()
        assert caught.value.where == f"{path}:3"
        assert says in caught.value.what
        assert caught.value.code == ExitCode.DATA
    assert load(films.path).counts() == films.counts()
    assert f"{path}:3" in said_on_opening(films, HOW)


def test_a_head_of_another_kind_is_refused(films: Corpus) -> None:
    decide(films, speaker("m0", "u0"), LABEL, "f")
    path = corrections_file(films)
    head, *rest = path.read_text(encoding="utf-8").splitlines()
    for changed, says in (
        ({"schema": 2}, "schema 2"),
        ({"labels": ["a", "b"]}, "labels ['a', 'b']"),
        ({"labels": 3}, "labels 3"),
    ):
        path.write_text("\n".join((json.dumps({**json.loads(head), **changed}), *rest)), encoding="utf-8")
        with pytest.raises(GendertuiError, match="cannot be read") as caught:
            read(films)
        assert says in caught.value.what
        assert caught.value.where == f"{path}:1"
    path.write_bytes(b"")
    with pytest.raises(GendertuiError):
        read(films)


def test_a_decision_about_what_is_not_there_names_its_line(films: Corpus) -> None:
    decide(films, speaker("m0", "u0"), LABEL, "f")
    path = corrections_file(films)
    path.write_text(path.read_text() + json.dumps({**GOOD, "speaker": "u77"}) + "\n", encoding="utf-8")
    with pytest.raises(GendertuiError, match="does not have") as caught:
        load(films.path, ON)
    assert caught.value.where == f"{path}:3"


def test_an_export_is_imported_elsewhere_and_twice_does_nothing(films: Corpus, tmp_path: Path) -> None:
    decide(films, speaker("m0", "u0"), LABEL, "f")
    decide(films, speaker("m1", "u2"), LABEL, "f")
    decide(films, speaker("m1", "u3"), LEAVE_OUT)
    undo(films, speaker("m1", "u3"))
    here, exported = load(films.path, ON), tmp_path / "labels.jsonl"
    exported.write_text(export_text(films), encoding="utf-8")
    corrections_file(films).unlink()
    assert len(import_from(films, exported)) == 2
    assert load(films.path, ON).data_hash == here.data_hash
    assert import_from(films, exported) == []
    undo(films, speaker("m0", "u0"))
    assert [entry.key for entry in import_from(films, exported)] == [speaker("m0", "u0")]
    decide(films, speaker("m1", "u2"), LABEL, "m")
    import_from(films, exported)
    assert load(films.path, ON).data_hash == here.data_hash


def test_an_import_that_does_not_fit_names_its_line_and_adds_nothing(films: Corpus, tmp_path: Path) -> None:
    decide(films, speaker("m0", "u0"), LABEL, "f")
    exported = tmp_path / "labels.jsonl"
    text = export_text(films)
    for entry, says in (
        ({**GOOD, "speaker": "u1"}, "a character labelled m, which is f here"),
        ({**GOOD, "speaker": "u9"}, "a character that this corpus does not have"),
    ):
        exported.write_text(text + json.dumps(entry) + "\n", encoding="utf-8")
        with pytest.raises(GendertuiError, match=says) as caught:
            import_from(films, exported)
        assert caught.value.where == f"{exported}:3"
    assert len(read(films).entries) == 1


def _decide_some(path: Path, who: str) -> None:
    corpus = load(path)
    for film in ("m0", "m1"):
        for act in (RIGHT, LEAVE_OUT, RIGHT, LEAVE_OUT):
            decide(corpus, speaker(film, who), act)


def test_several_processes_may_decide_at_once(films: Corpus) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_decide_some, args=(films.path, who)) for who in ("u0", "u1", "u3")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert len(read(films).entries) == 24


def test_what_is_said_on_opening(films: Corpus) -> None:
    assert said_on_opening(films, HOW) == ""
    decide(films, speaker("m0", "u0"), LABEL, "f")
    words = "1 label changed by hand: 1 to the other label"
    assert said_on_opening(films, HOW) == f"{words}; not applied without --corrections on."
    assert said_on_opening(load(films.path, ON), HOW) == f"{words}."
    assert said_on_opening(load(films.path, ReadingOptions(corrections=False)), HOW) == ""


TEXTS = st.text(max_size=8)
KEYS = st.one_of(
    st.builds(Key, st.just("speaker"), TEXTS, TEXTS),
    st.builds(Key, st.just("group"), TEXTS),
    st.builds(Key, st.just("line"), row=st.integers(0, 99), digest=TEXTS),
)


@st.composite
def decisions(draw: st.DrawFn) -> Correction:
    act = draw(st.sampled_from((RIGHT, LABEL, LEAVE_OUT, UNDO)))
    before = draw(st.sampled_from(("m", "f", None)))
    after = {
        RIGHT: before,
        LABEL: "f" if before == "m" else "m",
        LEAVE_OUT: None,
        UNDO: draw(st.sampled_from(("m", "f", None))),
    }[act]
    return Correction(draw(KEYS), act, before, after, "2026-01-31T12:00:00Z", draw(TEXTS), draw(TEXTS))


@given(decisions())
def test_a_decision_is_read_as_it_was_written(entry: Correction) -> None:
    assert Correction.from_json(json.loads(json.dumps(entry.to_json())), ("m", "f")) == entry


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*GOOD, "row", "sha256", "name"]), JSON | st.sampled_from(list(GOOD.values()))))
def test_any_other_object_is_refused_in_words(value: dict[str, object]) -> None:
    try:
        entry = Correction.from_json(value, ("m", "f"))
    except ValueError as error:
        assert str(error)
    else:
        assert Correction.from_json(entry.to_json(), ("m", "f")) == entry


@given(st.lists(decisions(), max_size=12), st.randoms(use_true_random=False))
def test_the_hash_is_of_what_holds_and_each_state_is_found_by_it(
    entries: list[Correction], generator: random.Random
) -> None:
    history = History(tuple(entries))
    holding = list(history.in_force().values())
    generator.shuffle(holding)
    told_otherwise = [dataclasses.replace(entry, who="another", when="2027-01-01T00:00:00Z") for entry in holding]
    assert History(tuple(told_otherwise)).data_hash("base") == history.data_hash("base")
    assert (history.data_hash("base") == "base") == (Changes.of(holding).total == 0)
    for number in range(len(entries) + 1):
        state = History(tuple(entries[:number]))
        found = history.as_of("base", state.data_hash("base"))
        assert found is not None
        assert found.data_hash("base") == state.data_hash("base")
    assert history.as_of("base", "something else") is None


@pytest.mark.parametrize("protocol", ["by-group", "by-speaker", "random", "tutorial"])
def test_what_is_held_out_does_not_depend_on_what_was_decided(tmp_path: Path, protocol: str) -> None:
    path = tmp_path / "films.txt"
    path.write_text(collated(), encoding="utf-8")
    plain = load(path)
    # A whole film loses its labels, another one's lines without any get one.
    decide(plain, Key("group", "m23"), LEAVE_OUT)
    decide(plain, Key("speaker", "m1", "u2"), LABEL, "f")
    changed = load(path, ON)
    before, after = (make_split(corpus, protocol, 3).assignment for corpus in (plain, changed))
    group = np.array(plain.column("group_id").to_pylist())
    added = (plain.label_codes() < 0) & (changed.label_codes() >= 0)
    assert added.any()
    assert (after[group == "m23"] == -1).all()
    assert (after[(group != "m23") & ~added] == before[(group != "m23") & ~added]).all()
    assert (after[added] >= 0).all()
    if protocol == "by-group":
        assert len(np.unique(after[(group == "m1") & (after >= 0)])) == 1


def test_a_corpus_without_decisions_is_itself(films: Corpus) -> None:
    assert corrected(films) is films
