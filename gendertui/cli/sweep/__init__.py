"""``gendertui sweep``: search for the best settings.

Modules: ``command`` (the group; list, stop, remove), ``new``, ``work``, ``show``, ``best``.
"""
