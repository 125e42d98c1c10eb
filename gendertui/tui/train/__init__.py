"""The Train pane: stages, curves, progress, the table of epochs.

Modules: ``pane``, ``progress_line``, ``epoch_rows``, ``more_epochs`` (of a run that is over), ``throttle`` (no more
drawing than can be read).
"""
