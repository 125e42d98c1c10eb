"""A trained model as files.

Modules: ``bundle`` (write and read the folder), ``manifest`` (``bundle.json``), ``weights`` (tensors without torch),
``stack`` (the model of characters), ``card``
(the model card).
"""
