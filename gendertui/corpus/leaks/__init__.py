"""What a held-out set shares with train: texts, near-identical texts, groups, speakers.

Modules: ``count`` (all of it, for one split), ``near_duplicates``, ``duplicate_groups``, ``join`` (two columns of
numbers), ``schema`` (what was counted, as JSON).
"""
