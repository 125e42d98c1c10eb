"""The networks' forward passes in numpy: one file and one line here for each network of ``model.networks``."""

FORWARDS: dict[str, str] = {
    "tutorial-lstm": "gendertui.scoring.forward.tutorial_lstm",
    "pooled-bilstm": "gendertui.scoring.forward.pooled_bilstm",
}
"""Network → module with ``forward(tensors, embedded, lengths)``, from float32 ``[batch, time, dim]`` and int
``[batch]`` to logits ``[batch]``, and ``shapes(config) -> {tensor: shape}``, the embedding's left out."""
