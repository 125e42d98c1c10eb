"""The Configure pane: preset, fields, device, what a start would cost.

Modules: ``pane``, ``form`` (a row for each field), ``words`` (what a field is), ``devices`` (the list), ``cost`` (the
box of figures), ``summary`` (worked out for it), ``timing`` (of an epoch), ``missing`` (word vectors),
``presets`` (side by side), ``start``.
"""
