"""Tokens, vocabulary, pretrained vectors and encoded lines.

Modules: ``tokenizer`` (spaCy's English tokens without spaCy), ``rules`` (its rules, shipped), ``spacy_rules`` (the one
module that imports spaCy), ``regex_letters`` (which of the rules can concern plain words), ``suffixes`` (of words,
without a search), ``vocabulary``, ``encode`` (lines as token numbers), ``corpus_tokens`` (those of a corpus, in bulk
and cached), ``array_file`` (arrays in one file), ``hashed_ngrams`` and ``documents`` (words and pairs of words,
counted), ``tfidf`` (their weights), ``names`` (which words are names), ``addresses`` (what somebody is called),
``spoken`` (lines as n-grams), ``vectors`` (where they are), ``vector_file`` (their format), ``corpus_vectors`` (those
of a corpus, cached).
"""
