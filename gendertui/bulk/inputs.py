"""The files that paths name: themselves, or all that is in a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gendertui.corpus.readers.source import ABOUT_THE_DATA
from gendertui.errors import ExitCode, GendertuiError


def input_files(paths: Iterable[str], out: Path) -> list[str]:
    """The files to score, each once, sorted by name: a folder stands for every file in and below it.

    As other programs do that read folders of data, names that begin with a dot or an underscore are passed over, and
    so are readmes and the like.

    :param out: the folder that the scores go to.
    :raises GendertuiError: there is no such file, a folder holds none, or ``out`` is in a folder of input (code DATA).
    """
    found: set[str] = set()
    for path in paths:
        if Path(path).is_dir():
            found |= _in_folder(Path(path), out)
        elif Path(path).is_file():
            found.add(path)
        else:
            raise GendertuiError(
                "this is neither a file nor a folder" if Path(path).exists() else "there is no such file or folder",
                where=path,
                hint="With --out, files and folders are scored; a pipe is scored without it.",
                code=ExitCode.DATA,
            )
    return sorted(found)


def _in_folder(folder: Path, out: Path) -> set[str]:
    if out.resolve().is_relative_to(folder.resolve()):
        raise GendertuiError(
            f"the scores would go to {out}, into a folder that is scored",
            where=str(folder),
            hint="Give --out a folder elsewhere.",
            code=ExitCode.USAGE,
        )
    found = {str(path) for path in folder.rglob("*") if path.is_file() and not _passed_over(path.relative_to(folder))}
    if not found:
        raise GendertuiError(
            "there is no file in this folder", where=str(folder), hint="Check the path.", code=ExitCode.DATA
        )
    return found


def _passed_over(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts) or ABOUT_THE_DATA.search(path.name) is not None
