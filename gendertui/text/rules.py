"""The tokenizer's rules for training: exported from the installed spaCy once, then read from the cache."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Literal

from gendertui import files, paths, state_files
from gendertui.text.tokenizer import KNOWN_SPACY, RULES_FORMAT, check_spacy


def rules_for(whitespace_tokens: Literal["keep", "drop"], lowercase: bool) -> dict[str, Any]:
    """The content of ``tokenizer.json`` for the installed spaCy and these two options.

    spaCy itself is imported (1.3 s) only if its rules are not cached yet.

    :raises GendertuiError: the installed spaCy's rules cannot be exported, or could not be interpreted later.
    """
    spacy_version = version("spacy")
    check_spacy(spacy_version, hint=f"Training needs one of those: pip install 'spacy=={KNOWN_SPACY[-1]}.*'")
    path = paths.cache_dir() / "tokenizer" / f"spacy-{spacy_version}-{RULES_FORMAT}.json"
    rules: dict[str, Any] | None = None
    if path.is_file():
        try:
            rules = state_files.read_object(path)
        except ValueError:
            rules = None  # The cache can always be rebuilt.
    if rules is None:
        from gendertui.text.spacy_rules import export_rules

        rules = export_rules()
        files.write_json(path, rules)
    return {**rules, "whitespace_tokens": whitespace_tokens, "lowercase": lowercase}
