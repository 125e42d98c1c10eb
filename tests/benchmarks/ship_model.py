"""Turn a trained model into the one the package carries: ``python tests/benchmarks/ship_model.py MODEL NAME``.

The weights are kept in half precision to save room; the script prints how far that moves the probabilities.
The shipped model is ``best`` on the 290 films, refitted, with the command that stands in its card.
"""

from __future__ import annotations

import argparse
import json

import numpy as np

from gendertui.corpus.load import load
from gendertui.corpus.units import FILM_UNITS
from gendertui.model import store
from gendertui.model.bundle.bundle import Bundle, write_bundle
from gendertui.model.bundle.manifest import EMBEDDING, TOKENIZER
from gendertui.scoring.scorer import ScoredLine, Scorer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="a model's name or folder")
    parser.add_argument("name", help="what it is called in the package")
    options = parser.parse_args()
    source = Bundle.load(store.resolve(options.model))
    tensors = dict(source.tensors())
    tensors[EMBEDDING] = source.embedding_rows(np.arange(len(source.vocabulary)))
    rules = json.loads((source.folder / TOKENIZER).read_bytes())
    write_bundle(
        store.shipped_folder(),
        name=options.name,
        network=source.network,
        config=source.config,
        labels=source.labels,
        units=FILM_UNITS,
        calibration=source.calibration,
        character_calibration=source.character_calibration,
        characters=source.characters(),
        vocabulary=source.vocabulary,
        tokenizer_rules=rules,
        tensors={key: value.astype(np.float16) for key, value in tensors.items()},
        report=source.report(),
        card=source.card(),
    )
    shipped = Bundle.load(store.shipped_folder())
    texts = [text for text in load("sample").column("text").to_pylist() if text.strip()]
    before, after = (
        np.array([line.probability for line in Scorer(bundle).score_many(texts) if isinstance(line, ScoredLine)])
        for bundle in (source, shipped)
    )
    size = sum(file.stat().st_size for file in store.shipped_folder().iterdir())
    print(f"{size / 1e6:.2f} MB; half precision moves a probability by at most {np.abs(before - after).max():.5f}")


if __name__ == "__main__":
    main()
