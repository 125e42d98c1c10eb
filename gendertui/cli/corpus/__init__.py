"""``gendertui corpus``: what is in a corpus, copies of it in other formats, the download.

Modules: ``command`` (the group, and where corpora are kept), ``show``, ``export``, ``download``.
"""
