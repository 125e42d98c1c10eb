"""What the words of figures, splits and training mean, in a sentence or two each, for the shell and the app."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from gendertui.corpus.units import FILM_UNITS, NO_UNITS, Units
from gendertui.errors import ExitCode, GendertuiError
from gendertui.formatting import METRIC_NAMES


@dataclass(frozen=True)
class Value:
    """A figure that somebody asks about."""

    whose: str
    """What has it, as the screen calls it: ``this model``, ``epoch 3``."""
    shown: str
    """As the screen has it: ``0.604 (0.589–0.619)``."""
    number: float | None = None


@dataclass(frozen=True)
class Term:
    """A term with its explanation, in a corpus's nouns."""

    name: str
    """As screens and tables have it: ``AUC within films``."""
    text: str


_TERMS: dict[str, tuple[str, str]] = {
    "balanced_accuracy": (
        "balanced accuracy",
        "Of 100 lines, half of them of each label, how many are put on the right side. Guessing gets 50 %, "
        "however rare one label is.",
    ),
    "auc": (
        "AUC",
        "Take one line of each label at random: how often the one of the second label gets the higher "
        "probability. 0.5 is guessing, 1 is without a mistake. It looks at the order of the lines alone, at no "
        "threshold.",
    ),
    "auc_within": (
        "AUC within {groups}",
        "The AUC of lines of the same {group} alone, over all {groups}. What tells one {group} from another, such "
        "as its subject, cannot help there.",
    ),
    "average_precision": (
        "average precision",
        "How many of the lines named are right, averaged over how far down the list one goes. Guessing gets the "
        "share of the label itself.",
    ),
    "accuracy": (
        "accuracy",
        "The share of all lines put on the right side. Where one label is common, always saying that one gets its "
        "share: see balanced accuracy.",
    ),
    "f1_negative": (
        "F1",
        "Of one label: the mean (harmonic) of how many of the lines said to have it do, and how many that have it "
        "are found.",
    ),
    "log_loss": (
        "log loss",
        "How badly the true labels surprise the model; being sure and wrong costs most. Less is better.",
    ),
    "log_loss_skill": (
        "skill",
        "Which share of the loss of always saying the labels' rate is saved. 0 is no better than that, 1 is "
        "perfect, below 0 is worse.",
    ),
    "brier": (
        "Brier score",
        "The squared distance between the probability and what was true, averaged. Less is better.",
    ),
    "ece": (
        "ECE",
        "Expected calibration error: by how much the probabilities are off on average, where 70 % should be right "
        "7 times of 10. Less is better.",
    ),
    "interval": (
        "interval",
        "The numbers in brackets: had other {groups} been held out, 95 of 100 such intervals would hold the true "
        "figure. It takes 15 {groups}. It does not cover another seed of the training.",
    ),
    "guessing": (
        "guessing",
        "What a coin would get: 50 % balanced accuracy, an AUC of 0.5. A model whose interval holds that cannot "
        "be told from guessing.",
    ),
    "majority": (
        "majority",
        "Always says the label that is more frequent in train. It reads nothing.",
    ),
    "tfidf-logistic": (
        "TF-IDF + LR",
        "What a network has to beat: words and pairs of words, counted and weighted by how rare they are (TF-IDF), "
        "with logistic regression. It needs seconds.",
    ),
    "words-characters": (
        "words + chars",
        "A stronger TF-IDF + LR: of words and of character n-grams, too.",
    ),
    "points": (
        "points",
        "The difference of two figures in per cent: from 56.7 % to 57.1 % are +0.4 points.",
    ),
    "chance": (
        "may be chance",
        "The interval of the difference holds 0: with other {groups} held out the other might be ahead.",
    ),
    "even odds": (
        "even odds",
        "As if both labels were equally frequent. Predictions and balanced accuracy are at even odds; losses, "
        "Brier and ECE are at the labels' own rate.",
    ),
    "calibration": (
        "calibration",
        "Whether probabilities mean what they say: of lines given 70 %, 7 of 10 have the label.",
    ),
    "confusion": (
        "confusion",
        "How many lines of each label the model gives each label: the diagonal is right.",
    ),
    "train": (
        "train",
        "The lines the model learns from.",
    ),
    "validation": (
        "validation",
        "Lines the model does not learn from, but by which the best epoch and the calibration are chosen. That "
        "flatters its figures a little.",
    ),
    "test": (
        "test",
        "Lines that chose nothing. Each time its figures are read some of that worth is spent, and the readings "
        "are counted.",
    ),
    "roc": (
        "ROC curve",
        "How many lines of one label are found, for each share of the other label's lines that is taken for it: from "
        "a strict threshold at the left to a lax one at the right. Guessing is the diagonal; the area below the curve "
        "is the AUC.",
    ),
    "precision recall": (
        "precision and recall",
        "Precision: of the lines said to have the label, how many do. Recall: of the lines that have it, how many "
        "are found. To find more, a model has to take more that are wrong.",
    ),
    "learning curve": (
        "learning curve",
        "The same model after learning from an eighth, a quarter, a half and all of train, always judged on the same "
        "lines: where the curve still rises, more would help.",
    ),
    "forecast": (
        "forecast",
        "What twice as much would bring if the curve went on as it has gone so far. It is no measurement.",
    ),
    "split": (
        "by {group}",
        "How lines are divided into train, validation and test: all lines of one {group} go to the same set, so "
        "that the model is judged on {groups} it has not seen.",
    ),
    "leak": (
        "leak",
        "What lets a model look up a held-out line instead of understanding it, such as a copy in train.",
    ),
    "epoch": (
        "epoch",
        "One pass of the training over all lines of train.",
    ),
    "best": (
        "best epoch",
        "The epoch with the highest AUC on validation. It is the model that is kept, whatever came after it.",
    ),
    "loss": (
        "loss",
        "What the training makes smaller: the log loss of a batch of lines. Where it falls on train and rises on "
        "validation, the model learns train by heart.",
    ),
    "batch": (
        "batch",
        "The lines that are read together in one step of the training.",
    ),
    "learning rate": (
        "learning rate",
        "How far each step moves what the network has learnt. Too high, and the loss jumps about; too low, and it "
        "hardly falls.",
    ),
    "lines per second": (
        "lines/s",
        "How many lines a second are learnt from. What validation takes is not counted in.",
    ),
    "parameters": (
        "parameters",
        "The numbers that the network learns.",
    ),
    "sweep": (
        "sweep",
        "A search for the best settings: many trials, each with other ones, told apart by their AUC on the same folds.",
    ),
    "trial": (
        "trial",
        "One choice of settings in a sweep, trained once for each fold. Its figure is the mean AUC of these runs.",
    ),
    "fold": (
        "fold",
        "One of the equal parts that a sweep's {groups} are divided into: each run of a trial is judged on one of them "
        "and learns from the others.",
    ),
    "pruned": (
        "pruned",
        "Given up before all of its folds were trained: on those that were, it was so far below the best trial that it "
        "would hardly have passed it.",
    ),
    "importance": (
        "importance",
        "The share that a field has in what tells the better trials of a sweep from the others. With few trials it is "
        "a hint, and fields that only matter together share it.",
    ),
    "set aside": (
        "set aside",
        "Whole {groups} that no trial of a sweep reads. The winner has the best of many figures, which flatters it; on "
        "these it is judged once, and the difference is what the search flattered itself by.",
    ),
    "coverage": (
        "tokens with a vector",
        "The share of train's words that begin with a vector learnt elsewhere, each counted as often as it occurs. "
        "The others begin at random.",
    ),
}
"""Key → name and text, in the order of the listing; a metric's key is its own. ``{group}`` and ``{groups}`` are the
corpus's nouns."""

