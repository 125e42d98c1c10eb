"""The corpus formats there are. A new one is one file here and one line below.

A reader module offers ``NAME``, ``TITLE``, ``sniff(path) -> bool`` and ``read(path, progress) -> Parsed``.
"""

from __future__ import annotations

READERS: dict[str, str] = {
    "cornell": "gendertui.corpus.readers.cornell",
    "collated": "gendertui.corpus.readers.collated",
}
