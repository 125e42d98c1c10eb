"""The columns of the lines table."""

from __future__ import annotations

import pyarrow as pa

SCHEMA = pa.schema(
    [
        pa.field("line_id", pa.string()),
        pa.field("group_id", pa.string()),
        pa.field("speaker_id", pa.string()),
        pa.field("speaker", pa.string()),
        pa.field("label", pa.string()),
        pa.field("text", pa.string(), nullable=False),
        pa.field("credit", pa.string()),
        pa.field("title", pa.string()),
        pa.field("year", pa.int16()),
        pa.field("genres", pa.string()),
        pa.field("conversation_id", pa.string()),
        pa.field("position", pa.int64()),
        pa.field("split", pa.string()),
    ]
)
"""``label`` is null where it is missing. A group is what lines belong to: a film (``title``, ``year``, ``genres`` are
its, the genres joined by commas), a thread, an author; a speaker is who says a line (``credit`` is a character's
position in the credits). ``position`` is a line's place in its group where the file gives one; ``split`` is the set
that the file says a line is in."""
