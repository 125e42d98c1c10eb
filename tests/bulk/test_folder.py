"""A folder of scores: what is missing is made, two shards make what one does, and nothing else gets into it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from gendertui.bulk.inputs import input_files
from gendertui.bulk.layout import Layout
from gendertui.bulk.plan import make_plan
from gendertui.bulk.request import Request
from gendertui.corpus.reading.options import NO_OPTIONS, ReadingOptions
from gendertui.errors import ExitCode, GendertuiError
from tests.builders.bulk import contents, request_for, score_here, table_of
from tests.builders.weather_model import judged


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    path = tmp_path / "lines.txt"
    path.write_text("".join(f"{'rain' if n % 3 else 'snow'} falls {n}\n" for n in range(60)))
    return path


@pytest.fixture
def request_(bundle: Path) -> Request:
    return request_for(bundle, part_bytes=100)


def test_two_shards_make_what_one_does(request_: Request, lines: Path, tmp_path: Path) -> None:
    plan = score_here(request_, [lines], tmp_path / "one")
    for start in (1, 0):
        assert len(contents(tmp_path / "two")) < len(contents(tmp_path / "one"))
        score_here(request_, [lines], tmp_path / "two", range(start, len(plan.parts), 2))
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_what_is_there_stays_and_what_is_missing_or_cut_short_is_made(
    request_: Request, lines: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    score_here(request_, [lines], out)
    whole = contents(out)
    (out / "part-000001.parquet").unlink()
    (out / "part-000002.parquet").write_bytes(b"PAR1")
    (out / "_done" / "part-000003.json").write_bytes(b'{"size"')
    kept = (out / "part-000000.parquet").stat().st_ino
    score_here(request_, [lines], out)
    assert contents(out) == whole
    assert (out / "part-000000.parquet").stat().st_ino == kept


def test_the_manifest_has_the_input_the_model_and_the_counts(request_: Request, lines: Path, tmp_path: Path) -> None:
    lines.write_text(lines.read_text() + "\n\n")
    plan = score_here(request_, [lines], tmp_path / "out", [0])
    manifest = json.loads((tmp_path / "out" / "_manifest.json").read_bytes())
    (file,) = manifest["files"]
    assert (file["path"], file["size"], file["rows"]) == (str(lines), lines.stat().st_size, 62)
    assert manifest["model"] == {"name": "weather", "sha256": request_.model_hash}
    assert manifest["parts"][0]["done"] == {"scored": plan.parts[0].rows, "errors": {}}
    assert manifest["parts"][1]["done"] is None
    score_here(request_, [lines], tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "_manifest.json").read_bytes())
    assert (manifest["scored"], manifest["errors"]) == (60, {"empty": 2})
    assert sum(part["rows"] for part in manifest["parts"]) == 62


def test_scores_of_something_else_are_refused_and_what_differs_is_named(
    bundle: Path, request_: Request, lines: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    score_here(request_, [lines], out)
    before = contents(out)
    other = tmp_path / "other.txt"
    other.write_text("snow\n")
    asked = {
        "prior was 0.5, now it is 0.3": (request_for(bundle, part_bytes=100, prior=0.3), [lines]),
        "part size was 100, now it is 16000000": (request_for(bundle), [lines]),
        "engine was numpy, now it is cpu": (request_for(bundle, part_bytes=100, engine="cpu"), [lines]),
        "text in the output was off, now it is on": (request_for(bundle, part_bytes=100, with_text=True), [lines]),
        "reading was left to be found out, now it is --format lines": (
            request_for(bundle, part_bytes=100, reading=ReadingOptions(format="lines")),
            [lines],
        ),
        f"{other} was no file of it": (request_, [lines, other]),
        f"{other} was no file of it; {lines} was a file of it": (request_, [other]),
    }
    for words, (request, paths) in asked.items():
        with pytest.raises(GendertuiError) as caught:
            score_here(request, paths, out)
        assert caught.value.what == f"this folder has scores of something else: {words}"
        assert (caught.value.where, caught.value.code) == (str(out), ExitCode.USAGE)
    assert contents(out) == before


def test_a_model_of_another_name_is_the_same_and_one_of_other_numbers_is_not(
    bundle: Path, request_: Request, lines: Path, tmp_path: Path
) -> None:
    score_here(request_, [lines], tmp_path / "out")
    score_here(request_for(judged(bundle, tmp_path / "copy"), part_bytes=100), [lines], tmp_path / "out")
    from gendertui.model import store

    with pytest.raises(GendertuiError, match="the model was weather, now it is films-290"):
        score_here(request_for(store.shipped_folder(), part_bytes=100), [lines], tmp_path / "out")


def test_an_input_that_changed_is_refused_and_one_that_was_touched_is_not(
    request_: Request, lines: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    score_here(request_, [lines], out, [0])
    os.utime(lines, ns=(1, 1))
    score_here(request_, [lines], out, [1])
    content = lines.read_text()
    lines.write_text(content.replace("snow falls 0", "snow fells 0"))
    with pytest.raises(GendertuiError, match="has other content"):
        score_here(request_, [lines], out)
    lines.write_text(content + "snow\n")
    with pytest.raises(GendertuiError, match="bytes, now it has"):
        score_here(request_, [lines], out)


def test_a_folder_with_other_files_in_it_is_refused(request_: Request, lines: Path, tmp_path: Path) -> None:
    with pytest.raises(GendertuiError, match=r"other files in it \(lines.txt\)"):
        score_here(request_, [lines], tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "_manifest.json").write_text("[]")
    with pytest.raises(GendertuiError, match="no manifest that this gendertui wrote"):
        score_here(request_, [lines], tmp_path / "out")


def test_a_folder_of_files_is_scored_but_for_what_is_hidden_or_a_readme(request_: Request, tmp_path: Path) -> None:
    for name in ("in/a.txt", "in/b/c.txt", "in/b/_SUCCESS", "in/.hidden", "in/README.md", "in/_old/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("rain\n")
    again = os.path.relpath(tmp_path / "in" / "a.txt")
    found = input_files([str(tmp_path / "in"), str(tmp_path / "in" / "a.txt"), again], tmp_path / "out")
    assert found == [str(tmp_path / "in" / "a.txt"), str(tmp_path / "in" / "b" / "c.txt")]
    score_here(request_, [tmp_path / "in"], tmp_path / "out")
    assert table_of(tmp_path / "out")["file"].to_pylist() == found
    with pytest.raises(GendertuiError, match="into a folder that is scored"):
        input_files([str(tmp_path)], tmp_path / "out")
    with pytest.raises(GendertuiError, match="no such file"):
        input_files([str(tmp_path / "nowhere")], tmp_path / "out")
    (tmp_path / "in" / "\udcff.txt").write_text("rain\n")
    with pytest.raises(GendertuiError, match="not in UTF-8"):
        input_files([str(tmp_path / "in")], tmp_path / "out")


def test_a_file_that_changes_while_those_behind_it_are_looked_at_is_refused(lines: Path, tmp_path: Path) -> None:
    later = tmp_path / "more.txt"
    later.write_text("rain\n")

    def change(path: str, layout: Layout) -> None:
        if path == str(later):
            lines.write_text("snow\n")

    with pytest.raises(GendertuiError, match="changed while it was read") as caught:
        make_plan([str(lines), str(later)], NO_OPTIONS, 100, change, lambda *_: None)
    assert caught.value.where == str(lines)
