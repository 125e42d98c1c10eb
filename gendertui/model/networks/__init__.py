"""The networks that can be trained (torch). One file and one line here make a new one.

Its numpy twin for answering without torch stands in :mod:`gendertui.scoring.forward` under the same name.
"""

NETWORKS: dict[str, str] = {
    "tutorial-lstm": "gendertui.model.networks.tutorial_lstm:build",
    "pooled-bilstm": "gendertui.model.networks.pooled_bilstm:build",
}
"""Network → ``module:function`` with ``build(config, vocab_size, pad_index) -> torch.nn.Module``.

The module maps ``(tokens int64 [batch, time], lengths int64 [batch] on the host)`` to float32 logits ``[batch]``.
"""
