"""Sweeps: many runs that search for the best settings, on Optuna, with lines set aside to judge the winner by.

Modules: ``search`` (the expression that says which fields), ``shares`` (folds, and what is set aside), ``defaults``,
``definition`` (a sweep's folder), ``storage`` (Optuna's study), ``trials`` (what front ends show), ``presence`` (who
works on one), ``queue`` (which trial is next), ``work`` (a worker), ``start`` (one of its own), ``importance`` (of each
field), ``best`` (the winner), ``manage`` (make, stop, remove), ``words`` (for people).
"""
