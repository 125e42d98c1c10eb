"""The terminal app. Nothing else imports Textual.

Modules: ``app`` (puts all together), ``panes`` (the records of panes, tabs and keys), ``pane`` (what panes share),
``tabbed_pane`` (those with tabs), ``keys``, ``screen_keys`` (of dialogs), ``keymap`` (as a person has set them),
``key_names``, ``hints`` (that name them), ``commands`` (the palette), ``doctor_screen``, one for each pane: ``corpus``,
``configure``, ``train`` (with ``sweep``), ``evaluate``, ``predict``; ``dialogs``, ``widgets``,
``line_scene`` (a line between its neighbours), ``charts`` (drawn in cells), ``messages``
(what was said); ``session`` (what the whole app knows), ``opening`` (of a corpus), ``following`` (of a run),
``calling`` (when it ends), ``at_end`` (the command then), ``run_model`` (what came of it), ``answering`` (which model
does), ``background`` (work off the event loop), ``probing`` (ended early), ``input_gate`` (one key at a time),
``focus``, ``rest`` (what is done while nobody presses a key), ``garbage`` (collected then), ``sparse_compositor``
(draws what is written, and no more), ``restyling`` (of few widgets), ``narrow_updates`` and ``pen`` (few bytes to the
terminal), ``terminal`` (restored however the app ends), ``driver`` (what is written when it is taken and given back),
``background_colour`` (dark or light), ``jump`` (mode), ``header``, ``footer``, ``themes`` with ``few_colours`` and
``theme_choice``, ``formatting`` (words and names in so many cells).
"""
