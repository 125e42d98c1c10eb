"""spaCy's English tokenizer without spaCy: the same tokens from its exported rules and :mod:`re` alone.

The rules are data (``tokenizer.json``): four patterns, the special cases, and the phrases by which spaCy finds
special cases inside a line once its affixes are split off. :mod:`gendertui.text.spacy_rules` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from gendertui.errors import ExitCode, GendertuiError
from gendertui.text.suffixes import Suffixes

RULES_FORMAT = 1

KNOWN_SPACY = ("3.8",)
"""The spaCy versions whose rules this module interprets; the tests verify that each gives spaCy's own tokens."""

# Chunks of real text are short and repeat; other chunks are not worth the memory.
_MEMO_CHUNKS = 200_000
_MEMO_CHUNK_LENGTH = 64

_SPACE_OR_NOT = re.compile(r"\s+|\S+")

# Stands in the memo for a chunk whose tokens are not known; ``None`` is said of one by its line alone.
_UNKNOWN: Final[tuple[str, ...]] = ("unknown",)


class Tokenizer:
    """Splits a line into tokens exactly as ``spacy.blank("en")`` of the rules' spaCy version does.

    Then whitespace tokens are kept or dropped and tokens are lower-cased, as the rules say. Results for chunks are
    cached; a tokenizer may be shared between threads.
    """

    def __init__(
        self,
        *,
        prefix: str,
        suffix: str,
        infix: str,
        token_match: str | None,
        url_match: str | None,
        special_cases: Mapping[str, list[str]],
        phrases: Mapping[str, list[str]],
        plain_letters: bool,
        keep_whitespace: bool,
        lowercase: bool,
    ) -> None:
        self.keep_whitespace = keep_whitespace
        self.lowercase = lowercase
        self._patterns = {
            "prefix": prefix,
            "suffix": suffix,
            "infix": infix,
            "token_match": token_match,
            "url_match": url_match,
        }
        self._plain_letters = plain_letters
        self._special = {chunk: _spelling(chunk, tokens) for chunk, tokens in special_cases.items()}
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        for chunk, tokens in phrases.items():
            phrase = _spelling(chunk, tokens)
            # A token replaced by itself changes nothing, and as the shortest match it blocks no other.
            if phrase != self._special[chunk] or len(phrase) > 1:
                self._phrases.setdefault(phrase[0], []).append(phrase)
        self._memo: dict[str, tuple[str, ...] | None] = {}

    @classmethod
    def from_rules(cls, rules: Mapping[str, Any]) -> Tokenizer:
        """A tokenizer from the content of ``tokenizer.json``.

        :raises GendertuiError: the rules are of a newer format, of an unknown spaCy, or incomplete.
        """
        version = rules.get("format")
        if not isinstance(version, int) or version > RULES_FORMAT:
            raise GendertuiError(
                f"the tokenizer's rules are of format {version!r}; this gendertui reads up to {RULES_FORMAT}",
                hint="Install a newer gendertui.",
                code=ExitCode.MODEL,
            )
        check_spacy(str(rules.get("spacy_version")), hint="Install a gendertui that knows it.")
        try:
            return cls(
                prefix=_pattern(rules, "prefix"),
                suffix=_pattern(rules, "suffix"),
                infix=_pattern(rules, "infix"),
                token_match=None if rules["token_match"] is None else _pattern(rules, "token_match"),
                url_match=None if rules["url_match"] is None else _pattern(rules, "url_match"),
                special_cases=rules["special_cases"],
                phrases=rules["phrases"],
                plain_letters=bool(rules["plain_letters"]),
                keep_whitespace={"keep": True, "drop": False}[rules["whitespace_tokens"]],
                lowercase=bool(rules["lowercase"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise GendertuiError(
                f"the tokenizer's rules are incomplete or damaged: {type(error).__name__}: {error}", code=ExitCode.MODEL
            ) from error

    def __call__(self, text: str) -> list[str]:
        """The tokens of one line."""
        chunks = text.split()
        if " ".join(chunks) != text:
            chunks = _chunks(text)
        tokens: list[str] = []
        for chunk in chunks:
            known = self.chunk(chunk)
            if known is None:
                return self._finish(self._put_together(text))
            tokens += known
        return tokens

    def chunk(self, chunk: str) -> tuple[str, ...] | None:
        """The tokens of a run of characters that are all whitespace or all non-whitespace; of whitespace after a word
        without its first space.

        :returns: ``None`` where a special case may have to be put back together, which only the whole line can tell.
        """
        known = self._memo.get(chunk, _UNKNOWN)
        return self._learn(chunk) if known is _UNKNOWN else known

    def _learn(self, chunk: str) -> tuple[str, ...] | None:
        tokens = self._split_chunk(chunk)
        known = None if self._is_restless(tokens) else tuple(self._finish(tokens))
        if len(chunk) <= _MEMO_CHUNK_LENGTH:
            if len(self._memo) >= _MEMO_CHUNKS:
                self._memo.clear()
            self._memo[chunk] = known
        return known

    def _finish(self, tokens: list[str]) -> list[str]:
        if not self.keep_whitespace:
            tokens = [token for token in tokens if not token.isspace()]
        return [token.lower() for token in tokens] if self.lowercase else tokens

    def _split_chunk(self, chunk: str) -> list[str]:
        """The tokens of a chunk, special cases that span them not put together."""
        special = self._special
        whole = special.get(chunk)
        if whole is not None:
            return list(whole)
        if self._is_plain(chunk):
            return [chunk]
        body = chunk[:-1]
        if self._is_plain(body) and not self._starts_otherwise(chunk) and self._suffixes.length(chunk) == 1:
            return [*special.get(body, (body,)), chunk[-1]]
        prefixes: list[str] = []
        suffixes: list[str] = []
        rest = chunk
        length_before = -1
        while rest and len(rest) != length_before:
            if self._is_token(rest) or rest in special or self._is_plain(rest):
                break
            length_before = len(rest)
            # A pattern may match further inside; spaCy still cuts the match's length from the edge.
            found = self._prefix.search(rest)
            prefix_length = found.end() - found.start() if found else 0
            without_prefix = rest[prefix_length:]
            if prefix_length and without_prefix in special:
                prefixes.append(rest[:prefix_length])
                rest = without_prefix
                break
            suffix_length = self._suffixes.length(without_prefix)
            if suffix_length:
                suffixes.append(rest[-suffix_length:])
                without_suffix = rest[:-suffix_length]
                if without_suffix in special:
                    rest = without_suffix
                    break
            if prefix_length:
                prefixes.append(rest[:prefix_length])
            rest = rest[prefix_length : len(rest) - suffix_length]
        middle = self._split_middle(rest) if rest else []
        return [*prefixes, *middle, *reversed(suffixes)]

    def _split_middle(self, rest: str) -> list[str]:
        """The tokens of a chunk without its prefixes and suffixes."""
        special = self._special.get(rest)
        if special is not None:
            return list(special)
        if self._is_plain(rest) or self._is_token(rest) or (self._url and self._url.match(rest)):
            return [rest]
        tokens = []
        start = 0
        for match in self._infix.finditer(rest):
            infix_start, infix_end = match.span()
            if infix_start == 0:
                continue
            if infix_start != start:
                tokens.append(rest[start:infix_start])
            if infix_start != infix_end:
                tokens.append(rest[infix_start:infix_end])
            start = infix_end
        if start < len(rest):
            tokens.append(rest[start:])
        return tokens

    def _is_plain(self, rest: str) -> bool:
        """Whether no pattern can match: true for a word of ASCII letters if the rules say so."""
        return self._plain_letters and rest.isascii() and rest.isalpha()

    def _starts_otherwise(self, chunk: str) -> bool:
        """Whether a chunk is a token as it is, or has a prefix."""
        return self._is_token(chunk) or self._prefix.search(chunk) is not None

    def _is_token(self, rest: str) -> bool:
        return self._token is not None and self._token.match(rest) is not None

    # Compiled on first use: this takes longer than all other work on a typed line.

    @cached_property
    def _prefix(self) -> re.Pattern[str]:
        return self._compiled("prefix")

    @cached_property
    def _suffixes(self) -> Suffixes:
        return Suffixes(self._patterns["suffix"] or "", lambda part: self._compiled("suffix", part))

    @cached_property
    def _infix(self) -> re.Pattern[str]:
        return self._compiled("infix")

    @cached_property
    def _token(self) -> re.Pattern[str] | None:
        return self._compiled("token_match") if self._patterns["token_match"] else None

    @cached_property
    def _url(self) -> re.Pattern[str] | None:
        return self._compiled("url_match") if self._patterns["url_match"] else None

    def _compiled(self, name: str, part: str | None = None) -> re.Pattern[str]:
        try:
            return re.compile((self._patterns[name] or "") if part is None else part)
        except (re.error, TypeError, OverflowError, RecursionError) as error:
            raise GendertuiError(f"the tokenizer's {name} rule is damaged: {error}", code=ExitCode.MODEL) from error

    def _matches(self, tokens: list[str]) -> list[tuple[int, int]]:
        """All [start, end) where the tokens spell a phrase, overlapping ones included."""
        found = []
        for start, token in enumerate(tokens):
            for phrase in self._phrases.get(token, ()):
                end = start + len(phrase)
                if tuple(tokens[start:end]) == phrase:
                    found.append((start, end))
        return found

    def _is_restless(self, tokens: list[str]) -> bool:
        if self._phrases.keys().isdisjoint(tokens):
            return False
        return any(
            self._special["".join(tokens[start:end])] != tuple(tokens[start:end])
            for start, end in self._matches(tokens)
        )

    def _put_together(self, text: str) -> list[str]:
        """The tokens of a line with its special cases merged again, longest first, then leftmost. Words with a space
        between them can match a phrase too; that changes nothing itself, but hides shorter phrases that it overlaps.
        """
        tokens: list[str] = []
        spaced: set[int] = set()  # tokens followed by a space
        for match in _SPACE_OR_NOT.finditer(text):
            chunk = match.group()
            if match.start() and chunk[0] == " ":
                spaced.add(len(tokens) - 1)
                chunk = chunk[1:]
            if chunk:
                tokens += self._split_chunk(chunk)
        taken: set[int] = set()
        spans: dict[int, int] = {}
        for start, end in sorted(self._matches(tokens), key=lambda span: (span[0] - span[1], span[0])):
            if start not in taken and end - 1 not in taken:
                spans[start] = end
            taken.update(range(start, end))
        result: list[str] = []
        at = 0
        while at < len(tokens):
            end = spans.get(at, at + 1)
            if at in spans and spaced.isdisjoint(range(at, end - 1)):
                result += self._special["".join(tokens[at:end])]
            else:
                result += tokens[at:end]
            at = end
        return result


def check_spacy(version: str, *, hint: str) -> None:
    """Reject rules that are not known to be interpreted correctly.

    :param version: spaCy version the rules come from.
    :raises GendertuiError: its major and minor version are not in :data:`KNOWN_SPACY`.
    """
    if ".".join(version.split(".")[:2]) not in KNOWN_SPACY:
        raise GendertuiError(
            f"tokenizer rules of spaCy {version} are not known to this gendertui: it reads those of spaCy "
            f"{', '.join(KNOWN_SPACY)}",
            hint=hint,
            code=ExitCode.MODEL,
        )


def _pattern(rules: Mapping[str, Any], name: str) -> str:
    """A regular expression among the rules.

    :raises KeyError: there is none of that name.
    :raises TypeError: it is no text.
    """
    pattern = rules[name]
    if not isinstance(pattern, str):
        raise TypeError(f"{name} is {pattern!r}, which is no text")
    return pattern


def _spelling(chunk: str, tokens: list[str]) -> tuple[str, ...]:
    """The tokens that a special case stands for.

    :raises TypeError: they are not a list of strings.
    :raises ValueError: joined, they do not give the special case.
    """
    if "".join(tokens) != chunk or not chunk:
        raise ValueError(f"the tokens of {chunk!r} do not spell it")
    return tuple(tokens)


def _chunks(text: str) -> list[str]:
    """Runs of whitespace and of everything else; the single space that ends a word belongs to neither."""
    chunks = []
    for match in _SPACE_OR_NOT.finditer(text):
        chunk = match.group()
        if match.start() and chunk[0] == " ":
            chunk = chunk[1:]
        if chunk:
            chunks.append(chunk)
    return chunks
