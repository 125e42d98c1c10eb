"""``gendertui predict``: lines, files, scenes and the characters of a corpus."""
