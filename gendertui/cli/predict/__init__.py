"""``gendertui predict``: lines, files, scenes and the speakers of a corpus.

Modules: ``command`` (options and dispatch), ``lines`` (one by one, with or without options), ``inputs`` (lines from
arguments, standard input and pipes), ``files`` (those of files, read as corpora are), ``setup`` (the model, its engine,
the prior), ``scoring`` (lines scored or explained), ``bulk`` (into a
folder, in parts), ``scene``, ``characters`` (of an unlabelled corpus), ``outputs``
(words, JSON, CSV).
"""
