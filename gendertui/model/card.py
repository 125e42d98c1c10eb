"""The model card: what a bundle is, how good, and what it must not be taken for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SETTINGS = (
    "network",
    "epochs",
    "batch_size",
    "learning_rate",
    "hidden_size",
    "num_layers",
    "dropout",
    "vectors",
    "embedding_dim",
    "max_length",
    "max_vocab_size",
    "min_frequency",
    "lowercase",
    "whitespace_tokens",
    "split",
    "split_seed",
    "balance",
    "batching",
    "selection_metric",
    "weight_decay",
    "gradient_clip_norm",
    "patience",
    "seed",
    "precision",
)
_METRICS = {"balanced_accuracy": "balanced accuracy", "auc": "AUC", "accuracy": "accuracy", "log_loss": "log loss"}


def model_card(
    config: Mapping[str, Any], labels: tuple[str, str], report: Mapping[str, Any], data: Mapping[str, Any]
) -> str:
    """The card of a finished run, in Markdown.

    :param report: the content of ``report.json``.
    :param data: what is said of the corpus: ``name``, ``hash``, ``rows`` (lines by label), each where known. Of a
        path only the file's name is shown.
    """
    negative, positive = labels
    parts = [
        f"# A classifier of lines labelled {negative} or {positive}",
        f"It reads one line of scripted dialogue and gives the probability that the line is written like those "
        f"labelled **{positive}** in its corpus rather than those labelled **{negative}**.",
        "## What it is not",
        "It measures how screenwriters write. It does not tell a real person's gender, and at the accuracy below "
        "no single line tells anything about anybody. Do not use it to decide, guess or record something about a "
        "person.",
        "## The labels",
        f"`{negative}` and `{positive}` are the corpus's labels for scripted characters: two of them, because the "
        "corpus has two. In the Cornell Movie-Dialogs Corpus they are the gender column of its table of characters, "
        "filled in by those who made the corpus. `?` means unlabelled: such lines took no part in the training.",
        "## How good it is",
        *_figures(report),
        "Probabilities are calibrated on the validation set at even odds: what the model would say if both labels "
        "were equally frequent. From 0.45 to 0.55 it says that it cannot tell.",
        "## What it was trained on",
        *_data(data),
        "No line of the corpus is in this bundle. Its vocabulary, though, holds the corpus's words, names among them.",
        "## Settings",
        "\n".join(f"- {name}: {_shown(name, config[name])}" for name in _SETTINGS if name in config),
    ]
    return "\n\n".join(parts) + "\n"


def _figures(report: Mapping[str, Any]) -> list[str]:
    parts = [str(report["sentence"])] if report.get("sentence") else []
    for name, figures in report.get("sets", {}).items():
        rows = {"this model": figures.get("model", {}), **figures.get("baselines", {})}
        shown = [metric for metric in _METRICS if metric in rows["this model"]]
        if not shown:
            continue
        table = [
            " | ".join(["", name, *(_METRICS[metric] for metric in shown), ""]).strip(),
            "|" + " --- |" * (len(shown) + 1),
            *(
                " | ".join(["", who, *(_figure(values.get(metric)) for metric in shown), ""]).strip()
                for who, values in rows.items()
            ),
        ]
        parts.append("\n".join(table))
        if "groups" in figures and "unit" in figures:
            parts.append(f"{figures.get('rows', '?')} lines of {figures['groups']} groups ({figures['unit']}).")
    if report.get("protocol"):
        parts.append(f"Split: {report['protocol']}. Intervals are 95 %, over the choice of groups, one split.")
    return parts or ["Nothing was measured."]


def _figure(figure: Mapping[str, Any] | None) -> str:
    if figure is None or figure.get("value") is None:
        return "–"
    interval = "" if figure.get("low") is None else f" ({figure['low']:.3f}–{figure['high']:.3f})"
    return f"{figure['value']:.3f}{interval}"


def _data(data: Mapping[str, Any]) -> list[str]:
    parts = []
    if data.get("name"):
        parts.append(f"Corpus: {Path(str(data['name'])).name}.")
    if data.get("rows"):
        parts.append("Lines: " + ", ".join(f"{label} {count:,}" for label, count in data["rows"].items()) + ".")
    if data.get("hash"):
        parts.append(f"SHA-256 of its files: `{data['hash']}`.")
    return parts or ["The corpus gave no name."]


def _shown(name: str, value: Any) -> str:
    if value is None:
        return "none"
    return Path(str(value)).name if name == "vectors" else str(value)
