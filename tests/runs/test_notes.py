"""A person's note on a run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gendertui.errors import ExitCode, GendertuiError
from gendertui.runs.folder import RunFolder
from gendertui.runs.notes import LONGEST, note_file, read_note, write_note


def test_a_note_is_kept_replaced_and_taken_away(run: RunFolder) -> None:
    assert read_note(run) == ""
    write_note(run, "  lower learning rate ")
    assert read_note(run) == "lower learning rate"
    write_note(run, "dropout – 0.5")
    assert read_note(run) == "dropout – 0.5"
    run.check()
    write_note(run, " ")
    assert read_note(run) == ""
    assert not note_file(run).exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=LONGEST + 20))
def test_any_line_that_is_not_too_long_is_kept_as_it_is(run: RunFolder, text: str) -> None:
    kept = text.strip()
    if kept.isprintable() and len(kept) <= LONGEST:
        write_note(run, text)
        assert read_note(run) == kept
        return
    with pytest.raises(GendertuiError) as caught:
        write_note(run, text)
    assert caught.value.code is ExitCode.USAGE


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"text": 7}', b"{}", b'{"text": "' + bytes(70_000) + b'"}'], ids=range(5)
)
def test_a_note_that_cannot_be_read_says_so_and_is_written_anew(run: RunFolder, content: bytes) -> None:
    note_file(run).write_bytes(content)
    with pytest.raises(GendertuiError, match="note cannot be read") as caught:
        read_note(run)
    assert "runs note" in str(caught.value.hint)
    write_note(run, "again")
    assert read_note(run) == "again"


def test_nothing_is_written_through_a_link(run: RunFolder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    note_file(run).symlink_to(elsewhere)
    with pytest.raises(GendertuiError):
        read_note(run)
    with pytest.raises(GendertuiError):
        write_note(run, "theirs")
    assert elsewhere.read_text() == "mine"
    assert note_file(run).readlink() == elsewhere
