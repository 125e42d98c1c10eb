"""What twice as many films would likely bring: an inverse power law through the figures at growing sizes.

The curve is ``a − b·n^(−c)``, fitted by least squares with weights in proportion to the size, as in Figueroa et al.,
"Predicting sample size required for classification performance", BMC Medical Informatics and Decision Making 12:8
(2012). Where each size is twice the one before, what a doubling brings falls by the same factor ``r = 2^(−c)`` each
time, and ``r = 1`` is the straight line over log2 n, the limit of the power law as ``c`` goes to 0. So one number is
searched for, and the two others follow from it.
"""

from __future__ import annotations

import numpy as np

from gendertui.arrays import Floats

MINIMUM_SIZES = 3
"""With fewer, nothing says whether gains fall from one doubling to the next."""
FACTORS = np.linspace(0.25, 1.0, 61)
"""Factors ``r`` tried, those of exponents ``c`` from 2 to 0: errors that fall faster than ``1/n²`` are not learning
curves of classifiers, and a gain does not grow with what has been learnt already."""


def next_gain(figures: Floats) -> Floats:
    """What one more doubling adds to each curve.

    :param figures: [sizes, curves] at sizes of which each is twice the one before, smallest first; at least
        :data:`MINIMUM_SIZES`.
    :returns: [curves]
    """
    sizes, curves = figures.shape
    weights = np.sqrt(2.0 ** np.arange(sizes))
    best, gains = np.full(curves, np.inf), np.zeros(curves)
    for factor in FACTORS:
        falling = factor ** np.arange(sizes)
        # The sum of the gains up to a size: 0, 1, 1 + r, 1 + r + r², …
        design = np.stack((np.ones(sizes), np.cumsum(falling) - falling), axis=1) * weights[:, None]
        solution = np.linalg.pinv(design) @ (figures * weights[:, None])
        left = ((figures * weights[:, None] - design @ solution) ** 2).sum(axis=0)
        # The first of equals: of a flat curve any factor fits.
        better = left < best - 1e-15
        best, gains = np.where(better, left, best), np.where(better, solution[1] * factor ** (sizes - 1), gains)
    return np.asarray(gains, np.float64)
