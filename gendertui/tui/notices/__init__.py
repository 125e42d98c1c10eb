"""How the app calls somebody who looks elsewhere: the tab's title and progress, and a notification at a run's end.

Modules: ``terminals`` (which terminal this is, and what it takes), ``sequences`` (what is written to it), ``notices``
(what there is to say, and when), ``calling`` (the app's part).
"""
