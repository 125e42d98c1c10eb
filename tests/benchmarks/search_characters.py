"""The search for the score of whole characters: everything tried, cross-fitted over films.

    python -m tests.benchmarks.search_characters --corpus PATH --out FILE.jsonl

fits the texts that FILE.jsonl does not hold yet, one row a text and drawing of folds, and prints the tables that stand
in ``RESULTS.md``. Scores by number of speaker are kept beside FILE.jsonl; no line of the corpus is.

Each of five folds of films is scored by texts and a stack that have seen nothing of it. The stack learns from scores
that are out of fold in turn: inside the other four, films are dealt into five folds once more.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from gendertui.arrays import Bools, Floats, Ints
from gendertui.corpus.load import load
from gendertui.corpus.splits.by_group import assign_groups, lines_by_label
from gendertui.evaluation.metrics import point
from gendertui.evaluation.metrics.bootstrap import GroupBootstrap
from gendertui.evaluation.metrics.comparison import System, compare
from gendertui.text.corpus_tokens import tokenise_corpus, tokens_key
from gendertui.text.rules import rules_for
from gendertui.training.characters.cross_fit import cross_fitted
from gendertui.training.characters.material import Material
from tests.benchmarks.character_documents import Documents, Text, weighted

FOLDS = 5
MINIMUM_LINES = 10
"""Lines of a character that is judged."""
EXPLORED, CONFIRMING = (0, 1), 2
"""Drawings of folds: those by which everything was chosen, and one on which the finalists are tried once more."""

OWN = {"reads": "own", "grams": "words, edges", "strength": 10.0, "piece_lines": 20}
HEARD = {"reads": "heard", "grams": "words, edges", "strength": 3.0, "piece_lines": 10}
CALLED = {"reads": "heard", "grams": "addresses", "strength": 1.0, "piece_lines": 10}
WHOLE: dict[str, Any] = {"piece_lines": 0}
BARE = {**WHOLE, "grams": "words"}
NEAR = {**HEARD, **BARE}

SETTINGS: dict[str, dict[str, Any]] = {
    "lines": {"reads": "lines", "grams": "words", "strength": 0.3, "minimum": 3},
    "own": {**OWN},
    "own: raw counts, whole, no edges": {**OWN, **BARE, "frequency": "raw"},
    "own: whole, no edges": {**OWN, **BARE},
    "own: whole, no edges, 1 + log": {**OWN, **BARE, "frequency": "sublinear"},
    "own: whole": {**OWN, **WHOLE},
    "own: pieces of 5": {**OWN, "piece_lines": 5},
    "own: pieces of 10": {**OWN, "piece_lines": 10},
    "own: pieces of 40": {**OWN, "piece_lines": 40},
    "own: three deals": {**OWN, "copies": 3},
    "own: C 3": {**OWN, "strength": 3.0},
    "own: C 30": {**OWN, "strength": 30.0},
    "own: naive Bayes": {**OWN, "naive_bayes": 1e-3},
    "own: character n-grams": {**OWN, "grams": "characters", "minimum": 3},
    "said-to: next to own, whole": {**NEAR, "reads": "next to own"},
    "said-to: line before, whole": {**NEAR, "reads": "before own"},
    "said-to: line after, whole": {**NEAR, "reads": "after own"},
    "said-to: up to 4 away, falling, whole": {**NEAR, "reads": "up to 4 away, falling"},
    "said-to: next to own in the scene, whole": {**NEAR, "reads": "next to own in the scene"},
    "said-to: up to 4 away in the scene, falling, whole": {**NEAR, "reads": "up to 4 away in the scene, falling"},
    "said-to: whole, no edges": {**NEAR},
    "said-to": {**HEARD},
    "said-to: pieces of 20": {**HEARD, "piece_lines": 20},
    "said-to: C 1": {**HEARD, "strength": 1.0},
    "said-to: C 10": {**HEARD, "strength": 10.0},
    "said-to: naive Bayes": {**HEARD, "naive_bayes": 3e-4},
    "addressed-as": {**CALLED},
    "addressed-as: whole": {**CALLED, **WHOLE},
    "addressed-as: words alone": {**CALLED, "grams": "address words"},
    "addressed-as: next to own in the scene": {**CALLED, "reads": "next to own in the scene"},
    "addressed-as: naive Bayes": {**CALLED, "naive_bayes": 1e-3},
    "addressed-as: GloVe": {**CALLED, "grams": "vectors", "strength": 0.01},
    "own: names masked": {**OWN, "grams": "words, edges, names masked"},
    "said-to: names masked": {**HEARD, "grams": "words, edges, names masked"},
    "addressed-as: names masked": {**CALLED, "grams": "addresses, names masked"},
}
"""Name → a text."""

PROBE = ("lines", "own: raw counts, whole, no edges", "said-to: next to own, whole", "film of lines")
CHOSEN = ("own", "said-to", "addressed-as", "company of own")
STACKS: dict[str, tuple[str, ...]] = {
    "the probe: lines, own words raw, next to own, film": PROBE,
    "own": ("own",),
    "own + said-to": ("own", "said-to"),
    "own + said-to + company": ("own", "said-to", "company of own"),
    "chosen: own + said-to + addressed-as + company": CHOSEN,
    "chosen without own": ("said-to", "addressed-as", "company of own"),
    "chosen without said-to": ("own", "addressed-as", "company of own"),
    "chosen without company": ("own", "said-to", "addressed-as"),
    "chosen + lines": (*CHOSEN, "lines"),
    "chosen + GloVe of addresses": (*CHOSEN, "addressed-as: GloVe"),
    "chosen + own characters": (*CHOSEN, "own: character n-grams"),
    "chosen + company of said-to": (*CHOSEN, "company of said-to"),
    "chosen + partners": (*CHOSEN, "partners of own", "partners of said-to"),
    "chosen, partners for company": ("own", "said-to", "addressed-as", "partners of own"),
    "chosen + counts": (*CHOSEN, "counts"),
    "chosen, shrunk with few lines as well": (*CHOSEN, "shrunk own", "shrunk said-to", "shrunk addressed-as"),
    "chosen, naive Bayes for said-to": ("own", "said-to: naive Bayes", "addressed-as", "company of own"),
    "chosen, naive Bayes for addressed-as": ("own", "said-to", "addressed-as: naive Bayes", "company of own"),
    "chosen, three deals of own": ("own: three deals", "said-to", "addressed-as", "company of own: three deals"),
    "names masked: own + said-to + company": (
        "own: names masked",
        "said-to: names masked",
        "company of own: names masked",
    ),
    "names masked: chosen": (
        "own: names masked",
        "said-to: names masked",
        "addressed-as: names masked",
        "company of own: names masked",
    ),
}
"""Name → what is stacked: texts, and what follows from them (see :meth:`Search.column`)."""
REFERENCE = "chosen: own + said-to + addressed-as + company"
BOOSTED = "chosen, gradient boosting for the stack"
PROGRAM = "the program's own model, for scenes as well"
FINALISTS = (
    "the probe: lines, own words raw, next to own, film",
    "own + said-to + company",
    REFERENCE,
    "chosen + GloVe of addresses",
    "names masked: own + said-to + company",
    "names masked: chosen",
)


@dataclass(eq=False)
class Search:
    """Scores of texts and stacks on one drawing of folds."""

    documents: Documents
    seed: int
    path: Path

    def __post_init__(self) -> None:
        speech, labels = self.documents.speech, self.documents.labels
        self.group = speech.group_of
        known = labels >= 0
        counts = lines_by_label(self.group[known], labels[known], speech.groups)
        # The folds of gendertui.training.characters.cross_fit, so that the program is compared on the same.
        self.fold = assign_groups(counts, [1 / FOLDS] * FOLDS, np.random.default_rng((self.seed, FOLDS)))
        # The fold of each film inside the rest of each fold, −1 for the fold's own films.
        self.inner = np.full((FOLDS, speech.groups), -1)
        for fold in range(FOLDS):
            rest = np.flatnonzero(self.fold != fold)
            generator = np.random.default_rng((self.seed, FOLDS, fold))
            self.inner[fold, rest] = assign_groups(counts[:, rest], [1 / FOLDS] * FOLDS, generator)
        self.done: set[str] = set()
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []:
            try:
                self.done.add(json.loads(line)["key"])
            except ValueError:  # Torn off by a kill.
                continue
        self.judged = np.flatnonzero(known & (speech.lines >= MINIMUM_LINES))

    def text(self, name: str) -> Floats:
        """[folds, speakers] what a text says, each speaker scored without its film: in a fold's own films by the text
        of all others, in the others by the text of four fifths of them."""
        text = Text(**SETTINGS[name])
        content = json.dumps([self.seed, asdict(text)], sort_keys=True)
        key = hashlib.sha256(content.encode()).hexdigest()[:12]
        file = self.path.with_suffix(".scores") / f"{key}.npy"
        if key in self.done:
            found: Floats = np.load(file)
            return found
        begun = time.monotonic()
        scores = self._cross_fitted(text)
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, scores)
        auc = point.auc(self.out_of_fold(scores)[self.judged], self.documents.labels[self.judged])
        row = {"key": key, "name": name, "seed": self.seed, **asdict(text), "auc": auc}
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps({**row, "seconds": round(time.monotonic() - begun, 1)}) + "\n")
        self.done.add(key)
        print(f"seed {self.seed}, {name}: AUC {auc:.4f}", flush=True)
        return scores

    def program(self) -> Floats:
        """[speakers] calibrated log-odds by the program's own model. They are not kept: the program changes."""
        return cross_fitted(self.documents.material, folds=FOLDS, seed=self.seed).log_odds

    def _cross_fitted(self, text: Text) -> Floats:
        rows, owner = self.documents.of(text)
        scores = np.zeros((FOLDS, self.documents.speech.speakers))
        for fold in range(FOLDS):
            inner = self.inner[fold]
            for part in range(-1, FOLDS):
                held = inner == part
                fitted, here = self._fit(text, rows, owner, (inner >= 0) & ~held), held[self.group]
                scores[fold, here] = fitted[here]
        return scores

    def _fit(self, text: Text, rows: Any, owner: Ints, train: Bools) -> Floats:
        """[speakers] scores by a text of the labelled speakers of some films."""
        speech, labels = self.documents.speech, self.documents.labels
        label = np.where(owner >= 0, labels[owner], -1).astype(np.int8)
        usable = (label >= 0) & train[self.group[owner]]
        sparse = text.grams != "vectors"
        if sparse:
            usable &= np.diff(rows.indptr) > 0
        chosen = np.flatnonzero(usable)
        base = chosen if text.reads == "lines" else chosen[chosen < speech.speakers]
        features = weighted(text, rows, chosen, base, label) if sparse else rows
        model = LogisticRegression(
            C=text.strength, class_weight="balanced", solver="liblinear", dual=sparse, tol=0.03, max_iter=1000,
            random_state=0,
        )  # fmt: skip
        model.fit(features[chosen], label[chosen])
        if text.reads != "lines":
            return np.asarray(model.decision_function(features[: speech.speakers]), np.float64)
        known = speech.speaker >= 0
        said = model.decision_function(features)[known]
        sums = np.bincount(speech.speaker[known], said, speech.speakers)
        return np.asarray(sums / np.maximum(speech.lines, 1), np.float64)

    def column(self, name: str, fold: int) -> Floats:
        """[speakers, columns] an input of the stack: a text's score; ``company of`` it: the others of the film by the
        root of their lines; ``partners of`` it: those it talks with, by the lines they exchange; ``film of`` it: all
        of the film; ``shrunk``: times n / (n + 20); ``counts`` of lines."""
        documents = self.documents
        if name == "counts":
            return documents.line_counts()
        for prefix, derived in (
            ("company of ", documents.company),
            ("partners of ", documents.partners),
            ("film of ", documents.film),
            ("shrunk ", documents.shrunk),
        ):
            if name.startswith(prefix):
                found: Floats = derived(self.text(name.removeprefix(prefix))[fold])[:, None]
                return found
        own: Floats = self.text(name)[fold][:, None]
        return own

    def stacked(self, columns: Sequence[str], boosted: bool = False) -> Floats:
        """[speakers] log-odds by logistic regression of the inputs, or by gradient boosting."""
        labels = self.documents.labels
        scores = np.zeros(len(labels))
        for fold in range(FOLDS):
            features = np.concatenate([self.column(name, fold) for name in columns], axis=1)
            here = self.fold[self.group] == fold
            train = np.flatnonzero(~here & (labels >= 0))
            features = (features - features[train].mean(axis=0)) / (features[train].std(axis=0) + 1e-9)
            if boosted:
                model = GradientBoostingClassifier(
                    n_estimators=60, max_depth=2, learning_rate=0.08, subsample=0.6, random_state=0
                )
                model.fit(features[train], labels[train], sample_weight=point.balanced_weights(labels[train]))
            else:
                model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000)
                model.fit(features[train], labels[train])
            scores[here] = np.asarray(model.decision_function(features[here])).ravel()
        return scores

    def out_of_fold(self, scores: Floats) -> Floats:
        """[speakers] of a text's scores those of each fold's own films."""
        found: Floats = scores[self.fold[self.group], np.arange(scores.shape[1])]
        return found

    def figures(self, scores: Floats, reference: Floats | None = None) -> dict[str, Any]:
        """Metric → figure, and under ``difference`` that of the AUC to a reference."""
        judged = self.judged
        resamples = GroupBootstrap.of(self.group[judged])
        others = [] if reference is None else [System.scored("reference", reference[judged])]
        compared = compare([System.scored("model", scores[judged]), *others], self.documents.labels[judged], resamples)
        found: dict[str, Any] = compared["model"]
        return found if reference is None else {**found, "difference": compared["paired"]["reference"]["auc"]}


