"""A box that can be folded, without all in it being styled anew."""

from __future__ import annotations

from textual.widgets import Collapsible


class Fold(Collapsible):
    """Can be folded: what is in its contents looks the same then, though it is not seen."""

    def update_node_styles(self, animate: bool = True) -> None:
        self.app.stylesheet.update_nodes([self, *self.children], animate=animate)
