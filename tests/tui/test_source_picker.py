"""What the source picker offers while a path is typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendertui.tui.dialogs.source_picker import completions, known_sources
from tests.builders.letters import letters


def offered(text: str) -> list[str]:
    return [offer.name for offer in completions(text)]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.parquet", "a.csv.gz", "a.CSV", "SMSSpamCollection"])
def test_files_that_a_reader_may_read_are_offered(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    (tmp_path / "a.png").write_bytes(b"x")
    assert offered(f"{tmp_path}/") == [name]


def test_folders_come_first_and_hidden_files_only_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    letters(tmp_path, name="alpha")
    (tmp_path / ".beta.csv").write_bytes(b"x")
    assert offered(f"{tmp_path}/") == ["sub/", "alpha.csv"]
    assert offered(f"{tmp_path}/AL") == ["alpha.csv"]
    assert offered(f"{tmp_path}/.") == [".beta.csv"]


def test_a_folder_that_is_a_corpus_can_be_opened_itself(tmp_path: Path) -> None:
    for label in ("pos", "neg"):
        (tmp_path / label).mkdir()
        for number in range(3):
            (tmp_path / label / f"{number}.txt").write_text(f"text {number} of {label}\n", encoding="utf-8")
    first = completions(f"{tmp_path}/")[0]
    assert (first.source, first.folder) == (str(tmp_path), False)
    assert first.about.startswith("open this folder: ")


def test_what_cannot_be_listed_offers_nothing(tmp_path: Path) -> None:
    assert offered(f"{tmp_path}/nowhere/") == []


def test_both_samples_are_offered_beside_the_film_corpus() -> None:
    assert [offer.source for offer in known_sources()] == ["download", "messages", "sample"]
