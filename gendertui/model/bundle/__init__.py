"""A trained model as files.

Modules: ``bundle`` (write and read the folder), ``manifest`` (``bundle.json``), ``weights`` (tensors without torch),
``card`` (the model card).
"""