def table(rows: Mapping[str, Sequence[tuple[Search, Floats, Floats]]]) -> list[str]:
    """Markdown: a row for each name, with the figures of each drawing of folds.

    :param rows: name → for each drawing the search, the scores, and those that it is compared with.
    """
    seeds = [search.seed for search, _, _ in next(iter(rows.values()))]
    heads = [f"AUC, seed {seed} | difference | balanced accuracy %" for seed in seeds]
    lines = [f"| | {' | '.join(heads)} |", "|---" * (1 + 3 * len(seeds)) + "|"]
    for name, found in rows.items():
        cells = [name]
        for search, scores, reference in found:
            figures = search.figures(scores, reference)
            cells += [
                between(figures["auc"], 1, 3),
                "" if scores is reference else between(figures["difference"], 1, 4, sign="+"),
                between(figures["balanced_accuracy"], 100, 1),
            ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def between(figure: Mapping[str, float], factor: float, digits: int, sign: str = "") -> str:
    value, low, high = (f"{factor * figure[key]:{sign}.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.jsonl")
    options = parser.parse_args()
    corpus = load(options.corpus)
    rules = rules_for("drop", lowercase=True)
    tokens = tokenise_corpus(corpus.column("text").to_pylist(), rules, tokens_key(corpus.base_hash, rules))
    material = Material.of(corpus, tokens)
    if material is None:
        parser.error(f"{options.corpus}: nobody says the lines of this corpus")
    documents = Documents(material)
    searches = [Search(documents, seed, options.out) for seed in EXPLORED]
    print("\n".join(texts_table(searches)))
    print("\n".join(stacks_table(searches, tuple(STACKS))))
    print("\n".join(stacks_table([Search(documents, CONFIRMING, options.out)], FINALISTS)))


def texts_table(searches: Sequence[Search]) -> list[str]:
    """Each text alone, compared with the chosen one of its kind."""
    rows: dict[str, list[tuple[Search, Floats, Floats]]] = {}
    for name in SETTINGS:
        kind = name.split(":")[0]
        rows[name] = []
        for search in searches:
            first = search.out_of_fold(search.text(kind))
            rows[name].append((search, first if name == kind else search.out_of_fold(search.text(name)), first))
    return table(rows)


def stacks_table(searches: Sequence[Search], names: Sequence[str]) -> list[str]:
    """The stacks, gradient boosting and the program, each compared with :data:`REFERENCE`."""
    references = [search.stacked(STACKS[REFERENCE]) for search in searches]
    both = list(zip(searches, references, strict=True))
    rows: dict[str, list[tuple[Search, Floats, Floats]]] = {
        name: [(each, first if name == REFERENCE else each.stacked(STACKS[name]), first) for each, first in both]
        for name in names
    }
    rows[BOOSTED] = [(each, each.stacked(CHOSEN, boosted=True), first) for each, first in both]
    rows[PROGRAM] = [(each, each.program(), first) for each, first in both]
    return table(rows)


if __name__ == "__main__":
    main()
