"""The networks that can be trained (torch). One file and one line here make a new one.

Its numpy twin for answering without torch, if it has one, stands in :mod:`gendertui.scoring.forward` by the same name.
"""

NETWORKS: dict[str, str] = {
    "tutorial-lstm": "gendertui.model.networks.tutorial_lstm:build",
    "pooled-bilstm": "gendertui.model.networks.pooled_bilstm:build",
    "bag-of-ngrams": "gendertui.model.networks.bag_of_ngrams:build",
    "ensemble": "gendertui.model.networks.ensemble:build",
}
"""Network → ``module:function`` with ``build(config, vocab_size, pad_index) -> torch.nn.Module``.

The module maps ``(tokens int64 [batch, time], lengths int64 [batch] on the host)`` to float32 logits ``[batch]``.
One that is several in one also has ``each``, from the same to ``[members, batch]``: a loss for each trains them.
``embedding.weight`` has a row for each word; where that is more than the word's vector, ``start_from(vectors)`` is
there to take pretrained ones.
"""
