"""The process that trains.

Modules: ``main`` (entry point), ``turn`` (its time in the queue), ``pipeline`` (the stages of a run), ``requests``
(signals and control requests), ``reserve`` (room for the last status), ``publish`` (of its model), ``failures`` (in
words), ``job`` (its place among several processes), ``processes`` (what they begin with), ``rank`` (what all
but the first do), ``rank_failure`` (why one of these failed), ``event_log``, ``log_line`` (in worker.log),
``ownership`` (whether the run still is this worker's), ``priority`` (behind what people do), ``on_end`` (what it
becomes then).
"""
