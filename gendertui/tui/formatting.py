"""Numbers and names as a person reads them."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

CANNOT_TELL = "can't tell"


def shorten(text: str, cells: int) -> str:
    """``text`` in at most ``cells`` terminal cells, an ellipsis where it was cut."""
    return text if cell_len(text) <= cells else set_cell_size(text, max(cells - 1, 0)) + "…"


def tail(text: str, cells: int) -> str:
    """``text`` in at most ``cells`` characters, cut at its start: of a run's name the end says more than the date."""
    return text if len(text) <= cells else "…" + text[len(text) - cells + 1 :]


def duration(seconds: float | None) -> str:
    """``0:48``, ``12:05``, ``3:01:09``; a dash for none."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def ago(seconds: float) -> str:
    """``just now``, ``5 min ago``, ``3 h ago``, ``2 days ago``."""
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min ago"
    if seconds < 2 * 86400:
        return f"{seconds / 3600:.0f} h ago"
    return f"{seconds / 86400:.0f} days ago"


def size(count: float) -> str:
    """Bytes: ``9.9 MB``, ``1.7 GB`` (powers of 1000, as disks are sold)."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            value = count / scale
            return f"{value:.1f} {unit}" if value < 100 else f"{value:.0f} {unit}"
    return f"{count:.0f} B"


def count(number: float) -> str:
    """``93,394``."""
    return f"{number:,.0f}"


def rate(number: float) -> str:
    """``1,830``, ``21.4 k``."""
    return f"{number / 1000:.1f} k" if number >= 10_000 else f"{number:,.0f}"


def figure(value: float | None) -> str:
    """A metric between 0 and 1: ``0.604``; a dash for none."""
    return "–" if value is None else f"{value:.3f}"


def written_like(label: str) -> str:
    """The only words in which the program speaks of a scored line."""
    return f"written like lines labelled {label}"
