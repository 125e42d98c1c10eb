"""Speakers scored from the columns of a frame, whichever library it is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gendertui.api.lines import InputError
from gendertui.corpus.schema import SCHEMA
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError
from gendertui.scoring.characters import CharacterScorer, scores_characters
from gendertui.scoring.prior import Prior
from gendertui.scoring.scorer import Scorer
from gendertui.scoring.speakers import ScoredSpeaker, Speakers


@dataclass(frozen=True)
class Columns:
    """What the columns of a frame are called; ``None``: there is no such column."""

    text: str
    speaker: str
    group: str | None
    conversation: str | None
    position: str | None


def score_speakers(scorer: Scorer, labels: tuple[str, str], frame: Any, columns: Columns) -> dict[str, NDArray[Any]]:
    """See :meth:`gendertui.api.model.Model.score_characters`.

    :param labels: in the order of the columns of the result.
    """
    bundle = scorer.bundle
    if not scores_characters(bundle):
        raise GendertuiError(
            f"{bundle.name} has no score for speakers: its corpus had none, or too few",
            where=str(bundle.folder),
            hint="Ask it for lines: predict_proba.",
            code=ExitCode.MODEL,
        )
    corpus = _corpus(frame, columns, bundle.labels)
    scored: list[ScoredSpeaker] = []
    if corpus.has("speaker_id"):
        scored += Speakers(corpus, unlabelled=False).scored(scorer, CharacterScorer.of(scorer, Prior()))
    rows = pa.array([each.row for each in scored], pa.int64())
    scores = [each.score for each in scored]
    positive = np.array([np.nan if score is None else score.probability for score in scores], np.float64)
    by_label = dict(zip(bundle.labels, (1 - positive, positive), strict=True))
    named = {"speaker": columns.speaker, **({} if columns.group is None else {"group": columns.group})}
    return {
        **{name: _column(frame, theirs).take(rows).to_numpy(zero_copy_only=False) for name, theirs in named.items()},
        "lines": np.array([0 if score is None else score.lines for score in scores], np.int64),
        **{f"probability_{label}": by_label[label] for label in labels},
        "label": np.array([None if score is None else score.label for score in scores], object),
    }


def _corpus(frame: Any, columns: Columns, labels: tuple[str, str]) -> Corpus:
    """The lines table of a frame."""
    text = _column(frame, columns.text)
    if not (pa.types.is_string(text.type) or pa.types.is_large_string(text.type) or pa.types.is_null(text.type)):
        raise InputError(f"the column {columns.text!r} holds {text.type}, which is no text")
    given = {"text": pc.fill_null(_cast(text, columns.text, pa.string()), "")}
    for ours, theirs in (
        ("speaker_id", columns.speaker),
        ("group_id", columns.group),
        ("conversation_id", columns.conversation),
    ):
        if theirs is not None:
            given[ours] = _cast(_column(frame, theirs), theirs, pa.string())
    if columns.position is not None:
        place = _column(frame, columns.position)
        if place.null_count:
            raise InputError(f"the column {columns.position!r} has no value in {place.null_count:,} rows")
        numbers = pa.types.is_integer(place.type) or pa.types.is_floating(place.type)
        given["position" if numbers else "line_id"] = _cast(
            place, columns.position, pa.int64() if numbers else pa.string()
        )
    lengths = {len(values) for values in given.values()}
    if len(lengths) > 1:
        raise InputError(f"the columns are of {len(lengths)} lengths: {', '.join(map(str, sorted(lengths)))}")
    (rows,) = lengths
    table = pa.table([given.get(field.name, pa.nulls(rows, field.type)) for field in SCHEMA], schema=SCHEMA)
    return Corpus(
        table=table,
        labels=labels,
        problems=(),
        path=Path("frame"),
        kind="frame",
        name="frame",
        data_hash="",
        rows_read=rows,
    )


def _column(frame: Any, name: str) -> Any:
    """A column of a frame, as pyarrow has it.

    :raises InputError: it is not there, or its values are of several kinds.
    """
    names = [str(each) for each in _names(frame)]
    if name not in names:
        raise InputError(
            f"the frame has no column {name!r}",
            hint=f"Its columns: {', '.join(names)}. Say what yours are called: text=, speaker=, and group= (None where "
            "speakers belong to no group).",
        )
    values = frame[name]
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError) as error:
        raise InputError(f"the column {name!r} cannot be read: {error}") from error


def _names(frame: Any) -> Any:
    if isinstance(frame, Mapping):
        return frame.keys()
    for name in ("column_names", "columns"):
        if hasattr(frame, name):
            return getattr(frame, name)
    raise InputError(
        f"a {type(frame).__name__} has no columns",
        hint="Give a frame of pandas, a table of pyarrow, or a mapping of names to columns.",
    )


def _cast(values: Any, name: str, kind: Any) -> Any:
    try:
        return values.cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(f"the column {name!r} cannot be read as {kind}: {error}") from error
