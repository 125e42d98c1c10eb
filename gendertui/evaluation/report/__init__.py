"""A run's report: built from scores, stored, read, put into words.

Modules: ``build``, ``schema`` (its parts as dataclasses), ``read``, ``scores`` (``scores.npz``), ``meta`` (what is not
in the scores), ``units`` (groups and speakers as numbers), ``character_scores`` (``characters.npz``), ``fitted`` (what
validation calibrates), ``character_lines`` (in words), ``stacked`` and ``characters`` (figures of characters),
``slices``, ``mistakes``, ``sentences``.
"""
