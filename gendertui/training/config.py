"""The one description of a training run: fields, allowed values, defaults and help texts.

The Configure form, the flags of ``gendertui train``, ``config.json`` and the help texts are derived from
:class:`TrainingConfig`. Add a field here and it appears everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gendertui.errors import ExitCode, GendertuiError

Split = Literal["auto", "by-movie", "by-character", "random", "tutorial"]
Network = Literal["tutorial-lstm", "pooled-bilstm", "bag-of-ngrams", "ensemble"]


class TrainingConfig(BaseModel):
    """Hyperparameters and settings of one run.

    Field metadata ``json_schema_extra``: ``group`` (``main`` stands on the Configure screen, ``advanced``
    behind a fold) and, where it says more than the type, ``unit``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    network: Annotated[Network, Field(description="network to train", json_schema_extra={"group": "main"})] = (
        "pooled-bilstm"
    )
    epochs: Annotated[
        int, Field(ge=1, le=1000, description="passes over the train set", json_schema_extra={"group": "main"})
    ] = 4
    batch_size: Annotated[
        int, Field(ge=1, le=65536, description="lines a batch", json_schema_extra={"group": "main"})
    ] = 128
    learning_rate: Annotated[
        float, Field(gt=0, le=10, description="step size of Adam", json_schema_extra={"group": "main"})
    ] = 1e-3
    hidden_size: Annotated[
        int, Field(ge=1, le=8192, description="LSTM units a direction", json_schema_extra={"group": "main"})
    ] = 128
    num_layers: Annotated[int, Field(ge=1, le=16, description="LSTM layers", json_schema_extra={"group": "main"})] = 1
    dropout: Annotated[
        float,
        Field(ge=0, lt=1, description="share of activations dropped in training", json_schema_extra={"group": "main"}),
    ] = 0.5
    vectors: Annotated[
        str,
        Field(
            min_length=1,
            description="word vectors to start from: random, glove-6b-50d (extra [glove]), "
            "or the path of a GloVe .txt or .zip file",
            json_schema_extra={"group": "main"},
        ),
    ] = "random"

    embedding_dim: Annotated[
        int,
        Field(
            ge=1,
            le=4096,
            description="dimensions of a word vector; pretrained vectors set it",
            json_schema_extra={"group": "advanced"},
        ),
    ] = 50
    bigram_buckets: Annotated[
        int,
        Field(
            ge=1,
            le=2**24,
            description="rows that word pairs are hashed into, of bag-of-ngrams and ensemble",
            json_schema_extra={"group": "advanced"},
        ),
    ] = 2**17
    members: Annotated[
        int,
        Field(
            ge=0,
            le=64,
            description="LSTMs that an ensemble has beside its linear model",
            json_schema_extra={"group": "advanced"},
        ),
    ] = 1
    max_length: Annotated[
        int | None,
        Field(
            ge=1,
            description="tokens kept of a line, the rest is cut; none keeps all",
            json_schema_extra={"group": "advanced", "unit": "tokens"},
        ),
    ] = None
    max_vocab_size: Annotated[
        int | None,
        Field(
            ge=1,
            description="words in the vocabulary, most frequent first; none: as many as there are train rows",
            json_schema_extra={"group": "advanced", "unit": "words"},
        ),
    ] = None
    min_frequency: Annotated[
        int,
        Field(
            ge=1, description="times a word must stand in train to be known", json_schema_extra={"group": "advanced"}
        ),
    ] = 1
    lowercase: Annotated[bool, Field(description="lower-case the tokens", json_schema_extra={"group": "advanced"})] = (
        False
    )
    whitespace_tokens: Annotated[
        Literal["keep", "drop"],
        Field(
            description="what becomes of the tokens spaCy emits for double spaces",
            json_schema_extra={"group": "advanced"},
        ),
    ] = "keep"
    split: Annotated[
        Split,
        Field(
            description="how lines are divided into train, validation and test; "
            "auto: by-movie where there are at least 20 films, else random",
            json_schema_extra={"group": "advanced"},
        ),
    ] = "auto"
    split_seed: Annotated[
        int, Field(ge=0, le=2**32 - 1, description="seed of the split", json_schema_extra={"group": "advanced"})
    ] = 0
    balance: Annotated[
        Literal["oversample", "undersample", "class-weights", "none"],
        Field(description="how the classes of the train set are evened out", json_schema_extra={"group": "advanced"}),
    ] = "class-weights"
    batching: Annotated[
        Literal["pooled", "exact-length"],
        Field(
            description="how lines are put into batches: pooled sorts pools of 100 batches by length and packs, "
            "exact-length puts lines of one length together",
            json_schema_extra={"group": "advanced"},
        ),
    ] = "exact-length"
    selection_metric: Annotated[
        Literal["auc", "balanced_accuracy", "loss", "last"],
        Field(
            description="validation figure that chooses the epoch kept; ties go to the earlier, last keeps the last",
            json_schema_extra={"group": "advanced"},
        ),
    ] = "auc"
    patience: Annotated[
        int | None,
        Field(
            ge=1,
            description="epochs without a better selection metric before training stops; none: never",
            json_schema_extra={"group": "advanced", "unit": "epochs"},
        ),
    ] = None
    weight_decay: Annotated[
        float, Field(ge=0, le=10, description="L2 penalty of Adam", json_schema_extra={"group": "advanced"})
    ] = 0.0
    gradient_clip_norm: Annotated[
        float | None,
        Field(
            gt=0,
            description="norm the gradient is clipped to; none: not clipped",
            json_schema_extra={"group": "advanced"},
        ),
    ] = None
    seed: Annotated[
        int,
        Field(
            ge=0,
            le=2**32 - 1,
            description="seed of weights, batches, dropout and balancing",
            json_schema_extra={"group": "advanced"},
        ),
    ] = 42
    device: Annotated[
        str,
        Field(
            pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$",
            description="auto, cpu, mps, cuda or cuda:N; auto takes the CUDA device with most free memory, "
            "else mps, else cpu",
            json_schema_extra={"group": "advanced"},
        ),
    ] = "auto"
    precision: Annotated[
        Literal["auto", "float32", "bfloat16"],
        Field(
            description="arithmetic of the forward pass; auto: bfloat16 where the device is fast at it, else float32",
            json_schema_extra={"group": "advanced"},
        ),
    ] = "float32"
    threads: Annotated[
        int | None,
        Field(ge=1, le=1024, description="CPU threads; none: one a core", json_schema_extra={"group": "advanced"}),
    ] = None


