"""Lines with labels, from anywhere, as one table.

Modules: ``table`` (the lines), ``load`` (from a path to a table, cached), ``readers`` (the formats), ``recent`` (what
was opened lately), ``download``, ``export``, ``splits`` (train, validation, test), ``balance``, ``leaks`` (what the
sets share), ``scene`` (pasted dialogue), ``statistics``, ``query``.
"""
