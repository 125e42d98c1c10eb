"""A whole report with invented figures: everything the Evaluate pane can show, the same on every machine.

Rows are of the bundled sample; ids of films and characters are the sample's too, so that texts and names are found.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from gendertui import files
from gendertui.corpus.load import load
from gendertui.corpus.splits.split import make_split
from gendertui.corpus.table import Corpus
from gendertui.corpus.units import FILM_UNITS
from gendertui.evaluation.audit.store import SCHEMA as AUDIT_SCHEMA
from gendertui.evaluation.learning_curve.schema import METRICS
from gendertui.evaluation.learning_curve.schema import SCHEMA as CURVE_SCHEMA
from gendertui.evaluation.report.scores import Scores
from gendertui.model.report_schema import SCHEMA
from gendertui.runs.folder import RunFolder
from tests.builders import app as world

Json = dict[str, Any]
GROUPS = 44
FEW = "too few groups for an interval"


def figure(value: float, half: float | None = None, groups: int = GROUPS) -> Json:
    """A figure whose interval reaches ``half`` to both sides; without ``half`` it has none."""
    low, high = (None, None) if half is None else (round(value - half, 5), round(value + half, 5))
    return {"value": value, "low": low, "high": high, "groups": groups, "note": "" if half else FEW}


def figures(auc: float, half: float = 0.015) -> Json:
    """All metrics of something that ranks with this AUC."""
    above = auc - 0.5
    return {
        "balanced_accuracy": figure(round(0.5 + above * 0.68, 4), round(half * 0.8, 4)),
        "auc": figure(auc, half),
        "auc_within": figure(round(auc - 0.021, 4), half),
        "average_precision": figure(round(0.269 + above, 4), 0.022),
        "accuracy": figure(round(0.55 + above * 0.28, 4), 0.014),
        "f1_negative": figure(round(0.6 + above * 0.7, 4), 0.016),
        "f1_positive": figure(round(0.37 + above * 0.35, 4), 0.019),
        "log_loss": figure(round(0.583 - above * 0.12, 4), 0.018),
        "log_loss_skill": figure(round(above * 0.2, 4), 0.006),
        "brier": figure(round(0.197 - above * 0.05, 4), 0.008),
        "brier_skill": figure(round(above * 0.23, 4), 0.007),
        "ece": figure(0.0143, 0.0061),
    }


def majority() -> Json:
    return {name: {**figure(0.5), "note": ""} for name in ("balanced_accuracy", "auc", "auc_within")} | {
        "accuracy": figure(0.731, 0.021),
        "f1_negative": figure(0.845, 0.014),
        "f1_positive": {**figure(0.0), "note": ""},
    }


def baselines(auc: float, strong: bool) -> Json:
    found = {"majority": majority(), "tfidf-logistic": figures(auc)}
    return found | {"words-characters": figures(auc + 0.008)} if strong else found


def paired(auc: float) -> Json:
    return {"balanced_accuracy": figure(round(auc * 0.68, 4), 0.011), "auc": figure(auc, 0.012)}


BINS = ((1, 1), (2, 2), (3, 4), (5, 9), (10, 19), (20, 39), (40, 79), (80, None))


def characters() -> Json:
    by_lines = []
    for place, (lo, hi) in enumerate(BINS):
        auc = round(0.61 + 0.035 * place - 0.0013 * place**2, 4)
        enough = place < 7
        by_lines.append(
            {
                "lower": lo,
                "upper": hi,
                "n": (612, 601, 588, 540, 402, 241, 104, 21)[place],
                "groups": GROUPS if enough else 12,
                "auc": figure(auc, 0.03 + 0.004 * place if enough else None),
                "balanced_accuracy": figure(round(0.5 + (auc - 0.5) * 0.72, 4), 0.028 if enough else None),
            }
        )
    return {
        "rows": 612,
        "groups": GROUPS,
        "counts": {"m": 401, "f": 211},
        "mixed": 3,
        "calibration": {"slope": 0.5, "intercept": 0.1},
        "model": figures(0.788, 0.037),
        "baselines": {"majority": majority(), "tfidf-logistic": figures(0.781, 0.036)},
        "paired": {"tfidf-logistic": paired(0.007)},
        "by_lines": by_lines,
        "sentence": "By all of a character's lines, it puts 69.6 of 100 characters on the right side (95 %: 66.6–72.6) "
        "where m and f are equally common, AUC 0.788; TF-IDF with logistic regression 69.1. Of 100 characters judged "
        "by one line 58, 3–4 lines 63, 10–19 lines 67.",
        "confusion": [[268, 133], [58, 153]],
        "readings": readings(),
        "lines_in_place": {
            "rows": 13_406,
            "alone": paired(0.604) | {"balanced_accuracy": figure(0.571, 0.012)},
            "in_place": paired(0.861) | {"balanced_accuracy": figure(0.779, 0.021)},
            "difference": paired(0.257),
        },
        "missing": ["addressed-as"],
        "bands": [
            {
                "lower": low,
                "upper": high,
                "n": n,
                "groups": GROUPS,
                "auc": figure(auc, 0.04),
                "balanced_accuracy": figure(round(0.5 + (auc - 0.5) * 0.8, 4), 0.03),
            }
            for low, high, n, auc in ((1, 4, 71, 0.64), (5, 9, 88, 0.73), (10, 29, 240, 0.84), (30, None, 213, 0.91))
        ],
    }


def readings() -> list[Json]:
    """What scores of characters read, in the order of a report."""
    of = (
        ("mean-of-lines", "mean of the network's lines", 0.788),
        ("lines", "its lines, one by one", 0.801),
        ("own-words", "its own words as one text", 0.832),
        ("said-to", "what is said to it", 0.797),
        ("company", "the others of its film", 0.611),
        ("model", "all of these, stacked", 0.871),
        ("names-masked", "all, with names masked", 0.864),
        ("tfidf-logistic", "TF-IDF + LR, mean of lines", 0.781),
        ("tfidf-text", "TF-IDF + LR of its text", 0.828),
    )
    return [
        {
            "name": name,
            "phrase": phrase,
            "auc": figure(auc, 0.03),
            "balanced_accuracy": figure(round(0.5 + (auc - 0.5) * 0.8, 4), 0.025),
            "difference": {} if name == "mean-of-lines" else paired(round(auc - 0.788, 4)),
        }
        for name, phrase, auc in of
    ]


def part(name: str, rows: int, auc: float | None, half: float | None = 0.03) -> Json:
    """A slice; ``None`` for one that has one label alone."""
    return {
        "name": name,
        "rows": rows,
        "groups": GROUPS if half else 1,
        "counts": {"m": rows - round(rows * 0.27), "f": round(rows * 0.27)} if auc else {"m": rows, "f": 0},
        "balanced_accuracy": figure(round(0.5 + (auc - 0.5) * 0.68, 4), half and half * 0.8) if auc else None,
        "auc": figure(auc, half) if auc else None,
        "accuracy": figure(0.62, half),
    }


def slices(films: list[str], people: list[str]) -> Json:
    spread = [0.071, -0.043, 0.012, 0.034, -0.091, 0.055, -0.018, 0.027, -0.062, 0.094]
    return {
        "length": [
            part(name, rows, auc)
            for name, rows, auc in (
                ("1–2", 1_204, 0.541),
                ("3–5", 3_377, 0.566),
                ("6–10", 4_310, 0.592),
                ("11–20", 3_266, 0.621),
                ("21–40", 1_419, 0.648),
                ("41+", 433, 0.667),
            )
        ],
        "group": [
            part(film, 900 - 37 * place, round(0.6 + spread[place % 10], 4), None) for place, film in enumerate(films)
        ],
        "genre": [
            part(genre, rows, auc, 0.04)
            for genre, rows, auc in (
                ("drama", 8_120, 0.598),
                ("comedy", 4_410, 0.611),
                ("thriller", 3_905, 0.607),
                ("romance", 2_118, 0.583),
                ("western", 204, 0.634),
            )
        ],
        "year": [
            part(f"{year}s", 900 + 410 * place, 0.57 + 0.01 * place, 0.05)
            for place, year in enumerate((1940, 1970, 1990))
        ],
        "credit": [
            part("1", 3_020, 0.622),
            part("2", 2_207, 0.609),
            part("3", 1_460, 0.59),
            part("unknown", 6_001, 0.581),
        ],
        "speaker": [part(person, 240 - 11 * place, None, 0.05) for place, person in enumerate(people)],
    }


def curves(auc: float) -> Json:
    """Curves of two normal distributions of one spread; the probability is calibrated but for a little too much."""
    power = (1 - auc) / auc
    roc = [[point / 100, round((point / 100) ** power, 5)] for point in range(101)]
    rate = 0.269
    recall = [
        [point / 100, round(rate + 0.16 * math.exp(-4 * point / 100) * (1 - point / 100), 5)] for point in range(1, 101)
    ]
    bins = []
    for place in range(10):
        lo = 0.335 + 0.033 * place
        said = lo + 0.0165
        true = 0.5 + (said - 0.5) * 0.9 + (0.012 if place % 3 == 0 else -0.006)
        bins.append(
            {
                "lower": round(lo, 5),
                "upper": round(lo + 0.033, 5),
                "n": 1_401 - (place % 2),
                "groups": GROUPS,
                "mean_probability": round(said, 5),
                "share_positive": round(true, 5),
                "low": round(true - 0.031, 5),
                "high": round(true + 0.031, 5),
            }
        )
    return {"roc": roc, "precision_recall": recall, "calibration": bins}


def mistakes(lines: list[Json]) -> Json:
    """Told of ``lines``: dicts of ``row, character, group, label``."""

    def told(line: Json, probability: float) -> Json:
        return {**line, "probability": probability}

    return {
        "worst": [
            told(line, round(0.09 + 0.006 * place if line["label"] == "f" else 0.91 - 0.006 * place, 6))
            for place, line in enumerate(lines[:30])
        ],
        "uncertain": [
            told(line, round(0.5 + (-1) ** place * 0.0002 * place, 6)) for place, line in enumerate(lines[30:60])
        ],
    }


def one_set(lines: list[Json], films: list[str], people: list[str], *, auc: float = 0.604, strong: bool = True) -> Json:
    return {
        "rows": 14_009,
        "groups": GROUPS,
        "unit": "group",
        "counts": {"m": 10_238, "f": 3_771},
        "confusion": [[6_007, 4_231], [1_674, 2_097]],
        "model": figures(auc),
        "baselines": baselines(auc - 0.006, strong),
        "paired": {"majority": paired(auc - 0.5), "tfidf-logistic": paired(0.006)},
        "confidence": [],
        "abstained": {},
        "characters": characters(),
        "slices": slices(films, people),
        "slices_omitted": {"group": 12},
        "curves": curves(auc),
        "mistakes": mistakes(lines),
    }


def report(lines: list[Json], films: list[str], people: list[str], data_hash: str, *, test: bool = False) -> Json:
    """The JSON of a run's ``report.json``."""
    validation = one_set(lines, films, people)
    sets = {"validation": validation}
    notes = [
        "One split is one draw: with other films held out the figures would differ.",
        "The epoch and the calibrations were chosen on the validation lines, which flatters their figures a little.",
        "Intervals cover the choice of films, not the seed of training or a refit.",
    ]
    if test:
        sets["test"] = one_set(lines, films, people, auc=0.591, strong=False)
        notes.append("The test set of this split has been read 2 times; each reading makes its figures a little less.")
    return {
        "schema": SCHEMA,
        "labels": ["m", "f"],
        "protocol": "by-group",
        "requested": "auto",
        "unit": "group",
        "units": FILM_UNITS.to_json(),
        "corpus": "sample",
        "data_hash": data_hash,
        "calibration": {"slope": 1.02, "intercept": -0.01},
        "sentence": "On films it has not seen, it puts 57.1 of 100 lines on the right side (95 %: 55.9–58.3) where m "
        "and f are equally common; a coin gets 50, TF-IDF with logistic regression 56.7.",
        "epoch": 2,
        "epochs": 3,
        "test_readings": 2 if test else None,
        "notes": notes,
        "sets": sets,
    }


