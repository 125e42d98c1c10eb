"""Which column of a file's records holds what, judged by what the columns hold, and by their names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from gendertui.corpus.reading import column_names
from gendertui.corpus.reading.decision import Decision
from gendertui.corpus.reading.labels import is_gender
from gendertui.corpus.reading.options import NO_COLUMN, ReadingOptions
from gendertui.corpus.reading.profile import Profile
from gendertui.corpus.reading.question import Candidate, ReadingQuestionError
from gendertui.corpus.reading.reading import Roles
from gendertui.corpus.schema import SCHEMA
from gendertui.corpus.set_names import SET_NAMES
from gendertui.corpus.units import FILM_UNITS, About, Noun, Units
from gendertui.errors import ExitCode, GendertuiError

SHOWN_ROWS = 5
_OWN = frozenset({"line_id", "group_id", "speaker_id"})
"""Columns of the lines table one of which an export has, unless it has no more than the plain ones."""
_PLAIN = frozenset({"label", "text", "split"})
NO_LABELS = "no column has two values"
CLOSE = 0.7
"""Of two columns of prose the longer one is the text, unless the other's mean length is this share of its own."""
_LABEL_STUDIO = {"annotation_id", "annotator", "created_at", "updated_at", "lead_time"}
_GENDERED = {"m", "f", "male", "female", "man", "woman"}
_NOUNS = {"from": "sender", "to": "recipient", "asin": "product"}
"""What columns hold whose names are no nouns."""
_LABEL_PAIRS = (
    *({"ham", "spam"}, {"pos", "neg"}, {"positive", "negative"}, {"m", "f"}, {"male", "female"}, {"spam", "not spam"}),
    *({"accept", "reject"}, {"toxic", "non-toxic"}, {"fake", "real"}, {"-1", "1"}, {"-1", "+1"}, {"0", "4"}),
)
"""Values that are labels whatever their column is called."""


def choose(
    path: Path, sample: pa.Table, options: ReadingOptions, *, labelled: bool = True, named: bool = True
) -> tuple[Roles, Units, list[Decision]]:
    """Which column is what.

    :param sample: the first records, every column of type string.
    :param labelled: whether a label column is looked for.
    :param named: whether the columns have names of their own.
    :raises ReadingQuestionError: several columns qualify as text or as label, or none as text.
    :raises GendertuiError: the options name a column that is not there.
    """
    return _Chooser(path, sample, options, named).roles(labelled)


def more_may_say(sample: pa.Table, roles: Roles) -> bool:
    """Whether other rows than these may say which column is the label: in these the one chosen, or one that is named
    like a label, has a single value."""
    named = [name for name in sample.column_names if _folded(name) in column_names.LABEL]
    columns = [*named, roles.label] if roles.label is not None else named
    single = [name for name in columns if len(Profile.of(name, sample.column(name).to_pylist()).label_values) < 2]
    return roles.label is None or bool(single)


