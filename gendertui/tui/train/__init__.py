"""The Train pane: the run that is followed, and the other runs.

Modules: ``pane`` (the tabs, and what can be done with a run), ``tab`` (what tabs share), ``watch`` (stages, curves,
progress, the table of epochs), ``runs`` (what is done with any run of the list), ``run_list``, ``run_rows``,
``run_words`` and ``run_preview`` (about the one under the cursor), ``compare`` (the marked ones), ``compare_words``
(as text), ``log`` (of the worker), ``charts`` and ``now_box`` (of the run that is followed), ``machine_strip`` (how
busy the machine is), ``progress_line``, ``epoch_rows``, ``more_epochs`` (of a run that is over), ``which_model``
(answers from then on), ``watch_terms`` (what the figures mean), ``remarks`` (below the table), ``throttle`` (no more
drawing than can be read).
"""
