"""How a person who looks elsewhere is called: the tab's title and progress, and a notification at a run's end.

Modules: ``terminals`` (which terminal this is, and what it takes), ``sequences`` (what is written to it), ``notices``
(what there is to say, and when). Whoever has the terminal writes that: the app, or a command that follows a run.
"""
