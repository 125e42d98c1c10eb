"""Trained models: as files, in a store, and the networks (the only part that needs torch).

Modules: ``store`` (the models that answer), ``place`` (where they are kept), ``listing`` (as they are shown),
``claims`` (names that are promised), ``standing`` (which of them answers where none was chosen), ``answers`` (whether
one is better than guessing and than TF-IDF), ``bundle`` (a model as a folder), ``archive`` (a model as one stream of
bytes), ``onnx`` (a model for other runtimes), ``report_schema`` (the report that a bundle keeps), ``refit`` (what a
report says of a published model that learnt from more than the measured one), ``calibration`` (from logits to
probabilities), ``characters`` (the model of whole characters), ``caution`` (what a model must not be taken for),
``networks`` (torch).
"""
