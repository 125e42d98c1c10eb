"""Train and question a two-label text classifier in the terminal, and see how good it honestly is.

Programs use :func:`load`, see ``docs/python.md``.

Modules, each importing only from those after it: ``cli`` (the command line), ``tui`` (the app), ``api`` (what programs
import), ``doctor`` (what this installation has and lacks), ``notices`` (how both speak to the terminal's tab),
``sweeps`` (many runs that search for the best settings), ``subprocesses`` (work that its caller must not import),
``runs`` (a run's folder and its worker) and ``bulk`` (files scored in parts), ``training``, ``evaluation`` (figures,
reports, audits), ``scoring`` (from a line to a probability), ``model`` (bundles, store, networks), ``text`` (tokens,
vocabulary, vectors), ``corpus`` (lines with labels), ``settings`` (what a person can set), ``ascii_signs`` (for
terminals with no others), ``spawn`` (a module in a process of its own), ``files`` (atomic writes), ``processes`` (which
process made a file), ``state_files`` (files read as untrusted input), ``disk_space`` (and how an error says that there
is none), ``logistic`` (regression), ``machine_load`` (how busy the machine is), ``machine`` (its memory), ``gpu`` (what
NVIDIA's GPUs do), ``paths`` (where things live), ``progress`` (how work reports where it stands), ``blas`` (on one
thread), ``immediate_exit`` (of a process that is done), ``formatting`` (numbers for a person), ``sanitize`` (text made
harmless for a terminal), ``arrays`` (types of arrays), ``errors`` (the error type and the exit codes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gendertui.api.explanation import Explanation
    from gendertui.api.model import Model, load
    from gendertui.errors import GendertuiError

    __version__: str

__all__ = ["Explanation", "GendertuiError", "Model", "__version__", "load"]

_WHERE = {
    "Explanation": "gendertui.api.explanation",
    "GendertuiError": "gendertui.errors",
    "Model": "gendertui.api.model",
    "load": "gendertui.api.model",
}


def __getattr__(name: str) -> Any:
    """The package's names, looked up when they are asked for: its import stays free of charge."""
    if name == "__version__":
        from importlib.metadata import version

        return version("gendertui")
    if name in _WHERE:
        from importlib import import_module

        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
