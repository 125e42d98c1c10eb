"""Where the decisions about a corpus's labels are kept: one file a corpus content, in the state folder.

JSON lines: a head that says which corpus they are of, then a decision a line. The file is replaced as a whole, under a
lock, so that it is never torn and that the app and a command can both be deciding. No text of a corpus is in it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import getpass
import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gendertui import files, paths, state_files
from gendertui.corpus.corrections.entry import LABEL, LEAVE_OUT, RIGHT, UNDO, Act, Correction, Key
from gendertui.corpus.corrections.history import History
from gendertui.corpus.corrections.unit import label_of, name_of, rows_of
from gendertui.corpus.table import Corpus
from gendertui.errors import ExitCode, GendertuiError

SCHEMA = 1
_LOCK = "lock"


def corrections_file(corpus: Corpus) -> Path:
    """Where the decisions about a corpus are kept, by its content without them."""
    return paths.corrections_dir() / f"{corpus.base_hash}.jsonl"


def read(corpus: Corpus) -> History:
    """What was decided about a corpus; nothing where there is no file.

    :raises GendertuiError: the file is not one that was written by this version; names the line.
    """
    path = corrections_file(corpus)
    try:
        data = state_files.read_bytes(path)
    except FileNotFoundError:
        return History()
    except ValueError as error:
        raise GendertuiError(
            f"the decisions about labels cannot be read: {error}", where=str(path), code=ExitCode.DATA
        ) from error
    return History(tuple(_parse(data, path, corpus.labels)))


def decide(corpus: Corpus, key: Key, act: Act, label: str | None = None) -> Correction:
    """Take a decision about a unit, durably; return it.

    :param corpus: with or without the decisions so far.
    :param act: ``right``, ``label`` or ``leave-out``; ``right`` where that leaves the label as the corpus has it.
    :param label: the right one, where it is ``label``.
    :raises GendertuiError: the corpus has no such unit or label, or its file of decisions is broken.
    """
    rows = rows_of(corpus, key)
    if not len(rows):
        raise GendertuiError("the corpus has no such unit", where=str(corpus.path), code=ExitCode.USAGE)
    if act == LABEL and label not in corpus.labels:
        raise GendertuiError(
            f"there is no label {label!r}", hint=f"Labels: {', '.join(corpus.labels)}.", code=ExitCode.USAGE
        )
    plain = corpus.uncorrected or corpus
    own = label_of(plain, rows)
    nothing_to_take = act == LEAVE_OUT and not (plain.label_codes()[rows] >= 0).any()
    if nothing_to_take or (act == LABEL and label == own):
        act = RIGHT
    with _rewriting(corpus) as entries:
        after = {RIGHT: own, LABEL: label, LEAVE_OUT: None}[act]
        name = name_of(corpus, key, int(rows[0]))
        entries.append(Correction(key, act, own, after, _now(), _user(), name))
        return entries[-1]


def undo(corpus: Corpus, key: Key) -> Correction | None:
    """Take back the last decision about a unit that holds; return the undoing, ``None`` if there is none to take back.

    :raises GendertuiError: the corpus's file of decisions is broken.
    """
    with _rewriting(corpus) as entries:
        last = History(tuple(entries)).in_force().get(key)
        if last is None:
            return None
        undoing = Correction(key, UNDO, last.after, last.before, _now(), _user(), last.name)
        holds = History((*entries, undoing)).in_force().get(key)
        entries.append(undoing if holds is None else dataclasses.replace(undoing, after=holds.after))
        return entries[-1]


def import_from(corpus: Corpus, path: Path) -> list[Correction]:
    """Add the decisions of an exported file that are not there yet, and return them; they hold over older ones.

    The file may be of another copy of the corpus, or of one read otherwise, as long as each of its decisions is about a
    unit that this corpus has, with the label that this one gives it.

    :param corpus: without corrections.
    :raises GendertuiError: a decision of the file does not fit this corpus, which names its line; nothing is added.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise GendertuiError(f"this cannot be read: {error.strerror}", where=str(path), code=ExitCode.DATA) from error
    parsed = _parse(data, path, corpus.labels)
    found = list(History(tuple(parsed)).in_force().values())
    for entry in found:
        rows = rows_of(corpus, entry.key)
        noun = corpus.units.noun(entry.key.unit)
        what = f"{noun.article} {noun.one}"
        if not len(rows):
            problem = f"the decision is about {what} that this corpus does not have"
        elif (own := label_of(corpus, rows)) != entry.before:
            problem = f"the decision is about {what} labelled {entry.before or '?'}, which is {own or '?'} here"
        else:
            continue
        # The first line is the head.
        where = f"{path}:{parsed.index(entry) + 2}"
        hint = "Name the corpus that the file was exported for."
        raise GendertuiError(problem, where=where, hint=hint, code=ExitCode.DATA)
    with _rewriting(corpus) as entries:
        holding = History(tuple(entries)).in_force()
        added = [entry for entry in found if holding.get(entry.key) != entry]
        entries.extend(added)
    return added


def export_text(corpus: Corpus) -> str:
    """The file of a corpus's decisions as :func:`import_from` reads it: those that hold, without what was taken back.

    :raises GendertuiError: the file is broken.
    """
    return _text(corpus, list(read(corpus).in_force().values()))


@contextlib.contextmanager
def _rewriting(corpus: Corpus) -> Iterator[list[Correction]]:
    """The decisions so far; what is in the list at the end is written in their place, where it has grown."""
    path = corrections_file(corpus)
    with files.open_appending(paths.corrections_dir() / _LOCK) as lock, files.waited_for(lock.fileno()):
        entries = list(read(corpus).entries)
        before = len(entries)
        yield entries
        if len(entries) > before:
            files.write_atomic(path, _text(corpus, entries).encode())


def _text(corpus: Corpus, entries: Sequence[Correction]) -> str:
    head = {"schema": SCHEMA, "corpus": corpus.name, "data_hash": corpus.base_hash, "labels": list(corpus.labels)}
    rows = [head, *(entry.to_json() for entry in entries)]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _parse(data: bytes, path: Path, labels: tuple[str, str]) -> list[Correction]:
    """The decisions of a file.

    :raises GendertuiError: a line of it is broken.
    """
    # By line feeds alone, so that numbers are those of an editor: a name may hold other separators.
    lines = data.removesuffix(b"\n").split(b"\n")
    head = _json(lines[0], path, 1)
    if "schema" not in head or "labels" not in head:
        raise _broken(path, 1, "this is no head of a file of decisions about labels")
    if head["schema"] != SCHEMA:
        raise _broken(path, 1, f"it is of schema {head['schema']!r}, this program reads {SCHEMA}")
    if not isinstance(head["labels"], list) or set(head["labels"]) != set(labels):
        raise _broken(path, 1, f"it is about the labels {head['labels']}, the corpus has {list(labels)}")
    entries = []
    for number, line in enumerate(lines[1:], 2):
        try:
            entries.append(Correction.from_json(_json(line, path, number), labels))
        except ValueError as error:
            raise _broken(path, number, str(error)) from error
    return entries


def _json(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _broken(path, number, "it is not JSON") from error
    if not isinstance(value, dict):
        raise _broken(path, number, "it is not a JSON object")
    return value


def _broken(path: Path, number: int, why: str) -> GendertuiError:
    return GendertuiError(
        f"the decisions about labels cannot be read: {why}",
        where=f"{path}:{number}",
        hint="Correct the line or take it out; --corrections off reads the corpus without them.",
        code=ExitCode.DATA,
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # An account without a name, as in a container.
        return str(os.getuid())
