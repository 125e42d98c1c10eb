"""Text is written in few codes, and looks as Textual would have written it."""

from __future__ import annotations

from typing import Any

import pyte
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from gendertui.tui.pen import RESET, Pen

COLUMNS = 60
colours = st.sampled_from([None, "#e0e0e0", "#121212", "red", "default", "color(100)"])
switches = st.sampled_from([None, True, False])
styles = st.none() | st.builds(
    Style,
    color=colours,
    bgcolor=colours,
    bold=switches,
    dim=switches,
    italic=switches,
    underline=switches,
    strike=switches,
    reverse=switches,
)
pieces = st.lists(st.tuples(st.text("a  ⣿日", min_size=1, max_size=4), styles), min_size=1, max_size=15)


def on_screen(written: str) -> list[Any]:
    """What is to be seen of each cell: the colour and weight of a blank are not, but for what shows on one."""
    screen = pyte.Screen(COLUMNS, 1)
    pyte.Stream(screen).feed(written)
    # One that was never written to shows nothing, as one that was reset.
    cells = [screen.buffer[0][column] for column in range(COLUMNS)]
    seen = []
    for cell in cells:
        marks = (cell.underscore, cell.strikethrough, cell.reverse)
        plain = cell.data == " " and not any(marks)
        seen.append((cell.data, cell.bg, *marks) + (() if plain else (cell.fg, cell.bold, cell.italics)))
    return seen


def drawn(row: list[tuple[str, Style | None]], system: ColorSystem = ColorSystem.TRUECOLOR) -> str:
    pen = Pen(system)
    for text, style in row:
        pen.write(text, style)
    pen.put_down()
    return "".join(pen.written)


def as_textual_does(row: list[tuple[str, Style | None]], system: ColorSystem) -> str:
    rendered = [text if style is None else Strip.render_style(style, text, system) for text, style in row]
    return "".join(rendered)


@given(pieces, st.sampled_from([ColorSystem.STANDARD, ColorSystem.EIGHT_BIT, ColorSystem.TRUECOLOR]))
@settings(max_examples=50, deadline=None)
def test_it_looks_the_same_and_nothing_stays_set(row: list[tuple[str, Style | None]], system: ColorSystem) -> None:
    # Styles keep the codes of the system that they were rendered for first.
    fresh = [(text, None if style is None else style.copy()) for text, style in row]
    assert on_screen(drawn(fresh, system) + "x") == on_screen(as_textual_does(row, system) + "x")


def test_a_row_of_a_chart_is_written_in_one_colour_at_a_time() -> None:
    ground, line = Style(color="#e0e0e0", bgcolor="#121212"), Style(color="#4ebf71", bgcolor="#121212")
    row: list[tuple[str, Style | None]] = [("⣿", line), ("   ", ground)] * 10
    assert drawn(row) == f"\x1b[38;2;78;191;113;48;2;18;18;18m{'⣿   ' * 10}{RESET}"


def test_a_link_is_kept() -> None:
    linked = Style(link="https://example.org")
    assert drawn([("there", linked)]).endswith(";https://example.org\x1b\\there\x1b]8;;\x1b\\")
