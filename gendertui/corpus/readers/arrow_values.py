"""Columns of an Arrow table to columns of text: values become what a person would write for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds

from gendertui.corpus.readers.objects import highest

_JOINT = ", "


@dataclass(frozen=True)
class TextColumn:
    """How a column of a table, or a field of one, becomes text."""

    name: str
    convert: Callable[[pa.RecordBatch], pa.Array]
    """Gives an array of type string, null where there is no value."""


def text_columns(schema: pa.Schema, classes: Mapping[str, Sequence[str]]) -> tuple[list[TextColumn], list[str]]:
    """The columns that can be text, no two named alike, and the names of those that cannot.

    A column of structures becomes one column a field, or a column of classes where the fields are scores.

    :param classes: name of a column of numbers → what the numbers stand for, from 0.
    """
    columns: list[TextColumn] = []
    others: list[str] = []
    for place, field in enumerate(schema):
        kind = _plain(field.type)
        names = classes.get(field.name)
        if kinds.is_struct(kind) and not _is_scores(kind):
            inner = [kind.field(index) for index in range(kind.num_fields)]
            columns += [
                TextColumn(f"{field.name}.{each.name}", _field_of(place, index))
                for index, each in enumerate(inner)
                if _can_be_text(each.type)
            ]
            others += [f"{field.name}.{each.name}" for each in inner if not _can_be_text(each.type)]
        elif _can_be_text(kind):
            columns.append(TextColumn(field.name, _column_of(place, names)))
        else:
            others.append(field.name)
    return _named_apart(columns), others


def _column_of(place: int, names: Sequence[str] | None) -> Callable[[pa.RecordBatch], pa.Array]:
    return lambda batch: texts(batch.column(place), names)


def _field_of(place: int, index: int) -> Callable[[pa.RecordBatch], pa.Array]:
    return lambda batch: texts(pc.struct_field(_unpacked(batch.column(place)), [index]))


def _named_apart(columns: list[TextColumn]) -> list[TextColumn]:
    found: dict[str, TextColumn] = {}
    for column in columns:
        name, number = column.name, 1
        while name in found:
            number += 1
            name = f"{column.name} ({number})"
        found[name] = TextColumn(name, column.convert)
    return list(found.values())


def _plain(kind: pa.DataType) -> pa.DataType:
    """A type without its extension, dictionary or runs."""
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(kind.storage_type)
    if kinds.is_dictionary(kind) or kinds.is_run_end_encoded(kind):
        return _plain(kind.value_type)
    return kind


def _is_list(kind: pa.DataType) -> bool:
    found: bool = kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind)
    return found


def _can_be_text(kind: pa.DataType) -> bool:
    """Numbers in lists with a fraction are vectors, and what is nested deeper is no text."""
    kind = _plain(kind)
    if _is_list(kind):
        inner = _plain(kind.value_type)
        return not kinds.is_nested(inner) and not kinds.is_floating(inner)
    return _is_scores(kind) if kinds.is_struct(kind) else not kinds.is_nested(kind)


def _is_scores(kind: pa.DataType) -> bool:
    """Whether every field of a structure is a score of a class; whole numbers count something else."""
    fields = [kind.field(index).type for index in range(kind.num_fields)] if kinds.is_struct(kind) else []
    return bool(fields) and all(kinds.is_floating(each) or kinds.is_boolean(each) for each in fields)


def texts(values: pa.Array, names: Sequence[str] | None = None) -> pa.Array:
    """Values as text, of type string: 1 for 1.0, the only value of a list, the class with the highest score.

    Null where there is no value: NaN, an empty list, scores that are all zero, a class number of −1.
    """
    values = _unpacked(values)
    kind = values.type
    if kinds.is_null(kind):
        return pa.nulls(len(values), pa.string())
    if kinds.is_struct(kind):
        return pa.array([_top(each) for each in values.to_pylist()], pa.string())
    if _is_list(kind):
        return _joined(values, names)
    if kinds.is_integer(kind):
        return _classes(values, names) if names else values.cast(pa.string())
    if kinds.is_floating(kind):
        single = values.cast(pa.float32()) if kinds.is_float16(kind) else values
        return pc.if_else(pc.is_nan(single), pa.scalar(None, pa.string()), single.cast(pa.string()))
    if _is_bytes(kind):
        return _decoded(values)
    try:
        return values.cast(pa.string())
    except pa.ArrowNotImplementedError:
        return pa.array([None if each is None else str(each) for each in values.to_pylist()], pa.string())


def check(batch: pa.RecordBatch) -> None:
    """See that every value is where its column says.

    Text need not be UTF-8, except inside lists, dictionaries and the like.

    :raises pyarrow.ArrowInvalid: the file that the batch is from is damaged.
    """
    for column in batch.columns:
        # As bytes: else what is not UTF-8 would be damage, too.
        column.view(_AS_BYTES.get(column.type, column.type)).validate(full=True)


_AS_BYTES = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary()}


def _unpacked(values: pa.Array) -> pa.Array:
    """An array without its extension, dictionary or runs."""
    if isinstance(values, pa.ExtensionArray):
        return _unpacked(values.storage)
    if kinds.is_dictionary(values.type):
        return _unpacked(values.dictionary_decode())
    if kinds.is_run_end_encoded(values.type):
        return _unpacked(pc.run_end_decode(values))
    return values


def _top(scores: Mapping[str, float | None] | None) -> str | None:
    there = {name: score for name, score in (scores or {}).items() if score is not None and score == score}
    return highest(there) if there else None


def _joined(values: pa.Array, names: Sequence[str] | None) -> pa.Array:
    lengths = pc.fill_null(pc.list_value_length(values), 0).to_numpy()
    offsets = pa.array(np.concatenate([[0], np.cumsum(lengths)]), pa.int32())
    joined = pc.binary_join(pa.ListArray.from_arrays(offsets, texts(values.flatten(), names)), _JOINT)
    return pc.if_else(pa.array(lengths > 0), joined, pa.scalar(None, pa.string()))


def _classes(values: pa.Array, names: Sequence[str]) -> pa.Array:
    known = pc.and_(pc.greater_equal(values, 0), pc.less(values, len(names)))
    indices = pc.if_else(known, values, pa.scalar(None, values.type)).cast(pa.int64())
    named = pa.array(list(names), pa.string()).take(indices)
    # −1 is how "no class" is written.
    other = pc.if_else(pc.equal(values, -1), pa.scalar(None, pa.string()), values.cast(pa.string()))
    return pc.if_else(known, named, other)


def _is_bytes(kind: pa.DataType) -> bool:
    text = kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind)
    data = kinds.is_binary(kind) or kinds.is_large_binary(kind) or kinds.is_binary_view(kind)
    return bool(text or data or kinds.is_fixed_size_binary(kind))


def _decoded(values: pa.Array) -> pa.Array:
    """Text of whichever type; some writers do not check that it is UTF-8, and nothing does when it is read."""
    try:
        found = values.cast(pa.string())
        found.validate(full=True)
        return found
    except pa.ArrowInvalid:
        data = values.cast(pa.binary()).to_pylist()
        return pa.array([None if each is None else each.decode(errors="replace") for each in data], pa.string())
