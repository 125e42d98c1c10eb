"""The split protocols there are. A new one is one file here and one line below.

A protocol is a function ``(corpus, seed) -> int8 [rows]`` of −1 not used, 0 train, 1 validation, 2 test.
"""

from __future__ import annotations

PROTOCOLS: dict[str, str] = {
    "by-movie": "gendertui.corpus.splits.by_group:by_movie",
    "by-character": "gendertui.corpus.splits.by_group:by_character",
    "random": "gendertui.corpus.splits.stratified:stratified",
    "tutorial": "gendertui.corpus.splits.tutorial:tutorial",
}
