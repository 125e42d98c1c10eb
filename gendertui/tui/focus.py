"""What the focus may be on."""

from __future__ import annotations

import sys

from textual.widget import Widget
from textual.widgets import Input


def is_text_field(widget: Widget | None) -> bool:
    """Whether letters are text for a widget that has the focus."""
    # Not imported to ask: an area brings along all that colours programs, which the first paint would wait for.
    areas = sys.modules.get("textual.widgets._text_area")
    return isinstance(widget, Input) or (areas is not None and isinstance(widget, areas.TextArea))
