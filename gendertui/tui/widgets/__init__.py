"""Widgets any pane may use: tables, charts, bars, tabs, text fields."""