@lru_cache
def sample_lines(corpus: Corpus) -> list[Json]:
    """Sixty labelled lines of the sample, as a report names them."""
    columns = {name: corpus.column(name) for name in ("speaker_id", "group_id", "label")}
    rows = [row for row in range(len(corpus)) if columns["label"][row].is_valid][::17][:60]
    return [
        {
            "row": row,
            "character": columns["speaker_id"][row].as_py(),
            "group": columns["group_id"][row].as_py(),
            "label": columns["label"][row].as_py(),
        }
        for row in rows
    ]


def make_run(
    name: str = world.FINISHED, model: str = world.MODEL, *, test: bool = False, protocol: str = "by-group"
) -> RunFolder:
    """A finished run on the sample with a whole report, and the model it published."""
    corpus = load("sample")
    lines = sample_lines(corpus)
    films = sorted({line["group"] for line in lines})
    people = sorted({line["character"] for line in lines})[:12]
    value = report(lines, films, people, corpus.data_hash, test=test)
    value["protocol"] = protocol
    if protocol == "tutorial":
        # Some films are on both sides, and a report says so.
        value["sentence"] = value["sentence"].replace("On films it has not seen", "On held-out lines")
        value["article"] = {"accuracy": 0.5883, "loss": 0.7012}
    run = world.make_finished(name, model)
    files.write_json(run.report_file, value)
    make_split(corpus, "by-group", 0).save(run.path)
    world.make_model(model, report=value, run=run.name)
    return run


