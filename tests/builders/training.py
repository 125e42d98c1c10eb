"""Small configurations of every network, and a control that asks for something at an instant."""

from __future__ import annotations

from typing import Any

TINY: dict[str, Any] = {
    "hidden_size": 4,
    "embedding_dim": 6,
    "batch_size": 16,
    "epochs": 3,
    "threads": 1,
    "device": "cpu",
    "learning_rate": 0.01,
}

POOLED: dict[str, Any] = {}
TUTORIAL = {
    "network": "tutorial-lstm",
    "num_layers": 2,
    "dropout": 0.3,
    "split": "tutorial",
    "balance": "oversample",
    "batching": "pooled",
    "selection_metric": "last",
    "gradient_clip_norm": 1.0,
    "weight_decay": 0.01,
}
BAG = {"network": "bag-of-ngrams", "bigram_buckets": 256}
ENSEMBLE = {"network": "ensemble", "members": 2, "bigram_buckets": 256, "dropout": 0.3}
SCHEDULED = {"schedule": "cosine", "warmup": 0.2}
NETWORKS = {"pooled-bilstm": POOLED, "tutorial-lstm": TUTORIAL, "bag-of-ngrams": BAG, "ensemble": ENSEMBLE}


class After:
    """Control that asks for something once, when it has been polled so many times."""

    def __init__(self, polls: int, asked: str = "stop") -> None:
        self.polls, self.asked, self.seen = polls, asked, 0

    def __call__(self) -> str | None:
        self.seen += 1
        return self.asked if self.seen == self.polls else None