_SAME = {"f1_positive": "f1_negative", "brier_skill": "log_loss_skill"}
_OF_100 = {
    "balanced_accuracy": "{number} of 100",
    "accuracy": "{number} of 100",
    "auc": "right in {number} of 100 such pairs",
    "auc_within": "right in {number} of 100 such pairs",
}
"""A metric whose value can be said in whole numbers → how."""
KEYS = tuple(_TERMS)


def explain(key: str, units: Units = FILM_UNITS, value: Value | None = None) -> Term:
    """What a term means, and with a value what that one says.

    :param key: a metric, a baseline, or one of :data:`KEYS`. :raises KeyError: it is none.
    """
    name, text = _TERMS[_SAME.get(key, key)]
    noun = (NO_UNITS if units.group is None else units).noun("group")
    words = {"group": noun.one, "groups": noun.many}
    return Term(name.format(**words), text.format(**words) + (_said(key, value) if value is not None else ""))


def _said(key: str, value: Value) -> str:
    """The value as a sentence of its own, after the others."""
    of_100 = ""
    if key in _OF_100 and value.number is not None:
        of_100 = ", " + _OF_100[key].format(number=f"{100 * value.number:.0f}")
    return f" {value.whose[:1].upper()}{value.whose[1:]}: {value.shown}{of_100}."


def find(text: str) -> Term:
    """The term that somebody asks for, by its key or its name, or the beginning of one.

    :raises GendertuiError: there is none (code USAGE); the hint has what is near.
    """
    terms = {key: explain(key) for key in (*KEYS, *_SAME)}
    known = {name.lower(): term for key, term in terms.items() for name in (key, METRIC_NAMES.get(key, key), term.name)}
    wanted = text.strip().lower()
    if wanted in known:
        return known[wanted]
    begun = {term for name, term in known.items() if wanted and name.startswith(wanted)}
    if len(begun) == 1:
        return begun.pop()
    near = sorted({known[name].name for name in difflib.get_close_matches(wanted, known, 3)} | {t.name for t in begun})
    raise GendertuiError(
        f"there is no term {text!r}",
        hint=f"Did you mean {', '.join(near)}?" if near else "All terms: gendertui glossary",
        code=ExitCode.USAGE,
    )
