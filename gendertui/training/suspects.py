"""The cross-fitted score of every unit of a corpus, by which labels that look wrong are found."""

from __future__ import annotations

import numpy as np

from gendertui.corpus.table import Corpus
from gendertui.corpus.units import Unit
from gendertui.errors import GendertuiError
from gendertui.evaluation.baselines.cross_fit import cross_fitted_lines
from gendertui.evaluation.baselines.ngrams import Lines
from gendertui.evaluation.suspects.store import UnitScores, keep_scores, kept_scores, unit_of
from gendertui.progress import Progress, silent
from gendertui.text.corpus_tokens import tokenise_corpus, tokens_key
from gendertui.text.encode import TokenisedLines
from gendertui.text.rules import rules_for
from gendertui.training.characters.cross_fit import cross_fitted
from gendertui.training.characters.material import Material


def unit_scores(corpus: Corpus, unit: Unit | None = None, progress: Progress = silent) -> UnitScores:
    """Score every unit by models that have seen nothing of its group; what is computed is kept.

    :param unit: what :func:`unit_of` gives, which is the default, or ``line``.
    :raises GendertuiError: too few groups or lines have labels.
    """
    unit = unit or unit_of(corpus)
    known = kept_scores(corpus.data_hash, unit)
    if known is not None:
        return known
    rules = rules_for("drop", lowercase=True)
    # Texts are the same whatever was decided about labels.
    tokenised = tokenise_corpus(corpus.column("text"), rules, tokens_key(corpus.base_hash, rules), progress)
    scores = _lines(corpus, tokenised, progress) if unit == "line" else _whole(corpus, tokenised, progress)
    keep_scores(corpus.data_hash, scores)
    return scores


def _lines(corpus: Corpus, tokenised: TokenisedLines, progress: Progress) -> UnitScores:
    found = cross_fitted_lines(corpus, Lines(tokenised.ids, tokenised.offsets, tokenised.words), progress=progress)
    return UnitScores(
        unit="line",
        together=found.together,
        mixed=0,
        row=found.row,
        label=corpus.label_codes()[found.row],
        lines=np.ones(len(found.row), np.int64),
        log_odds=found.log_odds,
    )


def _whole(corpus: Corpus, tokenised: TokenisedLines, progress: Progress) -> UnitScores:
    material = Material.of(corpus, tokenised)
    if material is None:
        raise AssertionError("a corpus without speakers has lines alone")
    try:
        found = cross_fitted(material, progress=progress)
    except GendertuiError as error:
        error.hint = "Look at single lines: --unit line."
        raise
    speech = material.all().speech
    speaker, line = speech.own()
    labelled = np.zeros(speech.speakers, np.bool_)
    labelled[speaker[corpus.label_codes()[line] >= 0]] = True
    # Without a label though their lines have some: the lines have both.
    mixed = labelled & (found.label < 0)
    kept = ~mixed
    return UnitScores(
        unit=material.unit,
        together="group" if corpus.has("group_id") else "speaker",
        mixed=int(mixed.sum()),
        row=found.row[kept],
        label=found.label[kept],
        lines=found.lines[kept],
        log_odds=found.log_odds[kept],
    )
