"""Text that changes often and seldom grows: the screen around it is laid out only when it does."""

from __future__ import annotations

from textual.visual import VisualType
from textual.widgets import Static


class StableStatic(Static):
    """A Static of a width that does not hang on its content, laid out anew only where its height is another one."""

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        super().update(content, layout=False)
        width, height = self.content_size
        if layout and (not width or self.visual.get_height(self.styles.get_rules(), width) != height):
            self.refresh(layout=True)
