"""The Train pane: stages, curves, progress, the table of epochs."""
