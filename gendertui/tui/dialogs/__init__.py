"""Modal screens.

Modules: ``choice``, ``question`` (answered in words), ``reading_question`` (about a file's columns), ``label_mapping``
(its labels), ``help`` (of a pane), ``terms`` (what words mean), ``source_picker`` (where a corpus comes from, also as
part of a pane), ``too_small`` (in place of everything).
"""
