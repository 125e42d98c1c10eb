"""The Train pane: stages, curves, progress, the table of epochs.

Modules: ``pane``, ``progress_line``, ``epoch_rows``, ``throttle`` (no more drawing than can be read).
"""
