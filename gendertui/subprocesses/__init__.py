"""Work that its caller must not import (torch, scikit-learn), done by another process.

Modules: ``task`` (the one protocol), ``probe`` (devices), ``timing`` (training speed), ``logits`` (of any network),
``audit``, ``suspects`` (cross-fitted scores), ``rescore`` (test set, stronger baseline), ``learning_curve``.
"""
