"""The Sweeps tab of Train: searches for the best settings, each with its trials as they come.

Modules: ``tab`` (what can be done there), ``reading`` (sweeps from their storages, in a thread), ``sweep_list`` (all of
them), ``one_sweep`` (the one that is open), ``rows`` (of both tables), ``words``, ``importance`` (of each field),
``settings`` (of all trials, in parallel coordinates), ``curves`` (of the trials that are running, or of all figures).
"""
