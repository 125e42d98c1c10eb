"""The baselines beside every result: majority, TF-IDF with a linear model.

Modules: ``fit``, ``ngrams`` (TF-IDF of lines that are word numbers).
"""
