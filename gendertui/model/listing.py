"""The models as a listing shows them: how good each is, which of them answers, and why the others do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gendertui import formatting
from gendertui.errors import GendertuiError
from gendertui.model.bundle import manifest as m
from gendertui.model.bundle.replacing import undisturbed
from gendertui.model.standing import Candidate, Evidence, succession


@dataclass(frozen=True)
class ModelInfo:
    """One model of the store, as a listing shows it."""

    name: str
    folder: Path
    created: str
    """UTC, ISO 8601; empty where the model is broken."""
    labels: tuple[str, str]
    network: str
    shipped: bool
    """It comes with the program."""
    chosen: bool
    """``models use`` named it."""
    headline: str
    """Its validation figures in a few words; of a broken model what is wrong with it."""
    run: str | None
    answers: bool = False
    """Where no other is asked for."""
    why: str = ""
    """Why it answers, or does not, in a few words: ``newest, but cannot be told from guessing``."""
    corpus: str = ""
    """What it was judged on, by name."""
    evidence: Evidence | None = None
    """What its report says of it; ``None`` of a broken one."""

    @property
    def broken(self) -> bool:
        """Whether it cannot be used."""
        return self.evidence is None

    @property
    def figure(self) -> str:
        """Its balanced accuracy on validation, to stand beside the name: ``57.9 %``; empty where there is none."""
        return "" if self.evidence is None else self.evidence.figure

    @property
    def shown(self) -> str:
        """The name with the figure: ``quick-films · 57.9 %``."""
        return f"{self.name} · {self.figure}" if self.figure else self.name


def listed(folders: Sequence[Path], shipped: Path | None, chosen: str | None) -> list[ModelInfo]:
    """The models in ``folders``, the newest first, and the shipped one last.

    :param chosen: the name or the folder that ``models use`` was given.
    """
    read = [_read(folder, shipped=False) for folder in folders]
    read.sort(key=lambda one: (one[0].created, one[0].name), reverse=True)
    if shipped is not None:
        read.append(_read(shipped, shipped=True))
    incumbent, reasons = succession(
        next((candidate for info, candidate in read if candidate and info.shipped), None),
        [candidate for info, candidate in reversed(read) if candidate and not info.shipped],
    )
    # A model of the store goes before the shipped one of the same name.
    named = next((info.folder for info, _ in read if info.name == chosen), None)
    answers = (None if incumbent is None else incumbent.folder) if chosen is None else named
    models = []
    for info, _ in read:
        if info.folder == named:
            why = "chosen"
        elif info.folder in reasons or info.broken:
            why = reasons.get(info.folder, "")
        elif chosen is not None:
            why = f"{chosen} is chosen"
        else:
            why = "newest" if not info.shipped else ""
        if info.shipped:
            why = "; ".join(part for part in ("comes with the program", why) if part)
        models.append(replace(info, chosen=info.folder == named, answers=info.folder == answers, why=why))
    return models


def name_of(shipped: Path) -> str:
    """What the bundle that comes with the program calls itself; of a broken one its folder's name."""
    return _read(shipped, shipped=True)[0].name


def _read(folder: Path, *, shipped: bool) -> tuple[ModelInfo, Candidate | None]:
    """What the listing shows of a bundle, and what stands for it in the succession, unless it is broken.

    A model of the store is called by its folder, the shipped one as it calls itself.
    """
    try:
        manifest, report = undisturbed(folder, lambda: _manifest_and_report(folder))
        headline, evidence = _figures(report, folder)
    except GendertuiError as error:
        return ModelInfo(folder.name, folder, "", ("", ""), "", shipped, False, error.what, None), None
    found = ModelInfo(
        name=manifest.name if shipped else folder.name,
        folder=folder,
        created=manifest.created,
        labels=manifest.labels,
        network=manifest.network,
        shipped=shipped,
        chosen=False,
        headline=headline,
        run=manifest.run,
        corpus=str(report.get("corpus") or ""),
        evidence=evidence,
    )
    return found, Candidate(found.name, folder, evidence, from_run=manifest.run is not None)


def _manifest_and_report(folder: Path) -> tuple[m.Manifest, dict[str, Any]]:
    manifest = m.read_manifest(folder)
    return manifest, m.read_json(folder, manifest, m.REPORT)


def _figures(report: dict[str, Any], folder: Path) -> tuple[str, Evidence]:
    """``balanced accuracy 56.8 %, AUC 0.596``, or why there is no figure; and the same for the succession."""
    try:
        evidence = Evidence.of(report)
        too_few = report.get("sets", {}).get("validation", {}).get("too_few")
        return str(too_few) if too_few else formatting.headline(evidence.balanced_accuracy, evidence.auc), evidence
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise m.broken(f"{m.REPORT} is not a report", folder / m.REPORT) from error
