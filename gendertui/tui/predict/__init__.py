"""The Predict pane: a line or a scene, its probability and why.

Modules: ``pane``, ``prompt``, ``answer`` (worked out off the event loop), ``latest_only`` (superseded requests
dropped), ``frame_hold`` (a letter and its answer in one frame), ``line_view``, ``probability_bar``, ``attributions``,
``prior``, ``scene``, ``scene_editor``, ``scene_view``, ``scene_reasons``, ``history_file``, ``history_list``,
``export``, ``model_choice``, ``model_panel``, ``first_steps``.
"""
