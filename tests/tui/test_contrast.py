"""What is on the screen can be read in both of the program's themes: contrast by WCAG 2, of the cells as drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from rich.color import Color as RichColor
from rich.color import ColorSystem, ColorType
from rich.segment import Segment
from textual.color import Color
from textual.theme import Theme

from gendertui import paths
from gendertui.tui import few_colours
from gendertui.tui.app import GendertuiApp
from gendertui.tui.themes import OWN, ROLES
from tests.builders import app as world
from tests.builders import prompt, reports
from tests.builders.screens import on

TEXT, SIGN = 4.5, 3.0
"""Least contrast of text, and of what else has a meaning: borders, axes, bars, curves (levels AA, 1.4.3 and 1.4.11)."""
BACKGROUNDS = ("background", "surface", "panel")
FILLED = {*"░▔▁▏▕"}
"""What lies behind other things, and the edges that Textual draws of them."""


def contrast(one: Color, other: Color) -> float:
    """From 1 to 21, of two opaque colours."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def faint(app: GendertuiApp) -> Iterator[str]:
    """What on the screen has too little contrast, each with its figure."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            if (problem := _faint(segment)) is not None:
                yield problem


def _faint(segment: Segment) -> str | None:
    text, style = segment.text.strip(), segment.style
    signs = set(text) - FILLED
    if not signs or style is None or style.color is None or style.bgcolor is None:
        return None
    assert {style.color.type, style.bgcolor.type} == {ColorType.TRUECOLOR}
    ratio = contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))
    is_text = any(sign.isalnum() for sign in signs)
    return f"{text!r}: {ratio:.2f}" if ratio < (TEXT if is_text else SIGN) else None


def test_the_measure_is_the_standards() -> None:
    assert contrast(Color.parse("#000"), Color.parse("#fff")) == pytest.approx(21)
    assert contrast(Color.parse("#777"), Color.parse("#fff")) == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", OWN, ids=lambda theme: theme.name)
def test_every_colour_with_a_meaning_is_one_of_its_own_and_can_be_read(theme: object) -> None:
    (theme,) = (each for each in OWN if each is theme)
    meanings = {role: theme.variables[role] for role in ROLES}
    meanings |= {name: getattr(theme, name) for name in ("primary", "warning", "error", "success", "foreground")}
    assert len(set(meanings.values())) == len(meanings)
    for name, colour in meanings.items():
        for behind in BACKGROUNDS:
            ground = Color.parse(getattr(theme, behind))
            assert contrast(Color.parse(colour), ground) >= TEXT, (name, behind)
            assert contrast(Color.parse(theme.variables["border"]), ground) >= SIGN - 0.005, behind


@pytest.mark.parametrize("theme", few_colours.THEMES.values(), ids=lambda theme: theme.name)
def test_with_sixteen_colours_no_two_states_look_alike(theme: Theme) -> None:
    """As the terminal gets them: the nearest of its sixteen."""

    def seen(name: str) -> int | None:
        colour = theme.variables.get(name) or getattr(theme, name)
        return RichColor.parse(colour).downgrade(ColorSystem.STANDARD).number

    for alike in (
        ("label-first", "label-second", "foreground"),
        ("train", "model", "baseline", "success"),
        ("success", "warning", "error", "foreground"),
        ("background", "panel", "block-cursor-background"),
        ("block-cursor-foreground", "block-cursor-background"),
        ("background", "border", "text-muted") if theme.dark else ("background", "border", "foreground"),
        ("panel", "footer-key-foreground", "footer-description-foreground"),
    ):
        assert len({seen(name) for name in alike}) == len(alike), alike


@pytest.mark.parametrize(("term", "few"), [("xterm", True), ("linux", True), ("xterm-256color", False)])
def test_where_there_are_sixteen_colours(term: str, few: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("COLORTERM", raising=False)
    app = GendertuiApp()
    assert (app.current_theme.primary == few_colours.THEMES[app.theme].primary) is few


async def _walk(app: GendertuiApp, theme: str, *panes: tuple[str, ...]) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        for pane, *keys in panes:
            await on(pane, *keys, theme=theme)(pilot)
            found = list(faint(app))
            assert not found, (pane, found)


async def test_what_is_drawn_can_be_read(make_app: Callable[..., GendertuiApp]) -> None:
    reports.make_run()
    await _walk(make_app(), "gendertui-light", ("evaluate", "u"))


@pytest.mark.long
@pytest.mark.parametrize("theme", [theme.name for theme in OWN])
async def test_everything_drawn_in_every_pane_can_be_read(theme: str, make_app: Callable[..., GendertuiApp]) -> None:
    reports.make_run()
    prompt.make_model()
    world.make_finished()
    world.write_history(paths.history_file())
    panes = (("corpus",), ("configure",), ("train",), ("train", "2"), ("evaluate",), ("evaluate", "u"), ("predict",))
    await _walk(make_app("sample", world.FINISHED), theme, *panes)
