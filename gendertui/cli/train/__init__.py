"""``gendertui train``: its flags, following a run, printing its events.

Modules: ``command``, ``flags`` (derived from the configuration), ``follow`` (and what a signal does meanwhile),
``event_lines`` (events as lines on standard error), ``at_end`` (the command of ``--on-end``).
"""
