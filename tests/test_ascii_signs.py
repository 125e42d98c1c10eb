"""What a terminal without UTF-8 gets, and when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from gendertui.ascii_signs import SIGNS, to_ascii, wanted


@given(st.text())
def test_any_text_becomes_ascii(text: str) -> None:
    assert to_ascii(text).isascii()


@given(st.text(st.sampled_from([*SIGNS, *map(chr, range(0x2800, 0x2900)), *"äéßçñØÅ漢字かなабв한"])))
def test_signs_letters_and_other_scripts_keep_their_cells(text: str) -> None:
    assert cell_len(to_ascii(text)) == cell_len(text)


def test_what_can_be_kept_is_kept() -> None:
    assert to_ascii("Zoë – 57.1 % · «café» 漢") == "Zoe - 57.1 % - <cafe> ??"
    assert to_ascii("⠀⠉⣀⣿") == " '.:"


@pytest.mark.parametrize(
    ("environment", "plain"),
    [
        ({}, False),
        ({"LANG": "C"}, True),
        ({"LANG": "POSIX"}, True),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "de_DE.utf8"}, False),
        ({"LANG": "en_US.ISO-8859-1"}, True),
        ({"LANG": "de_DE.UTF-8@euro"}, False),
        ({"LANG": "C.UTF-8", "LC_ALL": "C"}, True),
        ({"LC_CTYPE": "en_US.UTF-8", "LANG": "C"}, False),
        ({"LC_CTYPE": "C.UTF-8", "LANG": "C"}, True),
        ({"LC_CTYPE": "C.UTF-8"}, False),
        ({"TERM": "linux", "LANG": "C.UTF-8"}, True),
    ],
)
def test_when_only_ascii_is_written(environment: dict[str, str], plain: bool) -> None:
    assert wanted(environment, "auto") is plain
    assert wanted(environment, "on")
    assert not wanted(environment, "off")
