"""The rows around one."""

from __future__ import annotations

import pyarrow as pa

from gendertui.corpus.table import Corpus


def neighbours(corpus: Corpus, row: int, around: int = 3) -> list[int]:
    """Rows of the same group around a row, in scene order, including the row itself."""
    order = corpus.scene_order()
    place = int(corpus.scene_places[row])
    near = order[max(0, place - around) : place + around + 1]
    if not corpus.has("group_id"):
        return [int(item) for item in near]
    groups = corpus.column("group_id").take(pa.array(near)).to_pylist()
    group = corpus.column("group_id")[row].as_py()
    return [int(item) for item, of in zip(near, groups, strict=True) if of == group]
