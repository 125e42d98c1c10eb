"""What a model must not be taken for, by what the labels of its corpus are about."""

from __future__ import annotations

from gendertui.corpus.units import Units


def caution(units: Units, labels: tuple[str, str]) -> str:
    """In a line or two, for every place that shows a score.

    :param units: the corpus's, whose labels the model has.
    """
    negative, positive = labels
    if units.about == "films":
        return (
            "This measures how screenwriters write. It does not tell a real person's gender, and no single line does."
        )
    if units.about == "people":
        return (
            f"This measures what people labelled {negative} or {positive} in one corpus write. It does not tell a real "
            "person's gender, and no single line does."
        )
    return (
        f"This measures what lines labelled {negative} or {positive} are like in one corpus. Lines from elsewhere may "
        "be labelled otherwise."
    )


def small_print(units: Units) -> str:
    """In half a line, below a score."""
    if units.about == "films":
        return "One line says little: this measures how screenwriters write."
    if units.about == "people":
        return "One line says little: this measures what people wrote in one corpus."
    return "This measures what the labels of one corpus are like."


def what_it_is_not(units: Units, labels: tuple[str, str]) -> str:
    """In a paragraph, for a model's card."""
    negative, positive = labels
    if units.about == "other":
        return (
            f"It measures what the labels `{negative}` and `{positive}` of this corpus are like. On lines from "
            "elsewhere it has not been measured, and they may be labelled by other rules."
        )
    speaker = units.noun("speaker").one
    whole = f"; the score of a whole {speaker} is one of how that {speaker} is written" if units.speaker else ""
    what = (
        "how screenwriters write"
        if units.about == "films"
        else f"what people labelled `{negative}` or `{positive}` in this corpus write"
    )
    return (
        f"It measures {what}. It does not tell a real person's gender, and at the accuracy below no single line tells "
        f"anything about anybody{whole}. Do not use it to decide, guess or record something about a person."
    )
