"""A model of another machine, taken into the store here."""

from __future__ import annotations

from collections.abc import Callable

from gendertui.errors import GendertuiError
from gendertui.model.archive import unpack
from gendertui.model.bundle.bundle import Bundle
from gendertui.runs.remote import ssh
from gendertui.sanitize import escape_control
from gendertui.scoring.scorer import Scorer


def pull(
    host: str,
    name: str,
    *,
    new: str | None = None,
    asks: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> str:
    """Take a model from another machine; it is checked whole before it is published, and otherwise nothing is kept.

    :param new: its name here; by default the one it has there. :param asks: as of
        :func:`gendertui.runs.remote.ssh.start`. :param progress: gets bytes done and in all.
    :returns: the name it has here.
    :raises GendertuiError: it cannot be had, or is none, or its name is taken here.
    """
    with ssh.start(host, ["models", "export", "--", name, "-"], asks=asks) as process:

        def check(bundle: Bundle) -> None:
            process.check()
            Scorer(bundle)

        try:
            return unpack(process.stdout, escape_control(f"{host}: {name}"), name=new, check=check, progress=progress)
        except GendertuiError:
            # What ended early, by itself, says better why than the half that came of it.
            if not process.stdout.read(1):
                process.check()
            raise
