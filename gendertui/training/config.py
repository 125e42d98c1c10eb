"""The one description of a training run: fields, allowed values, defaults and help texts.

The Configure form, the flags of ``gendertui train``, ``config.json``, the help texts, the model card and the key of a
cached timing are derived from :class:`TrainingConfig`. Add a field here and it appears everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gendertui.corpus.splits import PROTOCOLS, canonical
from gendertui.errors import ExitCode, GendertuiError
from gendertui.model.networks import NETWORKS
from gendertui.training.fields import ConfigField, FieldMetadata

AUTO = "auto"
REFIT_ALL, REFIT_NONE = "all", "none"
MAX_EPOCHS = 1000


def _networks() -> Iterable[str]:
    return NETWORKS


def _splits() -> Iterable[str]:
    return (AUTO, *PROTOCOLS)


def _vectors() -> Iterable[str]:
    # numpy and more, which a configuration alone does not need.
    from gendertui.text.vectors import NAMES

    return NAMES


class TrainingConfig(BaseModel):
    """Hyperparameters and settings of one run. What else is known of a field is its :class:`FieldMetadata`."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    network: Annotated[
        str, Field(description="network to train"), FieldMetadata(group="main", affects_speed=True, choices=_networks)
    ] = "pooled-bilstm"
    epochs: Annotated[
        int,
        Field(ge=1, le=MAX_EPOCHS, description="passes over the train set, at most"),
        FieldMetadata(group="main", affects_speed=False),
    ] = 4
    batch_size: Annotated[
        int, Field(ge=1, le=65536, description="lines in a batch"), FieldMetadata(group="main", affects_speed=True)
    ] = 128
    learning_rate: Annotated[
        float, Field(gt=0, le=10, description="step size of Adam"), FieldMetadata(group="main", affects_speed=False)
    ] = 1e-3
    hidden_size: Annotated[
        int,
        Field(ge=1, le=8192, description="LSTM units in each direction"),
        FieldMetadata(group="main", affects_speed=True),
    ] = 128
    num_layers: Annotated[
        int, Field(ge=1, le=16, description="LSTM layers"), FieldMetadata(group="main", affects_speed=True)
    ] = 1
    dropout: Annotated[
        float,
        Field(ge=0, lt=1, description="share of activations dropped in training"),
        FieldMetadata(group="main", affects_speed=False),
    ] = 0.5
    vectors: Annotated[
        str,
        Field(
            min_length=1,
            description="word vectors to start from: random, glove-6b-50d (extra [glove]), "
            "or the path of a GloVe .txt or .zip file",
        ),
        FieldMetadata(group="main", affects_speed=False, is_path=True, suggestions=_vectors),
    ] = "random"
    embedding_dim: Annotated[
        int,
        Field(ge=1, le=4096, description="dimensions of a word vector; pretrained vectors set it"),
        FieldMetadata(group="advanced", affects_speed=True),
    ] = 50
    bigram_buckets: Annotated[
        int,
        Field(ge=1, le=2**24, description="rows that word pairs are hashed into, of bag-of-ngrams and ensemble"),
        FieldMetadata(group="advanced", affects_speed=True),
    ] = 2**17
    members: Annotated[
        int,
        Field(ge=1, le=64, description="LSTMs that an ensemble has beside its linear model"),
        FieldMetadata(group="advanced", affects_speed=True),
    ] = 1
    max_length: Annotated[
        int | None,
        Field(ge=1, description="tokens kept of a line, the rest is cut; none keeps all"),
        FieldMetadata(group="advanced", affects_speed=True, unit="tokens"),
    ] = None
    max_vocab_size: Annotated[
        int | None,
        Field(ge=1, description="words in the vocabulary, most frequent first; none: as many as there are train rows"),
        FieldMetadata(group="advanced", affects_speed=False, resolved=True, unit="words"),
    ] = None
    min_frequency: Annotated[
        int,
        Field(ge=1, description="how often a word must occur in the training set to be known"),
        FieldMetadata(group="advanced", affects_speed=False),
    ] = 1
    lowercase: Annotated[
        bool, Field(description="lower-case the tokens"), FieldMetadata(group="advanced", affects_speed=False)
    ] = False
    whitespace_tokens: Annotated[
        Literal["keep", "drop"],
        Field(description="what becomes of the tokens spaCy emits for double spaces"),
        FieldMetadata(group="advanced", affects_speed=False),
    ] = "keep"
    split: Annotated[
        str,
        Field(
            description="how lines are divided into train, validation and test; "
            "auto: by-group where there are at least 20 groups, else random; "
            "a group is what lines belong to, such as a film, an author or a thread"
        ),
        FieldMetadata(
            group="advanced", affects_speed=False, ignored_when_matching=True, choices=_splits, canonical=canonical
        ),
    ] = AUTO
    split_seed: Annotated[
        int,
        Field(ge=0, le=2**32 - 1, description="seed of the split"),
        FieldMetadata(group="advanced", affects_speed=False, ignored_when_matching=True),
    ] = 0
    balance: Annotated[
        Literal["oversample", "undersample", "class-weights", "none"],
        Field(description="how the classes of the train set are evened out"),
        FieldMetadata(group="advanced", affects_speed=False),
    ] = "class-weights"
    batching: Annotated[
        Literal["pooled", "exact-length"],
        Field(
            description="how lines are put into batches: pooled sorts pools of 100 batches by length and packs, "
            "exact-length puts lines of one length together"
        ),
        FieldMetadata(group="advanced", affects_speed=True),
    ] = "exact-length"
    selection_metric: Annotated[
        Literal["auc", "balanced_accuracy", "loss", "last"],
        Field(description="validation figure that chooses the epoch kept; ties go to the earlier, last keeps the last"),
        FieldMetadata(group="advanced", affects_speed=False),
    ] = "auc"
    patience: Annotated[
        int | None,
        Field(ge=1, description="epochs without a better selection metric before training stops; none: never"),
        FieldMetadata(group="advanced", affects_speed=False, unit="epochs"),
    ] = None
    patience_steps: Annotated[
        int | None,
        Field(ge=1, description="least training steps that patience lasts, for small corpora; none: no minimum"),
        FieldMetadata(group="advanced", affects_speed=False, unit="steps"),
    ] = None
    max_steps: Annotated[
        int | None,
        Field(ge=1, description="training steps after which no further epoch begins; none: no limit"),
        FieldMetadata(group="advanced", affects_speed=False, unit="steps"),
    ] = None
    max_minutes: Annotated[
        int | None,
        Field(ge=1, description="minutes of training after which no further epoch begins; none: no limit"),
        FieldMetadata(group="advanced", affects_speed=False, unit="minutes"),
    ] = None
    refit: Annotated[
        Literal["none", "all"],
        Field(
            description="what is published; none: the model that was measured; all: one trained once more after the "
            "report, on the lines of all three sets, for the epochs that validation chose"
        ),
        FieldMetadata(group="advanced", affects_speed=False, ignored_when_matching=True),
    ] = "none"
    weight_decay: Annotated[
        float,
        Field(ge=0, le=10, description="L2 penalty of Adam"),
        FieldMetadata(group="advanced", affects_speed=False),
    ] = 0.0
    gradient_clip_norm: Annotated[
        float | None,
        Field(gt=0, description="norm the gradient is clipped to; none: not clipped"),
        FieldMetadata(group="advanced", affects_speed=False),
    ] = None
    schedule: Annotated[
        Literal["constant", "linear", "cosine"],
        Field(
            description="course of the learning rate after its warmup: constant, or falling to 0 at the end of all "
            "epochs, along a line or a cosine"
        ),
        FieldMetadata(group="advanced", affects_speed=False),
    ] = "constant"
    warmup: Annotated[
        float,
        Field(
            ge=0, lt=1, description="share of the steps of all epochs during which the learning rate rises to its value"
        ),
        FieldMetadata(group="advanced", affects_speed=False),
    ] = 0.0
    seed: Annotated[
        int,
        Field(ge=0, le=2**32 - 1, description="seed of weights, batches, dropout and balancing"),
        FieldMetadata(group="advanced", affects_speed=False, ignored_when_matching=True),
    ] = 42
    device: Annotated[
        str,
        Field(
            pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$",
            description="auto, cpu, mps, cuda or cuda:N; auto takes the CUDA device with most free memory, "
            "else mps, else cpu",
        ),
        FieldMetadata(
            group="advanced", affects_speed=True, part_of_model=False, ignored_when_matching=True, resolved=True
        ),
    ] = AUTO
    precision: Annotated[
        Literal["auto", "float32", "bfloat16"],
        Field(
            description="arithmetic of the forward pass; auto: bfloat16 where the device is fast at it, else float32, "
            "on a GPU without TF32"
        ),
        FieldMetadata(group="advanced", affects_speed=True, ignored_when_matching=True, resolved=True),
    ] = "float32"
    threads: Annotated[
        int | None,
        Field(ge=1, le=1024, description="CPU threads; none: one per core"),
        FieldMetadata(
            group="advanced", affects_speed=True, part_of_model=False, ignored_when_matching=True, resolved=True
        ),
    ] = None

    def most_epochs(self, batches: int, done: int = 0) -> int:
        """Epochs that ``epochs`` and ``max_steps`` allow.

        :param batches: of an epoch. :param done: epochs after which the bound on steps begins to count.
        """
        return self.epochs if self.max_steps is None else min(self.epochs, done + -(-self.max_steps // batches))


FIELDS: dict[str, ConfigField] = {
    name: ConfigField.of(name, info) for name, info in TrainingConfig.model_fields.items()
}
"""By name, in the order of the form and the help."""


def model_settings(config: TrainingConfig) -> dict[str, Any]:
    """The fields that say what a model is, with their values; of a path the file's name."""
    return {
        name: Path(value).name if FIELDS[name].metadata.is_path else value
        for name, value in config.model_dump().items()
        if FIELDS[name].metadata.part_of_model
    }


_LOWER_CASE = {"lowercase": True, "whitespace_tokens": "drop", "min_frequency": 3}
# Matrices as small as these gain nothing from a second thread, and wait for it where cores are busy.
_ONE_THREAD = {"threads": 1}

# Small corpora have epochs of a few steps: patience and the bound on steps end training long before the last of these.
_UNTIL_NO_BETTER = {"epochs": 200}

PRESETS: dict[str, tuple[str, dict[str, Any]]] = {
    "quick": (
        "N-grams and a small biLSTM: an honest first figure in under a minute on 90,000 lines.",
        {
            **_LOWER_CASE,
            **_ONE_THREAD,
            **_UNTIL_NO_BETTER,
            "network": "ensemble",
            "batch_size": 256,
            "learning_rate": 3e-3,
            "hidden_size": 64,
            "dropout": 0.3,
            "max_length": 64,
            "patience": 1,
            "patience_steps": 250,
            "max_steps": 1500,
            "max_minutes": 10,
        },
    ),
    "best": (
        "N-grams and a biLSTM on GloVe 6B 50d: the best of all that was tried.",
        {
            **_LOWER_CASE,
            **_ONE_THREAD,
            **_UNTIL_NO_BETTER,
            "network": "ensemble",
            "batch_size": 128,
            "learning_rate": 2e-3,
            "hidden_size": 64,
            "dropout": 0.3,
            "vectors": "glove-6b-50d",
            "max_length": 64,
            "patience": 2,
            "patience_steps": 400,
            "max_steps": 4000,
            "max_minutes": 30,
            "refit": "all",
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
            hint=f"Allowed for {name}: {FIELDS[name].allowed}." if name in FIELDS else None,
            code=ExitCode.USAGE,
        ) from error
