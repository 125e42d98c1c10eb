"""Tokens, vocabulary, pretrained vectors and encoded lines. One module alone, ``spacy_rules``, imports spaCy."""
