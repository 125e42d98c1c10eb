"""A trained model as a folder: everything that is needed to score a line, readable without torch.

Files: ``bundle.json`` (see :mod:`gendertui.model.bundle.manifest`), ``vocab.txt``, ``tokenizer.json``,
``weights.safetensors``, ``report.json``, ``MODEL_CARD.md``. There is no pickle and no line of the corpus in it.
"""

from __future__ import annotations

import json
import os
import shutil
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gendertui import files
from gendertui.corpus.units import Units
from gendertui.errors import GendertuiError
from gendertui.model.bundle import manifest as m
from gendertui.model.bundle.replacing import undisturbed, written_aside
from gendertui.model.bundle.weights import Weights, describe
from gendertui.model.calibration import Calibration, CharacterCalibration
from gendertui.model.report_schema import upgraded
from gendertui.text.tokenizer import Tokenizer
from gendertui.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from gendertui.model.characters import CharacterModel


class Bundle:
    """An open bundle. Small files are read and verified at once, others on demand.

    All are open from the start: another bundle that takes the folder's place does not get between them.
    """

    def __init__(self, folder: Path, manifest: m.Manifest) -> None:
        self.folder = folder
        self.manifest = manifest
        names = manifest.files.keys() - {m.WEIGHTS}
        self._opened = {name: file for name in names if (file := _opened(folder / name)) is not None}
        weakref.finalize(self, _close, list(self._opened.values()))
        with _placed(folder / m.VOCABULARY):
            self.vocabulary = Vocabulary.from_bytes(self._content(m.VOCABULARY))
        with _placed(folder / m.TOKENIZER):
            self.tokenizer = Tokenizer.from_rules(self.tokenizer_rules())
        self._weights = Weights(m.check_file(folder, manifest, m.WEIGHTS), manifest)
        rows = self._weights.shapes[m.EMBEDDING][0]
        if rows != len(self.vocabulary):
            raise m.broken(f"the model has {rows} word vectors for {len(self.vocabulary)} words", folder)

    @classmethod
    def load(cls, folder: Path | str) -> Bundle:
        """Open the bundle in ``folder``.

        :raises GendertuiError: it is missing, not a bundle, of a newer format, truncated, damaged or inconsistent.
        """
        place = Path(folder)
        return undisturbed(place, lambda: cls(place, m.read_manifest(place)))

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def network(self) -> str:
        return self.manifest.network

    @property
    def config(self) -> dict[str, Any]:
        """The training configuration, as in the run's ``config.json``."""
        return self.manifest.config

    @property
    def labels(self) -> tuple[str, str]:
        """Negative and positive label."""
        return self.manifest.labels

    @property
    def classes(self) -> tuple[str, str]:
        """The labels in alphabetical order, as scikit-learn has classes: programs get arrays in this order."""
        first, second = sorted(self.labels)
        return first, second

    @property
    def units(self) -> Units:
        """What its corpus calls its groups and speakers, and what its labels are about."""
        return self.manifest.units

    @property
    def calibration(self) -> Calibration:
        return self.manifest.calibration

    @property
    def character_calibration(self) -> CharacterCalibration | None:
        """The calibration for whole speakers, if one was fitted."""
        return self.manifest.character_calibration

    def characters(self) -> CharacterModel | None:
        """The model of whole characters, if there is one; read at each call.

        :raises GendertuiError: it is missing or damaged.
        """
        if self.manifest.stack is None:
            return None
        # Only scores of characters need it.
        from gendertui.model.bundle import stack

        data = self._content(m.CHARACTERS)
        return stack.read(self.manifest.stack, data, self.folder)

    @property
    def prior(self) -> str:
        return self.manifest.prior

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every tensor, the embedding's included."""
        return self._weights.shapes

    def tensors(self) -> dict[str, NDArray[np.float32]]:
        """All tensors but ``embedding.weight``.

        :raises GendertuiError: one of them is damaged.
        """
        return self._weights.tensors()

    def embedding_rows(self, ids: NDArray[np.integer]) -> NDArray[np.float32]:
        """float32 ``[*ids.shape, dim]``: word vectors; only the blocks that contain them are read and verified.

        :raises GendertuiError: one of those blocks is damaged.
        """
        return self._weights.embedding_rows(ids)

    def report(self) -> dict[str, Any]:
        """The content of ``report.json``, in the schema that this version writes.

        :raises GendertuiError: it is missing or damaged.
        """
        return upgraded(self._object(m.REPORT))

    def tokenizer_rules(self) -> dict[str, Any]:
        """The content of ``tokenizer.json``.

        :raises GendertuiError: it is missing or damaged.
        """
        return self._object(m.TOKENIZER)

    def card(self) -> str:
        """The model card, Markdown.

        :raises GendertuiError: it is missing or damaged.
        """
        try:
            return self._content(m.CARD).decode()
        except UnicodeDecodeError as error:
            raise m.broken(f"{m.CARD} is not UTF-8 (byte {error.start})", self.folder / m.CARD) from error

    def verify(self) -> None:
        """Verify every byte that has a hash, holding at most one tensor in memory at a time.

        :raises GendertuiError: something is missing or damaged.
        """
        for name in m.SMALL_FILES:
            self._content(name)
        self.report()
        self.card()
        self.characters()
        self._weights.verify()

    def _content(self, name: str) -> bytes:
        return m.read_checked(self.folder, self.manifest, name, self._opened.get(name))

    def _object(self, name: str) -> dict[str, Any]:
        return m.json_object(self._content(name), self.folder / name)


