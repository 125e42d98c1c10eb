"""Where a corpus comes from is asked of the loader, and which files it is read from of its reader."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from gendertui.corpus.load import download_target, load
from gendertui.corpus.readers import READERS, Reader
from gendertui.corpus.reading.options import ReadingOptions
from gendertui.corpus.reading.records import Records
from gendertui.corpus.recent import recent, remember
from gendertui.corpus.samples import SAMPLES
from gendertui.errors import GendertuiError
from gendertui.progress import Progress
from gendertui.runs import launch
from gendertui.training.config import TrainingConfig
from gendertui.tui.dialogs.source_picker import completions
from tests.builders.corpora import records_of

SEP = " +++$+++ "


def lines_file(path: Path) -> Path:
    """A collated file of 24 films with four lines each."""
    rows = [
        SEP.join([f"L{film * 10 + line}", f"u{film}_{line % 2}", f"m{film}", "ANA", "mf"[line % 2], "Come in.", "1"])
        for film in range(24)
        for line in range(4)
    ]
    path.write_text("".join(f"{row} \n" for row in rows), encoding="utf-8")
    return path


def test_the_loader_says_what_opens_a_corpus_again(tmp_path: Path) -> None:
    own = lines_file(tmp_path / "sample.txt")
    assert load("sample").source == "sample"
    assert load(SAMPLES["sample"].path).source == "sample"
    for _ in range(2):  # The second time from the cache.
        assert load(own).source == str(own)
    target = download_target("cornell")
    target.parent.mkdir(parents=True, exist_ok=True)
    lines_file(target)
    assert load(target).source == "cornell"


def test_a_persons_own_sample_is_not_the_bundled_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = lines_file(tmp_path / "sample.txt")
    corpus = load(own)
    monkeypatch.setattr(launch, "_spawn", lambda _run, **_: None)
    assert launch.start(TrainingConfig(), corpus).record()["corpus"]["path"] == str(own)
    assert launch.start(TrainingConfig(), load("sample")).record()["corpus"]["path"] == "sample"


def test_loading_remembers_nothing(tmp_path: Path) -> None:
    corpus = load(lines_file(tmp_path / "lines.txt"))
    assert recent() == []
    remember(corpus)
    remember(load("sample"))
    assert recent() == [str(tmp_path / "lines.txt")]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_every_reader_is_there_and_its_files_are_offered(reader: Reader, tmp_path: Path) -> None:
    module = importlib.import_module(reader.module)
    assert all(callable(getattr(module, name)) for name in ("sniff", "files", "records"))
    assert reader.title
    for suffix in reader.suffixes:
        (tmp_path / f"lines{suffix}").touch()
    (tmp_path / "lines.log").touch()
    offered = {offer.name for offer in completions(f"{tmp_path}/")}
    assert offered == {f"lines{suffix}" for suffix in reader.suffixes}


def test_the_list_of_readers_imports_none() -> None:
    code = "import sys; from gendertui.corpus.readers import suffixes; suffixes(); print(sorted(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pyarrow" not in result.stdout
    assert not any(reader.module in result.stdout for reader in READERS)


def test_a_new_reader_is_a_module_and_a_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of JSON lines: what is kept of it is stale as soon as one of the files that its reader names changes."""
    module = ModuleType("jsonl_reader")

    def files(path: Path) -> list[Path]:
        return sorted(path.glob("*.jsonl"))

    def records(path: Path, options: ReadingOptions, progress: Progress | None = None) -> Records:
        rows = [json.loads(line) for file in files(path) for line in file.read_text().splitlines()]
        columns = {"label": [row["label"] for row in rows], "text": [row["text"] for row in rows]}
        found = records_of(columns)
        found.digest.update(repr(rows).encode())
        return found

    vars(module).update(sniff=lambda path: path.is_dir() and bool(files(path)), files=files, records=records)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    record = Reader("jsonl", "a folder of JSON lines", (".jsonl",), "jsonl_reader")
    monkeypatch.setattr("gendertui.corpus.readers.READERS", (*READERS, record))
    (tmp_path / "a.jsonl").write_text('{"label": "ham", "text": "Hello."}\n{"label": "spam", "text": "Buy."}\n')
    first = load(tmp_path)
    assert (first.kind, first.labels, len(first)) == ("jsonl", ("ham", "spam"), 2)
    (tmp_path / "b.jsonl").write_text('{"label": "ham", "text": "Later."}\n')
    assert len(load(tmp_path)) == 3


def test_readers_that_know_names_look_before_those_that_look_for_separators() -> None:
    names = [reader.name for reader in READERS]
    assert max(names.index("cornell"), names.index("convokit")) < names.index("collated")
    assert names[-1] == "delimited"


def test_labels_that_are_not_understood_are_listed_with_their_counts(tmp_path: Path) -> None:
    """Case 05: three values of which none is a label."""
    file = lines_file(tmp_path / "my lines.txt")
    spelt = file.read_text(encoding="utf-8").replace(f"{SEP}m{SEP}", f"{SEP}herr{SEP}")
    file.write_text(spelt.replace(f"{SEP}f{SEP}", f"{SEP}Frau{SEP}"), encoding="utf-8")
    with pytest.raises(GendertuiError, match="no line is labelled m or f: of 96 rows 0 were understood") as caught:
        load(file)
    assert "'frau' (48), 'herr' (48)" in (caught.value.hint or "")
    assert f"gendertui corpus show '{file}' --problems" in (caught.value.hint or "")
