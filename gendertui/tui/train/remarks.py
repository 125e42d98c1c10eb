"""What there is to say of the run that is followed, below its table: warnings, why it is over, what became of it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from gendertui.runs.view_words import of_link

if TYPE_CHECKING:
    from gendertui.runs.view import RunView
    from gendertui.tui.session import Session

WARNINGS = 3
"""At most so many, the newest."""


def remarks(view: RunView, session: Session) -> list[str]:
    """A line each."""
    shown = session.keymap.shown
    said = [] if view.link is None or view.over else [of_link(view.link)]
    there = f"ssh {shlex.quote(view.host)} " if view.host else ""
    if view.error is not None:
        said += [f"✗ {view.error.text}", view.error.hint]
    elif view.state == "died":
        runs, resume = shown("train.runs"), shown("train.runs.resume")
        said += [f"✗ {view.why}.", f"{runs} lists all runs, where {resume} resumes it."]
    elif view.state == "unreadable":
        remove = f"{there}gendertui runs remove {shlex.quote(view.name)}"
        said += [f"✗ {view.why}.", f"Put that file back from a copy of the run, or remove the run: {remove}"]
    elif view.over and view.why:
        said.append(view.why)
    elif view.state == "queued":
        waits = view.why or "its turn comes at once"
        said.append(f"In the queue: {waits}. {shown('train.runs')} lists all runs, and their order.")
    elif view.state == "paused":
        pause, stop = shown("train.pause"), shown("train.stop")
        said.append(f"Paused: it keeps its memory until it is resumed ({pause}) or stopped ({stop}).")
    if view.model and view.host:
        bring = shown("train.use-model")
        said.append(f"Its model {view.model} is on {view.host}; {bring} brings it here, to be evaluated and compared.")
    failed = session.command_failed
    if failed is not None and failed[0] == view.folder and view.over:
        said.append(f"! The command at the run's end failed: {failed[1]}. {shown('train.log')} shows its output.")
    if session.undecided is not None and not (view.model and view.host):
        said.append(session.undecided.remark(shown("train.use-model")))
    elif session.run_model is not None:
        said.append(session.run_model.remark(shown("train.use-model")))
    # Last, since they may be long: what is decided now has to be seen.
    said += [f"! {warning}" for warning in view.warnings[-WARNINGS:]]
    return [line for line in said if line]
