"""The Evaluate pane: the verdict and what it rests on.

Modules: ``pane``, ``tab`` (what tabs share), one for each tab: ``verdict``, ``characters``, ``mistakes``, ``curves``,
``slices``, ``leaks``, ``learning_curve``, ``compare``; ``subject`` (whose figures), ``audit_target`` (whose leaks),
``job`` (long work), ``metric_table``, ``why_not_70``; ``held_out`` (characters one by one) with its ``held_out_rows``
and ``held_out_lines``; ``suspects`` (labels that look wrong, over the pane) with its
``suspect_rows`` and ``suspect_lines``.
"""
