"""The Corpus pane: where lines come from, what is in them, every line.

Modules: ``pane``, ``source_picker``, ``overview`` (labels and lengths), ``rows`` (of the table), ``line_screen`` (one
line).
"""
