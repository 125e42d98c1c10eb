"""The Configure pane: preset, fields, device, what a start would cost.

Modules: ``pane``, ``form`` (a row for each field), ``summary`` (what the configuration means here), ``start``.
"""
