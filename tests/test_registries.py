"""Every module that a string names is there: a move that forgets a registry fails here, not where a person meets it."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "gendertui"
NAMES_A_MODULE = re.compile(r"gendertui(\.\w+)+(:\w+)?")


def named() -> list[str]:
    """The strings of the package that are the name of one of its modules, or ``module:attribute``."""
    return sorted(
        {
            node.value
            for path in PACKAGE.rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAMES_A_MODULE.fullmatch(node.value)
        }
    )


def test_a_string_that_names_a_module_can_be_imported() -> None:
    names = named()
    assert {"cli", "corpus", "model", "runs", "scoring", "tui"} <= {name.split(".")[1] for name in names}
    for name in names:
        module, _, attribute = name.partition(":")
        imported = importlib.import_module(module)
        assert not attribute or hasattr(imported, attribute), name