class _Chooser:
    def __init__(self, path: Path, sample: pa.Table, options: ReadingOptions, named: bool) -> None:
        self._path = path
        self._sample = sample
        self._options = options
        self._named = named
        self._profiles = [Profile.of(name, sample.column(name).to_pylist()) for name in sample.column_names]
        self._decisions: list[Decision] = []
        self._taken = _bookkeeping(sample.column_names)

    def roles(self, labelled: bool) -> tuple[Roles, Units, list[Decision]]:
        if self._is_export():
            return self._exported(labelled)
        # The label first where it is asked for, so that a column of words is no text then, and the other way round.
        asked = (self._options.text, self._options.label)
        self._taken |= {self._given(name) for name in asked if name and name != NO_COLUMN}
        # "train" and "test" are two values, too, but no labels.
        split = self._by_name(column_names.SPLIT, _names_sets)
        text = self._text()
        label = self._label(text) if labelled else None
        line_id = self._id()
        speaker = self._by_name(column_names.SPEAKER, lambda profile: profile.repeats)
        group = self._group(speaker)
        if group == speaker:
            speaker = None
        roles = Roles(
            (text, *self._continued(text)),
            label=label,
            group_id=group,
            line_id=line_id,
            speaker_id=speaker,
            speaker=speaker,
            split=split,
        )
        units = Units(
            None if group is None else Noun.of(noun_of(group, "group")),
            None if speaker is None else Noun.of(noun_of(speaker, "speaker")),
            self._about(label),
        )
        return roles, units, self._decisions

    def _is_export(self) -> bool:
        """Whether the columns are those of the lines table, as ``corpus export`` writes them, and no other is asked
        for."""
        options, names = self._options, self._sample.column_names
        if options.text or options.label or options.group or options.id:
            return False
        ordered = [name for name in SCHEMA.names if name in names]
        return (
            names == ordered
            and {"label", "text"} <= set(names)
            and (set(names) <= _PLAIN or not _OWN.isdisjoint(names))
        )

    def _exported(self, labelled: bool) -> tuple[Roles, Units, list[Decision]]:
        """Of such columns."""
        why = "named as corpus export does"
        known = {name: name for name in self._sample.column_names if name not in ("text", "label")}
        fields = {"text": "text", "label": "label", "group": "group_id", "id": "line_id"}
        for field, name in fields.items():
            if name in known or name == "text" or (name == "label" and labelled):
                self._decide(field, self._profile(name), why)
        roles = Roles(("text",), label="label" if labelled else None, **known)
        if "title" in known and all(map(is_gender, self._profile("label").values)):
            return roles, FILM_UNITS, self._decisions
        group = Noun.of("group") if "group_id" in known else None
        speaker = Noun.of("speaker") if "speaker_id" in known else None
        return roles, Units(group, speaker, self._about(roles.label)), self._decisions

    def _free(self) -> list[Profile]:
        return [profile for profile in self._profiles if profile.name not in self._taken]

    def _profile(self, name: str) -> Profile:
        return next(profile for profile in self._profiles if profile.name == name)

    def _given(self, name: str) -> str:
        """The column that an option names: by its name, or its number from 1 where columns have none."""
        names = [profile.name for profile in self._profiles]
        if name in names:
            return name
        folded = [each for each in names if each.casefold() == name.casefold()]
        if len(folded) == 1:
            return folded[0]
        if not self._named and name.isdecimal() and 1 <= int(name) <= len(names):
            return names[int(name) - 1]
        raise GendertuiError(
            f"there is no column {name!r}",
            where=str(self._path),
            hint=f"Its columns: {', '.join(names)[:400]}.",
            code=ExitCode.DATA,
        )

    def _decide(
        self, field: str, profile: Profile | None, why: str, others: Sequence[str] = (), by: str = "found"
    ) -> None:
        value = "" if profile is None else profile.name
        if profile is not None:
            self._taken.add(profile.name)
        self._decisions.append(Decision(field, value, why, tuple(others), "asked" if by == "asked" else "found"))

    def _text(self) -> str:
        if self._options.text:
            chosen = self._profile(self._given(self._options.text))
            others = [profile.name for profile in self._free() if profile.prose]
            self._decide("text", chosen, chosen.described, others, "asked")
            return chosen.name
        prose = sorted((profile for profile in self._free() if profile.prose), key=lambda each: -each.mean_length)
        named = [profile for profile in self._free() if _folded(profile.name) in column_names.TEXT]
        named = [profile for profile in named if _folded(profile.name) == "text"] or named
        if not prose:
            if len(self._profiles) == 1:
                named = self._free()
            if len(named) != 1:
                raise self._question("text", [])
            prose = named
        said = [each for each in prose if each in named]
        first = said[0] if len(said) == 1 else prose[0]
        close = [each for each in prose if each is not first and each.mean_length >= CLOSE * first.mean_length]
        if close and len(said) != 1:
            raise self._question("text", [first, *close])
        others = [each.name for each in prose if each is not first]
        self._decide("text", first, first.described, others)
        return first.name

    def _continued(self, text: str) -> list[str]:
        """Columns without a name right of the text: where they hold something, the text goes on in them."""
        names = [profile.name for profile in self._profiles]
        after = self._profiles[names.index(text) + 1 :]
        free = [each for each in after if each.unnamed and each.name not in self._taken]
        return [each.name for each in free if each.filled <= each.rows / 2]

    def _label(self, text: str) -> str | None:
        if self._options.label == NO_COLUMN:
            self._decide("label", None, "none was asked for", by="asked")
            return None
        if self._options.label:
            chosen = self._profile(self._given(self._options.label))
            others = [profile.name for profile in self._free() if profile.two_valued]
            self._decide("label", chosen, chosen.described, others, "asked")
            return chosen.name
        free = [profile for profile in self._free() if not profile.unnamed]
        two = [profile for profile in free if profile.two_valued]
        named = [profile for profile in free if _folded(profile.name) in column_names.LABEL and profile.repeats]
        pairs = [profile for profile in two if set(profile.label_values) in _LABEL_PAIRS]
        several = [profile for profile in free if profile.several_valued and not self._is_other(profile)]
        # A usual name beside a column that has two values under another name: either may be meant.
        either = [*named, *(each for each in two if each not in named)]
        chosen_from = [each for each in two if each in named] or pairs or either or several
        if not chosen_from:
            # One label only, or none: there is nothing to train on, but there are lines to look at.
            single = [each for each in free if each.distinct == 1 and each.rows > 1]
            self._decide("label", single[0] if len(single) == 1 else None, NO_LABELS)
            return single[0].name if len(single) == 1 else None
        if len(chosen_from) > 1:
            raise self._question("label", chosen_from, text)
        also = [each.name for each in [*two, *named] if each is not chosen_from[0]]
        self._decide("label", chosen_from[0], chosen_from[0].described, list(dict.fromkeys(also)))
        return chosen_from[0].name

    def _is_other(self, profile: Profile) -> bool:
        """Whether a column's name says that it is something else than a label."""
        name = _folded(profile.name)
        return name in column_names.ALL and name not in column_names.LABEL

    def _id(self) -> str | None:
        alone = [each for each in self._free() if each.distinct == each.filled == each.rows and not each.prose]
        if self._options.id == NO_COLUMN:
            self._decide("id", None, "none was asked for", [each.name for each in alone], "asked")
            return None
        if self._options.id:
            chosen = self._profile(self._given(self._options.id))
            self._decide("id", chosen, chosen.described, (), "asked")
            return chosen.name
        named = [
            each for each in self._free() if _folded(each.name) in column_names.ID and each.filled and not each.unnamed
        ]
        if named:
            repeats = named[0].distinct < named[0].filled
            others = [*(each.name for each in alone if each is not named[0]), NO_COLUMN]
            self._decide("id", named[0], "ids repeat" if repeats else "named so, no two alike", others)
            return named[0].name
        self._decide("id", None, "no column is named so", [each.name for each in alone])
        return None

    def _by_name(self, names: Sequence[str], fits: object) -> str | None:
        for profile in self._free():
            if _folded(profile.name) in names and profile.filled and callable(fits) and fits(profile):
                self._taken.add(profile.name)
                return profile.name
        return None

    def _group(self, speaker: str | None) -> str | None:
        if self._options.group == NO_COLUMN:
            self._decide("group", None, "none was asked for", [each.name for each in self._groups()], "asked")
            return None
        if self._options.group:
            chosen = self._profile(self._given(self._options.group))
            self._decide("group", chosen, chosen.grouped, [each.name for each in self._groups()], "asked")
            return chosen.name
        found = self._groups()
        if found:
            self._decide("group", found[0], found[0].grouped, [*(each.name for each in found[1:]), NO_COLUMN])
            return found[0].name
        if speaker is not None:
            self._decisions.append(Decision("group", speaker, self._profile(speaker).grouped, (NO_COLUMN,)))
            return speaker
        self._decide("group", None, "no column's values repeat")
        return None

    def _groups(self) -> list[Profile]:
        named = [
            each for name in column_names.GROUP for each in self._free() if _folded(each.name) == name and each.repeats
        ]
        return named + [each for each in self._free() if each not in named and each.groups]

    def _about(self, label: str | None) -> About:
        if label is None:
            return "other"
        profile = self._profile(label)
        gendered = bool(profile.label_values) and set(profile.label_values) <= _GENDERED
        return "people" if gendered or _folded(label) in ("gender", "sex") else "other"

    def _question(self, field: str, profiles: Sequence[Profile], text: str | None = None) -> ReadingQuestionError:
        candidates = []
        for profile in profiles:
            options = ReadingOptions.from_json({**self._options.to_json(), field: self._spelling(profile.name)})
            shown = (profile.name, None) if field == "text" else (text or profile.name, profile.name)
            candidates.append(Candidate(options, f"{field} {profile.name}", self._rows(*shown)))
        names = [profile.name for profile in self._profiles]
        described = "; ".join(f"{profile.name}: {profile.described}" for profile in (profiles or self._profiles))
        many = " and ".join(profile.name for profile in profiles)
        what = f"{many} may each hold the {field}" if profiles else f"no column looks like a {field}"
        likeliest = profiles[0] if profiles else max(self._profiles, key=lambda each: (each.distinct, each.mean_length))
        example = self._spelling(likeliest.name)
        return ReadingQuestionError(
            f"{what}: {described}",
            path=self._path,
            hint=f"Say which: --{field} {example}",
            field=field,
            candidates=tuple(candidates),
            columns=tuple(names),
        )

    def _spelling(self, name: str) -> str:
        return name if self._named else str([profile.name for profile in self._profiles].index(name) + 1)

    def _rows(self, text: str, label: str | None) -> tuple[tuple[str, str], ...]:
        shown = self._sample.slice(0, SHOWN_ROWS)
        labels = shown.column(label).to_pylist() if label is not None else [""] * shown.num_rows
        return tuple(
            (name or "", line or "") for name, line in zip(labels, shown.column(text).to_pylist(), strict=True)
        )


def _names_sets(profile: Profile) -> bool:
    """Whether a column's values are names of sets; beside a train set there may be others, of any name."""
    values = {SET_NAMES.get(value) for value in profile.label_values}
    return None not in values or "train" in values


def _folded(name: str) -> str:
    return name.strip().casefold()


def _bookkeeping(columns: Sequence[str]) -> set[str]:
    """Columns in which Label Studio writes down its own work; none unless they are there together."""
    its_own = set(columns) & _LABEL_STUDIO
    return its_own if len(its_own) >= 3 else set()


def noun_of(column: str, default: str) -> str:
    """What a column's name calls its values: ``user`` of ``user_id`` and ``UserId``."""
    word = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column.strip()).replace("-", "_").replace(" ", "_").lower()
    word = re.sub(r"_?(id|ids|name|no|nr|number)$", "", word) or word
    word = _NOUNS.get(word, word)
    word = word.replace("_", " ").strip()
    return word if word.replace(" ", "").isalpha() else default
