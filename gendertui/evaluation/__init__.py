"""Arrays in, figures out. Never torch.

Modules: ``metrics`` (with intervals), ``baselines`` (what a model has to beat), ``report`` (of a run), ``audit`` (what
a split leaks), ``compare`` (runs side by side), ``learning_curve`` (would more help),
``suspects`` (labels that look wrong), ``glossary`` (what the words mean).
"""
