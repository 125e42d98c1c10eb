"""The one module that imports spaCy: its English tokenizer's rules as plain data."""

from __future__ import annotations

import re
from typing import Any, Literal

import spacy
from spacy.attrs import ORTH  # type: ignore[import-not-found]

from gendertui.errors import GendertuiError
from gendertui.text.regex_letters import ignores_letters
from gendertui.text.tokenizer import RULES_FORMAT


def export_rules(whitespace_tokens: Literal["keep", "drop"] = "keep", lowercase: bool = False) -> dict[str, Any]:
    """The rules of ``spacy.blank("en")`` as the content of a ``tokenizer.json``.

    :raises GendertuiError: this spaCy's rules use something the interpreter in ``tokens`` does not know.
    """
    tokenizer: Any = spacy.blank("en").tokenizer
    special_cases = {chunk: [token[ORTH] for token in tokens] for chunk, tokens in sorted(tokenizer.rules.items())}
    patterns = {
        "prefix": _pattern(tokenizer.prefix_search),
        "suffix": _pattern(tokenizer.suffix_search),
        "infix": _pattern(tokenizer.infix_finditer),
        "token_match": _pattern(tokenizer.token_match),
        "url_match": _pattern(tokenizer.url_match),
    }
    return {
        "format": RULES_FORMAT,
        "spacy_version": spacy.about.__version__,
        "whitespace_tokens": whitespace_tokens,
        "lowercase": lowercase,
        **patterns,
        "plain_letters": all(pattern is None or ignores_letters(pattern) for pattern in patterns.values()),
        "special_cases": special_cases,
        "phrases": _phrases(tokenizer),
    }


def _pattern(method: Any) -> str | None:
    """The pattern of a compiled regular expression, from one of its bound methods."""
    if method is None:
        return None
    compiled: re.Pattern[str] = method.__self__
    if compiled.flags != re.UNICODE:
        raise GendertuiError(f"spaCy {spacy.about.__version__}'s tokenizer patterns carry unknown flags")
    return compiled.pattern


def _phrases(tokenizer: Any) -> dict[str, list[str]]:
    """Special case → the tokens it would be split into by affixes and infixes alone.

    spaCy searches the finished line for these; with ``faster_heuristics`` only for special cases that contain an affix,
    an infix or a space.
    """
    plain = type(tokenizer)(
        tokenizer.vocab,
        prefix_search=tokenizer.prefix_search,
        suffix_search=tokenizer.suffix_search,
        infix_finditer=tokenizer.infix_finditer,
        token_match=tokenizer.token_match,
        url_match=tokenizer.url_match,
    )
    phrases = {}
    for chunk in sorted(tokenizer.rules):
        searched = tokenizer.find_prefix(chunk) or tokenizer.find_infix(chunk) or tokenizer.find_suffix(chunk)
        if not tokenizer.faster_heuristics or searched or " " in chunk:
            phrases[chunk] = [token.text for token in plain(chunk)]
    if any(len(chunk) > 1 and re.search(r"\s", chunk) for chunk in tokenizer.rules):
        # The interpreter looks for a phrase inside one whitespace-separated chunk first.
        raise GendertuiError(f"spaCy {spacy.about.__version__} has special cases with whitespace in them")
    return phrases
