"""The score of whole characters: fitted on train, cross-fitted over a corpus, and read on held-out sets.

Modules: ``counts``, ``fit``, ``cross_fit``, ``material``, ``judge``.
"""
