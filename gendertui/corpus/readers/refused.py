"""What is no corpus: named for what it is, with the way to make one of it.

Pickles are never opened: what one holds is a program. They are known by their names and their first bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from gendertui.corpus.readers.source import head, members, packing_of
from gendertui.errors import ExitCode, GendertuiError

_AS_CSV = "Open it where it was made, and save the sheet of the texts as CSV (UTF-8)."
_FROM_PYTHON = "Load it where it was made, and write its texts and labels as CSV, JSON Lines or Parquet"
_TEXTS = "Give a file of texts and their labels, such as CSV or JSON Lines."


@dataclass(frozen=True)
class _Kind:
    what: str
    """Goes on after "this is"."""
    hint: str


_PICKLE = _Kind(
    "a pickle, which runs whatever program was put into it when it is opened",
    f"{_FROM_PYTHON}: DataFrame.to_csv('texts.csv').",
)
_DOCBIN = _Kind(
    "spaCy's binary format for annotated documents",
    "Write its texts as JSON Lines with spaCy: for doc in DocBin().from_disk(FILE).get_docs(nlp.vocab), "
    "{'text': doc.text, 'cats': doc.cats} on each line.",
)
_WORKBOOK = _Kind("an Excel workbook", _AS_CSV)
_OPEN_SHEET = _Kind("an OpenDocument file (.ods, .odt)", _AS_CSV)
_OLD_OFFICE = _Kind("a file of Microsoft Office as it was before 2007 (.xls, .doc)", _AS_CSV)
_DOCUMENT = _Kind("a document of a word processor", "Save it as plain text, or put texts and labels into a CSV file.")
_PAGE = _Kind("a web page", "Save the texts on it as CSV, with a label for each.")
_NOTEBOOK = _Kind("a Jupyter notebook", "Give the data file that it reads.")
_NUMPY = _Kind("an array of NumPy", f"{_FROM_PYTHON}.")
_TORCH = _Kind("a file of PyTorch, with a pickle inside", f"{_FROM_PYTHON}.")
_DATABASE = _Kind(
    "an SQLite database", "Export the table of the texts: sqlite3 -header -csv FILE 'select …' > texts.csv."
)
_STATISTICS = _Kind("a data file of a statistics program", "Export it there as CSV.")
_PICTURE = _Kind("a picture", _TEXTS)
_SOUND = _Kind("sound or film", _TEXTS)
_PROGRAM = _Kind("a program", _TEXTS)
_ARCHIVE = _Kind("an archive that is not read as it is", "Unpack it, and give the file or folder that was inside.")
_POINTER = _Kind("a pointer of Git LFS and not the file itself", "Fetch the file: git lfs pull.")

_SUFFIXES = {
    **dict.fromkeys((".pkl", ".pickle", ".joblib"), _PICKLE),
    ".spacy": _DOCBIN,
    ".ipynb": _NOTEBOOK,
}
_SIGNATURES: tuple[tuple[int, bytes, _Kind], ...] = (
    *((0, bytes((0x80, version)), _PICKLE) for version in range(2, 6)),
    (0, b"\x93NUMPY", _NUMPY),
    (0, b"SQLite format 3\0", _DATABASE),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
    (0, b"{\\rtf", _DOCUMENT),
    (0, b"%PDF-", _Kind("a PDF", "Save its text, and put texts and labels into a CSV file.")),
    (0, b"\x89PNG\r\n", _PICTURE),
    (0, b"\xff\xd8\xff", _PICTURE),
    (0, b"GIF87a", _PICTURE),
    (0, b"GIF89a", _PICTURE),
    (0, b"ID3\x03", _SOUND),
    (0, b"OggS\0", _SOUND),
    (4, b"ftyp", _SOUND),
    (0, b"\x7fELF", _PROGRAM),
    (0, b"MZ\x90\0", _PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM),
    (0, b"\xca\xfe\xba\xbe", _PROGRAM),
    (0, b"\x89HDF\r\n", _Kind("an HDF5 file", f"{_FROM_PYTHON}.")),
    (0, b"Obj\x01", _Kind("an Avro file", f"{_FROM_PYTHON}.")),
    (0, b"ORC\x0a", _Kind("an ORC file", f"{_FROM_PYTHON}.")),
    (0, b"RDX2\n", _STATISTICS),
    (0, b"RDX3\n", _STATISTICS),
    (0, b"X\n\0\0\0", _STATISTICS),
    (0, b"$FL2@(#)", _STATISTICS),
    (0, b"<stata_dta>", _STATISTICS),
    (0, b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (0, b"Rar!\x1a\x07", _ARCHIVE),
    (4, b"1AY&SY", _ARCHIVE),
    (0, b"\xfd7zXZ\0", _ARCHIVE),
    (257, b"ustar", _ARCHIVE),
    (0, b"version https://git-lfs.github.com/spec/", _POINTER),
)
"""Offset, bytes that stand there, and what a file is that has them."""
_INSIDE = (
    (any, re.compile(r"xl/workbook\.\w+"), _WORKBOOK),
    (any, re.compile(r"word/document\.xml|ppt/presentation\.xml|.*\.opf"), _DOCUMENT),
    (any, re.compile(r"mimetype"), _OPEN_SHEET),
    (any, re.compile(r"[^/]*/data\.pkl"), _TORCH),
    (all, re.compile(r".*\.npy"), _NUMPY),
    (all, re.compile(r".*\.(pkl|pickle|joblib)"), _PICKLE),
)
"""Whether any or all members of a zip are called so, their names, and what the zip is then."""
_PAGE_START = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head)\b", re.I | re.S
)
_PAGES = (".html", ".htm", ".xhtml")
_TAG = re.compile(r"O|[BIESLUM]-\S+")
_PART_OF_SPEECH = re.compile(r"[A-Z]{2,6}\$?|[^\w\s]{1,5}")
_TAGS = 4
"""Different parts of speech that there are at least."""
_UNIVERSAL = 10
"""Columns of CoNLL-U."""
MOST = 0.9
"""Share of the lines that must look like a token with its tag."""


def refuse(path: Path) -> None:
    """Nothing where a file may be a corpus.

    :raises GendertuiError: it is surely none, and what it is (code DATA).
    :raises OSError: it cannot be opened.
    """
    if path.is_dir():
        return
    kind = _SUFFIXES.get(path.suffix.lower()) or _by_content(path)
    if kind is not None:
        raise refusal(path, f"this is {kind.what}", kind.hint)


def refuse_tokens(path: Path) -> None:
    """Nothing where a file may have one text a row.

    :raises GendertuiError: it has a token on each line with the token's tag (code DATA).
    """
    tag = _tag(head(path).decode("utf-8", "replace")) if path.is_file() else None
    if tag is not None:
        raise refusal(
            path,
            f"this has one token on each line, with a tag such as {tag!r}: these are labels of words, not of texts",
            "Give a file with one text on each line or row, and its label.",
        )


def refusal(path: Path, what: str, hint: str) -> GendertuiError:
    """What to say of a path that is no corpus."""
    return GendertuiError(what, where=str(path), hint=hint, code=ExitCode.DATA)


def _by_content(path: Path) -> _Kind | None:
    with path.open("rb") as stream:
        start = stream.read(1024)
    found = _by_signature(start) or _page(path, start)
    if found is None and (packing := packing_of(path)):
        names = members(path) if packing == "zip" else []
        inside = (kind for how, name, kind in _INSIDE if names and how(map(name.fullmatch, names)))
        return next(inside, None) or _by_signature(head(path, 1024))
    return found


def _by_signature(start: bytes) -> _Kind | None:
    found = (kind for offset, magic, kind in _SIGNATURES if start.startswith(magic, offset))
    return next(found, None)


def _page(path: Path, start: bytes) -> _Kind | None:
    if _PAGE_START.match(start) is None:
        return None
    suffix = path.suffix.lower()
    if not suffix or suffix in _PAGES:
        return _PAGE
    return _Kind(
        f"not a {suffix[1:]} file: it is a web page that was saved under that name",
        "Fetch the file again; the page may say why it was sent instead.",
    )


def _tag(text: str) -> str | None:
    """A tag of a text that has one token on each line, sentences parted by blank lines; else ``None``."""
    lines = text.split("\n")[:-1]
    rows = [line.split("\t") if "\t" in line else line.split() for line in lines if line.strip()]
    rows = [row for row in rows if not row[0].startswith(("#", "-DOCSTART-"))]
    if len(rows) < _UNIVERSAL or not any(not line.strip() for line in lines):
        return None
    width, many = Counter(map(len, rows)).most_common(1)[0]
    if width < 2 or many < MOST * len(rows) or sum(" " in row[0] for row in rows) > (1 - MOST) * len(rows):
        return None
    tags = [row[-1] for row in rows if _TAG.fullmatch(row[-1])]
    if len(tags) >= MOST * len(rows):
        return next((tag for tag in tags if tag != "O"), tags[0])
    # Parts of speech: NN, VBZ, PRP$ and, for punctuation, itself.
    speech = {row[-1] for row in rows if _PART_OF_SPEECH.fullmatch(row[-1])}
    if len(speech) >= _TAGS and sum(row[-1] in speech for row in rows) >= MOST * len(rows):
        return sorted(speech)[-1]
    numbered = sum(len(row) == _UNIVERSAL and row[0].split("-")[0].split(".")[0].isdigit() for row in rows)
    return next(row[3] for row in rows if len(row) == _UNIVERSAL) if numbered >= MOST * len(rows) else None