def make_scores(run: RunFolder, signal: float) -> None:
    """Validation scores of lines of 44 films, the same lines for every run, that rank as well as ``signal`` has it."""
    draw = np.random.default_rng(4)
    rows = np.arange(1_760)
    label = (draw.random(len(rows)) < 0.3).astype(np.int8)
    common, own = draw.normal(size=len(rows)), np.random.default_rng(int(1_000 * signal)).normal(size=len(rows))
    logit = signal * (label - 0.3) + 0.3 * common + 0.15 * own
    Scores(
        row=rows,
        set=np.ones(len(rows), np.int8),
        label=label,
        group=(rows % GROUPS).astype(np.int32),
        character=np.full(len(rows), -1, np.int32),
        length=np.full(len(rows), 8, np.int32),
        logit=logit.astype(np.float32),
        baseline_logit=common.astype(np.float32),
        epoch=2,
    ).save(run.scores_file)


def make_two_runs() -> None:
    """Two runs that held out the same lines."""
    make_scores(make_run("20260919-081500-longer-films", "longer-films"), 0.16)
    make_scores(make_run(), 0.12)


def _by_label(negative: int, positive: int) -> list[int]:
    return [negative, positive]


def _leaks_of(name: str, copies: int, films: int) -> Json:
    return {
        "name": name,
        "lines": _by_label(10_238, 3_771),
        "identical": _by_label(copies, copies // 3),
        "rewritten": _by_label(copies // 4, copies // 11),
        "near": _by_label(copies // 9, copies // 30),
        "long": _by_label(copies // 40, copies // 120),
        "groups": {"shared": films, "held_out": GROUPS, "lines": _by_label(films * 211, films * 74)},
        "speakers": {"shared": films * 3, "held_out": 612, "lines": _by_label(films * 190, films * 61)},
        "duplicate_groups": [],
    }


TRIALS = {
    "oversampled-first": (0.731, 0.806),
    "random": (0.607, 0.589),
    "by-speaker": (0.581, 0.566),
    "by-group": (0.568, 0.554),
}


def audit(data_hash: str, split: str) -> Json:
    """The JSON of an audit with invented figures."""
    trials = []
    for protocol, values in TRIALS.items():
        for model, value, strict in zip(("tfidf-logistic", "tfidf-svm"), values, TRIALS["by-group"], strict=True):
            excess = None if protocol == "by-group" else figure(round(value - strict, 4), 0.009)
            trials.append(
                {
                    "protocol": protocol,
                    "model": model,
                    "lines": 93_394,
                    "accuracy": figure(round(value + 0.021, 4), 0.009),
                    "balanced_accuracy": figure(value, 0.008),
                    "auc": figure(round(value + 0.03, 4), 0.009),
                    "excess": excess,
                }
            )
    shared = 0 if split == "by-group" else 22
    return {
        "schema": AUDIT_SCHEMA,
        "corpus": "sample",
        "data_hash": data_hash,
        "labels": ["m", "f"],
        "counts": _by_label(68_254, 25_140),
        "leaks": {
            "protocol": split,
            "requested": split,
            "seed": 0,
            "train": _by_label(47_812, 17_640),
            "texts": 81_902,
            "ambiguous": 1_085,
            "ambiguous_lines": _by_label(5_301, 3_117),
            "sets": [_leaks_of("validation", 1_204, shared), _leaks_of("test", 1_188, shared)][: 1 if shared else 2],
            "warnings": [],
        },
        "trials": trials,
        "strictest": "by-group",
        "folds": 5,
        "unit": "group",
        "units": FILM_UNITS.to_json(),
        "omitted": {},
    }


def keep_audit(split: str = "by-group") -> None:
    """As if the sample had been measured before."""
    from gendertui.evaluation.audit.store import Audit, keep

    keep(Audit.from_json(audit(load("sample").data_hash, split)))


def learning_curve(*, network: bool = False) -> Json:
    """The JSON of a learning curve with invented figures."""

    def curve(model: str, subject: str, rows: int, areas: tuple[float, ...], half: float) -> Json:
        last = round(areas[-1] - areas[-2], 4)
        return {
            "model": model,
            "subject": subject,
            "rows": rows,
            "groups": GROUPS,
            "sizes": [
                {
                    "divisor": divisor,
                    "units": 203 // divisor,
                    "lines": 65_452 // divisor,
                    "fits": 2 * divisor if divisor > 1 else 1,
                    "figures": {name: each for name, each in figures(area, half).items() if name in METRICS},
                }
                for divisor, area in zip((8, 4, 2, 1), areas, strict=True)
            ],
            "last": {name: figure(last, round(half / 2, 4)) for name in METRICS},
            "next": {name: figure(round(0.8 * last, 4), round(half / 2, 4)) for name in METRICS},
        }

    curves = [
        curve("tfidf-logistic", "line", 14_009, (0.561, 0.573, 0.586, 0.598), 0.012),
        curve("characters", "speaker", 612, (0.741, 0.793, 0.832, 0.866), 0.031),
    ]
    if network:
        curves.append(curve("network", "line", 14_009, (0.547, 0.569, 0.587, 0.604), 0.014))
    return {"schema": CURVE_SCHEMA, "unit": "group", "units": FILM_UNITS.to_json(), "curves": curves, "missing": ""}


def keep_learning_curve(run: RunFolder, *, network: bool = False) -> None:
    """As if the run's learning curve had been measured before."""
    files.write_json(run.path / "learning-curve" / "curve.json", learning_curve(network=network))
