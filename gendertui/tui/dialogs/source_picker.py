"""Where a corpus comes from: a path with completion, the sample, the film corpus, the recent ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from gendertui.errors import GendertuiError
from gendertui.tui.background import Background
from gendertui.tui.formatting import literal
from gendertui.tui.hints import CLOSES, hints
from gendertui.tui.restyling import Dialog
from gendertui.tui.screen_keys import closing
from gendertui.tui.widgets.text_field import Field

DOWNLOAD = "download"
SHOWN = 200


@dataclass(frozen=True)
class Offer:
    """A line of the list: what picking it opens (a source, or ``download``), or a folder to go into."""

    source: str
    name: str
    about: str = ""
    folder: bool = False
    lately: bool = False
    """Whether it was opened before."""


class PathField(Field):
    """A path; tab completes, ↓ goes to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("down", "to_list", show=False),
    ]

    class Complete(Message):
        """Tab was pressed."""

    class ToList(Message):
        """↓ was pressed."""

    def action_complete(self) -> None:
        self.post_message(self.Complete())

    def action_to_list(self) -> None:
        self.post_message(self.ToList())


class SourcePicker(Vertical):
    """A path field over a list: the known sources while it is empty, else what the path may become."""

    @dataclass
    class Picked(Message):
        """A source was picked: a path, ``sample``, or ``download`` for the film corpus."""

        source: str

    def __init__(self, start: str = "", wrong: str = "") -> None:
        super().__init__(classes="picker")
        self._offers: list[Offer] = []
        self._start = start
        self._wrong = wrong

    def compose(self) -> ComposeResult:
        yield Static("Any file or folder with texts and two labels: CSV, JSON, Parquet, a zip, …", classes="about")
        yield PathField(
            self._start, placeholder="path …   tab completes, ⏎ opens", select_on_focus=False, id="path", enter="Open"
        )
        yield Static(classes="wrong")
        yield OptionList(id="offers-list")

    def on_mount(self) -> None:
        self.refuse(self._start, self._wrong)

    def focus_first(self) -> None:
        self.query_one(OptionList).focus()

    def refuse(self, source: str, why: str) -> None:
        """Let what was picked stand in the field, and beside it why it was refused."""
        field = self.query_one(PathField)
        field.value = self._start = source
        field.cursor_position = len(source)
        self._say(why)
        self._list(source)

    def _say(self, why: str) -> None:
        wrong = self.query_one(".wrong", Static)
        wrong.display = bool(why)
        wrong.update(literal(f"✗ {why}").stylize("$text-error"))

    @on(Input.Changed, "#path")
    def _typed(self, event: Input.Changed) -> None:
        # A field tells of the text it is made with, too.
        if event.value != self._start:
            self._say("")
        self._list(event.value)

    def _list(self, text: str) -> None:
        cast(Background, self.app).background(
            lambda: completions(text) if text else known_sources(), self._show, group="sources", awaited=True
        )

    def _show(self, offers: list[Offer]) -> None:
        if not self.is_attached:
            return
        self._offers = offers
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(
            [
                Option(
                    Content.assemble(
                        literal(offer.name).stylize("bold"),
                        *([literal(f"  {offer.about}").stylize("dim")] if offer.about else []),
                    )
                )
                for offer in offers
            ]
        )
        options.highlighted = 0 if offers else None

    @on(Input.Submitted, "#path")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value.strip():
            self.post_message(self.Picked(event.value.strip()))

    @on(PathField.Complete)
    def _complete(self) -> None:
        field = self.query_one(PathField)
        if not field.value or not self._offers:
            self.query_one(OptionList).focus()
            return
        highlighted = self.query_one(OptionList).highlighted or 0
        self._go(self._offers[highlighted])

    def _go(self, offer: Offer) -> None:
        field = self.query_one(PathField)
        field.value = offer.source
        field.cursor_position = len(field.value)

    @on(PathField.ToList)
    def _to_list(self) -> None:
        self.query_one(OptionList).focus()

    def on_key(self, event: events.Key) -> None:
        """Typing while the list has the focus continues in the field."""
        field = self.query_one(PathField)
        if field.has_focus or not event.is_printable or event.character is None:
            return
        if event.character in "/~.":
            event.stop()
            field.focus()
            field.insert_text_at_cursor(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """A path pasted while the list has the focus is the field's."""
        field = self.query_one(PathField)
        if not field.has_focus and event.text.strip():
            event.stop()
            field.focus()
            field.insert_text_at_cursor(event.text.strip().splitlines()[0])

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        offer = self._offers[event.option_index]
        if offer.folder:
            self._go(offer)
            self.query_one(PathField).focus()
        else:
            self.post_message(self.Picked(offer.source))


class SourceScreen(Dialog[str | None]):
    """The picker over the pane; the result is a source, or ``None``.

    :param start: initial content of the field.
    :param wrong: why that was refused.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*closing("escape")]

    def __init__(self, start: str = "", wrong: str = "") -> None:
        super().__init__()
        self._start = start
        self._wrong = wrong

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = "Open a corpus"
            box.border_subtitle = hints(self, CLOSES)
            yield SourcePicker(self._start, self._wrong)

    def on_mount(self) -> None:
        self.query_one(PathField).focus()

    @on(SourcePicker.Picked)
    def _picked(self, event: SourcePicker.Picked) -> None:
        event.stop()
        self.dismiss(event.source)


def why_refused(error: GendertuiError) -> str:
    """What, where, and what to do, to stand beside the field."""
    return "\n".join(part for part in (error.what, error.where, error.hint) if part)


def known_sources() -> list[Offer]:
    """The film corpus, the sample, and the corpora opened lately that are still there."""
    from gendertui.corpus.load import CORNELL, download_target
    from gendertui.corpus.recent import recent
    from gendertui.corpus.samples import SAMPLES

    here = download_target(CORNELL)
    if here.exists():
        offers = [Offer(CORNELL, "The film corpus", "Cornell Movie-Dialogs, on this machine")]
    else:
        offers = [Offer(DOWNLOAD, "Get the film corpus (9.9 MB)", "Cornell Movie-Dialogs, 617 films")]
    offers += [Offer(sample.name, sample.title, sample.about) for sample in SAMPLES.values()]
    lately = [path for path in recent() if path != str(here) and Path(path).exists()]
    return [*offers, *(Offer(path, Path(path).name, path, lately=True) for path in lately)]


def completions(text: str) -> list[Offer]:
    """Folders, and files that may be a corpus, whose path begins with ``text``; first the folder itself, if it is one.

    A file without a suffix may be anything.
    """
    from gendertui.corpus.readers import suffixes

    # Not by the path's last part: that of "folder/." would be the folder's name.
    start = "" if text in ("~", ".", "..") else text.rpartition("/")[2]
    folder = Path(text.removesuffix(start) if start else text).expanduser()
    kinds = tuple(suffixes())
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: (not entry.is_dir(), entry.name.casefold()))
    except OSError:
        return []
    offers = [] if start else _folder_itself(folder)
    for entry in entries:
        name = entry.name.casefold()
        if not name.startswith(start.casefold()) or (name[0] == "." and not start.startswith(".")):
            continue
        if entry.is_dir():
            offers.append(Offer(f"{entry}/", f"{entry.name}/", "folder", folder=True))
        elif entry.is_file() and (name.endswith(kinds) or not entry.suffix):
            offers.append(Offer(str(entry), entry.name))
    return offers[:SHOWN]


def _folder_itself(folder: Path) -> list[Offer]:
    """A folder that a reader knows is a corpus itself."""
    from gendertui.corpus.readers import reader_of

    try:
        reader = reader_of(folder)
    except (GendertuiError, OSError):
        return []
    return [Offer(str(folder), f"{folder.name or folder}", f"open this folder: {reader.title}")]