_LOWER_CASE = {"lowercase": True, "whitespace_tokens": "drop", "min_frequency": 3}
# Matrices as small as these gain nothing from a second thread, and wait for it where cores are busy.
_ONE_THREAD = {"threads": 1}

PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "quick": (
        "One-layer pooled biLSTM, split by film: an honest first figure in under a minute on 290 films.",
        {**_LOWER_CASE, **_ONE_THREAD, "epochs": 3, "hidden_size": 64},
    ),
    "best": (
        "Linear n-grams and a biLSTM on GloVe 6B 50d, averaged: the best on unseen films of all that was tried.",
        {
            **_LOWER_CASE,
            **_ONE_THREAD,
            "network": "ensemble",
            "epochs": 3,
            "batch_size": 512,
            "learning_rate": 2e-3,
            "hidden_size": 64,
            "dropout": 0.3,
            "vectors": "glove-6b-50d",
            "max_length": 64,
        },
    ),
    "tutorial": (
        "The article's pipeline, step for step: four-layer biLSTM, GloVe 6B 200d, its own split.",
        {
            "network": "tutorial-lstm",
            "epochs": 25,
            "batch_size": 256,
            "hidden_size": 256,
            "num_layers": 4,
            "dropout": 0.2,
            "vectors": "glove-6b-200d",
            "embedding_dim": 200,
            "split": "tutorial",
            "balance": "oversample",
            "batching": "pooled",
            "selection_metric": "last",
        },
    ),
}
"""Preset name → (one sentence, what it changes from the field defaults)."""

DEFAULT_PRESET = "quick"


def preset(name: str) -> TrainingConfig:
    """The configuration of a preset.

    :raises GendertuiError: there is no preset of that name.
    """
    if name not in PRESETS:
        raise GendertuiError(
            f"there is no preset {name!r}", hint=f"Presets: {', '.join(PRESETS)}.", code=ExitCode.USAGE
        )
    return TrainingConfig(**PRESETS[name][1])


def with_changes(base: TrainingConfig, changes: Mapping[str, Any]) -> TrainingConfig:
    """``base`` with some fields changed, validated as a whole.

    :raises GendertuiError: a field is unknown or a value is not allowed; the message says which are.
    """
    try:
        return TrainingConfig(**{**base.model_dump(), **changes})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        wrong = "there is no such field" if first["type"] == "extra_forbidden" else f"{first['input']!r} is not allowed"
        raise GendertuiError(
            f"{name}: {wrong}",
            hint=f"Allowed for {name}: {allowed(name)}." if name in TrainingConfig.model_fields else None,
            code=ExitCode.USAGE,
        ) from error


def choices(name: str) -> tuple[str, ...]:
    """The allowed words of a field that has a fixed set of them, else none."""
    schema = TrainingConfig.model_json_schema()["properties"][name]
    return tuple(schema.get("enum", ()))


def allowed(name: str) -> str:
    """In words, the values a field takes."""
    schema = TrainingConfig.model_json_schema()["properties"][name]
    if "enum" in schema:
        return ", ".join(schema["enum"])
    optional = any(part.get("type") == "null" for part in schema.get("anyOf", ()))
    number = next((part for part in schema.get("anyOf", ()) if part.get("type") != "null"), schema)
    kind = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}.get(number["type"])
    if kind is None:
        return TrainingConfig.model_fields[name].description or "text"
    bounds = [
        f"{words} {number[key]:,}" if isinstance(number[key], int) else f"{words} {number[key]:g}"
        for key, words in (
            ("minimum", "at least"),
            ("exclusiveMinimum", "more than"),
            ("maximum", "at most"),
            ("exclusiveMaximum", "less than"),
        )
        if key in number
    ]
    return " ".join([kind, " and ".join(bounds)]).strip() + (", or none" if optional else "")
