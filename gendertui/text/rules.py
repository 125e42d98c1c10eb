"""The tokenizer's rules for training: shipped for a known spaCy, for another exported once and cached.

Importing spaCy takes longer than tokenising a hundred films. ``python -m gendertui.text.rules`` writes what is
shipped; a test compares it with the installed spaCy.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from gendertui import files, paths
from gendertui.state_files import read_object
from gendertui.text.tokenizer import KNOWN_SPACY, RULES_FORMAT, check_spacy

SHIPPED = Path(__file__).with_name("spacy_rules.json")
SOURCES = (
    "language.py",
    "util.py",
    "lang/char_classes.py",
    "lang/punctuation.py",
    "lang/tokenizer_exceptions.py",
    "lang/en/__init__.py",
    "lang/en/punctuation.py",
    "lang/en/tokenizer_exceptions.py",
)
"""The files of spaCy that its English rules come from."""


def rules_for(whitespace_tokens: Literal["keep", "drop"], lowercase: bool) -> dict[str, Any]:
    """The content of ``tokenizer.json`` for the installed spaCy and these two options.

    spaCy itself is imported (1.3 s) only if its rules are neither shipped nor cached.

    :raises GendertuiError: the installed spaCy's rules cannot be exported, or could not be interpreted later.
    """
    spacy_version = version("spacy")
    check_spacy(spacy_version, hint=f"Training needs one of those: pip install 'spacy=={KNOWN_SPACY[-1]}.*'")
    sources = source_hash(spacy_version)
    cached = paths.cache_dir() / "tokenizer" / f"spacy-{sources[:16]}-{RULES_FORMAT}.json"
    rules = _kept(SHIPPED, sources) or _kept(cached, sources)
    if rules is None:
        rules = _exported()
        files.write_json(cached, {"sources": sources, "rules": rules})
    return {**rules, "whitespace_tokens": whitespace_tokens, "lowercase": lowercase}


def source_hash(spacy_version: str) -> str:
    """sha256 of the installed spaCy's version and of its files that the rules come from."""
    digest = hashlib.sha256(f"{RULES_FORMAT} {spacy_version}".encode())
    spec = importlib.util.find_spec("spacy")
    [folder] = (spec.submodule_search_locations if spec else None) or ("",)
    for name in SOURCES:
        path = Path(folder, name)
        # What is missing has moved in another spaCy: its rules are exported.
        digest.update(f"\0{name}\0".encode() + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()


def _kept(path: Path, sources: str) -> dict[str, Any] | None:
    """Rules that were written earlier, if they are those of ``sources``."""
    try:
        found = read_object(path)
    except (FileNotFoundError, ValueError):
        return None  # They can always be exported again.
    rules = found.get("rules")
    return rules if found.get("sources") == sources and isinstance(rules, dict) else None


def _exported() -> dict[str, Any]:
    from gendertui.text.spacy_rules import export_rules

    return export_rules()


if __name__ == "__main__":
    shipped = {"sources": source_hash(version("spacy")), "rules": _exported()}
    SHIPPED.write_text(json.dumps(shipped, ensure_ascii=False) + "\n", encoding="utf-8")
