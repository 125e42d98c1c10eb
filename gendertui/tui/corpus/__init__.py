"""The Corpus pane: where lines come from, how they were read, what is in them, every line.

Modules: ``pane``, ``overview`` (labels and lengths), ``reading_panel`` and ``reading_rows`` (how the
file was read), ``lines_view`` and ``rows`` (the table of lines), ``line_screen`` (one line), ``view`` (what the
tabs that compute share), ``words_view``, ``duplicates_view``, ``split_view``, ``groups_view``.
"""
