"""Point metrics, and their intervals over groups."""

FEW_GROUPS = "too few groups for an interval"
"""The note of a figure that has no interval."""
