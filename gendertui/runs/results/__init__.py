"""What is read or measured after a run.

Modules: ``reports``, ``comparison`` (what differs between runs, their figures and curves), ``comparison_text`` (as
table, CSV, JSON, Markdown), ``folds`` (cross-validation), ``rescore`` (test set, stronger baseline),
``test_set_evaluations`` (how often it was read), ``why_not_70``, ``learning_curve``, ``characters`` (those held out,
one by one), ``corpus`` (the one it was trained on).
"""
