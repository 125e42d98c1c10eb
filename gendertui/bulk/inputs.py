"""The files that paths name: themselves, or all that is in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from gendertui.corpus.readers.source import ABOUT_THE_DATA
from gendertui.errors import ExitCode, GendertuiError


def input_files(paths: Iterable[str], out: Path) -> list[str]:
    """The files to score, each once, sorted by name: a folder stands for every file in and below it.

    As other programs do that read folders of data, names that begin with a dot or an underscore are passed over, and
    so are readmes and the like.

    :param out: the folder that the scores go to.
    :raises GendertuiError: there is no such file, its name is not in UTF-8, a folder holds none (code DATA), or ``out``
        is in a folder of input (code USAGE).
    """
    found: dict[str, str] = {}
    for path in paths:
        if Path(path).is_dir():
            of_path = _in_folder(Path(path), out)
        elif Path(path).is_file():
            of_path = [Path(path)]
        else:
            raise GendertuiError(
                "this is neither a file nor a folder" if Path(path).exists() else "there is no such file or folder",
                where=path,
                hint="With --out, files and folders are scored; a pipe is scored without it.",
                code=ExitCode.DATA,
            )
        for file in of_path:
            # However a file is named, it is scored once.
            found.setdefault(os.path.abspath(file), _printable(file))  # noqa: PTH100 (links are files of their own)
    return sorted(found.values())


def _printable(path: Path) -> str:
    """The name of a file, which the scores are to have."""
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise GendertuiError(
            "the name of this file is not in UTF-8",
            where=str(path),
            hint="Rename it: the scores say which file they are of.",
            code=ExitCode.DATA,
        ) from error
    return str(path)


def _in_folder(folder: Path, out: Path) -> list[Path]:
    if out.resolve().is_relative_to(folder.resolve()):
        raise GendertuiError(
            f"the scores would go to {out}, into a folder that is scored",
            where=str(folder),
            hint="Give --out a folder elsewhere.",
            code=ExitCode.USAGE,
        )
    found = [path for path in folder.rglob("*") if path.is_file() and not _passed_over(path.relative_to(folder))]
    if not found:
        raise GendertuiError(
            "there is no file in this folder", where=str(folder), hint="Check the path.", code=ExitCode.DATA
        )
    return found


def _passed_over(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts) or ABOUT_THE_DATA.search(path.name) is not None
