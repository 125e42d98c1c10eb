"""What a split leaks, and what each protocol is worth to a linear model.

Modules: ``measure`` (all of it), ``trials`` (the linear models), ``store`` (as it is kept and read), ``text`` (in
words).
"""
