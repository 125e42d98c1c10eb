from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendertui.corpus.scene import parse_scene

SCREENPLAY = """\
INT. LIGHTHOUSE - NIGHT

Wren climbs the stairs. The lamp is out.

                    WREN (O.S.)
          Who let the oil
          run dry?
               (beat)
          Tom: you?

                    TOM
               (not looking up,
               still whittling)
          Not I.
                    WREN
          Then who?

          CUT TO:

\t\tMR. O'HARA #2 (CONT'D)
\tWAIT
\tNo.
"""


def test_names_in_front_of_lines() -> None:
    text = "WREN: Who let it run dry?\n\nTom (softly): (beat) Not I.\r\nDr. Anne-Marie Fox:   Then who?\nÉlodie: Moi."
    assert parse_scene(text) == [
        ("WREN", "Who let it run dry?"),
        ("Tom", "Not I."),
        ("Dr. Anne-Marie Fox", "Then who?"),
        ("Élodie", "Moi."),
    ]


def test_a_screenplay() -> None:
    assert parse_scene(SCREENPLAY) == [
        ("WREN", "Who let the oil run dry? Tom: you?"),
        ("TOM", "Not I."),
        ("WREN", "Then who?"),
        ("MR. O'HARA #2", "WAIT No."),
    ]


def test_a_line_goes_on_where_it_is_indented_and_a_name_may_stand_alone_with_its_colon() -> None:
    text = "WREN: Who let it\n  run dry?\nTOM:\nNot I.\nNever.\n\nNobody in particular.\nWREN: Then who?"
    assert parse_scene(text) == [
        ("WREN", "Who let it run dry?"),
        ("TOM", "Not I. Never."),
        (None, "Nobody in particular."),
        ("WREN", "Then who?"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "he said: no",
        "10:30 is late",
        "http://example.org/a: b",
        "A sentence that ends with a colon: so",
        "What? Yes: no",
        "One Two Three Four Five Six: no",
        ": no",
        "- Tom: no",
        "   NO!",
        "  Not upper case",
        "  STOP.",
    ],
)
def test_lines_without_a_speaker(line: str) -> None:
    assert parse_scene(f"{line}\nand on") == [(None, line.strip()), (None, "and on")]


def test_an_indented_name_needs_speech_right_below_it() -> None:
    assert parse_scene("  TOM\n\nNot I.") == [(None, "TOM"), (None, "Not I.")]
    assert parse_scene("  TOM") == [(None, "TOM")]
    assert parse_scene("  TOM\n  (beat)\n") == []


@pytest.mark.parametrize("text", ["", "\n \n\t\n", "TOM:", "TOM: (sighs)"])
def test_nothing_is_said(text: str) -> None:
    assert parse_scene(text) == []


@given(st.text(alphabet=st.sampled_from("AbÉ日 \t\n\r:().'-#0"), max_size=60))
def test_every_speech_holds_words_of_the_text_and_no_speaker_is_blank(text: str) -> None:
    for speaker, speech in parse_scene(text):
        assert speech == speech.strip() != ""
        assert all(word in text for word in speech.split())
        assert speaker is None or (speaker.strip() and ":" not in speaker and "\n" not in speaker)


@given(st.lists(st.tuples(st.sampled_from(["WREN", "Tom", "Dr. Fox"]), st.sampled_from(["Not I.", "you?", "é 日"]))))
def test_what_was_written_as_name_and_line_is_read_back(lines: list[tuple[str, str]]) -> None:
    assert parse_scene("\n".join(f"{name}: {speech}" for name, speech in lines)) == lines


@pytest.mark.parametrize("part", [" ", "(", "A: ", "  A\n", ":", "(a", "\t", "A "])
def test_the_time_grows_with_the_text_alone(part: str) -> None:
    def seconds(times: int) -> float:
        start = time.process_time()
        parse_scene(part * times + "x")
        return time.process_time() - start

    seconds(1000)
    short = max(seconds(20_000), 0.002)
    assert seconds(200_000) < 60 * short
