"""Tokens, vocabulary, pretrained vectors and encoded lines.

Modules: ``tokenizer`` (spaCy's English tokens without spaCy), ``rules`` (its rules, cached), ``spacy_rules`` (the one
module that imports spaCy), ``regex_letters`` (which of the rules can concern plain words), ``vocabulary``, ``encode``
(lines as token numbers), ``hashed_ngrams`` and ``documents`` (words and pairs of words, counted), ``names`` (which
words are names), ``addresses`` (what somebody is called), ``spoken`` (lines as n-grams), ``vectors`` (where they are),
``vector_file`` (their format).
"""
