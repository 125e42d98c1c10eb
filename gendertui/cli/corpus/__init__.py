"""``gendertui corpus``: what is in a corpus, copies of it in other formats, the download.

Modules: ``command`` (the group, and where corpora are kept), ``show`` (with its
``facts`` of any corpus and the ``sections`` that are asked for), ``export``, ``labels`` (changed by
hand), ``suspects`` (labels that look wrong), ``download``.
"""
