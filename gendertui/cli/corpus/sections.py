"""What ``corpus show`` adds when it is asked for: words, duplicates, a split, one line; as text, and as JSON."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from gendertui.cli.terminal.output import columns
from gendertui.corpus.units import Noun
from gendertui.errors import ExitCode, GendertuiError

if TYPE_CHECKING:
    from gendertui.corpus.distinctive import DistinctiveWord
    from gendertui.corpus.duplicates import RepeatedText
    from gendertui.corpus.table import Corpus
    from gendertui.progress import Progress

AROUND = 4
_TEXT_CELLS = 60


@dataclasses.dataclass(frozen=True)
class Section:
    """Something computed of a corpus, ready to be printed."""

    name: str
    """Its key in the JSON object."""
    json: Any
    lines: list[str]
    """Not yet safe for a terminal."""


@dataclasses.dataclass(frozen=True)
class SplitWanted:
    """How the lines are to be divided."""

    protocol: str
    seed: int
    balance: str


def words_section(loaded: Corpus, wanted: SplitWanted, limit: int, minimum_groups: int) -> Section:
    """The words most typical of each label."""
    from gendertui.corpus.distinctive import distinctive_words
    from gendertui.corpus.splits import described
    from gendertui.corpus.splits.split import make_split

    split = make_split(loaded, wanted.protocol, wanted.seed)
    found = distinctive_words(loaded, split, limit=limit, minimum_groups=minimum_groups)
    noun = loaded.units.noun("group" if found.grouped else "line")
    negative, positive = found.labels

    def table(label: str, words: tuple[DistinctiveWord, ...]) -> list[str]:
        rows = [
            [word.word, f"{word.z:+.1f}", f"{word.counts[0]:,}", f"{word.counts[1]:,}", f"{word.groups:,}"]
            for word in words
        ]
        if not rows:
            return [f"no word is typical of {label} in {noun.counted(minimum_groups)} or more"]
        return columns(rows, [f"typical of {label}", "z", f"in {negative}", f"in {positive}", noun.many])

    drawn = f"{described(found.protocol, loaded.units)} (seed {found.seed})"
    lines = [
        f"Words of each label in the {sum(found.lines):,} training lines of the {drawn}, those in at least "
        f"{noun.counted(minimum_groups)}:",
        *table(negative, found.negative),
        "",
        *table(positive, found.positive),
    ]
    return Section("words", found.to_json(), lines)


def groups_section(loaded: Corpus, limit: int) -> Section:
    """The groups and the speakers with most lines."""
    from gendertui.corpus.members import members

    lines: list[str] = []
    listed: dict[str, Any] = {}
    for name, column in (("group", "group_id"), ("speaker", "speaker_id")):
        found = members(loaded, column)
        if not found:
            continue
        noun = loaded.units.noun("group" if name == "group" else "speaker")
        rows = [
            [each.name, f"{each.lines:,}", f"{each.negative:,}", f"{each.positive:,}", f"{each.missing:,}"]
            for each in found[:limit]
        ]
        head = f"{noun.one} ({len(found):,})" if len(found) <= limit else f"{noun.one} ({limit:,} of {len(found):,})"
        lines += [*([""] if lines else []), *columns(rows, [head, "lines", *loaded.labels, "no label"])]
        listed[f"{name}s"] = [{**dataclasses.asdict(each), "lines": each.lines} for each in found[:limit]]
    return Section("largest", listed, lines or ["There are neither groups nor speakers."])


def duplicates_section(loaded: Corpus, progress: Progress) -> Section:
    """Texts that occur more than once."""
    from gendertui.corpus.duplicates import find_duplicates

    found = find_duplicates(loaded, progress=progress)

    def listed(head: str, texts: tuple[RepeatedText, ...]) -> list[str]:
        if not texts:
            return []
        rows = [
            [f"{text.lines:,}", *(f"{count:,}" for count in text.labelled), _shown(loaded, text.rows[0])]
            for text in texts
        ]
        return ["", *columns(rows, ["lines", *loaded.labels, head])]

    pairs = [
        [f"{pair.similarity:.2f}", _name(loaded, row), loaded.column("label")[row].as_py() or "?", _shown(loaded, row)]
        for pair in found.near
        for row in pair.rows
    ]
    lines = [
        f"{found.texts:,} different texts in {found.lines:,} lines",
        f"  on several lines          {_of_lines(found.repeated_texts, found.repeated_lines)}",
        f"  under both labels         {_of_lines(found.ambiguous_texts, found.ambiguous_lines, 'labelled ')}",
        f"  nearly like another text  {_of_lines(found.near_texts, found.near_lines)}",
        *listed("most repeated", found.repeated),
        *listed("under both labels", found.ambiguous),
        *(["", *columns(pairs, ["alike", "line", "label", "nearly the same, two by two"])] if pairs else []),
    ]
    return Section("duplicates", found.to_json(), lines)


def split_section(loaded: Corpus, wanted: SplitWanted, progress: Progress) -> Section:
    """What a split would give."""
    from gendertui.corpus.preview import preview
    from gendertui.corpus.splits import described
    from gendertui.evaluation.audit.text import leak_notes, leak_table

    shown = preview(loaded, wanted.protocol, wanted.seed, wanted.balance, progress=progress)
    units = loaded.units
    members = [(units.group, "groups"), (units.speaker, "speakers")]
    heads = ["set", *shown.labels, *(f"{label}, balanced" for label in shown.labels)]
    heads += [noun.many for noun, _ in members if noun is not None]
    rows = [
        [
            part.name,
            *(f"{count:,}" for count in (*part.rows, *part.balanced)),
            *(f"{getattr(part, name) or 0:,}" for noun, name in members if noun is not None),
        ]
        for part in shown.sets
    ]
    leaks = shown.leaks
    lines = [
        f"{described(shown.protocol, units).capitalize()}, seed {shown.seed}, train balanced by {shown.balance}:",
        *columns(rows, heads),
        f"not used: {shown.unused:,} (no label or no text)",
        *([] if leaks is None else ["", *leak_table(leaks, shown.labels, units), *leak_notes(leaks, units)]),
        *shown.warnings,
    ]
    return Section("split", shown.to_json(), lines)


def line_section(loaded: Corpus, name: str) -> Section:
    """One line with who says it, and the lines around it.

    :param name: its id; its number from 1, where lines have no ids.
    :raises GendertuiError: there is no such line.
    """
    from gendertui.corpus.query.neighbours import neighbours

    row = _row_named(loaded, name)
    around = neighbours(loaded, row, AROUND)
    found = dict(zip(around, loaded.table.take(around).to_pylist(), strict=True))
    line = {field: value for field, value in found[row].items() if value is not None}
    units = loaded.units
    named = {
        "group_id": units.noun("group").one,
        "speaker": units.noun("speaker").one,
        "speaker_id": f"{units.noun('speaker').one} id",
        "line_id": "line",
    }
    width = max(len(named.get(field, field)) for field in line)
    lines = [f"{named.get(field, field):<{width}}  {value}" for field, value in line.items() if field != "text"]
    lines.append("")
    for place, each in found.items():
        who = each["speaker"] or each["speaker_id"]
        mark = ">" if place == row else " "
        lines.append(f"{mark} {each['label'] or '?'}  {f'{who}: ' if who else ''}{each['text']}")
    return Section("line", {"row": row, **line, "neighbours": [{"row": at, **of} for at, of in found.items()]}, lines)


def _row_named(loaded: Corpus, name: str) -> int:
    import pyarrow.compute as pc

    if loaded.has("line_id"):
        row = pc.index(loaded.column("line_id"), name).as_py()
        if row >= 0:
            return int(row)
    elif name.isdecimal() and 1 <= int(name) <= len(loaded):
        return int(name) - 1
    known = f"ids such as {_name(loaded, 0)}" if loaded.has("line_id") else f"the numbers 1 to {len(loaded):,}"
    raise GendertuiError(
        f"there is no line {name!r}", where=str(loaded.path), hint=f"Lines have {known}.", code=ExitCode.DATA
    )


def _of_lines(texts: int, lines: int, which: str = "") -> str:
    return f"{Noun('text', 'texts').counted(texts)}, {Noun(f'{which}line', f'{which}lines').counted(lines)}"


def _name(loaded: Corpus, row: int) -> str:
    """What a line is called: its id, or its number from 1."""
    return str(loaded.column("line_id")[row].as_py() or row + 1)


def _shown(loaded: Corpus, row: int) -> str:
    text = " ".join(str(loaded.column("text")[row].as_py()).split())
    return text if len(text) <= _TEXT_CELLS else f"{text[: _TEXT_CELLS - 1]}…"
