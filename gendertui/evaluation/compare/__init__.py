"""Runs side by side, cross-fitted figures, *Why not 70 %?*."""
