"""What ``import gendertui`` offers to programs: a model that scores lines with numpy alone.

``docs/python.md`` says all of it, and what is said there stays. Modules: ``model`` (the one they open), ``lines``
(texts from whatever holds them), ``frame`` (speakers from columns), ``explanation`` (why a line scores as it does),
``reference`` (which bundle a pickled model means).
"""
