"""Modal screens.

Modules: ``choice``, ``question`` (answered in words), ``help`` (of a pane).
"""
