"""Scored lines, and a scene's, as rows of CSV: the same from the command line and from the app."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gendertui.corpus.units import Units
    from gendertui.scoring.explain import Explained
    from gendertui.scoring.scene import SceneLine
    from gendertui.scoring.scorer import ScoredLine

DIGITS = 6


class LineTable:
    """The columns of scored lines.

    :param labels: the model's, negative first.
    :param explained: with columns of tokens and attributions, each a JSON array.
    """

    def __init__(self, labels: tuple[str, str], *, explained: bool = False) -> None:
        self._explained = explained
        probabilities = [f"probability_{label}" for label in labels]
        why = ["tokens", "attributions"] if explained else []
        self.header = ["text", "label", *probabilities, "prior", "model", "error", "note", *why]
        self._without_score = [""] * (len(self.header) - 7)

    def row(self, text: str, scored: ScoredLine | str, explained: Explained | None = None) -> list[Any]:
        """One line.

        :param scored: its score, or the words that say why it has none.
        """
        if isinstance(scored, str):
            return [text, "", "", "", "", "", scored, *self._without_score]
        value = (explained or scored).to_json()
        cells = [value["text"], value["label"] or "", *value["probabilities"].values(), value["prior"], value["model"]]
        cells += ["", value.get("note", "")]
        if self._explained:
            cells += [json.dumps(value[name], ensure_ascii=False) for name in ("tokens", "attributions")]
        return cells


class SceneTable(LineTable):
    """The columns of a scene's lines: the speaker in front, and last its scores after the line and by the whole scene.

    :param units: of the model's corpus.
    """

    def __init__(self, labels: tuple[str, str], units: Units, *, explained: bool = False) -> None:
        super().__init__(labels, explained=explained)
        last = [f"{units.keys[0]}_probability_{when}_{labels[1]}" for when in ("so_far", "in_scene")]
        self.header = ["speaker", *self.header, *last]

    def line(self, line: SceneLine, in_scene: float | None) -> Sequence[Any]:
        """One line.

        :param in_scene: the speaker's score by the whole scene.
        """
        scored = line.scored if not isinstance(line.scored, Exception) else line.scored.what
        last = ["" if value is None else round(value, DIGITS) for value in (line.after, in_scene)]
        return [line.character or "", *self.row(line.text, scored, line.explained), *last]
