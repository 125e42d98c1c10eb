"""Point metrics, and their intervals over groups."""
