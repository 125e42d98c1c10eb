"""Runs side by side, cross-fitted figures, *Why not 70 %?*.

Modules: ``runs`` (paired differences), ``cross_fitted`` (over all folds), ``why_not_70`` (the sentences).
"""
