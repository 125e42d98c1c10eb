"""Made-up corpora in which it is known what gives a label away."""

from __future__ import annotations

import numpy as np

from gendertui.corpus.table import Corpus
from tests.builders.corpora import made_corpus

COMMON = [f"word{number}" for number in range(60)]


def made_up(films: int, *, signal: str = "", people: bool = True, lines: int = 6, seed: int = 0) -> Corpus:
    """Films of four characters each, one labelled f, in every third film three, who say random common words.

    :param signal: ``label``: lines often hold a word that goes with the label everywhere; ``film``: one that goes with
        it inside the film alone; ``character``: a word of the character's own. Else nothing tells the labels apart.
    :param people: whether films and characters are known.
    """
    generator = np.random.default_rng(seed)
    columns: dict[str, list[str | None]] = {name: [] for name in ("line_id", "text", "label", "group_id", "speaker_id")}
    for film in range(films):
        for character in range(4):
            label = "f" if character < (3 if film % 3 == 0 else 1) else "m"
            mark = {"label": label, "film": f"{label}film{film}", "character": f"own{film}x{character}"}.get(signal)
            for _ in range(lines):
                words = list(generator.choice(COMMON, 5))
                if mark is not None and generator.random() < 0.8:
                    words.insert(int(generator.integers(6)), mark)
                columns["line_id"].append(f"L{len(columns['text'])}")
                columns["text"].append(" ".join(words))
                columns["label"].append(label)
                columns["group_id"].append(f"m{film}" if people else None)
                columns["speaker_id"].append(f"u{film}_{character}" if people else None)
    name = f"made-up-{films}-{signal}-{people}-{lines}-{seed}"
    return made_corpus(columns, name=name)
