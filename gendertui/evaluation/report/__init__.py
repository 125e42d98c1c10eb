"""A run's report: built from scores, stored, read, put into words."""
