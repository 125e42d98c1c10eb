"""From a bundle to a probability for a typed line, with numpy alone.

Modules: ``scorer`` (lines), ``scene`` (a scene and its characters), ``characters`` (many lines into one score),
``parts`` (what it is made of), ``running`` (as a scene goes on), ``character_words`` (why), ``speakers`` (all of a
corpus), ``engine`` (token ids to logits), ``forward`` (the networks), ``explain`` (word attributions), ``prior`` and
``rate`` (of the second label), ``track_record`` (how often such answers were right), ``verdict`` and ``wording`` (in
words), ``table`` (as CSV).
"""
