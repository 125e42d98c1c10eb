"""Labels that look wrong: units whose score, by models that have seen nothing of them, contradicts their label.

Modules: ``lists`` (by name), ``store`` (the scores, and where they are kept), ``ranking`` (what to look at
first), ``listing`` (as lists and screens show them).
"""
