"""A trained model as files.

Modules: ``bundle`` (write and read the folder), ``replacing`` (put one in another's place, and read meanwhile),
``manifest`` (``bundle.json``), ``weights`` (tensors without torch), ``stack`` (the model of characters), ``card`` (the
model card).
"""
