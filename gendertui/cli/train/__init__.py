"""``gendertui train``: its flags, following a run, printing its events.

Modules: ``command``, ``flags`` (derived from the configuration), ``follow`` (and what a signal does meanwhile),
``displays`` (how a followed run is shown), ``event_lines`` (its events as lines), ``live_rows`` (the live view),
``at_end`` (the command of ``--on-end``), ``processes`` (whether ``--nproc`` is possible).
"""
