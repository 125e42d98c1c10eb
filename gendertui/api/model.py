"""A model for programs: lines in, arrays out. To scikit-learn it is a classifier that is fitted already."""

from __future__ import annotations

from collections.abc import Iterable
from os import PathLike, fspath
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, NoReturn, get_args

import numpy as np
from numpy.typing import NDArray

from gendertui import blas
from gendertui.api.explanation import Explanation
from gendertui.api.lines import InputError, texts_of
from gendertui.api.reference import Reference
from gendertui.arrays import Floats
from gendertui.errors import ExitCode, GendertuiError

if TYPE_CHECKING:
    from gendertui.model.bundle.bundle import Bundle
    from gendertui.scoring.scorer import Scorer

Missing = Literal["error", "nan"]

# Lines whose words are held at a time, whatever is given at once.
_CHUNK_LINES = 4096


def load(model: str | PathLike[str] | None = None, *, missing: Missing = "error") -> Model:
    """Open a model.

    :param model: its name, a part of its name, or a bundle's folder; without it the one that answers in ``gendertui
        predict``.
    :param missing: what becomes of lines that are ``None``, NaN or blank: ``error`` refuses them, ``nan`` gives them
        NaN as probabilities and ``None`` as label.
    :raises GendertuiError: there is no such model, or it cannot be used here.
    """
    from gendertui.model.store import opened

    if missing not in get_args(Missing):
        raise InputError(f"missing is {missing!r}", hint="It is 'error' or 'nan'.")
    bundle = opened(None if model is None else fspath(model))
    found = Model(Reference.of(bundle), missing)
    found._open(bundle)
    return found


