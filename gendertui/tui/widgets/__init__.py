"""Widgets any pane may use.

Modules: ``table`` (of any length), ``plot`` (a chart), ``curves`` (one over epochs), ``intervals``, ``confusion``,
``bars``, ``tab_line`` (names of which one is chosen), ``text_field``, ``stable_static`` and ``changes`` (drawing only
what changed), ``tips`` (tooltips of parts).
"""
