"""A run's folder, its worker process, following and controlling it.

Modules: ``folder``, ``folder_parts`` (what may be in one), ``records`` (config.json and status.json), ``lock`` and
``heartbeat`` (whether a worker lives), ``killed`` (what ended one), ``endings`` (what can), ``launch``, ``torchrun``
(several processes), ``queue`` (which run is next), ``room`` (on the disk), ``continuation`` (with other settings),
``control`` (pause, resume, stop), ``follow`` (its events), ``view`` (what they add up to) with ``loss_curve`` and
``view_words``, ``curves`` (all of them as rows), ``log_tail`` (the end of its worker's log), ``manage`` (rename,
remove, prune), ``only_copy`` (of a model), ``notes``, ``listing`` (all runs with figures and notes), ``on_end`` (a
command when a run has ended), ``worker`` (the process), ``worker_load`` (how busy its machine is), ``remote`` (runs of
other machines), ``source`` (this machine's runs or another's), ``results`` (what is made of a finished run).
"""