class Model:
    """A model that scores lines, made by :func:`load`.

    Threads may share it. Pickled, it is a reference to its bundle: where it arrives the bundle is opened when it is
    first needed, and must be the same to the last weight. Everything is at even odds: as if both labels were equally
    frequent.
    """

    def __init__(self, reference: Reference, missing: Missing) -> None:
        self._reference = reference
        self._missing: Missing = missing
        self._opening = Lock()
        self._opened: Scorer | None = None

    def __reduce__(self) -> tuple[type[Model], tuple[Reference, Missing]]:
        return type(self), (self._reference, self._missing)

    def __repr__(self) -> str:
        return f"gendertui.load({self.name!r})"

    @property
    def name(self) -> str:
        """The model's name."""
        return self._reference.name

    @property
    def labels(self) -> tuple[str, str]:
        """Both labels, in alphabetical order, as scikit-learn has classes: its measures rely on it."""
        return self._scorer.bundle.classes

    @property
    def classes_(self) -> NDArray[np.str_]:
        """:attr:`labels` as an array."""
        return np.array(self.labels)

    def predict(self, lines: Iterable[Any]) -> NDArray[Any]:
        """The likelier label of each line, however near to even; array of str ``[lines]``, of objects where lines may
        be missing.

        :param lines: as for :meth:`predict_proba`.
        :raises GendertuiError: as :meth:`predict_proba`.
        """
        probabilities = self.predict_proba(lines)
        labels: NDArray[Any] = self.classes_[(probabilities[:, 1] >= 0.5).astype(np.intp)]
        if self._missing == "nan":
            labels = labels.astype(object)
            labels[np.isnan(probabilities[:, 0])] = None
        return labels

    def predict_proba(self, lines: Iterable[Any]) -> Floats:
        """The calibrated probability of each label; float64 ``[lines, 2]``, columns as in :attr:`labels`.

        :param lines: texts: a list, an array of numpy or pyarrow, a column of pandas, or a table with one column.
        :raises GendertuiError: these are no lines; one is missing or blank and :func:`load` was not told to let it be;
            or the model cannot answer. What is wrong with the lines is a ``ValueError``, too.
        """
        texts = texts_of(lines, missing=self._missing == "nan")
        positive = np.full(len(texts), np.nan)
        with blas.one_thread():
            for start in range(0, len(texts), _CHUNK_LINES):
                chunk = slice(start, start + _CHUNK_LINES)
                positive[chunk] = self._positive(texts[chunk])
        both = np.stack([1 - positive, positive], axis=1)
        return both if self._scorer.bundle.labels == self.labels else np.ascontiguousarray(both[:, ::-1])

    def explain(self, line: str) -> Explanation:
        """What each word of one line adds to its score.

        :raises GendertuiError: it is blank or no text, or the model cannot answer.
        """
        from gendertui.scoring.explain import explain

        (text,) = texts_of([line], missing=False)
        with blas.one_thread():
            explained = explain(self._scorer, text)
        scored = explained.scored
        return Explanation(
            text=scored.text,
            label=scored.label,
            probabilities={label: scored.probabilities[label] for label in self.labels},
            tokens=tuple(scored.tokens),
            attributions=explained.attributions,
            towards=scored.labels[1],
            notes=tuple(scored.notes),
        )

    def score_characters(
        self,
        frame: Any,
        *,
        text: str = "text",
        speaker: str = "speaker_id",
        group: str | None = "group_id",
        conversation: str | None = None,
        position: str | None = None,
    ) -> dict[str, NDArray[Any]]:
        """A score for each speaker (a character, a user), by all its lines and by what is said to it.

        :param frame: a row per line: a frame of pandas, a table of pyarrow, or a mapping of names to columns.
        :param text: name of the column of texts. Blank and missing ones count for nothing.
        :param speaker: of the column that says who speaks. Where it has no value nobody is known.
        :param group: of the column of the films or threads that speakers belong to; ``None`` where there are none. Two
            speakers of one name in two groups are two.
        :param conversation: of the column of the scenes that lines belong to, if it is known.
        :param position: of the column of numbers, or of ids with a number (``L1045``), by which the lines of a group
            were said one after the other. Without it nobody is taken to be spoken to.
        :returns: columns, a row per speaker, in the order in which they first speak: ``speaker`` and ``group`` as in
            the frame; ``lines``, int64; ``probability_LABEL`` for each label, float64, NaN where no word is known;
            ``label``, ``None`` where the model can't tell. ``pandas.DataFrame`` and ``pyarrow.table`` take it.
        :raises GendertuiError: a column is not there or does not hold what it should, which is a ``ValueError``, too;
            or the model has no score for speakers.
        """
        from gendertui.api.frame import Columns, score_speakers

        columns = Columns(text, speaker, group, conversation, position)
        with blas.one_thread():
            return score_speakers(self._scorer, self.labels, frame, columns)

    def score(self, lines: Iterable[Any], labels: Iterable[Any], sample_weight: Any = None) -> float:
        """Accuracy: the share of lines whose label :meth:`predict` says.

        :param sample_weight: ``[lines]`` how much each counts.
        :raises GendertuiError: as :meth:`predict`; or there is not one label for each line, which is a ``ValueError``,
            too.
        """
        predicted, true = self.predict(lines), np.asarray(labels)
        if true.shape != predicted.shape:
            raise InputError(f"for {len(predicted):,} lines there are labels of shape {true.shape}")
        return float(np.average(predicted == true, weights=sample_weight))

    def fit(self, *_: object, **__: object) -> NoReturn:
        """Not possible: it is there since scikit-learn takes nothing for a classifier that lacks it.

        :raises GendertuiError: always.
        """
        raise GendertuiError(
            f"{self.name} is trained already, and is not fitted to other lines",
            hint="Train a model of its own: gendertui train --corpus PATH. Where a tool fits what it is given, give it "
            "sklearn.frozen.FrozenEstimator(model).",
            code=ExitCode.USAGE,
        )

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """What :func:`load` was given, as scikit-learn asks for it."""
        return {"model": self.name, "missing": self._missing}

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_clone__(self) -> Model:
        return self

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(multi_class=False),
            input_tags=InputTags(one_d_array=True, two_d_array=False, string=True, allow_nan=self._missing == "nan"),
        )

    @property
    def _scorer(self) -> Scorer:
        with self._opening:
            if self._opened is None:
                self._open(self._reference.open())
            assert self._opened is not None
            return self._opened

    def _open(self, bundle: Bundle) -> None:
        from gendertui.scoring.engine import needs_torch
        from gendertui.scoring.scorer import Scorer

        if needs_torch(bundle):
            raise GendertuiError(
                f"the model's network {bundle.network} is answered by torch alone, which is not imported here",
                where=str(bundle.folder),
                hint="Ask it by gendertui predict.",
                code=ExitCode.MODEL,
            )
        self._opened = Scorer(bundle)

    def _positive(self, texts: list[str]) -> Floats:
        """[texts] probability of the bundle's positive label; NaN for an empty text."""
        found = np.full(len(texts), np.nan)
        rows = [row for row, text in enumerate(texts) if text]
        scorer = self._scorer
        logits = scorer.engine([scorer.encode(texts[row]).ids for row in rows])
        found[rows] = scorer.bundle.calibration.apply(logits)
        return found
