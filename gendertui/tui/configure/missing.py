"""Word vectors that a configuration wants and that are not on this machine, and what can be done about it."""

from __future__ import annotations

from gendertui.errors import GendertuiError

SMALL = "glove-6b-50d"
DOWNLOAD = "download"
BY_HAND = "by hand"


def ways_out(vectors: str) -> list[tuple[str, str, str]]:
    """Answers to the lack of vectors: (value, what it says, a second line)."""
    from gendertui.text.vectors import NAMES, RANDOM

    answers = []
    if vectors.startswith("glove-6b"):
        answers.append((DOWNLOAD, "Download GloVe 6B (862 MB)", "Once; then the run starts."))
    if vectors != SMALL:
        answers.append((SMALL, f"Use {SMALL} instead", "GloVe 6B with 50 dimensions, from the extra gendertui[glove]."))
    answers.append((RANDOM, "Start from random vectors", "They are learnt with the rest."))
    if vectors in NAMES:
        return [*answers, (BY_HAND, "Get them by hand", "Say from where, and where to put them.")]
    return [*answers, (BY_HAND, "Say more", "Which file it is, and what can be done about it.")]


def missing_vectors(vectors: str) -> str:
    """That they are not here, with the ways out that Start offers; empty where they are, or none are wanted.

    Looks at the disk: for a thread.
    """
    from gendertui.text.vectors import RANDOM, resolve

    if vectors == RANDOM:
        return ""
    try:
        resolve(vectors)
    except GendertuiError as error:
        ways = ", ".join(says[:1].lower() + says[1:] for value, says, _ in ways_out(vectors) if value != BY_HAND)
        return f"{error.what}; Start offers: {ways}"
    return ""
