"""Train and question a two-label text classifier in the terminal, and see how good it honestly is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str


def __getattr__(name: str) -> Any:
    """``__version__``, looked up when it is asked for: the package's import stays free of charge."""
    if name == "__version__":
        from importlib.metadata import version

        return version("gendertui")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
