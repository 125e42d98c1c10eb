"""What is styled anew when the focus moves or something is folded, and that no rule expects more of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import pytest
from textual.css.model import CombinatorType, Selector, SelectorType
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode

from gendertui.tui.app import GendertuiApp
from gendertui.tui.restyling import FewParts, FocusAlone
from gendertui.tui.widgets.fold import Fold
from tests.builders.app import settle

App = Callable[..., GendertuiApp]
KEYS = {"configure": ["tab", "down", "a", "a"], "evaluate": ["c", "v", "c"]}
ID, CLASS = SelectorType.ID, SelectorType.CLASS
FEW = 12
"""Of the hundreds of a pane."""


def leading(app: GendertuiApp, pseudo_class: str) -> Iterator[Selector]:
    """Parts of selectors with that pseudo class which say how something below them looks."""
    for rules in app.stylesheet.rules:
        for selector_set in rules.selector_set:
            yield from (part for part in selector_set.selectors[:-1] if pseudo_class in part.pseudo_classes)


def too_deep(app: GendertuiApp, fold: Fold) -> list[str]:
    """Rules by which a state of that widget says how something below its children looks."""
    found = []
    for rules in app.stylesheet.rules:
        for selector_set in rules.selector_set:
            parts = selector_set.selectors
            # Each part with those on the same widget behind it.
            starts = [at for at, part in enumerate(parts) if part.combinator is not CombinatorType.SAME]
            for start, after in pairwise(starts):
                own = parts[start:after]
                names = {{ID: "#", CLASS: "."}.get(part.type, "") + part.name for part in own}
                states = [part for part in own if part.type is CLASS or part.pseudo_classes]
                if not states or not names <= {*fold._selector_names, ".-collapsed"}:
                    continue
                if after != starts[-1] or parts[after].combinator is not CombinatorType.CHILD:
                    found.append(selector_set.css)
    return found


def forgotten(app: GendertuiApp, widget: FewParts) -> list[str]:
    """Rules by which a class of that widget says how something in it looks that is none of the parts it names."""
    found = []
    for rules in app.stylesheet.rules:
        for selector_set in rules.selector_set:
            parts = selector_set.selectors
            # Each part with those on the same widget behind it.
            starts = [at for at, part in enumerate(parts) if part.combinator is not CombinatorType.SAME]
            names = [
                {{ID: "#", CLASS: "."}.get(part.type, "") + part.name for part in parts[start:after]}
                for start, after in pairwise([*starts, len(parts)])
            ]
            own = {name for name in widget._selector_names if not name.startswith((".", "*"))}
            leads = any(each & own and any(name.startswith(".-") for name in each) for each in names[:-1])
            if leads and not names[-1] & widget.PARTS:
                found.append(selector_set.css)
    return found


async def test_a_key_has_few_widgets_styled_anew(make_app: App, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    styled: list[DOMNode] = []
    update_nodes = Stylesheet.update_nodes

    def counted(sheet: Stylesheet, nodes: Iterable[DOMNode], animate: bool = False) -> None:
        found = list(nodes)
        styled.extend(found)
        update_nodes(sheet, found, animate=animate)

    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        for pane, keys in KEYS.items():
            await app.show_pane(pane)
            await settle(pilot)
            # The first time a tab is made, all in it is new.
            for key in keys:
                await pilot.press(key)
                await settle(pilot)
            monkeypatch.setattr(Stylesheet, "update_nodes", counted)
            for key in keys:
                styled.clear()
                await pilot.press(key)
                await settle(pilot)
                assert len(styled) <= FEW, (key, styled)
            monkeypatch.setattr(Stylesheet, "update_nodes", update_nodes)
        # The panes' styles are all read by now.
        assert list(leading(app, "focus-within")) == []
        for fold in app.query(Fold):
            assert too_deep(app, fold) == []
        of_few = list(app.screen.walk_children(FewParts))
        assert {type(widget).__name__ for widget in of_few} == {"PredictPane", "LineView", "Offers"}
        for few in of_few:
            assert forgotten(app, few) == []
        for widget in app.screen.walk_children(FocusAlone):
            assert [part for part in leading(app, "focus") if part.name in widget._selector_names] == []
