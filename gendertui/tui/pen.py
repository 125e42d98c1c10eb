"""Text with colours and attributes, in few codes: a terminal keeps what it was told, and Textual tells it all of it
again for each piece of a row."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

_PLAIN = Style()
_DEFAULT_COLOUR, _DEFAULT_GROUND = "39", "49"
RESET = "\x1b[0m"


class _Codes(NamedTuple):
    """What SGR calls them: attributes such as bold, the colour of the text, and of the ground."""

    attributes: str = ""
    colour: str = _DEFAULT_COLOUR
    ground: str = _DEFAULT_GROUND
    shows_on_blanks: bool = False
    """Whether a blank with these attributes is not just its ground."""


class Pen:
    """Writes pieces one after the other; :attr:`written` is what to send. It begins and ends with nothing set."""

    def __init__(self, system: ColorSystem) -> None:
        self._system = system
        self._now = _Codes()
        self.written: list[str] = []

    def write(self, text: str, style: Style | None) -> None:
        """Add text in a style, wherever the pen is."""
        codes = _codes(style or _PLAIN, self._system)
        # The colour and weight of a blank are not to be seen.
        if not (codes.shows_on_blanks or self._now.shows_on_blanks) and text.isspace():
            codes = codes._replace(attributes=self._now.attributes, colour=self._now.colour)
        self._set(codes)
        if style is not None and style.link:
            text = f"\x1b]8;id={style.link_id};{style.link}\x1b\\{text}\x1b]8;;\x1b\\"
        self.written.append(text)

    def put_down(self) -> None:
        """Set nothing any more: what others write comes next."""
        if self._now != _Codes():
            self._now = _Codes()
            self.written.append(RESET)

    def _set(self, codes: _Codes) -> None:
        before, self._now = self._now, codes
        if codes.attributes != before.attributes:
            # All anew: codes that take one attribute away are no shorter, and not all terminals have them.
            changed = ["0", codes.attributes]
            before = _Codes()
        else:
            changed = []
        changed += [codes.colour] if codes.colour != before.colour else []
        changed += [codes.ground] if codes.ground != before.ground else []
        if changed:
            self.written.append(f"\x1b[{';'.join(filter(None, changed))}m")


@lru_cache(maxsize=4096)
def _codes(style: Style, system: ColorSystem) -> _Codes:
    colour, ground = style.color, style.bgcolor
    return _Codes(
        Strip.render_ansi(style.without_color, system),
        _DEFAULT_COLOUR if colour is None else ";".join(colour.downgrade(system).get_ansi_codes()),
        _DEFAULT_GROUND if ground is None else ";".join(ground.downgrade(system).get_ansi_codes(foreground=False)),
        bool(style.underline or style.underline2 or style.overline or style.strike or style.reverse or style.frame),
    )
