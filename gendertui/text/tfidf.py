"""TF-IDF of sparse counts: how rare an n-gram is, and rows weighted by it to length 1, as scikit-learn has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gendertui.arrays import Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def document_frequency(counts: csr_matrix, copies: Ints | None = None) -> Floats:
    """[n-grams] in how many documents each occurs.

    :param counts: [documents, n-grams], an entry for each n-gram of a document.
    :param copies: [documents] how often each document occurs; by default once.
    """
    each = None if copies is None else np.repeat(copies, np.diff(counts.indptr))
    return np.bincount(counts.indices, each, minlength=counts.shape[1]).astype(np.float64)


def inverse_document_frequency(frequency: Floats, documents: int) -> Floats:
    """[n-grams] the logarithm of how many documents there are for each that has it, one more of each, and 1 added.

    :param frequency: see :func:`document_frequency`. :param documents: their number, copies included.
    """
    found: Floats = np.log((1 + documents) / (1 + frequency)) + 1
    return found


def norms(values: csr_matrix, idf: npt.NDArray[np.floating]) -> Floats:
    """[rows] the Euclidean length of each when its columns are weighted by IDF; 1 where it is empty."""
    squares = values.copy()
    squares.data = values.data * values.data
    found: Floats = np.sqrt(squares @ (idf.astype(np.float64) ** 2).astype(values.dtype), dtype=np.float64)
    found[found == 0] = 1
    return found


def weighted(values: csr_matrix, idf: npt.NDArray[np.floating]) -> csr_matrix:
    """Rows of counts or of their logarithms by IDF, each of length 1 (or empty), in their precision."""
    from scipy.sparse import csr_matrix

    data = values.data * idf.astype(values.dtype)[values.indices]
    data *= np.repeat((1 / norms(values, idf)).astype(values.dtype), np.diff(values.indptr))
    return csr_matrix((data, values.indices, values.indptr), shape=values.shape)
