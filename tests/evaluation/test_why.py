"""*Why not 70 %?* from figures made by hand: every number in it is one of them."""

from __future__ import annotations

import msgspec
import pytest

from gendertui.corpus.leaks.schema import SharedGroups
from gendertui.corpus.units import FILM_UNITS
from gendertui.evaluation.audit.store import GROUP_ALONE
from gendertui.evaluation.compare.why_not_70 import why_not_70
from gendertui.evaluation.report.read import CharacterReport, Estimate, Report, SetReport
from gendertui.evaluation.report.schema import LinesInPlace
from tests.builders.audits import AUDIT, HELD_OUT, trial

PART = SetReport(
    "validation",
    800,
    31,
    "group",
    {"no": 500, "yes": 300},
    {"accuracy": Estimate(0.583, 0.561, 0.604)},
    {},
    ((0, 0), (0, 0)),
)
REPORT = Report(("no", "yes"), "tutorial", FILM_UNITS, "", {"validation": PART})

WHOLE = CharacterReport(
    rows=100,
    groups=31,
    counts={"no": 60, "yes": 40},
    calibration={},
    model={"balanced_accuracy": Estimate(0.83, 0.8, 0.86)},
    baselines={},
    paired={},
    by_lines=(),
    sentence="",
    confusion=((0, 0), (0, 0)),
    lines_in_place=LinesInPlace(
        800,
        {"balanced_accuracy": Estimate(0.58, 0.57, 0.59)},
        {"balanced_accuracy": Estimate(0.85, 0.82, 0.88)},
        {},
    ),
)


def test_three_sentences_with_every_figure_measured_here() -> None:
    figures, shared, worth = why_not_70(REPORT, AUDIT, batch_averaged=0.5849, by_film=Estimate(0.569, 0.55, 0.59))
    assert figures == (
        "The article reports about 70 % and its author's notebook, which oversampled first, 77.8 %; this run has "
        "58.3 % (56.1–60.4) on the lines the article holds out, 58.5 % averaged over batches as there, and the same "
        "model by film has a balanced accuracy of 56.9 % (55.0–59.0)."
    )
    assert shared == (
        "Of 800 lines held out, 100 (12.5 %) occur in the training set word for word; "
        "the classes run out at different films, so "
        "7 of their 31 films are in train too, with 1.0 % of the lines labelled no and 50.0 % of those labelled yes, "
        "where knowing the film alone misleads (AUC 0.200)."
    )
    assert worth == (
        "TF-IDF + LR has a balanced accuracy of 73.1 % oversampled first, 54.2 % under the article's split, 60.3 % at "
        "random, 56.1 % by character, 57.1 % by film; compared with by film on the same lines, +16.0 points "
        "oversampled first and −1.3 points under the article's split."
    )


def test_what_was_not_measured_is_said_or_left_out() -> None:
    figures, _, _ = why_not_70(REPORT, AUDIT)
    assert why_not_70(REPORT, None) == (figures,)
    assert (
        why_not_70(REPORT, None, whole=WHOLE)[-1]
        == why_not_70(REPORT, AUDIT, whole=WHOLE)[-1]
        == (
            "Here is how, and what it takes: on films it has not seen a line alone has a balanced accuracy of 58.0 % "
            "(57.0–59.0); with its character's other lines, what is said to the character and what others call it, "
            "85.0 % (82.0–88.0), and a whole character 83.0 % (80.0–86.0)."
        )
    )
    assert figures.endswith("on the lines the article holds out, and the same model by film has not been measured.")
    helps = msgspec.structs.replace(AUDIT, trials=(trial("tutorial", GROUP_ALONE, 0.6, 0.7, 0.1), *AUDIT.trials[4:]))
    _, shared, worth = why_not_70(REPORT, helps)
    assert shared.endswith("where knowing the film alone helps (AUC 0.700).")
    assert worth == "TF-IDF + LR has a balanced accuracy of 60.3 % at random, 56.1 % by character, 57.1 % by film."


@pytest.mark.parametrize(
    ("films", "said"),
    [
        (None, "word for word; the corpus names no films."),
        (SharedGroups(0, 31, (0, 0)), "word for word; none of their 31 films is in train."),
    ],
)
def test_films_that_are_not_shared_or_not_known(films: SharedGroups | None, said: str) -> None:
    leaks = msgspec.structs.replace(AUDIT.leaks, sets=(msgspec.structs.replace(HELD_OUT, groups=films),))
    assert why_not_70(REPORT, msgspec.structs.replace(AUDIT, leaks=leaks))[1].endswith(said)


def test_another_split_is_refused() -> None:
    with pytest.raises(ValueError, match="by-group"):
        why_not_70(msgspec.structs.replace(REPORT, protocol="by-group"), AUDIT)
    leaks = msgspec.structs.replace(AUDIT.leaks, protocol="random")
    with pytest.raises(ValueError, match="random"):
        why_not_70(REPORT, msgspec.structs.replace(AUDIT, leaks=leaks))
