"""The process that trains.

Modules: ``main`` (entry point), ``turn`` (its time in the queue), ``pipeline`` (the stages of a run), ``requests``
(signals and control requests), ``reserve`` (room for the last status), ``publish`` (of its model), ``failures`` (in
words), ``event_log``, ``log_line`` (in worker.log), ``ownership`` (whether the run still is this worker's), ``on_end``
(what it becomes then).
"""
