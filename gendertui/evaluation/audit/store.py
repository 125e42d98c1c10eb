"""An audit as the screens and commands read it, and where it is kept. Light to import.

An audit is kept by the corpus's content, the split and the versions of the program and of scikit-learn, which fits
its models, so that a screen can say what a protocol leaks on the open corpus once somebody has measured it.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

import gendertui
from gendertui import files, paths, state_files
from gendertui.corpus.leaks.schema import Leaks
from gendertui.corpus.splits import canonical
from gendertui.corpus.units import FILM_UNITS, Unit, Units
from gendertui.errors import ExitCode, GendertuiError
from gendertui.evaluation.report.read import Estimate

SCHEMA = 3

OVERSAMPLED_FIRST = "oversampled-first"
"""Minority lines are copied, then lines are divided at random, so that copies stand on both sides."""

LOGISTIC, SVM = "tfidf-logistic", "tfidf-svm"

GROUP_ALONE = "group"
"""No model of text at all: which label is commoner among the train lines of the line's group. It shows which way groups
that stand on both sides pull."""


class Trial(msgspec.Struct, frozen=True):
    """One model under one protocol, on lines held out of its train set."""

    protocol: str
    """:data:`OVERSAMPLED_FIRST` or a split protocol."""
    model: str
    """:data:`LOGISTIC`, :data:`SVM`, or :data:`GROUP_ALONE` where the corpus has groups."""
    lines: int
    """Held-out lines, copies of oversampling included."""
    accuracy: Estimate
    balanced_accuracy: Estimate
    auc: Estimate
    excess: Estimate | None = None
    """Balanced accuracy above the same model's under the strictest protocol, on the same lines and the same resamples;
    ``None`` for that protocol itself."""


class Audit(msgspec.Struct, frozen=True):
    """What a corpus and a split leak, and what each way of splitting is worth to a linear model on it."""

    corpus: str
    data_hash: str
    labels: tuple[str, str]
    """Negative and positive."""
    counts: tuple[int, int]
    """Labelled lines with a text, by label."""
    leaks: Leaks
    trials: tuple[Trial, ...]
    strictest: str
    """The protocol the others are compared with."""
    folds: int
    """Number of folds per protocol."""
    unit: Unit
    """What is resampled for the intervals."""
    units: Units
    """What the corpus calls its groups and speakers."""
    omitted: dict[str, str] = msgspec.field(default_factory=dict)
    """Protocol → why the corpus does not allow it."""

    def trial(self, protocol: str, model: str = LOGISTIC) -> Trial | None:
        """One trial; ``None`` where the corpus did not allow it."""
        return next((trial for trial in self.trials if (trial.protocol, trial.model) == (protocol, model)), None)

    def to_json(self) -> dict[str, Any]:
        """A JSON object; holds no path and no text of the corpus."""
        return {"schema": SCHEMA, **msgspec.to_builtins(self)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Audit:
        """Read what :meth:`to_json` gave.

        :raises GendertuiError: it is of another schema, or a part is missing.
        """
        value = _upgraded(value)
        if value.get("schema") != SCHEMA:
            raise GendertuiError(
                f"the audit is of schema {value.get('schema')!r}, this program reads up to {SCHEMA}",
                code=ExitCode.MODEL,
            )
        try:
            return msgspec.convert(value, cls)
        except (ValueError, RecursionError) as error:
            raise GendertuiError(f"the audit is incomplete: {error}", code=ExitCode.MODEL) from error


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
        return Audit.from_json(msgspec.json.decode(state_files.read_bytes(file)))
    except (OSError, ValueError, AttributeError, RecursionError, GendertuiError):
        return None


_RENAMED_KEYS = {
    "left_out": "omitted",
    "twins": "duplicate_groups",
    "duplicate_films": "duplicate_groups",
    "films": "groups",
    "characters": "speakers",
}
_RENAMED_VALUES = {"movie": "group", "character": "speaker", "film": GROUP_ALONE}


def _upgraded(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Schema 1 called ``omitted`` ``left_out``, and what is ``duplicate_groups`` now ``twins``; schema 2 called groups
    films and speakers characters, in names and in values: it knew no others."""
    if value.get("schema") not in (1, 2):
        return value
    value = _renamed(value)
    leaks = value.get("leaks")
    if isinstance(leaks, dict):
        sets = leaks.get("sets")
        sets = [_renamed(part) for part in sets] if isinstance(sets, list) else sets
        value["leaks"] = {**_renamed(leaks), "sets": sets}
    if isinstance(value.get("trials"), list):
        value["trials"] = [_renamed(trial) for trial in value["trials"]]
    units = FILM_UNITS.without(group=value.get("unit") in ("speaker", "line"), speaker=value.get("unit") == "line")
    return {**value, "units": units.to_json(), "schema": SCHEMA}


def _renamed(value: Mapping[str, Any]) -> dict[str, Any]:
    """The keys, and the values of those whose values are names, as they are called today."""
    found = {_RENAMED_KEYS.get(key, key): part for key, part in value.items()}
    for key in found.keys() & {"unit", "model"}:
        found[key] = _RENAMED_VALUES.get(found[key], found[key])
    for key in found.keys() & {"protocol", "requested", "strictest"}:
        found[key] = canonical(found[key])
    if isinstance(found.get("omitted"), dict):
        found["omitted"] = {canonical(name): why for name, why in found["omitted"].items()}
    return found
