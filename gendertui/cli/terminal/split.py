"""The flag that names a split, for commands that derive no flags from the configuration."""

from __future__ import annotations

from typing import Any

import click

from gendertui.corpus.splits import PROTOCOLS, canonical


class SplitType(click.Choice[str]):
    """``auto`` or a split protocol, by today's name; earlier names are understood."""

    def __init__(self) -> None:
        super().__init__(["auto", *PROTOCOLS])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(canonical(value), param, ctx)
