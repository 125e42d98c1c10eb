"""The tensors of a bundle, read without torch and verified while reading."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from gendertui.model.bundle.manifest import (
    BLOCK_ROWS,
    DTYPE_BYTES,
    EMBEDDING,
    MANIFEST,
    WEIGHTS,
    Manifest,
    TensorEntry,
    broken,
    sha256,
)

_DTYPES: dict[str, np.dtype[Any]] = {name: np.dtype(f"<f{size}") for name, size in DTYPE_BYTES.items()}


class Weights:
    """``weights.safetensors`` of one bundle.

    :raises GendertuiError: it cannot be opened, or its tensors are not those of the manifest.
    """

    def __init__(self, path: Path, manifest: Manifest) -> None:
        self._path = path
        self._entries = manifest.tensors
        if EMBEDDING not in self._entries:
            raise broken(f"the model has no {EMBEDDING}", path)
        try:
            file: Any = safe_open(str(path), framework="np")
            there = {name: file.get_slice(name) for name in file.keys()}  # noqa: SIM118
        except (SafetensorError, OSError) as error:
            raise broken(f"{WEIGHTS} is damaged: {error}", path) from error
        self._file = file
        if set(there) != set(self._entries):
            odd = ", ".join(sorted(set(there) ^ set(self._entries)))
            raise broken(f"{WEIGHTS} and {MANIFEST} do not name the same tensors: {odd}", path)
        for name, part in there.items():
            self._check_layout(name, part)
        entry = self._entries[EMBEDDING]
        blocks = -(-entry.shape[0] // BLOCK_ROWS) if len(entry.shape) == 2 else -1
        if len(entry.hashes) != blocks:
            raise broken(f"{EMBEDDING} of shape {entry.shape} has {len(entry.hashes)} hashes", path)
        self._reading = Lock()
        self._embedding: NDArray[Any] | None = None
        self._read = np.zeros(blocks, dtype=np.bool_)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of every tensor."""
        return {name: entry.shape for name, entry in self._entries.items()}

    def tensors(self) -> dict[str, NDArray[np.float32]]:
        """All tensors except the embedding.

        :raises GendertuiError: one of them is damaged.
        """
        return {name: self._whole(name, entry) for name, entry in self._entries.items() if name != EMBEDDING}

    def embedding_rows(self, ids: NDArray[np.integer]) -> NDArray[np.float32]:
        """float32 ``[*ids.shape, dim]``: the requested rows; only the blocks that contain them are read. Threads
        may ask at once.

        :raises GendertuiError: one of those blocks is damaged.
        """
        entry = self._entries[EMBEDDING]
        needed = np.zeros_like(self._read)  # np.unique would load numpy.ma, 12 ms.
        needed[ids // BLOCK_ROWS] = True
        with self._reading:
            if self._embedding is None:
                # Only the blocks that are read take memory.
                self._embedding = np.empty(entry.shape, _DTYPES[entry.dtype])
            for block in np.flatnonzero(needed & ~self._read):
                start, end = self._span(int(block))
                self._embedding[start:end] = self._block(int(block))
                self._read[block] = True
        rows: NDArray[np.float32] = self._embedding[ids].astype(np.float32)
        return rows

    def verify(self) -> None:
        """Verify everything without keeping it.

        :raises GendertuiError: something is damaged.
        """
        for name, entry in self._entries.items():
            if name != EMBEDDING:
                self._whole(name, entry)
        for block in range(len(self._read)):
            self._block(block)

    def _span(self, block: int) -> tuple[int, int]:
        return block * BLOCK_ROWS, min((block + 1) * BLOCK_ROWS, self._entries[EMBEDDING].shape[0])

    def _block(self, block: int) -> NDArray[Any]:
        start, end = self._span(block)
        try:
            rows: NDArray[Any] = self._file.get_slice(EMBEDDING)[start:end]
        except (SafetensorError, OSError) as error:
            raise broken(f"{WEIGHTS} cannot be read: {error}", self._path) from error
        what = f"rows {start} to {end - 1} of {EMBEDDING}"
        if sha256(np.ascontiguousarray(rows).data.cast("B")) != self._entries[EMBEDDING].hashes[block]:
            raise broken(f"{WEIGHTS} is damaged: {what} hash wrong", self._path)
        self._check_finite(what, rows)
        return rows

    def _whole(self, name: str, entry: TensorEntry) -> NDArray[np.float32]:
        try:
            tensor: NDArray[Any] = self._file.get_tensor(name)
        except (SafetensorError, OSError) as error:
            raise broken(f"{WEIGHTS} cannot be read: {error}", self._path) from error
        if (sha256(np.ascontiguousarray(tensor).tobytes()),) != entry.hashes:
            raise broken(f"{WEIGHTS} is damaged: {name} hashes wrong", self._path)
        self._check_finite(name, tensor)
        return tensor.astype(np.float32)

    def _check_finite(self, what: str, values: NDArray[Any]) -> None:
        if not np.isfinite(values).all():
            raise broken(f"the model cannot answer: {what} holds values that are not finite", self._path)

    def _check_layout(self, name: str, part: Any) -> None:
        entry = self._entries[name]
        dtype, shape = part.get_dtype(), tuple(part.get_shape())
        if (dtype, shape) != (entry.dtype, entry.shape) or dtype not in _DTYPES:
            raise broken(f"{name} is {dtype} {shape} instead of {entry.dtype} {entry.shape}", self._path)


def describe(name: str, tensor: NDArray[Any]) -> TensorEntry:
    """Manifest entry of a tensor about to be written.

    :raises ValueError: it is neither float32 nor float16.
    """
    dtype = next((key for key, value in _DTYPES.items() if value == tensor.dtype), None)
    if dtype is None:
        raise ValueError(f"{name} is {tensor.dtype}; bundles hold float32 and float16")
    step = BLOCK_ROWS if name == EMBEDDING else max(1, tensor.shape[0])
    hashes = tuple(sha256(tensor[start : start + step].tobytes()) for start in range(0, tensor.shape[0], step))
    return TensorEntry(dtype, tuple(tensor.shape), hashes)
