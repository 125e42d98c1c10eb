"""An audit with figures made by hand."""

from __future__ import annotations

from gendertui.corpus.leaks.schema import Leaks, SetLeaks, SharedGroups
from gendertui.corpus.units import FILM_UNITS
from gendertui.evaluation.audit.store import GROUP_ALONE, LOGISTIC, OVERSAMPLED_FIRST, SVM, Audit, Trial
from gendertui.evaluation.report.read import Estimate


def trial(protocol: str, model: str, value: float, auc: float, excess: float | None = None) -> Trial:
    made = None if excess is None else Estimate(excess)
    return Trial(protocol, model, 1000, Estimate(0.99), Estimate(value), Estimate(auc), made)


HELD_OUT = SetLeaks(
    name="validation",
    lines=(500, 300),
    identical=(70, 30),
    rewritten=(5, 5),
    near=(1, 1),
    long=(9, 9),
    groups=SharedGroups(7, 31, (5, 150)),
)
AUDIT = Audit(
    corpus="lines",
    data_hash="0",
    labels=("no", "yes"),
    counts=(5000, 3000),
    leaks=Leaks("tutorial", "tutorial", 0, (4500, 2700), 900, 10, (20, 20), (HELD_OUT,)),
    trials=(
        trial(OVERSAMPLED_FIRST, LOGISTIC, 0.731, 0.8, 0.16),
        trial(OVERSAMPLED_FIRST, SVM, 0.888, 0.8, 0.3),
        trial("tutorial", LOGISTIC, 0.542, 0.55, -0.013),
        trial("tutorial", GROUP_ALONE, 0.5, 0.2, 0.0),
        trial("random", LOGISTIC, 0.603, 0.65, 0.03),
        trial("by-speaker", LOGISTIC, 0.561, 0.59, -0.01),
        trial("by-group", LOGISTIC, 0.571, 0.6),
    ),
    strictest="by-group",
    folds=5,
    unit="group",
    units=FILM_UNITS,
)