def write_bundle(
    folder: Path,
    *,
    name: str,
    network: str,
    config: Mapping[str, Any],
    labels: tuple[str, str],
    units: Units,
    calibration: Calibration,
    vocabulary: Vocabulary,
    tokenizer_rules: Mapping[str, Any],
    tensors: Mapping[str, NDArray[Any]],
    report: Mapping[str, Any],
    card: str,
    character_calibration: CharacterCalibration | None = None,
    characters: CharacterModel | None = None,
    run: str | None = None,
) -> None:
    """Write a bundle atomically, replacing an existing one.

    Of a path in ``config["vectors"]`` only the file's name is kept: a bundle reveals nothing about the machine.

    :param tensors: the network's state, including ``embedding.weight``; float32, or float16 to save space.
    :param run: name of the run it comes from.
    :raises GendertuiError: ``folder`` exists and is not a bundle.
    """
    from safetensors.numpy import save_file

    from gendertui.model.bundle import stack

    arrays = {key: np.ascontiguousarray(value) for key, value in tensors.items()}
    if len(arrays[m.EMBEDDING]) != len(vocabulary):
        raise ValueError(f"{len(arrays[m.EMBEDDING])} word vectors for {len(vocabulary)} words")
    small = {
        m.VOCABULARY: vocabulary.to_bytes(),
        m.TOKENIZER: (json.dumps(tokenizer_rules, ensure_ascii=False) + "\n").encode(),
        m.REPORT: (json.dumps(report, ensure_ascii=False) + "\n").encode(),
        m.CARD: card.encode(),
        **({} if characters is None else {m.CHARACTERS: stack.to_bytes(characters)}),
    }
    with written_aside(folder) as aside:
        for file_name, data in small.items():
            (aside / file_name).write_bytes(data)
        save_file(arrays, aside / m.WEIGHTS)
        manifest = m.Manifest(
            name=name,
            created=datetime.now(UTC).isoformat(timespec="microseconds"),
            run=run,
            network=network,
            config=without_paths(config),
            labels=labels,
            units=units,
            prior=m.PRIOR,
            calibration=calibration,
            files={
                **{file_name: (len(data), m.sha256(data)) for file_name, data in small.items()},
                m.WEIGHTS: ((aside / m.WEIGHTS).stat().st_size, None),
            },
            tensors={key: describe(key, value) for key, value in arrays.items()},
            character_calibration=character_calibration,
            stack=None if characters is None else stack.numbers_of(characters),
        )
        write_manifest(aside, manifest)


def without_paths(config: Mapping[str, Any]) -> dict[str, Any]:
    """A training configuration in which paths are reduced to file names."""
    return {**config, "vectors": Path(str(config["vectors"])).name} if "vectors" in config else dict(config)


def copy_bundle(source: Path, folder: Path, name: str) -> None:
    """Copy a bundle under a new name, after verifying all of it; a bundle at ``folder`` is replaced.

    :raises GendertuiError: ``source`` is not an intact bundle, or ``folder`` exists and is not a bundle.
    """
    import dataclasses

    bundle = Bundle.load(source)
    bundle.verify()
    with written_aside(folder) as aside:
        for file_name in bundle.manifest.files:
            shutil.copyfile(source / file_name, aside / file_name)
        write_manifest(aside, dataclasses.replace(bundle.manifest, name=name))


def write_manifest(folder: Path, manifest: m.Manifest) -> None:
    """Replace a bundle's ``bundle.json``."""
    files.write_atomic(folder / m.MANIFEST, manifest.to_bytes())


def _opened(path: Path) -> int | None:
    """A file's descriptor; ``None`` where it cannot be opened, which reading it then says."""
    try:
        return os.open(path, m.OPENING)
    except OSError:
        return None


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


@contextmanager
def _placed(path: Path) -> Iterator[None]:
    """Add the file's path and a hint to errors about its content."""
    try:
        yield
    except GendertuiError as error:
        if error.where is not None:
            raise
        raise m.broken(error.what, path, error.hint or m.MADE_AGAIN) from error
