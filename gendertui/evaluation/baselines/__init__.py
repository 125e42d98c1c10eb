"""The baselines beside every result: majority, TF-IDF with a linear model.

Modules: ``fit``, ``cross_fit`` (every line by a model that has not seen it), ``ngrams`` (TF-IDF of lines that are word
numbers).
"""
