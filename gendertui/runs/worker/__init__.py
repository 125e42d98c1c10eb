"""The process that trains.

Modules: ``main`` (entry point), ``pipeline`` (the stages of a run), ``requests`` (signals and control requests),
``event_log``, ``ownership`` (whether the run still is this worker's).
"""
