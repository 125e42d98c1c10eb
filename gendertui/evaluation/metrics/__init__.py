"""Point metrics, and their intervals over groups.

Modules: ``point`` (figures of one set), ``resampled`` (the same on many resamples at once), ``bootstrap`` (intervals
over groups), ``auc_interval`` (one in closed form), ``comparison`` (systems on the same resamples), ``calibration``
(fitting it), ``calibration_error``, ``confidence`` (accuracy where the model is sure), ``curves``.
"""

FEW_GROUPS = "too few groups for an interval"
"""The note of a figure that has no interval."""
