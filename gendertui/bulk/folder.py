"""The folder of an output: its manifest, its parts, and which of them are done.

``_manifest.json`` has what was asked for, the files of the input with their hashes, and the parts with their counts;
``_done/`` a record for each part, which is written once its file is there. Programs that read folders of data pass over
names that begin with an underscore. Any number of processes may write into one folder: no two write the same part
unless they are told to, and then the same bytes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gendertui import files
from gendertui.bulk.plan import InputFile, Part, Plan, Stamp, hash_of
from gendertui.bulk.request import Request, differences
from gendertui.errors import ExitCode, GendertuiError

MANIFEST = "_manifest.json"
_DONE = "_done"
_FORMAT, _VERSION = "gendertui scores", 1
_LISTED = 5


@dataclass(frozen=True)
class Done:
    """What is known of a part whose file is there."""

    size: int
    """Bytes of the file."""
    scored: int
    errors: Mapping[str, int]
    """Why rows could not be scored → how many."""


class OutputFolder:
    """A folder that scores go to."""

    def __init__(self, path: Path, form: str) -> None:
        self.path = path
        self._suffix = f".{form}"

    def file_of(self, part: Part) -> Path:
        """Where the scores of a part are, or will be."""
        return self.path / f"{part.name}{self._suffix}"

    def plan(self, request: Request, paths: list[str], make: Callable[[], Plan]) -> Plan:
        """The plan that the folder has, or else a new one, which is kept; who comes meanwhile waits for it.

        :param paths: the files of the input.
        :raises GendertuiError: the folder has scores of something else, or files of others (code USAGE).
        """
        if self.path.exists() and not self.path.is_dir():
            raise GendertuiError(
                "this is no folder", where=str(self.path), hint="Give --out a folder.", code=ExitCode.USAGE
            )
        files.ensure_dir(self.path)
        with files.locked(self.path):
            manifest = self._manifest()
            if manifest is None:
                self._check_empty()
                plan = make()
                self._write(request, plan)
                return plan
        plan = _plan_of(manifest)
        found = differences(manifest, request.to_json()) + _other_input(plan, paths)
        if found:
            raise GendertuiError(
                f"this folder has scores of something else: {'; '.join(found)}",
                where=str(self.path),
                hint="Give --out another folder; or ask for the same as before, and what is missing is scored.",
                code=ExitCode.USAGE,
            )
        return plan

    def read_plan(self) -> Plan:
        """The plan that is there."""
        manifest = self._manifest()
        assert manifest is not None
        return _plan_of(manifest)

    def done(self, part: Part) -> Done | None:
        """What is known of a part; ``None`` where its file is missing, or is not the one that was written."""
        try:
            record = Done(**json.loads(self._record(part).read_bytes()))
            size = self.file_of(part).stat().st_size
        except (OSError, ValueError, TypeError):
            return None
        return record if record.size == size else None

    def finish(self, part: Part, done: Done) -> None:
        """Note that the file of a part is there."""
        files.write_json(self._record(part), asdict(done))

    def summarise(self, request: Request, plan: Plan) -> dict[int, Done]:
        """Write the counts of the parts that are done into the manifest; return them by the parts' numbers."""
        with files.locked(self.path):
            return self._write(request, plan)

    def clear_leftovers(self) -> None:
        """Remove what processes that were killed had begun."""
        for folder in (self.path, self.path / _DONE):
            files.clear_leftovers(folder)

    def _record(self, part: Part) -> Path:
        return self.path / _DONE / f"{part.name}.json"

    def _write(self, request: Request, plan: Plan) -> dict[int, Done]:
        done = {part.number: found for part in plan.parts if (found := self.done(part)) is not None}
        content = {
            "format": _FORMAT,
            "version": _VERSION,
            **request.to_json(),
            "files": [file.to_json() for file in plan.files],
            **totals(done.values()),
            "parts": [_part_to_json(part, done.get(part.number)) for part in plan.parts],
        }
        files.write_json(self.path / MANIFEST, content)
        return done

    def _manifest(self) -> dict[str, Any] | None:
        path = self.path / MANIFEST
        try:
            content = json.loads(path.read_bytes())
            if (content["format"], content["version"]) != (_FORMAT, _VERSION):
                raise ValueError(f"it is {content['format']} {content['version']}")
            _plan_of(content)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise GendertuiError(
                f"this is no manifest that this gendertui wrote ({error})",
                where=str(path),
                hint="Give --out another folder.",
                code=ExitCode.DATA,
            ) from error
        assert isinstance(content, dict)
        return content

    def _check_empty(self) -> None:
        # The manifest is somebody else's who began at the same time, on a file system without locks.
        names = (path.name for path in self.path.iterdir())
        there = sorted(name for name in names if not name.startswith(".") and name != MANIFEST)
        if there:
            listed = ", ".join(there[:_LISTED]) + (" …" if len(there) > _LISTED else "")
            raise GendertuiError(
                f"this folder has other files in it ({listed})",
                where=str(self.path),
                hint="Give --out a folder that is empty, or is not there yet.",
                code=ExitCode.USAGE,
            )


def totals(done: Iterable[Done]) -> dict[str, Any]:
    """The counts of all parts that are done: ``scored``, and ``errors`` by their reason."""
    found = list(done)
    errors: Counter[str] = Counter()
    for each in found:
        errors.update(each.errors)
    return {"scored": sum(each.scored for each in found), "errors": dict(sorted(errors.items()))}


def _part_to_json(part: Part, done: Done | None) -> dict[str, Any]:
    counts = None if done is None else {"scored": done.scored, "errors": dict(done.errors)}
    return {**asdict(part), "name": part.name, "done": counts}


def _plan_of(manifest: Mapping[str, Any]) -> Plan:
    fields = ("number", "file", "start", "end", "first_row", "rows")
    return Plan(
        tuple(map(InputFile.from_json, manifest["files"])),
        tuple(Part(*(part[field] for field in fields)) for part in manifest["parts"]),
    )


def _other_input(plan: Plan, paths: list[str]) -> list[str]:
    """What the input differs in from that of a plan, in words; the time of a file is not its content."""
    before = {file.path: file for file in plan.files}
    found = [f"{path} was no file of it" for path in paths if path not in before]
    found += [f"{path} was a file of it" for path in before if path not in paths]
    for path, file in before.items():
        if path in paths and (stamp := Stamp.of(path)) != file.stamp:
            if stamp.size != file.stamp.size:
                found.append(f"{path} had {file.stamp.size:,} bytes, now it has {stamp.size:,}")
            elif hash_of(path) != file.sha256:
                found.append(f"{path} has other content")
    return found[:_LISTED] + ([f"{len(found) - _LISTED:,} more differ"] if len(found) > _LISTED else [])
