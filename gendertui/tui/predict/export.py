"""Take a result along: into the clipboard as text, into a file as CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from gendertui.errors import ExitCode, GendertuiError
from gendertui.files import write_atomic
from gendertui.formatting import count
from gendertui.tui.dialogs.choice import Choice
from gendertui.tui.dialogs.question import Question
from gendertui.tui.predict.answer import Attributions, Prediction
from gendertui.tui.predict.line_view import verdict_of
from gendertui.tui.predict.scene import Scene

if TYPE_CHECKING:
    from gendertui.tui.session import Session

START = "scene.csv"
CLIPBOARD_BYTES = 70_000
"""What terminals are known to take by OSC 52: 100,000 bytes, base64 a third longer than the text."""


def copy(app: Session, text: str) -> None:
    """Hand a text to the terminal's clipboard."""
    if len(text.encode("utf-8", "replace")) > CLIPBOARD_BYTES:
        app.say("This is more than a terminal's clipboard takes: save it as CSV instead.", warning=True)
        return
    app.copy_to_clipboard(text)
    app.say("Copied.")


def as_text(answer: Prediction, reasons: Attributions | None) -> str:
    """An answer as one would tell it."""
    scored = answer.scored
    verdict = ", ".join(["".join(words for words, _ in verdict_of(answer)), *answer.asides])
    lines = [scored.text, f"{verdict} (model {scored.model})", *filter(None, [answer.right])]
    if reasons is not None:
        numbered = " ".join(f"{word.text} {word.number}" for word in reasons.words if word.number)
        lines += [numbered, f"({reasons.legend}; + towards {answer.labels[1]})"] if numbered else []
    return "\n".join(lines) + "\n"


def as_csv(scene: Scene) -> str:
    """What ``gendertui predict --scene --csv`` prints: a row a line, the last columns its speaker's scores."""
    from gendertui.scoring.table import SceneTable

    table = SceneTable(scene.labels, scene.units)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(table.line(line, scene.scored.in_its_scene(line)) for line in scene.lines)
    return stream.getvalue()


def save(app: Session, scene: Scene) -> None:
    """Ask for a path and write the scene there; a file that is there is replaced only where that is wished."""

    def answered(path: Path | None) -> None:
        if path is None:
            return
        if path.exists():
            answers = [(False, "Keep it", ""), (True, "Replace it", "")]
            question = Choice("Save", f"{path} is there already.", answers)
            app.push_screen(question, lambda go: write(path) if go else None)
        else:
            write(path)

    def write(path: Path) -> None:
        said = f"Saved {count(len(scene.lines))} lines: {path}"
        app.background(lambda: _write(path, as_csv(scene)), lambda _: app.say(said), group="save")

    app.push_screen(Question("Save the scene as CSV", "Path of the file.", read_path, start=START), answered)


def read_path(text: str) -> Path:
    """A path that can be written to.

    :raises GendertuiError: nothing, a folder, or a file in a folder that is not there.
    """
    if not text.strip():
        raise GendertuiError("no path is given", code=ExitCode.USAGE)
    path = Path(text.strip()).expanduser().absolute()
    if path.is_dir():
        raise GendertuiError("this is a folder", where=str(path), hint="Give the name of a file.", code=ExitCode.USAGE)
    if not path.parent.is_dir():
        raise GendertuiError("there is no such folder", where=str(path.parent), code=ExitCode.USAGE)
    return path


def _write(path: Path, text: str) -> None:
    try:
        write_atomic(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise GendertuiError(
            f"the file cannot be written: {error.strerror}", where=str(path), code=ExitCode.DATA
        ) from error
