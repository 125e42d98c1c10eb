"""Widgets any pane may use.

Modules: ``table`` (of any length), ``plot`` (a chart), ``curves`` (one over epochs), ``intervals``, ``confusion``,
``answers``, ``terms`` (what words mean), ``bars``, ``fold``, ``tab_line`` (names of which one is chosen),
``text_field``, ``prose``, ``tips`` (tooltips of parts), ``stable_static`` and ``changes`` (drawing only what changed).
"""
