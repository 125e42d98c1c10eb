"""``gendertui predict``: lines, files, scenes and the speakers of a corpus.

Modules: ``command`` (options and dispatch), ``inputs`` (lines from arguments, standard input and files), ``setup`` (the
model, its engine, the prior), ``scoring`` (lines scored or explained), ``scene``, ``characters`` (of an unlabelled
corpus), ``outputs`` (words, JSON, CSV).
"""
