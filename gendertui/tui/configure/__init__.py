"""The Configure pane: preset, fields, device, what a start would cost."""
