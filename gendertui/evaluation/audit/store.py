"""An audit as the screens and commands read it, and where it is kept: the standard library alone.

An audit is kept by the corpus's content, the split and the versions of the program and of scikit-learn, which fits
its models, so that a screen can say what a protocol leaks on the open corpus once somebody has measured it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import gendertui
from gendertui import files, paths
from gendertui.corpus.leaks.schema import Leaks
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.report.read import Estimate

SCHEMA = 1

OVERSAMPLED_FIRST = "oversampled-first"
"""Minority lines are copied, then lines are divided at random, so that copies stand on both sides."""

LOGISTIC, SVM = "tfidf-logistic", "tfidf-svm"

FILM = "film"
"""No model of text at all: which label is commoner among the train lines of the line's film. It shows which way films
that stand on both sides pull."""


@dataclass(frozen=True)
class Trial:
    """One model under one protocol, on lines held out of its train set.

    :ivar protocol: :data:`OVERSAMPLED_FIRST` or a split protocol.
    :ivar model: :data:`LOGISTIC`, :data:`SVM`, or :data:`FILM` where the corpus has films.
    :ivar lines: held-out lines, copies of oversampling included.
    :ivar excess: balanced accuracy above the same model's under the strictest protocol, on the same lines and the
        same resamples; ``None`` for that protocol itself.
    """

    protocol: str
    model: str
    lines: int
    accuracy: Estimate
    balanced_accuracy: Estimate
    auc: Estimate
    excess: Estimate | None = None

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Trial:
        excess = value["excess"]
        return cls(
            protocol=str(value["protocol"]),
            model=str(value["model"]),
            lines=int(value["lines"]),
            accuracy=Estimate.from_json(value["accuracy"]),
            balanced_accuracy=Estimate.from_json(value["balanced_accuracy"]),
            auc=Estimate.from_json(value["auc"]),
            excess=None if excess is None else Estimate.from_json(excess),
        )


@dataclass(frozen=True)
class Audit:
    """What a corpus and a split leak, and what each way of splitting is worth to a linear model on it.

    :ivar labels: negative and positive. :ivar counts: labelled lines with a text, by label.
    :ivar strictest: the protocol the others are compared with. :ivar folds: parts each protocol deals the lines into.
    :ivar unit: what is resampled for the intervals: ``movie``, ``character`` or ``line``.
    :ivar left_out: protocol → why the corpus does not allow it.
    """

    corpus: str
    data_hash: str
    labels: tuple[str, str]
    counts: tuple[int, int]
    leaks: Leaks
    trials: tuple[Trial, ...]
    strictest: str
    folds: int
    unit: str
    left_out: dict[str, str] = field(default_factory=dict)

    def trial(self, protocol: str, model: str = LOGISTIC) -> Trial | None:
        """One trial; ``None`` where the corpus did not allow it."""
        return next((trial for trial in self.trials if (trial.protocol, trial.model) == (protocol, model)), None)

    def to_json(self) -> dict[str, Any]:
        """A JSON object; holds no path and no text of the corpus."""
        return {"schema": SCHEMA, **asdict(self)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Audit:
        """Read what :meth:`to_json` gave.

        :raises GendertuiError: it is of another schema, or a part is missing.
        """
        if value.get("schema") != SCHEMA:
            raise GendertuiError(
                f"the audit is of schema {value.get('schema')!r}, this program reads {SCHEMA}", code=ExitCode.MODEL
            )
        try:
            negative, positive = value["labels"]
            return cls(
                corpus=str(value["corpus"]),
                data_hash=str(value["data_hash"]),
                labels=(str(negative), str(positive)),
                counts=(int(value["counts"][0]), int(value["counts"][1])),
                leaks=Leaks.from_json(value["leaks"]),
                trials=tuple(Trial.from_json(trial) for trial in value["trials"]),
                strictest=str(value["strictest"]),
                folds=int(value["folds"]),
                unit=str(value["unit"]),
                left_out={str(protocol): str(why) for protocol, why in value["left_out"].items()},
            )
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise GendertuiError(
                f"the audit is incomplete: {type(error).__name__}: {error}", code=ExitCode.MODEL
            ) from error


def measured(data_hash: str, split: str | None = None, split_seed: int | None = None) -> Audit | None:
    """The audit of a corpus that was measured last by these versions, or ``None``. Some milliseconds.

    :param data_hash: of the corpus's content.
    :param split: only an audit of this split, as it was asked for or as it was drawn.
    :param split_seed: only an audit of this seed.
    """
    files = []
    for file in paths.audits_dir().glob(_file_name(data_hash, "*", "*")):
        try:
            files.append((file.stat().st_mtime_ns, file))
        except OSError:
            continue  # Taken away in this moment.
    for _, file in sorted(files, reverse=True):
        audit = _read(file)
        if (
            audit is not None
            and audit.data_hash == data_hash
            and split in (None, audit.leaks.requested, audit.leaks.protocol)
            and split_seed in (None, audit.leaks.seed)
        ):
            return audit
    return None


def keep(audit: Audit) -> None:
    """Write an audit where :func:`measured` finds it."""
    name = _file_name(audit.data_hash, audit.leaks.requested, str(audit.leaks.seed))
    files.write_json(paths.audits_dir() / name, audit.to_json())


def _file_name(data_hash: str, split: str, seed: str) -> str:
    return f"{data_hash[:16]}-{split}-{seed}-{gendertui.__version__}-{version('scikit-learn')}.json"


def _read(file: Path) -> Audit | None:
    """``None`` where it cannot be read: it can be measured again."""
    try:
        return Audit.from_json(json.loads(file.read_bytes()))
    except (OSError, ValueError, AttributeError, GendertuiError):
        return None
