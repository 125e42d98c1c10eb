"""Models trained on parts of a run's training set, all judged on its validation rows.

Modules: ``parts`` (which lines), ``trials`` (the models).
"""
