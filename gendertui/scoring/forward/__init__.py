"""The networks' forward passes in numpy: one file and one line here for a network of ``model.networks``.

One that has none is answered by torch, in a process of its own where torch must not be imported.
"""

FORWARDS: dict[str, str] = {
    "tutorial-lstm": "gendertui.scoring.forward.tutorial_lstm",
    "pooled-bilstm": "gendertui.scoring.forward.pooled_bilstm",
    "bag-of-ngrams": "gendertui.scoring.forward.bag_of_ngrams",
    "ensemble": "gendertui.scoring.forward.ensemble",
}
"""Network → module with two functions.

``forward(tensors, tokens, embedded, lengths)``: from word numbers, int ``[batch, time]``, their rows of the embedding,
float32 ``[batch, time, width]``, and int ``[batch]`` to logits ``[batch]``; what lies beyond a line's length is not
looked at. ``shapes(config, vocabulary) -> {tensor: shape}`` for so many words, ``embedding.weight`` included.
"""

LOOKED_UP = frozenset({"embedding.weight", "bigrams.weight"})
"""Tensors of which a token costs a row, whatever their size; it is multiplied with all the others."""
