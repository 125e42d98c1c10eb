"""The bytes of a file as text: encodings, and lines."""

from __future__ import annotations

from gendertui.corpus.problems import Problem, Problems


def decode(data: bytes, file: str, problems: Problems) -> tuple[str, str]:
    """Text, and the encoding it was read in.

    UTF-8 is tried first (a byte order mark is dropped); a file that is not UTF-8 throughout is Windows-1252. A byte
    undefined in Windows-1252 becomes the control character with its number, and the line is reported.
    """
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        pass
    pieces = []
    for number, line in enumerate(data.split(b"\n"), 1):
        try:
            pieces.append(line.decode("cp1252"))
        except UnicodeDecodeError:
            text = "".join(_byte(value) for value in line)
            pieces.append(text)
            problems.add(Problem(file, number, "byte undefined in Windows-1252", text, kept=True))
    return "\n".join(pieces), "cp1252"


def _byte(value: int) -> str:
    try:
        return bytes([value]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(value)


def lines_of(text: str) -> list[str]:
    """Split at LF or CR LF only: other Unicode line separators are part of the text."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return [line[:-1] if line.endswith("\r") else line for line in lines] if "\r" in text else lines
